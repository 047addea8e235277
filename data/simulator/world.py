"""The state of the simulated operator, shared by everything that happens in it."""

from dataclasses import dataclass

from data.simulator.accounts import Accounts
from data.simulator.arrays import Floats
from data.simulator.bonus_book import BonusBook
from data.simulator.calendar import Calendar
from data.simulator.engagement import Engagement, draw_engagement
from data.simulator.games import Shelf
from data.simulator.harm import draw_harm
from data.simulator.limit_book import LimitBook
from data.simulator.players import Population, draw_population
from data.simulator.randomness import Streams
from data.simulator.records import EventRecords
from data.simulator.settings.world import WorldSettings


@dataclass(frozen=True)
class World:
    """What is fixed (settings to engagement) and what changes as the days go by.

    Attributes
    ----------
    harm
        Shape (players, days), between 0 and 1.
    """

    settings: WorldSettings
    streams: Streams
    calendar: Calendar
    shelf: Shelf
    population: Population
    harm: Floats
    engagement: Engagement
    accounts: Accounts
    limits: LimitBook
    bonuses: BonusBook
    records: EventRecords

    @classmethod
    def create(
        cls, settings: WorldSettings, calendar: Calendar, players: int, seed: int
    ) -> "World":
        """A world before its first day."""
        streams = Streams.grown_from(seed)
        population = draw_population(settings.population, players, calendar, streams.population)
        harm = draw_harm(settings.harm, players, calendar.days, streams.harm)
        engagement = draw_engagement(
            settings.engagement,
            population,
            settings.harm.play_log_odds * harm,
            calendar,
            streams.engagement,
        )
        return cls(
            settings=settings,
            streams=streams,
            calendar=calendar,
            shelf=Shelf(),
            population=population,
            harm=harm,
            engagement=engagement,
            accounts=Accounts(population.profiles.checked_us),
            limits=LimitBook(players),
            bonuses=BonusBook(players),
            records=EventRecords(),
        )
