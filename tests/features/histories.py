"""Random histories of players: late, duplicated, disordered events near every kind of boundary."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from data.event_log import EventLog, LogSettings, Source
from data.events import EVENT_TYPES
from data.tables import event_schema
from features.measures import MEASURES
from features.rows import iterate_rows

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = (0, 1, 2, 29, 30, 31, 60, 89, 90, 91, 92, 120)
"""Days after START on which things happen: few, and around the lengths of the windows."""

Row = dict[str, Any]

TOTALS = ("play.daily", "payments.daily")

_TOKENS = {token for measure in MEASURES for way in measure.needs for token in way.split(" + ")}
FULL_COVERAGE = frozenset(_TOKENS | set(EVENT_TYPES))
EVENTS_ALONE = frozenset(token for token in FULL_COVERAGE if not token.startswith(TOTALS))
"""A source that tells everything but totals of days."""

MICROSECOND = timedelta(microseconds=1)

_edges = st.sampled_from([-MICROSECOND, timedelta(0), MICROSECOND])
_grid = st.sampled_from([timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)])


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Any moment of the stretch, or one at, just before or just after a tile's edge."""
    day = START + timedelta(days=draw(st.sampled_from(DAYS)))
    anywhere = day + draw(st.timedeltas(timedelta(0), timedelta(days=1)))
    if draw(st.booleans()):
        return anywhere
    grid = draw(_grid)
    return START + (anywhere - START) // grid * grid + draw(_edges)


_delays = st.one_of(
    st.just(timedelta(0)),
    st.just(timedelta(0)),
    st.timedeltas(timedelta(0), timedelta(hours=2)),
    st.sampled_from([timedelta(days=1), timedelta(days=3), timedelta(days=31)]),
)

_money = st.integers(0, 3_000) | st.integers(0, 2_000_000)


def _payload(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries({"event_type": st.just(kind), **fields})


_payloads = st.one_of(
    _payload(
        "casino.round",
        state=st.sampled_from(["settled"] * 4 + ["open", "rolled_back"]),
        game_type=st.sampled_from(["slot", "table", "live", "crash"]),
        stake_real_base=_money,
        win_real_base=st.just(0) | _money,
        stake_bonus_base=st.just(0) | _money,
        balance_after_base=st.none() | st.integers(0, 300),
    ),
    _payload(
        "sports.bet",
        state=st.sampled_from(["placed", "placed", "settled", "cashed_out", "voided"]),
        live=st.booleans(),
        stake_real_base=_money,
        stake_bonus_base=st.just(0) | _money,
        payout_base=st.just(0) | _money,
    ),
    _payload(
        "deposit",
        status=st.sampled_from(["approved", "approved", "declined", "chargeback"]),
        method=st.none() | st.sampled_from(["card", "e_wallet", "prepaid"]),
        amount_base=_money,
    ),
    _payload(
        "withdrawal",
        status=st.sampled_from(["requested", "paid", "cancelled_by_player"]),
        amount_base=_money,
    ),
    _payload("poker.play", buy_in_base=_money, win_real_base=st.just(0) | _money),
    _payload("bingo.ticket", stake_real_base=_money, win_real_base=st.just(0) | _money),
    _payload("wallet.load", status=st.sampled_from(["approved", "declined"]), amount_base=_money),
    _payload("session.started"),
    _payload("player.registered", affiliate_ref=st.none() | st.just("partner")),
    _payload(
        "bonus",
        state=st.sampled_from(["claimed", "completed", "forfeited"]),
        amount_base=_money,
        turned_real_base=_money,
    ),
    _payload(
        "message",
        purpose=st.sampled_from(["marketing", "rg"]),
        state=st.sampled_from(["sent", "opened", "clicked"]),
    ),
    _payload("support.contact", topic=st.sampled_from(["complaint", "rg_disclosure"])),
    _payload(
        "limit",
        action=st.sampled_from(["set", "decrease", "increase_effective", "removed", "reached"]),
    ),
    _payload("exclusion", exclusion_kind=st.sampled_from(["timeout", "self_exclusion"])),
)

_totals = st.one_of(
    _payload(
        "play.daily",
        product=st.sampled_from(["casino", "sports"]),
        stake_real_base=_money,
        win_real_base=_money,
        bets=st.none() | st.integers(0, 50),
        stake_bonus_base=st.just(0) | _money,
    ),
    _payload(
        "payments.daily",
        deposit_amount_base=st.just(0) | _money,
        deposits=st.none() | st.integers(0, 5),
        withdrawal_amount_base=st.just(0) | _money,
        withdrawals=st.none() | st.integers(0, 3),
        declined_deposits=st.none() | st.integers(0, 3),
    ),
)

_offsets = st.none() | st.sampled_from([0, 60, -300, 345])


@st.composite
def events(draw: st.DrawFn, *, totals: bool) -> Row:
    """One event without its key: what happened, when, and when it became known."""
    occurred = draw(moments())
    payload = draw(_payloads | _totals if totals else _payloads)
    played = payload["event_type"] == "casino.round" and payload["state"] == "settled"
    return {
        **payload,
        "occurred_at": occurred,
        "known_at": occurred + draw(_delays),
        "utc_offset_minutes": draw(_offsets),
        "is_activity": played or payload.get("state") == "placed" or "stake_real_base" in payload,
    }


@st.composite
def bursts(draw: st.DrawFn, *, totals: bool) -> list[Row]:
    """A few events minutes apart, so that sessions and chasing happen."""
    first = draw(events(totals=totals))
    near = []
    for event in draw(st.lists(events(totals=totals), max_size=5)):
        occurred = first["occurred_at"] + draw(st.timedeltas(timedelta(0), timedelta(hours=2)))
        delay = event["known_at"] - event["occurred_at"]
        near.append({**event, "occurred_at": occurred, "known_at": occurred + delay})
    return [first, *near]


def histories(*, totals: bool) -> st.SearchStrategy[list[Row]]:
    """Events of one player, maybe totals of days among them."""
    found = st.lists(bursts(totals=totals), max_size=6)
    return found.map(lambda bursts: [event for burst in bursts for event in burst])


def build_rows(log: EventLog, entities: pa.Table) -> pa.Table:
    """Every feature of every entity row, in one table."""
    return pa.concat_tables(iterate_rows(log, entities))


def keyed(history: Sequence[Row], player_id: str) -> list[Row]:
    """Complete a history's events into rows of the log."""
    return [
        {
            "currency": "EUR",
            **event,
            "event_id": f"{player_id}-{number}",
            "player_id": player_id,
            "brand_id": "brand",
            "jurisdiction": "MT",
            "source": "test",
            "ingested_at": event["known_at"],
            "is_test": False,
            "known_at_assumed": False,
            "schema_version": 1,
        }
        for number, event in enumerate(history)
    ]


def write_log(
    folder: Path, *commits: Sequence[Row], coverage: frozenset[str] = EVENTS_ALONE
) -> EventLog:
    """A log with one more commit for each list of rows."""
    log = EventLog.create(folder, LogSettings("EUR", "Europe/London"))
    for number, rows in enumerate(commits):
        staged = folder / f"staged-{number}.parquet"
        pq.write_table(pa.Table.from_pylist(list(rows), schema=event_schema()), staged)
        log.append([staged], Source("test", coverage, "play"))
        staged.unlink()
    return log
