"""When each player is to be looked at again, and in which band the last look found them.

A player starts in green. Each crossing is counted, and its count names its entry in the outbox,
written in the same transaction: a batch that is repeated crosses nothing again.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec
from sqlalchemy import Connection, Engine, bindparam, func, select, true, update

from serving.decisions.engine import reading, writing
from serving.decisions.inserting import insert_new, portions
from serving.decisions.outbox import NewEntry, put
from serving.decisions.tables import BAND_CHANGED, reviews

Band = Literal["green", "amber", "red"]


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of a model about a player at one look, and when the next is due.

    Attributes
    ----------
    margin, probability
        Of the last look that found a score; None before the first.
    """

    player_id: str
    model_id: str
    margin: float | None
    probability: float | None
    band: Band
    due_at_us: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a player stands with a model.

    Attributes
    ----------
    reviewed_at_us, margin, probability
        Of the last look, and of the last that found a score; None before the first.
    crossings
        How often the band has changed.
    """

    player_id: str
    model_id: str
    due_at_us: int
    reviewed_at_us: int | None
    margin: float | None
    probability: float | None
    band: Band
    crossings: int


class Reviews:
    """The clock's table."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, now_us: int, limit: int, model_id: str | None = None) -> tuple[Standing, ...]:
        """Players whose next look is due, by one model or by any, the longest due first.

        Who was looked at later than now, before the clock was set back, isn't.
        """
        of_model = true() if model_id is None else reviews.c.model_id == model_id
        not_later = func.coalesce(reviews.c.reviewed_at_us, now_us) <= now_us
        asked = (
            select(reviews)
            .where(reviews.c.due_at_us <= now_us, not_later, of_model)
            .order_by(reviews.c.due_at_us, reviews.c.player_id, reviews.c.model_id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(Standing(**row) for row in connection.execute(asked).mappings())

    def add_players(self, player_ids: Collection[str], model_id: str, due_us: int) -> None:
        """Add players to be looked at; those who are there already stay as they are.

        Each portion is a transaction of its own, and none is begun for players who are all there:
        decisions are stored meanwhile.
        """
        for players in portions(sorted(player_ids)):
            held = select(reviews.c.player_id).where(
                reviews.c.player_id.in_(players), reviews.c.model_id == model_id
            )
            with reading(self._engine) as connection:
                there = set(connection.scalars(held))
            if missing := [player_id for player_id in players if player_id not in there]:
                with writing(self._engine) as connection:
                    _add(connection, {(player_id, model_id): due_us for player_id in missing})

    def hasten(self, player_ids: Collection[str], due_us: int) -> None:
        """Let players be due at a moment, by every model, if they aren't before."""
        with writing(self._engine) as connection:
            for players in portions(sorted(player_ids)):
                late = reviews.c.player_id.in_(players) & (reviews.c.due_at_us > due_us)
                connection.execute(update(reviews).where(late).values(due_at_us=due_us))

    def store_reviews(self, rows: Sequence[Review], now_us: int) -> int:
        """Store looks taken at one moment, tell of bands that changed, and return how many did.

        A look that is older than the stored one changes nothing.
        """
        looks = {(row.player_id, row.model_id): row for row in rows}
        with writing(self._engine) as connection:
            _add(connection, {key: look.due_at_us for key, look in looks.items()})
            before = _held(connection, looks, now_us)
            crossings = [
                _crossing(before[key], look, now_us)
                for key, look in looks.items()
                if key in before and look.band != before[key].band
            ]
            put(connection, crossings)
            _store(connection, [(before[key], looks[key]) for key in before], now_us)
        return len(crossings)


Key = tuple[str, str]
"""A player and a model."""


def _add(connection: Connection, due_us: Mapping[Key, int]) -> None:
    """Add those who are missing; in order, so that two processes can't wait for each other."""
    if due_us:
        rows = [
            {"player_id": key[0], "model_id": key[1], "due_at_us": due_us[key]}
            | {"band": "green", "crossings": 0}
            for key in sorted(due_us)
        ]
        connection.execute(insert_new(connection.dialect.name, reviews), rows)


def _held(connection: Connection, keys: Collection[Key], now_us: int) -> dict[Key, Standing]:
    """Where players stand who weren't looked at since; nobody else changes it meanwhile."""
    model_ids = sorted({model_id for _, model_id in keys})
    held: dict[Key, Standing] = {}
    for players in portions(sorted({player_id for player_id, _ in keys})):
        asked = (
            select(reviews)
            .where(reviews.c.player_id.in_(players), reviews.c.model_id.in_(model_ids))
            .order_by(reviews.c.player_id, reviews.c.model_id)
            .with_for_update()
        )
        for row in connection.execute(asked).mappings():
            standing = Standing(**row)
            key = standing.player_id, standing.model_id
            if key in keys and (standing.reviewed_at_us or now_us) <= now_us:
                held[key] = standing
    return held


def _crossing(before: Standing, look: Review, now_us: int) -> NewEntry:
    crossings = before.crossings + 1
    told = {
        "player_id": look.player_id,
        "model_id": look.model_id,
        "at_us": now_us,
        "from": before.band,
        "to": look.band,
        "probability": look.probability,
        "crossings": crossings,
    }
    return NewEntry(
        player_id=look.player_id,
        kind=BAND_CHANGED,
        key=f"{BAND_CHANGED}:{look.player_id}:{look.model_id}:{crossings}",
        payload=msgspec.json.encode(told),
        created_at_us=now_us,
    )


_LOOK = (
    update(reviews)
    .where(reviews.c.player_id == bindparam("of_player"))
    .where(reviews.c.model_id == bindparam("of_model"))
)


def _store(connection: Connection, looks: Sequence[tuple[Standing, Review]], now_us: int) -> None:
    rows = [
        {
            "of_player": look.player_id,
            "of_model": look.model_id,
            "due_at_us": look.due_at_us,
            "reviewed_at_us": now_us,
            "margin": look.margin,
            "probability": look.probability,
            "band": look.band,
            "crossings": before.crossings + (look.band != before.band),
        }
        for before, look in looks
    ]
    if rows:
        connection.execute(_LOOK, rows)
