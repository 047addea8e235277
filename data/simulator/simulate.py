"""The run of the days."""

from collections.abc import Iterator

from data.simulator import bonuses, onboarding, protection
from data.simulator.messages import correspond
from data.simulator.sessions import play_day
from data.simulator.world import World


def run_days(world: World) -> Iterator[int]:
    """Live through all days; yields the number of each day once it is over.

    Days are played one after the other, since what a player can do depends on the balance; within
    a day all players act at once, in arrays.
    """
    onboarding.register(world)
    protection.set_first_limits(world)
    for day in range(world.calendar.days):
        bonuses.expire(world, day)
        protection.raise_limits(world, day)
        protection.follow_up(world, day, play_day(world, day))
        yield day
    correspond(world)
