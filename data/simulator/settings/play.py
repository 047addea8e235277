"""Parameters of play and money: sessions, rounds, bets, payments, bonuses.

A *spread* is the standard deviation of the logarithm of a log-normal quantity. Money is in euros;
each market's price level turns it into its own currency.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SessionSettings:
    extra_sessions: float = 0.65
    """Mean number of further sessions on a day with one (Poisson)."""
    most_sessions: int = 3
    """Sessions per player and day at most."""
    most_legs: int = 4
    """Times that a session starts or goes on with a new deposit, at most."""
    look_only_share: float = 0.08
    """Share of log-ins without any play."""
    start_spread_hours: float = 2.4
    """Standard deviation of the local hour of a session around the player's usual one."""
    night_hour: float = 2.0
    """Mean local hour of a session at night (standard deviation 1.6 hours)."""
    budget_spread: float = 0.45
    """Spread of the money brought between a player's sessions."""
    same_device_share: float = 0.88
    """Share of sessions on the player's preferred device."""
    idle_share: float = 0.35
    """Share of sessions that end by idling rather than by logging out."""


@dataclass(frozen=True)
class CasinoSettings:
    slot_rounds: float = 25.0
    """Median rounds that a slot player means to play in a sitting."""
    table_rounds: float = 9.0
    """The same at tables, without or with a live dealer."""
    rounds_spread: float = 0.75
    """Spread of the number of rounds."""
    most_rounds: int = 300
    """Rounds of a sitting at most."""
    slot_seconds: float = 9.0
    """Median seconds between two rounds of a slot."""
    table_seconds: float = 38.0
    """Median seconds between two rounds at a table."""
    seconds_spread: float = 0.5
    """Spread of the time between rounds."""
    pause_share: float = 0.03
    """Share of rounds before which the player pauses."""
    pause_minutes: float = 4.0
    """Mean length of such a pause (exponential)."""
    stake_share: float = 0.055
    """Median stake of a round as a share of the money brought."""
    stake_spread: float = 0.6
    """Spread of that share between sittings."""
    popularity: float = 1.6
    """Exponent that makes some games more popular than others: 1 would make all equal."""


@dataclass(frozen=True)
class SportsSettings:
    bets: float = 1.3
    """Mean number of bets in a session beyond the first (Poisson)."""
    stake_share: float = 0.36
    """Median stake as a share of the money brought."""
    stake_spread: float = 0.5
    """Spread of that share between bets."""
    prematch_minutes: float = 1.5
    """Median minutes between bets before the match (spread 0.6)."""
    live_minutes: float = 5.0
    """Median minutes between bets in play (spread 0.6)."""
    margin: float = 0.055
    """The bookmaker's margin before the match: fair odds are divided by 1 plus it."""
    live_margin: float = 0.075
    """The same in play."""
    void_share: float = 0.006
    """Share of bets that are voided, with the stake returned."""
    matches_ahead: float = 7.0
    """Mean number of matches between a bet before the match and its own (exponential)."""
    season_log_odds: float = -0.9
    """What the season's break adds to the log-odds of playing, times the share of sports in the
    player's taste."""


@dataclass(frozen=True)
class PaymentSettings:
    least_deposit_eur: float = 5.0
    """Smallest deposit accepted."""
    amount_spread: float = 0.65
    """Spread of a deposit around the money brought to the session."""
    declined_share: float = 0.008
    """Share of deposit attempts declined by bank or wallet."""
    abandoned_share: float = 0.02
    """Share of deposits given up on the payment page (``cancelled``)."""
    retry_share: float = 0.6
    """Chance to try once more after a failed deposit."""
    redeposit_share: float = 0.42
    """Chance to deposit again in the session after losing everything."""
    low_balance_share: float = 1.5
    """A session begins with a deposit if the balance is below this share of the budget."""
    cash_out_multiple: float = 5.0
    """Balance, in budgets, from which a player thinks of withdrawing."""
    cash_out_share: float = 0.25
    """Chance to withdraw after a session with such a balance."""
    cancelled_share: float = 0.03
    """Share of withdrawals that the player takes back, where that is allowed."""
    paid_hours: float = 9.0
    """Median hours from request to payment."""
    paid_spread: float = 0.9
    """Spread of those hours."""


@dataclass(frozen=True)
class BonusSettings:
    """A deposit match is staked until it turns real; free spins and free bets pay real money."""

    welcome_share: float = 0.45
    """Chance that the first deposit claims the welcome bonus."""
    reload_share: float = 0.03
    """Chance that a later deposit claims one."""
    most_eur: float = 50.0
    """Largest amount of a match."""
    free_bet_most_eur: float = 10.0
    """Largest amount of a free bet."""
    free_spins: int = 5
    """Number of free spins of one grant."""
    wagering_multiple: float = 5.0
    """Stakes needed to turn a match real, as a multiple of its amount."""
    most_multiple: float = 3.0
    """What turns real at most, as a multiple of the amount."""
    valid_days: int = 14
    """Days until a bonus expires."""
