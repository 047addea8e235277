"""A private Postgres on loopback, for the tests that need one."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import psycopg
import pytest

from tests.serving.processes import free_port

LONGEST_START_S = 60.0


def _binary(name: str) -> str:
    """Where a program of Postgres lies; Debian keeps them off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(installed[-1]) if installed else shutil.which(name)
    return found or pytest.skip(f"{name} isn't installed: make services")


def _as_nobody_special(folder: Path) -> list[str]:
    """Postgres refuses to run as root."""
    if os.getuid() != 0:
        return []
    shutil.chown(folder, "postgres", "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@contextmanager
def running_postgres() -> Iterator[str]:
    """Address of a Postgres that was started for these tests, without a database's name."""
    initdb, server = _binary("initdb"), _binary("postgres")
    # Not below pytest's folder, which only root may enter.
    folder = Path(mkdtemp(prefix="test-postgres-", dir="/tmp"))
    user, port, data = _as_nobody_special(folder), free_port(), str(folder / "data")
    made = [*user, initdb, "-D", data, "-A", "trust", "-U", "test", "--no-sync", "-E", "UTF8"]
    subprocess.run(made, check=True, capture_output=True)
    started = [
        *user, server, "-D", data, "-p", str(port), "-h", "127.0.0.1",
        "-c", f"unix_socket_directories={folder}", "-c", "fsync=off",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(started, stdout=log, stderr=log)
    url = f"postgresql://test@127.0.0.1:{port}"
    try:
        _wait_until_it_answers(f"{url}/postgres", folder / "log")
        yield url
    finally:
        # At once: nobody needs what it holds.
        process.send_signal(signal.SIGQUIT)
        process.wait(30)
        shutil.rmtree(folder)


def _wait_until_it_answers(url: str, log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_S
    while time.monotonic() < deadline:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"Postgres doesn't answer:\n{log.read_text()}")


def new_database(server: str) -> str:
    """Address of an empty database on a server."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"
