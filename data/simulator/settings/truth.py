"""What play is worth on average: outcomes of the world's own mathematics, measured on it.

``data.simulator.truth.check`` holds them against what players live through. Where parameters of
people, play, or harm change, these have to be measured anew. They were measured on seeds 31 to 33,
20,000 players each, over 28 days from day 61 on, for all who were present on day 60, in a world
whose offers do nothing but pay: no lift, fatigue, waiting, or harm, nearly everybody consents and
notices, and who notices claims. Margins are of a run without offers; costs are what a run with one
offer to everyone who may have it earns less with the same luck, and players count by how likely
they usually are to notice it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class WorthSettings:
    horizon_days: int = 28
    """Days that a response is summed over, from the day after the decision."""
    margin_shares: tuple[float, ...] = (0.105, 0.0094, 0.0118, 0.061, 0.0696)
    """Theoretical margin of a day with play, as a share of the money that the player brings to a
    session, by product; at slots where no law caps stakes. It is less what the operator's own
    bonuses for deposits pay, and every player counts the same, whatever the budget."""
    harm_growth: float = 1.78
    """Growth of that margin at full harm, as a share: more sessions, longer, with more money."""
    free_spins_cost: float = 0.8
    """What free spins cost where they are expected to be played, as a share of their stakes: some
    are lost before, by a withdrawal or in time, and a part of what they win is played on."""
    free_bet_cost: float = 0.4
    """The same of a free bet, whose stake isn't returned: 0.39 in euros, 0.42 in budgets."""
    match_half_eur: float = 3.7
    """Budget with which half of what a usual deposit has matched turns real: who brings more loses
    less of it. The mean cost is right with 4.0 in euros, with 3.4 in budgets."""
    match_cost: float = 0.94
    """What matched money costs as a share of what turns real: a part of it is played on."""
    deposits: float = 0.187
    """Share of sessions in which an invited player makes the deposit that is matched, by which as
    many matches are expected to be used as are."""
    harm_ceiling: float = 0.25
    """Days of full harm that an offer may add in expectation for the oracles to make it."""
