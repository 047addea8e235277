"""Parameters of people: who they are, how they come and go.

A *spread* is the standard deviation of the logarithm of a log-normal quantity. Money is in euros;
each market's price level turns it into its own currency. A *daily chance* is a probability per
player and day.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PopulationSettings:
    migrated_share: float = 0.6
    """Share of players that the operator had before the first day: they register again, as
    customers of the old platform, soon after it."""
    migration_days: float = 6.0
    """Mean days after the first until such a player first appears (exponential)."""
    migrated_tenure_days: float = 400.0
    """Mean days for which such a player has played before (exponential)."""
    registration_hour: float = 18.0
    """Mean local hour of registration (standard deviation 3.5 hours)."""
    first_brand_share: float = 0.65
    """Share of accounts with the first brand."""
    second_account_share: float = 0.02
    """Share of accounts that belong to a person who has another one with the other brand."""
    test_accounts: int = 3
    """Accounts of the operator's own staff, whose events are marked ``is_test``."""
    failed_kyc_share: float = 0.015
    """Share of registrations whose identity check fails; they are closed before any play."""
    kyc_minutes: float = 9.0
    """Median minutes from registration to the end of the identity check."""
    kyc_spread: float = 1.2
    """Spread of those minutes."""
    sex_known_share: float = 0.9
    """Share of registrations that tell the sex."""
    young_share: float = 0.12
    """Share of players aged 18 to 24."""
    budget_eur: float = 25.0
    """Median money that a player brings to a session."""
    budget_spread: float = 1.35
    """Spread of that budget between players: big spenders are rare and healthy as a rule."""
    sports_share: float = 0.42
    """Mean share of a player's sessions that go to sports betting."""
    taste_concentration: float = 1.6
    """Dirichlet concentration of tastes: below 1 nearly everyone plays one product."""
    openness_spread: float = 0.6
    """Spread of how readily players open messages."""
    price_spread: float = 0.7
    """Spread of how strongly players respond to what an offer is worth."""
    channel_concentration: float = 2.0
    """Dirichlet concentration of the channels that players prefer."""
    night_share: float = 0.06
    """Mean share of sessions at night of players without harm; some work by night."""
    habit_spread: float = 0.7
    """Spread of each lasting habit between players without harm: to deposit again in a session, to
    have deposits declined, to take withdrawals back, to change limits, to contact support. It makes
    many a healthy player look like a harmed one."""


@dataclass(frozen=True)
class EngagementSettings:
    daily_chance: float = 0.26
    """Median over players of the chance to play on a day while engaged."""
    chance_spread: float = 2.7
    """Standard deviation of its log-odds between players."""
    first_day_chance: float = 0.62
    """Chance to play on the day of registration."""
    weekend_log_odds: float = 1.0
    """Mean extra log-odds of play on Saturday and Sunday."""
    weekend_spread: float = 0.4
    """Standard deviation of those extra log-odds between players."""
    drift_spread: float = 0.65
    """Standard deviation of the slowly varying mood, in log-odds."""
    drift_days: float = 15.0
    """Days in which a mood decays to 1/e."""
    breaks_per_day: float = 0.010
    """Median daily chance that an engaged player begins a break."""
    breaks_spread: float = 0.8
    """Spread of that chance between players."""
    break_days: float = 18.0
    """Median length of a break."""
    break_days_spread: float = 0.9
    """Spread of the length of breaks: some last for months."""
    leaving_per_day: float = 0.0010
    """Median daily chance that a settled player leaves for good."""
    leaving_spread: float = 0.9
    """Spread of that chance between players."""
    early_leaving_per_day: float = 0.012
    """What a new player's daily chance of leaving has on top on the first day."""
    early_days: float = 16.0
    """Days of tenure in which that decays to 1/e."""
    decline_share: float = 0.6
    """Share of leavers who play less and less before they leave; the others stop at once."""
    decline_days: float = 28.0
    """Mean length of such a decline beyond its first week (exponential)."""
    decline_log_odds: float = 3.0
    """How far a declining player has fallen on the last day."""
    shocks_per_day: float = 0.004
    """Daily chance of a life event that lastingly changes how much a player plays."""
    shock_spread: float = 0.7
    """Standard deviation of its effect in log-odds."""
    closing_share: float = 0.03
    """Share of leavers who ask for the account to be closed."""
