"""A bonus says by which campaign it came, under the name that its message has."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from data.simulator.actions import OFFERS
from data.simulator.world import World


def test_a_bonus_has_the_campaign_of_the_offer_or_of_the_operator() -> None:
    world, told = World(400, 40, 5, date(2026, 1, 1)), []
    while not world.over:
        told.append(world.step(world.own_choice()))
    events = pa.concat_tables(told)
    bonuses = events.filter(pc.equal(events["event_type"], "bonus"))
    campaigns = {*bonuses["campaign_id"].to_pylist()}
    paid = {offer.name for offer in OFFERS if offer.paid}
    assert campaigns & paid
    assert {"welcome", "reload"} <= campaigns <= {"welcome", "reload"} | paid
