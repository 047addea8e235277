"""What play is worth on average: outcomes of the world's own mathematics, measured on it.

``data.simulator.truth.check`` holds them against what players live through.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class WorthSettings:
    horizon_days: int = 28
    """Days that a response is summed over, from the day after the decision."""
    margin_shares: tuple[float, ...] = (0.086, 0.011, 0.0155, 0.051, 0.0575)
    """Theoretical margin of a day with play, as a share of the money that the player brings to a
    session, by product; at slots where no law caps stakes."""
    harm_growth: float = 2.35
    """Growth of that margin at full harm, as a share: more sessions, longer, with more money."""
    free_spins_cost: float = 0.95
    """What free spins that are played cost, as a share of their stakes."""
    free_bet_cost: float = 0.44
    """The same of a free bet: its stake isn't returned, and a part of what it wins is played on."""
    match_half_eur: float = 8.0
    """Budget with which half of the matched money turns real: who brings more loses less of it."""
    match_cost: float = 0.92
    """What matched money costs as a share of what turns real: a part of it is played on."""
    deposits: float = 0.24
    """Share of sessions in which an invited player makes the deposit that is matched."""
    harm_ceiling: float = 0.25
    """Days of full harm that an offer may add in expectation for the oracles to make it."""
