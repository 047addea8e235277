"""Runs what ``make demo`` runs, on fewer players: ``python commands.py TREE``, in a closed network.

TREE is a copy of the project. Loopback is brought up first: a fresh network namespace has none.
"""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("campaigns", "data", "features", "serving", "training", ".dvc/config")
PLAYERS, FEWER = "--players 2000", "--players 1200"

SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1

STEPS = (
    "dvc repro --quiet --no-run-cache load_online@sim",
    "serving.demo --place .demo/sim",
)


def copy_project(tree: Path) -> None:
    """Copy what the demo needs, with fewer players to simulate."""
    for part in PARTS:
        target = tree / part
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, target)
    stages = (ROOT / "dvc.yaml").read_text()
    if PLAYERS not in stages:
        raise ValueError(f"dvc.yaml has no {PLAYERS!r} any more")
    (tree / "dvc.yaml").write_text(stages.replace(PLAYERS, FEWER))


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def main(tree: Path) -> None:
    raise_loopback()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for step in STEPS:
        command = [sys.executable, "-m", *step.split()]
        subprocess.run(command, check=True, cwd=tree, env=os.environ | {"PATH": path})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
