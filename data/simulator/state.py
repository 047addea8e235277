"""The state of the simulated operator, shared by everything that happens in it."""

from dataclasses import dataclass

import numpy as np

from data.simulator.accounts import NEVER_US, Accounts
from data.simulator.arrays import Ints
from data.simulator.bonus_book import BonusBook
from data.simulator.calendar import Calendar
from data.simulator.consents import Consents
from data.simulator.engagement import Engagement
from data.simulator.fixtures import Fixtures
from data.simulator.games import Shelf
from data.simulator.harm import HarmCourse
from data.simulator.influence import Influence
from data.simulator.limit_book import LimitBook
from data.simulator.players import Population, draw_population
from data.simulator.randomness import Luck
from data.simulator.records import EventRecords
from data.simulator.settings.world import WorldSettings


@dataclass(frozen=True)
class State:
    """What is fixed (settings to population) and what changes as the days go by."""

    settings: WorldSettings
    luck: Luck
    calendar: Calendar
    shelf: Shelf
    fixtures: Fixtures
    population: Population
    harm: HarmCourse
    engagement: Engagement
    accounts: Accounts
    limits: LimitBook
    bonuses: BonusBook
    consents: Consents
    influence: Influence
    records: EventRecords

    @classmethod
    def before_first_day(
        cls, settings: WorldSettings, calendar: Calendar, players: int, seed: int
    ) -> "State":
        luck = Luck(seed)
        population = draw_population(settings.population, players, calendar, luck)
        return cls(
            settings=settings,
            luck=luck,
            calendar=calendar,
            shelf=Shelf(),
            fixtures=Fixtures(calendar),
            population=population,
            harm=HarmCourse(settings.harm.course, players, luck),
            engagement=Engagement(settings.engagement, population, calendar, luck),
            accounts=Accounts(population.profiles.checked_us),
            limits=LimitBook(players),
            bonuses=BonusBook(players),
            consents=Consents(players),
            influence=Influence(settings.influence, population.natures, luck),
            records=EventRecords(),
        )

    def note_sign(self, player: Ints, at_us: Ints) -> None:
        """Note a sign of harm of each player, for all accounts of the person."""
        person, last_us = self.population.profiles.person, self.accounts.last_sign_us
        latest_us = np.full(len(person), -NEVER_US)
        np.maximum.at(latest_us, person[player], at_us)
        last_us[:] = np.maximum(last_us, latest_us[person])
