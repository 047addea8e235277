"""A whole small place: an event log, its online tiles, and a registry with a tiny real model."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.event_log import EventLog, LogSettings, Source
from data.tables import event_schema
from features.catalogue import version
from features.load_online import load_online
from features.manifest import BOOSTER_FILE, Calibration, ExpectedAnswer, Floats, Manifest
from features.places import online_tiles_path
from features.services import SERVICES

PLAYERS = tuple(f"player-{number:03d}" for number in range(40))
COVERAGE = frozenset(
    {
        "casino.round",
        "casino.round:settled",
        "casino.round.win_real",
        "deposit:approved",
        "session.started",
    }
)
NAMES = SERVICES["churn"].feature_names
EXCLUDED, CLOSED, SILENT = "excluded", "closed", "silent"
LAST_DAY = datetime(2026, 1, 31, tzinfo=UTC)


def fill_store(place: Path) -> None:
    """Write a log of rounds and deposits, and the online tiles made from it."""
    log = EventLog.create(place / "operator", LogSettings("EUR", "UTC"))
    played = [event for player in PLAYERS for event in _history(player)]
    rows = [
        row | {"event_id": f"e{number}"} for number, row in enumerate([*played, *_not_scored()])
    ]
    _append(log, rows)
    load_tiles(place)


def add_event(place: Path, player: str) -> None:
    """Append one round of a player and fill the online tiles anew."""
    event = _event("casino.round", player, LAST_DAY, is_activity=True, event_id=f"of {player}")
    _append(EventLog(place / "operator"), [event])
    load_tiles(place)


def _append(log: EventLog, rows: Sequence[dict[str, Any]]) -> None:
    staged = log.root.parent / "staged.parquet"
    pq.write_table(pa.Table.from_pylist(list(rows), schema=event_schema()), staged)
    log.append([staged], Source("test", COVERAGE, "casino.round:settled"))


def load_tiles(place: Path) -> None:
    """Fill the online tiles from the place's log."""
    from features.build import tile_new_commits

    log = EventLog(place / "operator")
    tile_new_commits(log)
    load_online(log, online_tiles_path(place))


def _history(player: str) -> Iterator[dict[str, Any]]:
    seed = int(player.removeprefix("player-"))
    random = np.random.default_rng(seed)
    for day in sorted(random.choice(80, size=3 + seed % 12, replace=False).tolist()):
        at = LAST_DAY - timedelta(days=day, minutes=int(random.integers(60, 1200)))
        amount = int(random.integers(500, 9000))
        yield _event("deposit", player, at, status="approved", amount=amount, amount_base=amount)
        for minute in range(1, 4):
            stake, win = int(random.integers(10, 900)), int(random.integers(0, 900))
            yield _event(
                "casino.round", player, at + timedelta(minutes=minute), is_activity=True,
                state="settled", game_type="slot", stake_real=stake, stake_real_base=stake,
                win_real=win, win_real_base=win,
            )  # fmt: skip


def _not_scored() -> Iterator[dict[str, Any]]:
    """Two players who are protected, one of them by another account, and one long gone."""
    week_ago, day_ago = LAST_DAY - timedelta(days=7), LAST_DAY - timedelta(days=1)
    for player in (EXCLUDED, CLOSED):
        yield _event("casino.round", player, week_ago, is_activity=True, person_id=f"{player} p")
    yield _event("casino.round", SILENT, LAST_DAY - timedelta(days=70), is_activity=True)
    yield _event(
        "exclusion", "sister", day_ago, exclusion_kind="register", person_id=f"{EXCLUDED} p"
    )
    yield _event("player.status_changed", CLOSED, day_ago, status="closed")


def _event(event_type: str, player: str, at: datetime, **fields: Any) -> dict[str, Any]:
    return {
        "event_type": event_type,
        "player_id": player,
        "occurred_at": at,
        "known_at": at,
        "ingested_at": at,
        "brand_id": "brand",
        "jurisdiction": "MT",
        "currency": "EUR",
        "source": "test",
        "schema_version": 1,
        "known_at_assumed": False,
        "is_activity": False,
        "is_test": False,
    } | fields


def write_model(
    folder: Path, *, names: Sequence[str] = NAMES, seed: int = 5, trees: int = 20
) -> Manifest:
    """Train a booster on made-up rows and write it with its manifest."""
    random = np.random.default_rng(seed)
    rows = random.gamma(2.0, 20.0, size=(400, len(names)))
    rows[random.random(rows.shape) < 0.1] = np.nan
    silent = np.nan_to_num(rows[:, list(names).index("days_since_last_activity")], nan=90.0)
    churned = silent + random.normal(0, 15, 400) > 45
    booster = lightgbm.train(
        {"objective": "binary", "num_leaves": 7, "verbosity": -1, "seed": seed, "num_threads": 1},
        lightgbm.Dataset(rows, churned.astype(float), feature_name=list(names)),
        num_boost_round=trees,
    )
    folder.mkdir(parents=True)
    booster.save_model(folder / BOOSTER_FILE)
    manifest = _manifest(names, rows, booster)
    manifest.write(folder)
    return manifest


def _manifest(names: Sequence[str], rows: Floats, booster: lightgbm.Booster) -> Manifest:
    margins = np.asarray(booster.predict(rows[:5], raw_score=True))
    answers = [
        ExpectedAnswer(tuple(None if np.isnan(value) else float(value) for value in row), margin)
        for row, margin in zip(rows[:5], margins.tolist(), strict=True)
    ]
    return Manifest(
        model_id="churn",
        feature_service="churn_v1",
        feature_names=tuple(names),
        feature_version=version(),
        usual_values=tuple(float(value) for value in np.nanmedian(rows, axis=0)),
        lookback_days=60,
        horizon_days=30,
        last_label_us=1_767_225_600_000_000,
        data_digest="0" * 64,
        calibration=Calibration(slope=0.9, intercept=-0.1),
        expected_answers=tuple(answers),
    )


def with_wrong_answer(manifest: Manifest) -> Manifest:
    """The same manifest, but expecting another margin of its first row."""
    first, *rest = manifest.expected_answers
    return replace(manifest, expected_answers=(replace(first, margin=first.margin + 0.001), *rest))
