"""What a run tells at its end of what offers earned."""

from data.simulator.run import ENOUGH_DECISIONS, told_gains
from data.simulator.truth.oracle import Gains


def test_few_decisions_tell_nothing_of_what_is_attainable() -> None:
    told = told_gains(Gains(ENOUGH_DECISIONS - 1, -0.1, -0.05, 0.2))
    assert "too few to tell" in told
    assert "attainable" not in told


def test_enough_decisions_tell_what_each_way_of_choosing_earns() -> None:
    told = told_gains(Gains(ENOUGH_DECISIONS, -0.1, 0.05, 0.2))
    assert "EUR -0.100 by the operator's policy, 0.050 attainable, 0.200 for who sees all" in told
