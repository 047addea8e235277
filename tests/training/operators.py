"""A small operator whose players come at their own pace until they leave."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.event_log import EventLog, LogSettings, Source
from data.tables import event_schema

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 150


def build_operator(root: Path, players: int = 600, seed: int = 1) -> EventLog:
    """Deposits of players with gaps of 1 to 8 days; some tighten a limit, fewer exclude."""
    random = np.random.default_rng(seed)
    rows = [row for number in range(players) for row in _life(random, f"player_{number:04d}")]
    log = EventLog.create(root / "operator", LogSettings("EUR", "Europe/Malta"))
    numbered = [row | {"event_id": f"e{number}"} for number, row in enumerate(rows)]
    staged = root / "staged.parquet"
    pq.write_table(pa.Table.from_pylist(numbered, schema=event_schema()), staged)
    coverage = frozenset({"deposit:approved", "limit", "limit:decrease", "exclusion"})
    log.append([staged], Source("test", coverage, "approved deposit"))
    return log


def _life(random: np.random.Generator, player: str) -> list[dict[str, Any]]:
    """Small depositors taste and leave, large ones stay: more than recency can be learned."""
    stays = random.random() < 0.5
    gap_days, usual = random.uniform(1, 8), 20_000 if stays else 1_500
    begin, rest = random.uniform(0, 130), random.exponential(300 if stays else 15)
    end = min(begin + rest, DAYS)
    days = begin + np.cumsum(random.exponential(gap_days, int(3 * DAYS / gap_days) + 3))
    rows = [
        _deposit(player, day, round(usual * random.uniform(0.3, 1.7))) for day in days[days < end]
    ]
    if random.random() < 0.10:
        rows.append(_event("limit", player, end, action="decrease"))
    if random.random() < 0.05:
        rows.append(_event("exclusion", player, end, exclusion_kind="self_exclusion"))
    return rows


def _deposit(player: str, day: float, amount: int) -> dict[str, Any]:
    return _event(
        "deposit",
        player,
        day,
        status="approved",
        amount=amount,
        amount_base=amount,
        currency="EUR",
        fx_to_base=Decimal(1),
        is_activity=True,
    )


def _event(event_type: str, player: str, day: float, **fields: Any) -> dict[str, Any]:
    occurred = BEGIN + timedelta(seconds=round(day * 86400))
    return {
        "event_type": event_type,
        "player_id": player,
        "occurred_at": occurred,
        "known_at": occurred,
        "ingested_at": occurred,
        "brand_id": "brand",
        "jurisdiction": "MT",
        "source": "test",
        "schema_version": 1,
        "known_at_assumed": False,
        "is_activity": False,
        "is_test": False,
    } | fields
