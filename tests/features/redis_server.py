"""A Redis of the tests' own, which has on the disk what it answered."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry

LONGEST_START_S = 20.0


class RedisServer:
    """``redis-server`` on a socket in a folder; it finds what an earlier one left there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        path = str(folder / "redis.sock")
        self.client = Redis(unix_socket_path=path, retry=Retry(NoBackoff(), 0))

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = {
            "port": "0", "unixsocket": "redis.sock", "dir": ".", "save": "",
            "appendonly": "yes", "appendfsync": "always", "logfile": "redis.log",
        }  # fmt: skip
        given = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen(["redis-server", *given], cwd=self._folder)
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
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """A started server, empty unless the folder has another's data."""
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.client.close()
        server.kill()
