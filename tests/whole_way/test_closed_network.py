"""Nothing phones home: the whole way runs in a closed network, and asks for none.

A compliance product runs in closed networks, and telemetry of a library would be a data transfer
that nobody decided on. So each connection that any process tries is recorded by the kernel's trace.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole_way.commands import copy_project

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


def missing_tools() -> list[str]:
    return [tool for tool in ("strace", "unshare") if shutil.which(tool) is None]


@pytest.mark.skipif(bool(missing_tools()), reason=f"not installed: {missing_tools()}")
def test_the_whole_way_runs_without_a_network_and_asks_for_none(tmp_path: Path) -> None:
    trace, tree = tmp_path / "connections", tmp_path / "tree"
    copy_project(tree)
    command = [
        "unshare", "--net", "--map-root-user",
        "strace", "-f", "--seccomp-bpf", "-e", "trace=connect,sendto", "-o", str(trace),
        sys.executable, str(Path(__file__).with_name("commands.py")), str(tree),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    asked = {v4 or v6 for v4, v6 in ADDRESS.findall(trace.read_text())}
    assert "127.0.0.1" in asked
    assert asked <= LOOPBACK
    assert "churn probability" in done.stdout
