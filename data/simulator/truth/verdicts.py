"""What a policy brings: the same seeded world under it and under no offer, with the same luck."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from data.simulator.actions import OFFERS, Chosen
from data.simulator.arrays import Floats
from data.simulator.ledger import holds
from data.simulator.records import Frame
from data.simulator.truth.rollout import chance_to_play, margin_eur, released
from data.simulator.truth.worth import budget_eur
from data.simulator.world import World

Policy = Callable[[World], Chosen | None]
"""Asked each morning, before the day is lived."""

Lived = dict[str, Floats]
"""Measure → its sum over all days for each account, shape (players,).

``play_days`` and ``harm_days`` are days of play by the chance to play, and days of full harm;
``margin_eur`` is theoretical margin (stakes × house edge) less the cost of bonuses, euros, and
``margin_budgets`` the same in each player's own budgets; the others are counts.
"""


@dataclass(frozen=True)
class Verdict:
    """Means per account over all days.

    Attributes
    ----------
    half_width
        Of the 95 % interval of ``under_policy - without``, by accounts.
    """

    measure: str
    without: float
    under_policy: float
    half_width: float

    @property
    def difference(self) -> float:
        return self.under_policy - self.without


def no_offer(_: World) -> Chosen | None:
    """The policy that does nothing."""
    return None


def lived(world: World, policy: Policy, day_over: Callable[[], None]) -> Lived:
    """Live all days of a new world under a policy; ``day_over`` is called after each."""
    days = list(_days(world, policy, day_over))
    sums = {name: np.sum([one[name] for one in days], axis=0) for name in days[0]}
    budget = budget_eur(world.state, np.arange(len(world.state.population.profiles)))
    return sums | {"margin_budgets": sums["margin_eur"] / budget}


def verdicts(without: Lived, under_policy: Lived) -> list[Verdict]:
    """Compare two lives of the same accounts."""
    return [_verdict(name, without[name], under_policy[name]) for name in without]


def _verdict(measure: str, without: Floats, under_policy: Floats) -> Verdict:
    spread = float((under_policy - without).std()) / np.sqrt(len(without))
    means = float(without.mean()), float(under_policy.mean())
    return Verdict(measure, *means, float(1.96 * spread))


def _days(world: World, policy: Policy, day_over: Callable[[], None]) -> Iterator[Lived]:
    state = world.state
    while not world.over:
        day = world.day
        world.live(policy(world))
        frames = released(state)
        yield {
            "play_days": chance_to_play(state, day),
            "margin_eur": margin_eur(state, frames),
            "harm_days": state.harm.level.copy(),
            **_counts(frames, len(state.harm.level)),
        }
        day_over()


def _counts(frames: dict[str, Frame], players: int) -> Lived:
    """What was done to each account: offers sent, bonuses claimed, interventions taken."""
    counts = {name: np.zeros(players) for name in ("offers", "bonuses", "interventions")}
    if message := frames.get("message"):
        campaign, sent = message.columns["campaign_id"], holds(message.columns["state"], "sent")
        offers = np.any([holds(campaign, offer.name) for offer in OFFERS], axis=0)
        np.add.at(counts["offers"], message.player[sent & offers], 1.0)
    if bonus := frames.get("bonus"):
        claimed = holds(bonus.columns["state"], "claimed")
        np.add.at(counts["bonuses"], bonus.player[claimed], 1.0)
    if intervention := frames.get("rg.intervention"):
        np.add.at(counts["interventions"], intervention.player, 1.0)
    return counts
