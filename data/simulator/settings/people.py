"""Every parameter of the simulated world, with its unit and meaning.

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
    second_account_share: float = 0.02
    """Share of accounts that belong to a person who has another one with the other brand."""
    test_accounts: int = 3
    """Accounts of the operator's own staff, whose events are marked ``is_test``."""
    failed_kyc_share: float = 0.015
    """Share of registrations whose identity check fails; they are closed before any play."""
    kyc_minutes: float = 9.0
    """Median minutes from registration to a passed identity check (spread 1.2)."""
    young_share: float = 0.12
    """Share of players aged 18 to 24."""
    budget_eur: float = 22.0
    """Median money that a player brings to a session."""
    budget_spread: float = 1.0
    """Spread of that budget between players: big spenders are rare and healthy as a rule."""
    sports_share: float = 0.42
    """Mean share of a player's sessions that go to sports betting."""
    taste_concentration: float = 1.6
    """Dirichlet concentration of tastes: below 1 nearly everyone plays one product."""


@dataclass(frozen=True)
class EngagementSettings:
    daily_chance: float = 0.17
    """Median over players of the chance to play on a day while engaged."""
    chance_spread: float = 1.1
    """Standard deviation of its log-odds between players."""
    drift_spread: float = 0.65
    """Standard deviation of the slowly varying mood, in log-odds."""
    drift_days: float = 15.0
    """Days in which a mood decays to 1/e."""
    breaks_per_day: float = 0.009
    """Median daily chance that an engaged player begins a break."""
    breaks_spread: float = 0.8
    """Spread of that chance between players."""
    break_days: float = 17.0
    """Median length of a break."""
    break_days_spread: float = 0.9
    """Spread of the length of breaks: some last for months."""
    leaving_per_day: float = 0.0040
    """Daily chance that a settled player leaves for good."""
    leaving_spread: float = 0.9
    """Spread of that chance between players."""
    early_leaving_per_day: float = 0.035
    """What a new player's daily chance of leaving has on top on the first day."""
    early_days: float = 16.0
    """Days of tenure in which that decays to 1/e."""
    decline_share: float = 0.5
    """Share of leavers who play less and less before they leave; the others stop at once."""
    decline_days: float = 24.0
    """Mean length of such a decline (exponential, at least a week)."""
    shocks_per_day: float = 0.004
    """Daily chance of a life event that lastingly changes how much a player plays."""
    shock_spread: float = 0.7
    """Standard deviation of its effect in log-odds."""
    closing_share: float = 0.03
    """Share of leavers who ask for the account to be closed."""
    weekend_log_odds: float = 0.25
    """Mean extra log-odds of play on Friday to Sunday (standard deviation 0.4 between players)."""


@dataclass(frozen=True)
class HarmSettings:
    """The hidden state of gambling harm, between 0 (none) and 1 (full), and what it does."""

    onset_per_day: float = 0.0007
    """Median daily chance that harm begins, for a player of median vulnerability."""
    vulnerability_spread: float = 1.0
    """Spread of vulnerability between players."""
    present_share: float = 0.045
    """Share of players in whom it has begun before the first day."""
    episode_days: float = 75.0
    """Mean length of an episode (exponential)."""
    ramp_days: float = 14.0
    """Days from its onset to its full strength."""
    play_log_odds: float = 1.1
    """Extra log-odds of playing on a day at full strength."""
    budget_factor: float = 1.2
    """How much is added to the money per session at full strength, as a share of the budget."""
    night_share: float = 0.4
    """Extra share of sessions that begin at night at full strength."""


@dataclass(frozen=True)
class PlaySettings:
    extra_sessions: float = 0.22
    """Mean number of further sessions on a day with one (Poisson); 1 more under full harm."""
    most_sessions: int = 3
    """Sessions per player and day at most."""
    most_legs: int = 4
    """Times that a session goes on after the money was lost, with a new deposit, at most."""
    look_only_share: float = 0.08
    """Share of log-ins without any play."""
    slot_rounds: float = 24.0
    """Median rounds that a slot player means to play in a sitting."""
    table_rounds: float = 9.0
    """The same at tables, without or with a live dealer."""
    rounds_spread: float = 0.75
    """Spread of the number of rounds."""
    slot_seconds: float = 9.0
    """Median seconds between two rounds of a slot (spread 0.5)."""
    table_seconds: float = 38.0
    """Median seconds between two rounds at a table (spread 0.5)."""
    pause_share: float = 0.03
    """Share of rounds before which the player pauses for a few minutes."""
    stake_share: float = 0.034
    """Median stake of a round as a share of the money brought (spread 0.6)."""
    chasing_factor: float = 0.9
    """How much stakes grow with each renewed deposit of a session under full harm."""


