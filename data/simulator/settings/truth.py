"""What play is worth on average: outcomes of the world's own mathematics, measured on it.

A test holds each against what a simulated operator earns.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class WorthSettings:
    horizon_days: int = 28
    """Days that a response is summed over, from the day after the decision."""
    margin_shares: tuple[float, ...] = (0.083, 0.013, 0.018, 0.058, 0.065)
    """Theoretical margin of a day with play, as a share of the money that the player brings to a
    session, by product."""
    free_bet_cost: float = 0.4
    """What a free bet costs on average as a share of its stake, used or not."""
    free_spins_cost: float = 0.95
    """The same of free spins."""
    match_cost: float = 0.45
    """The same of a matched deposit."""
    match_amount: float = 0.8
    """Mean amount of a match as a share of the most that is offered."""
    harm_ceiling: float = 0.25
    """Days of full harm that an offer may add in expectation for the oracles to make it."""
