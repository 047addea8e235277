"""The clock: every player is looked at again as time passes, for silence makes no event.

A player is due a day after the last look, at the marks of inactivity before that, and as soon as
an event of theirs was applied. A crossing of bands is stored with its entry in the outbox, once,
and only if the probability has left the band by the margin of hysteresis.
"""

import bisect
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from features.catalogue import FEATURE_INDEX
from features.online_tiles import OnlineTiles
from features.tile_sql import DAY_US
from serving.decisions.reviews import Band, Review, Reviews, Standing
from serving.models import ServedModel
from serving.scoring import plain_answers

INACTIVITY_MARKS_DAYS = (3, 7, 10, 30)
"""Days of silence at which a player is looked at, beside the daily look (house rule K1)."""

AT_ONCE = 100
"""Players of one portion: ten milliseconds in which requests wait."""

BANDS: tuple[Band, ...] = ("green", "amber", "red")


class Bands(NamedTuple):
    """Where bands begin, and how far a probability has to leave one.

    Attributes
    ----------
    amber, red
        Probabilities from which a player belongs to the band.
    hysteresis
        A player falls back only below the band's begin minus this.
    """

    amber: float = 0.35
    red: float = 0.6
    hysteresis: float = 0.05

    def of(self, probability: float, before: Band) -> Band:
        """The band of a player who was in another before.

        Examples
        --------
        >>> Bands().of(0.58, "red"), Bands().of(0.58, "amber"), Bands().of(0.54, "red")
        ('red', 'amber', 'amber')
        """
        begins = (self.amber, self.red)
        held = BANDS.index(before)
        risen = bisect.bisect_right(begins, probability)
        if risen >= held:
            return BANDS[risen]
        lowered = [begin - self.hysteresis for begin in begins]
        return BANDS[min(held, bisect.bisect_right(lowered, probability))]


class Look(NamedTuple):
    """What a turn of the clock did."""

    looked_at: int
    crossings: int


def turn_of_the_clock(
    tiles: OnlineTiles,
    models: Mapping[str, ServedModel],
    reviews: Reviews,
    bands: Bands,
    at_once: int = AT_ONCE,
) -> Iterator[Look]:
    """Look at everybody who is due, some at a time.

    Killed in between, the next turn goes on with those who weren't stored.
    """
    now_us = tiles.now_us()
    for model in models.values():
        while standings := reviews.due(now_us, at_once, model.model_id):
            looks = list(_looks(tiles, model, standings, bands, now_us))
            yield Look(len(looks), reviews.store_reviews(looks, now_us))


def _looks(
    tiles: OnlineTiles,
    model: ServedModel,
    standings: Sequence[Standing],
    bands: Bands,
    now_us: int,
) -> Iterator[Review]:
    """A look at each; who isn't scored keeps what was found before, and is due a day later."""
    rows = tiles.features([standing.player_id for standing in standings], now_us)
    silent_days = rows.matrix[:, FEATURE_INDEX["days_since_last_activity"]]
    answers = plain_answers(rows, model)
    for standing, silent, answer in zip(standings, silent_days, answers, strict=True):
        if answer is None:
            margin, probability, band = standing.margin, standing.probability, standing.band
        else:
            margin, probability = answer
            band = bands.of(probability, standing.band)
        yield Review(
            player_id=standing.player_id,
            model_id=standing.model_id,
            margin=margin,
            probability=probability,
            band=band,
            due_at_us=now_us + next_look_us(float(silent)),
        )


def next_look_us(silent_days: float) -> int:
    """How long until a player is due again: a day, or less if a mark of inactivity comes before.

    Examples
    --------
    >>> next_look_us(2.75) / DAY_US, next_look_us(5.0) / DAY_US
    (0.25, 1.0)
    """
    if np.isnan(silent_days):
        return DAY_US
    ahead = [mark - silent_days for mark in INACTIVITY_MARKS_DAYS if mark > silent_days]
    return max(1, round(min([1.0, *ahead]) * DAY_US))