@dataclass(frozen=True)
class SportsSettings:
    bets: float = 1.3
    """Mean number of bets in a session beyond the first (Poisson)."""
    stake_share: float = 0.28
    """Median stake as a share of the money brought (spread 0.5)."""
    margin: float = 0.055
    """The bookmaker's margin before the match: fair odds are divided by 1 plus it."""
    live_margin: float = 0.075
    """The same in play."""
    void_share: float = 0.006
    """Share of bets that are voided, with the stake returned."""


@dataclass(frozen=True)
class PaymentSettings:
    least_deposit_eur: float = 10.0
    """Smallest deposit accepted."""
    declined_share: float = 0.05
    """Share of deposit attempts declined by bank or wallet."""
    harm_declined_share: float = 0.22
    """Extra share declined under full harm: the money is running out."""
    abandoned_share: float = 0.02
    """Share of deposits given up on the payment page (``cancelled``)."""
    retry_share: float = 0.6
    """Chance to try again after a failed deposit."""
    redeposit_share: float = 0.2
    """Chance to deposit again in the session after losing everything; 0.55 more under harm."""
    low_balance_share: float = 0.5
    """A session begins with a deposit if the balance is below this share of the budget."""
    cash_out_multiple: float = 3.0
    """Balance, in budgets, from which a player thinks of withdrawing."""
    cash_out_share: float = 0.5
    """Chance to withdraw after a session with such a balance."""
    cancelled_share: float = 0.03
    """Share of withdrawals that the player takes back; 0.45 more under harm."""
    paid_hours: float = 9.0
    """Median hours from request to payment (spread 0.9)."""


@dataclass(frozen=True)
class BonusSettings:
    """A deposit match: it turns into real money once enough has been staked."""

    welcome_share: float = 0.45
    """Chance that the first deposit claims the welcome bonus."""
    reload_share: float = 0.03
    """Chance that a later deposit claims one."""
    most_eur: float = 50.0
    """Largest amount of a bonus."""
    wagering_multiple: float = 5.0
    """Stakes needed to turn it real, as a multiple of its amount."""
    valid_days: int = 14
    """Days until it expires."""


@dataclass(frozen=True)
class ProtectionSettings:
    limit_share: float = 0.12
    """Share of players who set a deposit limit at registration where it is voluntary."""
    limit_budgets: float = 12.0
    """Median monthly deposit limit, in session budgets (spread 0.8)."""
    limit_changes: float = 0.004
    """Chance of a changed or new limit after a day with play; 0.05 more under harm."""
    increase_wait_hours: int = 24
    """Hours until a raised limit takes effect."""
    contacts: float = 0.012
    """Chance to contact support after a day with play; 0.09 more under harm."""
    timeouts: float = 0.0006
    """Chance to take a time-out after a day with play; 0.015 more under harm."""
    self_exclusions: float = 0.0004
    """Chance to self-exclude after a day with play; 0.012 more under harm."""
    register_share: float = 0.4
    """Share of exclusions that come through the national register, where there is one."""


@dataclass(frozen=True)
class MessageSettings:
    consent_share: float = 0.55
    """Mean chance to consent to marketing for one product on one channel."""
    messages_per_week: float = 0.9
    """Mean marketing messages per consented player and week (Poisson)."""
    opened_share: float = 0.22
    """Mean share of messages opened; those who play more open more."""
    clicked_share: float = 0.2
    """Share of opened messages that are clicked."""
    withdrawal_share: float = 0.003
    """Chance that a message makes the player withdraw the channel's consent."""


@dataclass(frozen=True)
class DeliverySettings:
    late_share: float = 0.015
    """Share of play, payment and message events that become known late."""
    late_most_days: float = 3.0
    """The longest such delay; delays are log-uniform from two minutes on."""
    repeated_share: float = 0.0005
    """Share of events that the platform sends twice."""


@dataclass(frozen=True)
class ExchangeSettings:
    daily_spread: float = 0.003
    """Standard deviation of the daily change of an exchange rate, as a share of it."""


@dataclass(frozen=True)
class WorldSettings:
    population: PopulationSettings = PopulationSettings()
    engagement: EngagementSettings = EngagementSettings()
    harm: HarmSettings = HarmSettings()
    play: PlaySettings = PlaySettings()
    sports: SportsSettings = SportsSettings()
    payments: PaymentSettings = PaymentSettings()
    bonuses: BonusSettings = BonusSettings()
    protection: ProtectionSettings = ProtectionSettings()
    messages: MessageSettings = MessageSettings()
    delivery: DeliverySettings = DeliverySettings()
    exchange: ExchangeSettings = ExchangeSettings()
