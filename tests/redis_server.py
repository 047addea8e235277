"""A Redis of the tests' own, which has on the disk what it answered."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry

LONGEST_START_S = 20.0


class RedisServer:
    """``redis-server`` on a socket in a folder; it finds what an earlier one left there.

    Parameters
    ----------
    port
        Loopback port to listen on too; 0 is none.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._folder, self._port = folder, port
        self._process: subprocess.Popen[bytes] | None = None
        path = str(folder / "redis.sock")
        self.client = Redis(unix_socket_path=path, retry=Retry(NoBackoff(), 0))

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = {
            "port": str(self._port), "bind": "127.0.0.1", "unixsocket": "redis.sock",
            "dir": ".", "save": "", "logfile": "redis.log",
            "appendonly": "yes", "appendfsync": "always",
        }  # fmt: skip
        given = [part for name, value in settings.items() for part in (f"--{name}", value)]
        binary = shutil.which("redis-server") or pytest.skip(
            "redis-server isn't there: make services"
        )
        self._process = subprocess.Popen([binary, *given], cwd=self._folder)
        deadline = time.monotonic() + LONGEST_START_S
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError((self._folder / "redis.log").read_text())
            time.sleep(0.01)

    def kill(self) -> None:
        """End it by SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except NoConnection:
            return False


@contextmanager
def redis_server(folder: Path, port: int = 0) -> Iterator[RedisServer]:
    """A started server, empty unless the folder has another's data."""
    server = RedisServer(folder, port)
    server.start()
    try:
        yield server
    finally:
        server.client.close()
        server.kill()
