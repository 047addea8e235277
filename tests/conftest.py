"""What holds for every test: no deadlines, and in CI a skipped test is a failure.

``make prove`` repeats tests under the profile ``prove``, with a seed for each repetition. Where
Hypothesis finds itself in CI it draws the same cases at every run; a proof has to draw others.
"""

import os
from collections.abc import Generator
from random import Random

import pytest
from hypothesis import settings

from tests.effort import PROOF, SUITE

settings.register_profile("house", deadline=None, max_examples=SUITE)
settings.register_profile(
    "prove", deadline=None, max_examples=PROOF, print_blob=True, derandomize=False
)
settings.load_profile("house")


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int | None:
    """The seed of a proof; none in the suite."""
    given = pytestconfig.getoption("--hypothesis-seed")
    return int(given) if str(given).isdigit() else None


@pytest.fixture
def late(request: pytest.FixtureRequest, seed: int | None) -> float:
    """Part of the rest of its run after which a process is killed: none, or drawn by a proof."""
    return 0.0 if seed is None else Random(f"{seed} {request.node.name}").random()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the test that takes longest, so that several processes end together."""
    items.sort(key=lambda item: "whole_way" not in item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
