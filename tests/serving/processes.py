"""The service as its own process on a free loopback port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx

KEY = "a key of the tests"
DIGEST = sha256(KEY.encode()).hexdigest()
LONGEST_START_S = 90.0


@dataclass(frozen=True)
class Running:
    """A started process; ``wait_until_ready`` before asking it anything."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def wait_until_ready(self) -> None:
        """Wait for the first answer with status 200 of ``/readyz``."""
        deadline = time.monotonic() + LONGEST_START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{self.url} did not become ready:\n{self.log.read_text()}")

    def client(self) -> httpx.Client:
        """A client that carries the key."""
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {KEY}"}, timeout=20
        )


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with no settings of the service but the given ones."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PLAYER_")}
    return inherited | settings


@contextmanager
def running(command: list[str], port: int, env: Mapping[str, str], log: Path) -> Iterator[Running]:
    """Start a command and end it afterwards."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=dict(env), stdout=out, stderr=subprocess.STDOUT)
    try:
        yield Running(process, f"http://127.0.0.1:{port}", log)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def under_granian(place: Path, port: int) -> list[str]:
    """The command that starts the service with its own runner."""
    return [
        sys.executable, "-m", "serving.run", "--place", str(place), "--port", str(port)
    ]  # fmt: skip


def under_bentoml(port: int) -> list[str]:
    """The command that starts the service with BentoML."""
    bentoml = str(Path(sys.executable).with_name("bentoml"))
    return [
        bentoml, "serve", "serving.service:PlayerIntelligence",
        "--host", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip
