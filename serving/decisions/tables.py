"""The tables of what was decided, sent, reported back and is due: one schema for both databases.

Moments are µs since the epoch, UTC; amounts are minor units. Ids are compared byte by byte, so both
databases sort them alike, whatever the locale.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

DECISION: Final = "decision"
BAND_CHANGED: Final = "band.changed"

_ID = Text().with_variant(Text(collation="C"), "postgresql")
_ORDER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column of type INTEGER."""


def _one_of(column: str, *allowed: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in allowed)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

decisions = Table(
    "decisions",
    METADATA,
    Column("decision_id", _ID, primary_key=True),
    Column("request_id", _ID, unique=True),
    Column("player_id", _ID, nullable=False),
    Column("decided_at_us", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("lock_digest", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("decision", LargeBinary, nullable=False),
    _one_of("kind", "intervention", "offer", "none"),
    _one_of("mode", "live", "dry_run"),
    Index(None, "player_id", "decided_at_us"),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("outbox_id", _ORDER, primary_key=True, autoincrement=True),
    Column("player_id", _ID, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", _ID, nullable=False, unique=True),
    Column("payload", LargeBinary, nullable=False),
    Column("created_at_us", BigInteger, nullable=False),
    Column("delivered_at_us", BigInteger),
    _one_of("kind", DECISION, BAND_CHANGED),
    sqlite_autoincrement=True,
)
_undelivered = outbox.c.delivered_at_us.is_(None)
Index(
    "ix_outbox_undelivered",
    outbox.c.outbox_id,
    sqlite_where=_undelivered,
    postgresql_where=_undelivered,
)

outcomes = Table(
    "outcomes",
    METADATA,
    Column("outcome_id", _ID, primary_key=True),
    Column("decision_id", _ID, ForeignKey(decisions.c.decision_id), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("occurred_at_us", BigInteger, nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("received_at_us", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    _one_of(
        "kind", "sent", "suppressed", "delivered", "opened", "clicked", "claimed", "converted",
        "executed", "failed", "complained",
    ),
)  # fmt: skip

reviews = Table(
    "reviews",
    METADATA,
    Column("player_id", _ID, primary_key=True),
    Column("model_id", _ID, primary_key=True),
    Column("due_at_us", BigInteger, nullable=False, index=True),
    Column("reviewed_at_us", BigInteger),
    Column("margin", Double),
    Column("probability", Double),
    Column("band", Text, nullable=False),
    Column("crossings", Integer, nullable=False),
    _one_of("band", "green", "amber", "red"),
)
