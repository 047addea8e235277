"""What is known of a player beside behaviour: the latest of each fact, whatever order news came in.

A fact is a name and a text. The one that happened last holds; of several at one moment the one
known last, then the one whose text sorts last, which is the stricter where strictness matters
(``withdrawn`` after ``granted``, ``objected`` after ``agreed``). So any order of the same events
ends in the same facts. The SQL is what DuckDB (the log's Parquet) and SQLite (live events) run.
"""

from collections.abc import Mapping
from typing import NamedTuple, get_args

from data.player_events import Channel

PLAY_TYPES = ("casino.round", "sports.bet", "poker.play", "bingo.ticket", "game.launched")
"""Event types that tell no fact; they are the most of all events."""

TELLS_FACTS = f"event_type NOT IN {PLAY_TYPES}"

_REGISTERED = "event_type IN ('player.registered', 'player.profile_changed')"
_CHECKED = "event_type = 'affordability.check'"

_IS_CHANNEL = f"channel IN {get_args(Channel)}"
_CHANNEL = f"CASE WHEN {_IS_CHANNEL} THEN channel ELSE 'any' END"
"""A withdrawal from what is no channel of ours is one from every channel."""

_MARKETING = f"event_type = 'consent' AND purpose = 'marketing' AND ({_IS_CHANNEL} OR NOT granted)"
_PROFILING = "event_type = 'consent' AND purpose = 'profiling'"
_TURNED_AWAY = (
    "event_type = 'message' AND purpose = 'marketing' AND state IN ('unsubscribed', 'complained')"
)

_FACTS: tuple[tuple[str, str, str], ...] = (
    ("'brand'", "brand_id", TELLS_FACTS),
    ("'jurisdiction'", "jurisdiction", TELLS_FACTS),
    ("'is_test'", "CASE WHEN is_test THEN 'yes' ELSE 'no' END", TELLS_FACTS),
    *(
        (f"'{name}'", f"CAST({name} AS VARCHAR)", f"{_REGISTERED} AND {name} IS NOT NULL")
        for name in ("birth_date", "country", "language", "timezone", "vip_tier")
    ),
    ("'registered'", "''", "event_type = 'player.registered'"),
    ("'status'", "status", "event_type = 'player.status_changed'"),
    ("'kyc'", "status", "event_type = 'player.kyc_changed'"),
    (
        f"'consent/' || coalesce(product, '*') || '/' || {_CHANNEL}",
        "CASE WHEN granted THEN 'granted' ELSE 'withdrawn' END",
        _MARKETING,
    ),
    (f"'consent/*/' || {_CHANNEL}", "'withdrawn'", _TURNED_AWAY),
    ("'profiling'", "CASE WHEN granted THEN 'agreed' ELSE 'objected' END", _PROFILING),
    (
        "'exclusion/' || exclusion_kind",
        "coalesce(CAST(epoch_us(until) AS VARCHAR), '')",
        "event_type = 'exclusion'",
    ),
    ("'limit_tightened'", "limit_kind", "event_type = 'limit' AND action = 'decrease'"),
    ("'rg_contact'", "''", "event_type = 'support.contact' AND topic = 'rg_disclosure'"),
    ("'vulnerability_check'", "outcome", _CHECKED),
    ("'vulnerability_check/' || outcome", "''", _CHECKED),
    ("'strong_flag'", "''", "event_type = 'rg.flag' AND strong"),
    ("'rg_review'", "status", "event_type = 'rg.review'"),
)
"""Name, text and condition of each fact, over one event."""

CHECK = "vulnerability_check"
CONSENT = "consent/"
EXCLUSION = "exclusion/"


class Fact(NamedTuple):
    """A fact that holds, and since when."""

    text: str
    occurred_us: int


Facts = Mapping[str, Fact]
"""Name → fact of one account."""


def told_facts(relation: str) -> str:
    """SELECT of every fact that events tell: player, name, two moments in µs, text."""
    return " UNION ALL ".join(
        f"SELECT player_id, {name} AS name, epoch_us(occurred_at) AS occurred_us, "
        f"epoch_us(known_at) AS known_us, coalesce({text}, '') AS text FROM {relation} "
        f"WHERE {condition}"
        for name, text, condition in _FACTS
    )


def latest_facts(relation: str) -> str:
    """SELECT of the facts that hold, one row a player and name."""
    return f"""
        SELECT player_id, name, occurred_us, known_us, text FROM (
            SELECT *, row_number() OVER (
                PARTITION BY player_id, name ORDER BY occurred_us DESC, known_us DESC, text DESC
            ) AS place
            FROM ({told_facts(relation)}) AS told
        ) AS ordered
        WHERE place = 1
    """
