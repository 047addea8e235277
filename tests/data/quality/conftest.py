"""One simulated operator for all tests of this folder."""

import polars as pl
import pytest

from data.event_log import EventLog
from tests.data.quality.operators import lived, written


@pytest.fixture(scope="session")
def events(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """Its events."""
    return lived(tmp_path_factory.mktemp("lived") / "log")


@pytest.fixture(scope="session")
def healthy(tmp_path_factory: pytest.TempPathFactory, events: pl.DataFrame) -> EventLog:
    """Its log, with nothing wrong."""
    return written(tmp_path_factory.mktemp("healthy") / "log", events)
