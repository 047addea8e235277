"""The run of the days."""

from collections.abc import Iterator

from data.simulator import bonuses, contacts, exclusions, limits, onboarding
from data.simulator.arrays import Ints
from data.simulator.messages import correspond
from data.simulator.sessions import play_day
from data.simulator.world import World


def run_days(world: World) -> Iterator[int]:
    """Live through all days; yields the number of each day once it is over.

    Days are played one after the other, since what a player can do depends on the balance; within
    a day all players act at once, in arrays.
    """
    onboarding.register(world)
    limits.set_first_limits(world)
    for day in range(world.calendar.days):
        bonuses.expire(world, day)
        limits.raise_limits(world, day)
        _after_play(world, day, play_day(world, day))
        exclusions.close_accounts(world, day)
        yield day
    correspond(world)


def _after_play(world: World, day: int, player: Ints) -> None:
    """What those who logged in today do about their play, in this order."""
    harm = world.harm[player, day]
    contacts.contact_support(world, player, harm)
    limits.change_limits(world, player, harm)
    exclusions.take_timeouts(world, player, harm)
    exclusions.self_exclude(world, player, harm)
