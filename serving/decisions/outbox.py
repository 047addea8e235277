"""What others are to be told, in order, until they have it.

An entry is put in with what it tells of, in the same transaction, and delivered at least once. The
order holds for each player: an entry becomes visible only after those of the player before it.
"""

from collections.abc import Collection, Sequence
from typing import Any, Literal
from zlib import crc32

import msgspec
from msgspec.structs import asdict
from sqlalchemy import Connection, Engine, bindparam, select, text, update

from serving.decisions.engine import POSTGRES, reading, writing
from serving.decisions.inserting import insert_new
from serving.decisions.tables import outbox

_STRIPES = 256
_FIRST_STRIPE = 7_305_804_402_566_260_000
"""Numbers of the advisory locks that keep players in order, among all locks of the database."""


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Something to tell; ``key`` names it, and what was put in once is not put in again."""

    player_id: str
    kind: Literal["decision", "band.changed"]
    key: str
    payload: bytes
    created_at_us: int


class OutboxEntry(NewEntry, frozen=True, kw_only=True):
    """An entry in the outbox.

    Attributes
    ----------
    outbox_id
        Its place in the order.
    """

    outbox_id: int
    delivered_at_us: int | None

    def content(self) -> dict[str, Any]:
        """The payload, read."""
        return msgspec.json.decode(self.payload, type=dict[str, Any])


class Outbox:
    """The entries that are still to be delivered."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pending(self, limit: int, *, without: Collection[str] = ()) -> tuple[OutboxEntry, ...]:
        """Entries that weren't delivered, in order.

        Parameters
        ----------
        without
            Players to leave out: those whose earlier entry could not be delivered and is tried
            again later, so that they hold up nobody else.
        """
        asked = (
            select(outbox)
            .where(outbox.c.delivered_at_us.is_(None))
            .where(outbox.c.player_id.not_in(without))
            .order_by(outbox.c.outbox_id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(OutboxEntry(**row) for row in connection.execute(asked).mappings())

    def mark_delivered(self, outbox_ids: Collection[int], at_us: int) -> None:
        """State that entries were delivered; the first statement about an entry stands."""
        if not outbox_ids:
            return
        marked = (
            update(outbox)
            .where(outbox.c.outbox_id == bindparam("of"), outbox.c.delivered_at_us.is_(None))
            .values(delivered_at_us=at_us)
        )
        with writing(self._engine) as connection:
            # In order, so that two processes can't wait for each other.
            connection.execute(marked, [{"of": number} for number in sorted(set(outbox_ids))])


def put(connection: Connection, entries: Sequence[NewEntry]) -> None:
    """Put entries in, within the transaction that does what they tell of."""
    if not entries:
        return
    dialect = connection.dialect.name
    if dialect == POSTGRES:
        _hold_order(connection, entries)
    connection.execute(insert_new(dialect, outbox), [asdict(entry) for entry in entries])


def _hold_order(connection: Connection, entries: Sequence[NewEntry]) -> None:
    """Let nobody else number an entry of these players before this transaction has ended.

    Postgres numbers rows when they are inserted and shows them when they are committed: without a
    lock an entry could appear after a later one was delivered. Players share a bounded number of
    locks, taken in order, so that two writers never wait for each other.
    """
    stripes = sorted({crc32(entry.player_id.encode()) % _STRIPES for entry in entries})
    connection.execute(
        text("SELECT pg_advisory_xact_lock(lock) FROM unnest(CAST(:locks AS bigint[])) lock"),
        {"locks": [_FIRST_STRIPE + stripe for stripe in stripes]},
    )
