"""What happens to bonuses: claims, conversions, forfeits, expiry."""

import numpy as np

from data.simulator.arrays import Bools, Ints, round_down_to
from data.simulator.calendar import DAY_US, SECOND_US
from data.simulator.markets import MARKETS, per_market
from data.simulator.records import Choice, Numbered
from data.simulator.world import World

_NAMES = ("welcome-match", "reload-match")
_STEPS_EUR = np.array([5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 75.0, 100.0])
_FIRST_ONLY = np.array([market.jurisdiction == "SE" for market in MARKETS])
"""A Swedish licence allows a bonus at the first play alone (Spellagen 14 kap. 9 §)."""

_NOT_UNDER_24 = np.array([market.jurisdiction == "NL" for market in MARKETS])
"""A Dutch licence bars advertising to players under 24 (Besluit werving, reclame)."""


def claim(world: World, player: Ints, at_us: Ints, deposit: Ints) -> None:
    """Let some of those who have just deposited claim a match of their deposit.

    ``player`` are distinct; ``deposit`` is in minor units and counted in ``accounts.deposits``.
    """
    settings, rng = world.settings.bonuses, world.streams.bonuses
    market = world.population.profiles.market[player]
    first = world.accounts.deposits[player] == 1
    share = np.where(first, settings.welcome_share, settings.reload_share * ~_FIRST_ONLY[market])
    claims = (rng.random(len(player)) < share) & ~world.bonuses.running(player)
    claims &= ~(_NOT_UNDER_24[market] & _is_under_24(world, player, at_us))
    player, at_us, first = player[claims], at_us[claims] + SECOND_US, first[claims]
    unit = 100 * per_market("price_level")[market[claims]]
    amount = np.minimum(deposit[claims] / unit, settings.most_eur)
    amount = round_down_to(amount, _STEPS_EUR).astype(np.int64) * unit
    to_stake = (amount * settings.wagering_multiple).astype(np.int64)
    number = world.records.numbers("bonus", len(player))
    expires_us = at_us + settings.valid_days * DAY_US
    world.bonuses.start(player, number, amount, to_stake, expires_us)
    world.bonuses.welcome[player] = first
    _record(world, player, at_us, "claimed")


def count_stakes(world: World, player: Ints, staked: Ints, at_us: Ints) -> None:
    """Count the stakes of a sitting, and turn real the bonuses that they complete."""
    done = world.bonuses.stake(player, staked, at_us)
    at = np.zeros(len(world.population.profiles), dtype=np.int64)
    at[player] = at_us
    _record(world, done, at[done], "completed", turned_real=world.bonuses.amount[done])
    world.accounts.balance[done] += world.bonuses.amount[done]
    world.bonuses.end(done)


def forfeit(world: World, player: Ints, at_us: Ints) -> None:
    """Take the running bonuses of those who withdraw."""
    running = world.bonuses.running(player) & (at_us < world.bonuses.expires_us[player])
    _record(world, player[running], at_us[running], "forfeited")
    world.bonuses.end(player[running])


def expire(world: World, day: int) -> None:
    """End what ran out before the day."""
    player = world.bonuses.expired(world.calendar.day_starts_us(day))
    _record(world, player, world.bonuses.expires_us[player], "expired")
    world.bonuses.end(player)


def _is_under_24(world: World, player: Ints, at_us: Ints) -> Bools:
    age_days = at_us // DAY_US - world.population.profiles.birth_day[player]
    return np.asarray(age_days < 24 * 365.25)


def _record(
    world: World, player: Ints, at_us: Ints, state: str, turned_real: Ints | int = 0
) -> None:
    book = world.bonuses
    world.records.add(
        "bonus",
        player,
        at_us,
        state=state,
        user_bonus_id=Numbered("bonus-", book.number[player]),
        bonus_id=Choice(np.where(book.welcome[player], 0, 1), _NAMES),
        bonus_type="deposit_match",
        amount=book.amount[player],
        wagering_multiple=world.settings.bonuses.wagering_multiple,
        wagering_remaining=book.to_stake[player].clip(0),
        turned_real=turned_real,
    )
