"""The operator in a box: days pass, and what the operator comes to know of them comes out."""

from datetime import date

import pyarrow as pa

from data.simulator import (
    bonuses,
    campaigning,
    consent_acts,
    contacts,
    exclusions,
    limits,
    logging_policy,
    messages,
    onboarding,
    returns,
)
from data.simulator.accounts import NEVER_US
from data.simulator.actions import Chosen
from data.simulator.admission import refuse_unfit
from data.simulator.calendar import Calendar
from data.simulator.delivery import Post
from data.simulator.event_tables import Operator, event_table
from data.simulator.exchange import draw_rates
from data.simulator.ledger import Ledger
from data.simulator.operators_view import operators_view
from data.simulator.sessions import play_day
from data.simulator.settings.world import WorldSettings
from data.simulator.state import State
from data.tables import event_schema


class World:
    """One seeded operator, a day at a time.

    Days are played one after the other, since what a player can do depends on the balance; within
    a day all players act at once, in arrays.

    Parameters
    ----------
    players
        Number of accounts; the first of them live the same life however many there are, but for
        persons who have a second account among the others.
    days
        How long the world lasts; it changes when players register.
    seed
        The same seed, start and settings bring the same world.
    start
        First day.

    Attributes
    ----------
    day
        Number of the day that the next step lives, from 0; equal to ``days`` when all is over.
    """

    def __init__(
        self, players: int, days: int, seed: int, start: date, settings: WorldSettings | None = None
    ) -> None:
        calendar = Calendar.of(start, days)
        state = opened(settings or WorldSettings(), calendar, players, seed)
        self._state = state
        rates = draw_rates(state.settings.exchange, days, state.luck)
        self._operator = Operator(calendar, state.population.profiles, rates)
        self._ledger = Ledger(players)
        self._post = Post(state.settings.delivery, state.luck)
        self._told_until_us = 0
        self.day = 0

    @property
    def days(self) -> int:
        return self._state.calendar.days

    @property
    def over(self) -> bool:
        return self.day >= self.days

    @property
    def state(self) -> State:
        """All that is hidden, for judges; never to be shown to a model."""
        return self._state

    def known(self) -> pa.Table:
        """What the operator knows this morning; see ``operators_view`` for the columns."""
        return operators_view(self._state, self.day)

    def own_choice(self) -> Chosen:
        """What the operator's own policy chooses today; ask before the step."""
        return logging_policy.decide(self._state, self.day)

    def step(self, chosen: Chosen | None = None) -> pa.Table:
        """Live through a day; returns what became known, with the columns of ``event_schema()``.

        After the last day all that is still on its way is known, too.

        Parameters
        ----------
        chosen
            What a policy does today; what it brings about shows from tomorrow on. Offers that may
            not be made are suppressed, whatever it says.

        Raises
        ------
        ValueError
            If what was chosen can't be carried out.
        RuntimeError
            If all days are over.
        """
        self.live(chosen)
        return self._told()

    def live(self, chosen: Chosen | None = None) -> None:
        """Live through a day as in ``step``, untold: what happened stays in ``state.records``."""
        if self.over:
            raise RuntimeError(f"all {self.days} days are over: make a World of more days")
        chosen, state = chosen or Chosen.nobody(), self._state
        now_us = state.calendar.day_starts_us(self.day)
        refuse_unfit(chosen, state.population.profiles.registered_us, now_us)
        live_day(state, self.day, chosen)
        self.day += 1

    def _told(self) -> pa.Table:
        calendar = self._state.calendar
        end_us = calendar.end_us if self.over else calendar.day_over_us(self.day - 1)
        frames = self._ledger.with_balances(self._state.records.release(end_us))
        known = self._post.deliver(frames, self._told_until_us, NEVER_US if self.over else end_us)
        self._told_until_us = end_us
        batches = [event_table(self._operator, name, one) for name, one in known.items()]
        return pa.Table.from_batches(batches, event_schema())


def opened(settings: WorldSettings, calendar: Calendar, players: int, seed: int) -> State:
    """The state before the first day, with everybody's registration ahead or done."""
    state = State.before_first_day(settings, calendar, players, seed)
    onboarding.register(state)
    limits.set_first_limits(state)
    consent_acts.ask_at_registration(state)
    messages.welcome(state)
    return state


def live_day(state: State, day: int, chosen: Chosen) -> None:
    """All that happens on one day, in this order."""
    state.accounts.begin_day()
    state.harm.advance(day)
    pause = state.settings.sports.season_log_odds * state.fixtures.pause(day)
    sports_taste = state.population.natures.taste[:, -2:].sum(axis=1)
    harm = state.settings.harm.play_log_odds * state.harm.level
    state.influence.advance()
    sent = state.influence.log_odds(state.bonuses.number >= 0)
    state.engagement.advance(day, harm + pause * sports_taste + sent)
    limits.raise_limits(state, day)
    player = play_day(state, day)
    contacts.contact_support(state, player, day)
    limits.change_limits(state, player, day)
    consent_acts.change_settings(state, player, day)
    exclusions.take_timeouts(state, player, day)
    exclusions.self_exclude(state, player, day)
    exclusions.close_accounts(state, day)
    returns.come_back(state, day)
    campaigning.decide(state, day, chosen)
    messages.correspond(state, day)
    campaigning.offer(state, day, chosen)
    bonuses.expire(state, state.calendar.day_starts_us(day + 1))
