"""The world stays as it was when the first policy was judged on it."""

from hashlib import blake2b

from data.simulator.markets import MARKETS
from data.simulator.settings.world import WorldSettings

FROZEN = "f8d1bc1354ddd188"
"""Change it only with a line in the changelog that starts with **Behaviour:**, and judge every
policy anew: what was measured on another world can't be compared."""


def test_the_parameters_are_those_that_policies_are_judged_on() -> None:
    told = f"{WorldSettings()} {MARKETS}"
    assert blake2b(told.encode(), digest_size=8).hexdigest() == FROZEN
