"""Parameters of gambling harm: how it comes and goes, and what it does to play.

A *spread* is the standard deviation of the logarithm of a log-normal quantity. A *daily chance* is
a probability per player and day.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class HarmCourseSettings:
    """The course: recreational → at risk → harmed → recovering, and back.

    A state lasts for a drawn time of its own (a semi-Markov process); the level of harm moves
    gradually towards that of the state.
    """

    at_risk_per_day: float = 0.0008
    """Daily chance that a recreational player of median vulnerability becomes at risk."""
    vulnerability_spread: float = 0.9
    """Spread of vulnerability between players; it is independent of the budget."""
    present_shares: tuple[float, float, float, float] = (0.905, 0.05, 0.025, 0.02)
    """Shares of players in the four states on their first day."""
    at_risk_days: float = 40.0
    """Median time at risk."""
    harmed_days: float = 70.0
    """Median time harmed."""
    recovering_days: float = 60.0
    """Median time recovering."""
    days_spread: float = 0.7
    """Spread of each of these times."""
    worsens_share: float = 0.45
    """Chance that a player at risk of median vulnerability becomes harmed; others recover."""
    relapse_share: float = 0.3
    """Chance that a recovering player is at risk again."""
    levels: tuple[float, float, float, float] = (0.0, 0.35, 1.0, 0.25)
    """Level of harm that each state tends to, from 0 (none) to 1 (full)."""
    ramp_days: float = 9.0
    """Days in which the distance to that level falls to 1/e."""


@dataclass(frozen=True)
class HarmSettings:
    """What harm does: every effect is at full strength and shrinks in proportion to the level.

    Which effects there are follows the studies of account data: more and longer sessions, chasing
    within the session by renewed deposits and larger stakes (Auer & Griffiths 2022), declined
    deposits and withdrawals taken back (Haeusler 2016), play at night, contacts and changes of
    limits before a self-exclusion (Hopfgartner et al. 2022, Catania & Griffiths 2021). Sizes are
    chosen such that a model reaches what those studies reached, and no more.
    """

    course: HarmCourseSettings = field(default_factory=HarmCourseSettings)
    play_log_odds: float = 0.9
    """Extra log-odds of playing on a day."""
    more_sessions: float = 0.8
    """Mean number of further sessions on a day, on top."""
    longer_play: float = 0.6
    """Growth of the number of rounds of a sitting, as a share."""
    budget_factor: float = 0.9
    """What is added to the money per session, as a share of the budget."""
    night_share: float = 0.3
    """Share of sessions moved into the night."""
    chasing_factor: float = 0.8
    """Growth of stakes with each renewed deposit of a session, as a share."""
    redeposit_share: float = 0.45
    """Extra chance to deposit again in the session after losing everything."""
    declined_share: float = 0.14
    """Extra share of deposit attempts declined: the money is running out."""
    cancelled_share: float = 0.4
    """Extra share of withdrawals taken back, where that is allowed."""
    limit_changes: float = 0.035
    """Extra chance of a changed or new limit after a day with play."""
    contacts: float = 0.06
    """Extra chance to contact support after a day with play."""
    timeouts: float = 0.007
    """Extra chance of a time-out after a day with play."""
    self_exclusions: float = 0.0028
    """Extra chance to self-exclude after a day with play."""
