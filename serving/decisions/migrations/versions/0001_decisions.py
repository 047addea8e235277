"""Decisions, outbox, outcomes and reviews.

A migration is never changed once released, so it repeats the tables in place of importing them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ORDER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_UNDELIVERED = sa.text("delivered_at_us IS NULL")


def upgrade() -> None:
    """Apply."""
    _decisions()
    _outbox()
    _outcomes()
    _reviews()


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("decision_id", _ID, nullable=False),
        sa.Column("request_id", _ID),
        sa.Column("player_id", _ID, nullable=False),
        sa.Column("decided_at_us", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("policy_version", sa.Text, nullable=False),
        sa.Column("lock_digest", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("decision", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decisions"),
        sa.UniqueConstraint("request_id", name="uq_decisions_request_id"),
        sa.CheckConstraint(
            "kind IN ('intervention', 'offer', 'none')", name=op.f("ck_decisions_kind")
        ),
        sa.CheckConstraint("mode IN ('live', 'dry_run')", name=op.f("ck_decisions_mode")),
    )
    op.create_index("ix_decisions_player_id", "decisions", ["player_id", "decided_at_us"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("outbox_id", _ORDER, nullable=False, autoincrement=True),
        sa.Column("player_id", _ID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", _ID, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("created_at_us", sa.BigInteger, nullable=False),
        sa.Column("delivered_at_us", sa.BigInteger),
        sa.PrimaryKeyConstraint("outbox_id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.CheckConstraint("kind IN ('decision', 'band.changed')", name=op.f("ck_outbox_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_undelivered",
        "outbox",
        ["outbox_id"],
        sqlite_where=_UNDELIVERED,
        postgresql_where=_UNDELIVERED,
    )


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("outcome_id", _ID, nullable=False),
        sa.Column("decision_id", _ID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("occurred_at_us", sa.BigInteger, nullable=False),
        sa.Column("amount_minor", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("received_at_us", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("outcome_id", name="pk_outcomes"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.decision_id"], name="fk_outcomes_decision_id"
        ),
        sa.CheckConstraint(
            "kind IN ('sent', 'suppressed', 'delivered', 'opened', 'clicked', 'claimed', "
            "'converted', 'executed', 'failed', 'complained')",
            name=op.f("ck_outcomes_kind"),
        ),
    )
    op.create_index("ix_outcomes_decision_id", "outcomes", ["decision_id"])


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("player_id", _ID, nullable=False),
        sa.Column("model_id", _ID, nullable=False),
        sa.Column("due_at_us", sa.BigInteger, nullable=False),
        sa.Column("reviewed_at_us", sa.BigInteger),
        sa.Column("margin", sa.Double),
        sa.Column("probability", sa.Double),
        sa.Column("band", sa.Text, nullable=False),
        sa.Column("crossings", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("player_id", "model_id", name="pk_reviews"),
        sa.CheckConstraint("band IN ('green', 'amber', 'red')", name=op.f("ck_reviews_band")),
    )
    op.create_index("ix_reviews_due_at_us", "reviews", ["due_at_us"])
