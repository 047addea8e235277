"""Parameters of what surrounds play: protection, messages, exchange rates, delivery of events."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProtectionSettings:
    limit_share: float = 0.12
    """Share of players who set a deposit limit at registration where it is voluntary."""
    limit_budgets: float = 12.0
    """Median monthly deposit limit, in session budgets."""
    required_factor: float = 4.0
    """How much larger limits are at registration where everyone must set one."""
    limit_spread: float = 0.8
    """Spread of limits (of the logarithm)."""
    limit_changes: float = 0.004
    """Chance of a changed or new limit after a day with play."""
    increase_wait_hours: int = 24
    """Hours until a raised limit takes effect."""
    contacts: float = 0.012
    """Chance to contact support after a day with play."""
    timeouts: float = 0.0003
    """Chance to take a time-out after a day with play."""
    self_exclusions: float = 0.00007
    """Chance to self-exclude after a day with play."""
    register_share: float = 0.4
    """Share of exclusions that come through the national register, where there is one."""
    returns: float = 0.05
    """Chance to ask for the return once the term is over, on a day that the player would play for
    certain. Of poker players who excluded themselves two thirds came back (Luquiens 2018)."""
    bonus_wait_days: int = 90
    """Days without a bonus after a return from an exclusion, and after a sign of harm that the
    operator saw: a tightened limit or a contact about harm."""
    inactive_days: int = 14
    """Days without a log-in from which promotion counts as winning back."""
    answers_at_return: float = 0.6
    """Share of those who answer when they are asked again whether they agree to marketing."""


@dataclass(frozen=True)
class MessageSettings:
    consent_share: float = 0.55
    """Median chance to consent to marketing for one product on one channel."""
    consent_spread: float = 1.2
    """Standard deviation of its log-odds between players."""
    messages_per_week: float = 0.9
    """Mean marketing messages per consented player and week (Poisson)."""
    opened_share: float = 0.22
    """Usual share of messages opened."""
    opened_least: float = 0.35
    """What is left of that share for a player who will not play on the day."""
    opened_interest: float = 2.2
    """What is added to that factor, times the square root of the chance to play on the day."""
    read_hours: float = 6.0
    """Mean hours until a message is opened (exponential)."""
    clicked_share: float = 0.2
    """Share of opened messages that are clicked."""
    withdrawal_share: float = 0.003
    """Chance that a message makes the player withdraw the channel's consent."""
    consent_changes: float = 0.001
    """Chance to withdraw a consent in the account's settings, or to give one, after a day with
    play."""
    breach_per_day: float = 0.0015
    """Daily chance that an outside CRM writes to a player whose marketing has ended of late, by
    an exclusion or with the account."""


@dataclass(frozen=True)
class ExchangeSettings:
    daily_spread: float = 0.003
    """Standard deviation of the daily change of an exchange rate, as a share of it."""


@dataclass(frozen=True)
class DeliverySettings:
    late_share: float = 0.015
    """Share of play, payment and message events that become known late."""
    late_most_days: float = 3.0
    """The longest such delay; delays are log-uniform from two minutes on."""
    repeated_share: float = 0.0005
    """Share of events that the platform sends twice."""
    corrected_share: float = 0.0004
    """Share of lost casino rounds that are taken back later, for a fault of the game."""
