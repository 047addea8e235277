"""A policy of one's own, as the docs show it: written, lived, judged."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest
from rich.console import Console
from rich.progress import Progress

from data.simulator.actions import Chosen
from data.simulator.truth.judge import NoSuchPolicy, found, judged
from data.simulator.truth.verdicts import lived, no_offer, verdicts
from data.simulator.world import World

ROOT = Path(__file__).parents[4]
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)
START = date(2026, 1, 1)
QUIET = Progress(console=Console(quiet=True))


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with the project importable."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def new_world() -> World:
    return World(250, 30, 5, START)


def breaks(world: World) -> Chosen | None:
    """A break for everybody who can play, once."""
    known = world.known()
    may = known.filter(known["may.break_and_review"])
    return Chosen.of(may["player"], "break_and_review", policy="b") if world.day == 10 else None


def test_the_example_of_the_docs_runs_and_is_judged(tmp_path: Path) -> None:
    (example,) = EXAMPLE.findall((ROOT / "docs" / "simulator.md").read_text())
    (tmp_path / "my_policy.py").write_text(example)
    looped = python(tmp_path, "my_policy.py")
    assert looped.returncode == 0, looped.stderr
    small = ("--players", "200", "--days", "30", "--seed", "7")
    for policy in ("my_policy:wake_the_quiet", "my_policy:write_to_all"):
        judge = ("-m", "data.simulator.truth.judge", "--policy", policy, *small)
        told = python(tmp_path, *judge)
        assert told.returncode == 0, told.stderr
        (sent,) = re.findall(r"offers sent.*\+(\d+\.\d+) ±", told.stdout)
        assert float(sent) > 0.0


@pytest.mark.parametrize("name", ["nowhere:policy", "data.simulator.world:policy", "policy"])
def test_a_policy_that_is_not_there_is_refused_with_the_form_that_was_expected(name: str) -> None:
    with pytest.raises(NoSuchPolicy, match="module:function"):
        found(name)


def test_no_offer_differs_from_no_offer_in_nothing() -> None:
    compared = judged(no_offer, 100, 20, 5, START, QUIET)
    assert {(one.difference, one.half_width) for one in compared} == {(0.0, 0.0)}
    assert all(one.without > 0.0 for one in compared if one.measure == "play_days")


def test_a_break_is_seen_in_days_of_play_and_in_who_got_it() -> None:
    compared = {one.measure: one for one in judged(breaks, 250, 30, 5, START, QUIET)}
    plays = compared["play_days"]
    assert plays.difference + plays.half_width < 0.0
    assert compared["interventions"].difference > 0.5
    assert compared["offers"].difference == 0.0


def test_what_is_judged_is_the_world_that_is_stepped_through() -> None:
    stepped, untold = new_world(), new_world()
    claimed: set[str] = set()
    while not stepped.over:
        told = stepped.step(stepped.own_choice())
        bonuses = told.filter(pc.equal(told["event_type"], "bonus"))
        claimed |= {*bonuses.filter(pc.equal(bonuses["state"], "claimed"))["event_id"].to_pylist()}
    own = lived(untold, World.own_choice, lambda: None)
    assert np.array_equal(untold.state.harm.level, stepped.state.harm.level)
    assert np.array_equal(untold.state.accounts.balance, stepped.state.accounts.balance)
    assert own["bonuses"].sum() == len(claimed) > 0


def test_an_interval_is_by_accounts() -> None:
    nothing, gains = np.zeros(4), np.array([0.0, 2.0, 0.0, 2.0])
    (verdict,) = verdicts({"play_days": nothing}, {"play_days": gains})
    assert verdict.difference == 1.0
    assert verdict.half_width == pytest.approx(1.96 * 1.0 / 2.0)
