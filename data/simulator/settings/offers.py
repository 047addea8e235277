"""Parameters of what offers and interventions truly do: known here, to be found out by models.

Effects on play are in log-odds of playing on a day. A *spread* is the standard deviation of the
logarithm of a log-normal quantity.
"""

from dataclasses import dataclass

from data.simulator.actions import INTERVENTIONS, OFFERS


@dataclass(frozen=True)
class InfluenceSettings:
    lift: tuple[float, ...] = (0.0, 0.25, 0.45, 0.7, 0.6)
    """Log-odds that no offer and each offer add on the day after it is noticed, for a player of
    median responsiveness whose taste is evenly split."""
    responsiveness_spread: float = 0.7
    """Spread of responsiveness between players: some play only because of an offer."""
    lift_days: float = 6.0
    """Days in which a lift decays to 1/e."""
    annoyance: float = 0.10
    """Mean log-odds that each unit of fatigue takes away (exponential between players)."""
    newsletter_fatigue: float = 0.3
    """Fatigue that a newsletter adds; an offer adds 1."""
    fatigue_days: float = 14.0
    """Days in which fatigue decays to 1/e."""
    waiters: float = 0.25
    """Share of players who learn to wait for the next bonus."""
    waiting: float = 0.22
    """Mean log-odds that each recent bonus takes away from a waiter without one (exponential)."""
    habit_days: float = 45.0
    """Days in which the memory of a bonus decays to 1/e."""
    claims: float = 0.65
    """Share of noticed paid offers that a player of median price sensitivity claims."""
    harm_push: float = 0.12
    """What a claimed bonus adds to the level of harm of those at risk or harmed."""
    harm_days: float = 4.0
    """Days by which it prolongs that state."""
    harm_begins: float = 0.012
    """Chance that it makes a recreational player of median vulnerability at risk."""

    def __post_init__(self) -> None:
        _refuse_length("lift", self.lift, 1 + len(OFFERS), "no offer and each of OFFERS")


@dataclass(frozen=True)
class InterventionSettings:
    heeded: tuple[float, ...] = (0.25, 0.45)
    """Chance that a player at risk or harmed turns for the better on a message, or on a break."""
    calms: tuple[float, ...] = (0.25, 0.5)
    """Log-odds of play that either takes away for some days, whether heeded or not."""
    break_days: int = 3
    """Days without log-in that a break brings."""

    def __post_init__(self) -> None:
        for name, effects in (("heeded", self.heeded), ("calms", self.calms)):
            _refuse_length(name, effects, len(INTERVENTIONS), "each of INTERVENTIONS")


@dataclass(frozen=True)
class LoggingPolicySettings:
    """The operator's own policy, which draws at random and writes down the probabilities."""

    every_days: int = 7
    """Days between two decisions about a player."""
    no_offer: float = 0.5
    """Probability of no offer where something may be offered; the offers share the rest."""
    inactive_days: int = 60
    """Days without a log-in after which nothing is decided any more."""
    least_random_age: int = 25
    """Age in years from which a paid incentive may be drawn at random."""
    quiet_days: int = 90
    """Days without paid incentives after a tightened limit or a contact about harm, and without
    offers of any kind after a return from an exclusion."""


def _refuse_length(name: str, effects: tuple[float, ...], count: int, of: str) -> None:
    if len(effects) != count:
        raise ValueError(f"{name} has {len(effects)} numbers: give {count}, one for {of}")
