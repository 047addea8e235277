"""Runs the whole way on a small operator: ``python commands.py FOLDER``, inside a closed network.

The steps are those of ``dvc.yaml``, smaller. Loopback is brought up first: a fresh network
namespace has none.
"""

import fcntl
import socket
import struct
import subprocess
import sys
from pathlib import Path

SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1

STEPS = (
    "data.simulator.run --players 2000 --days 200 --seed 7 --out {place}/operator",
    "data.validate --data {place}/operator",
    "training.cohort --data {place}/operator --out {place}/entities.parquet",
    "features.build --data {place}/operator --entities {place}/entities.parquet"
    " --out {place}/feature_rows.parquet",
    "features.apply --place {place} --clock last_event",
    "training.train --data {place}/operator --place {place}",
    "training.evaluate --data {place}/operator --place {place}",
    "training.promote --place {place}",
    "features.load_online --data {place}/operator --place {place}",
    "serving.demo --place {place}",
    "notebooks.render --place {place} --out {place}/pages",
)


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def main(place: Path) -> None:
    raise_loopback()
    for step in STEPS:
        subprocess.run([sys.executable, "-m", *step.format(place=place).split()], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
