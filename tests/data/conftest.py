"""A live log of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.live_log_writer import LiveLogWriter


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LiveLogWriter]:
    writer = LiveLogWriter(tmp_path / "live.sqlite")
    yield writer
    writer.close()
