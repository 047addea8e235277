"""A service on a place with a small model, for benchmarks over HTTP."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from serving.demo import running_service


@contextmanager
def started_service(place: Path) -> Iterator[str]:
    """The service in demo mode with a churn champion of the tests; its address."""
    from tests.serving import places

    places.write_model(place / "churn")
    register = [sys.executable, "-m", "tests.serving.register", str(place), "churn"]
    subprocess.run(register, check=True, capture_output=True)
    with running_service(place) as address:
        yield address
