"""The same application inside BentoML."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx
import pytest
import yaml

from tests.serving.places import PLAYERS
from tests.serving.processes import Running, environment, free_port, under_bentoml

ROOT = Path(__file__).parents[2]
UV = shutil.which("uv", path=os.pathsep.join([os.environ["PATH"], str(ROOT / ".tools" / "bin")]))


@pytest.fixture(scope="module")
def ready_bento(bento: Running) -> Running:
    bento.wait_until_ready()
    return bento


def test_it_answers_as_the_service_under_its_own_runner_does(
    ready_bento: Running, api: httpx.Client
) -> None:
    with ready_bento.client() as mounted:
        for path in ("/v1/models", f"/v1/players/{PLAYERS[5]}/explanation", "/schema/openapi.json"):
            assert mounted.get(path).json() == api.get(path).json()
        asked = {"player_ids": list(PLAYERS)}
        assert (
            mounted.post("/v1/score", json=asked).json() == api.post("/v1/score", json=asked).json()
        )
        assert mounted.post("/v1/score", json={"player_id": 1}).status_code == 400
        assert httpx.post(f"{ready_bento.url}/v1/score", json=asked).status_code == 401


def test_its_metrics_are_ours(ready_bento: Running) -> None:
    assert "player_ready 1.0" in httpx.get(f"{ready_bento.url}/metrics").text


def test_it_refuses_to_start_without_keys_and_does_not_try_again(tmp_path: Path) -> None:
    ended = subprocess.run(
        under_bentoml(free_port()),
        env=environment(PLAYER_PLACE=str(tmp_path), BENTOML_HOME=str(tmp_path)),
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert b"PLAYER_API_KEYS" in ended.stderr
    assert b"Traceback" not in ended.stderr


def test_the_image_installs_the_versions_of_the_lock_file() -> None:
    packages = yaml.safe_load((ROOT / "bentofile.yaml").read_text())["python"]["packages"]
    locked = {
        package["name"]: package.get("version")
        for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    }
    assert packages == [f"{name}=={locked[name]}" for name in (p.split("==")[0] for p in packages)]


@pytest.mark.skipif(UV is None, reason="bentoml build asks for uv, on the PATH or in .tools/bin")
def test_the_image_builds_offline_and_holds_what_the_service_imports(tmp_path: Path) -> None:
    bentoml = str(Path(sys.executable).with_name("bentoml"))
    path = os.pathsep.join([str(Path(str(UV)).parent), os.environ["PATH"]])
    offline = environment(BENTOML_HOME=str(tmp_path), UV_OFFLINE="1", PATH=path)
    subprocess.run([bentoml, "build", str(ROOT)], env=offline, check=True, timeout=60)
    (source,) = tmp_path.glob("bentos/player_intelligence/*/src")
    subprocess.run([sys.executable, "-c", "import serving.app"], cwd=source, check=True, timeout=60)
    assert not list(source.glob("training"))
