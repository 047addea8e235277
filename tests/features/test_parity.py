"""Training equals serving equals brute force, to the bit, whatever the order of events.

The offline builder reads the whole log, future and late events included; the online store holds
only what was known before the moment asked for; the brute force walks over raw events. If a feature
leaked a later event, or a tile counted one twice or in the wrong window, the three would differ.
"""

from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from data.event_log import EventLog
from features.catalogue import FEATURE_NAMES
from features.formulas import Floats
from features.load_online import load_online
from features.online_tiles import OnlineTiles
from features.tiles import tile_commits
from tests.effort import times
from tests.features.brute_force import every_feature
from tests.features.histories import (
    EVENTS_ALONE,
    FULL_COVERAGE,
    Row,
    build_rows,
    histories,
    keyed,
    moments,
    write_log,
)
from tests.features.past import known_before, micros

PLAYERS = 24

NARROW = frozenset({"deposit", "deposit:approved", "casino.round", "casino.round:settled"})

IDS = [f"p{number:02d}" for number in range(PLAYERS)]


def cases(*, totals: bool = False) -> st.SearchStrategy[list[list[Row]]]:
    """A history for each player."""
    return st.lists(histories(totals=totals), min_size=PLAYERS, max_size=PLAYERS)


kinds = st.booleans().flatmap(lambda totals: st.tuples(st.just(totals), cases(totals=totals)))
"""Whether the source has totals of days, and everybody's history."""

quick = settings(suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])


def offline(log: EventLog, player_ids: list[str], cutoffs: list[datetime]) -> Floats:
    for _ in tile_commits(log):
        pass
    entities = pa.table(
        {"player_id": player_ids, "cutoff": pa.array(cutoffs, pa.timestamp("us", "UTC"))}
    )
    rows = build_rows(log, entities).to_pandas().set_index("player_id").loc[player_ids]
    matrix: Floats = rows[list(FEATURE_NAMES)].to_numpy()
    return matrix


def online(folder: Path, rows: list[Row], coverage: frozenset[str], cutoff: datetime) -> Floats:
    log = write_log(folder, rows, coverage=coverage)
    for _ in tile_commits(log):
        pass
    load_online(log, folder / "online.sqlite")
    tiles = OnlineTiles(folder / "online.sqlite", "last_event")
    answer = tiles.features(IDS, as_of_us=micros(cutoff))
    tiles.close()
    assert answer.as_of_us == micros(cutoff)
    return answer.matrix


def everyones(case: list[list[Row]]) -> list[Row]:
    return [row for p, history in zip(IDS, case, strict=True) for row in keyed(history, p)]


def as_of(cutoff: datetime, log: EventLog) -> Floats:
    return offline(log, IDS, [cutoff] * PLAYERS)


def differences(left: Floats, right: Floats) -> dict[str, tuple[float, float]]:
    unequal = ~((left == right) | (np.isnan(left) & np.isnan(right)))
    return {FEATURE_NAMES[i]: (left[i], right[i]) for i in np.flatnonzero(unequal)}


@given(kinds, st.lists(moments(), min_size=3, max_size=3, unique=True))
@settings(quick, max_examples=times(14))
def test_offline_online_and_brute_force_agree_to_the_bit(
    kind: tuple[bool, list[list[Row]]], cutoffs: list[datetime]
) -> None:
    totals, case = kind
    coverage = FULL_COVERAGE if totals else EVENTS_ALONE
    rows = {p: keyed(history, p) for p, history in zip(IDS, case, strict=True)}
    everything = [row for history in rows.values() for row in history]
    cutoffs = [t for t in cutoffs if known_before(everything, t).events]
    assume(cutoffs)
    with TemporaryDirectory() as name:
        folder = Path(name)
        log = write_log(folder / "all", everything, coverage=coverage)
        built = {t: offline(log, IDS, [t] * PLAYERS) for t in cutoffs}
        known = known_before(everything, cutoffs[0]).events
        served = online(folder / "known", known, coverage, cutoffs[0])
    for number, player_id in enumerate(IDS):
        for t, matrix in built.items():
            found = every_feature(known_before(rows[player_id], t), totals=totals)
            expected = np.array([found[name] for name in FEATURE_NAMES])
            assert differences(matrix[number], expected) == {}
        if known_before(rows[player_id], cutoffs[0]).events:
            assert differences(served[number], built[cutoffs[0]][number]) == {}


@given(cases(totals=True), moments(), st.randoms(use_true_random=False), st.floats(0, 1))
@settings(quick, max_examples=times(8))
def test_any_split_and_order_of_the_events_gives_the_same_features(
    case: list[list[Row]], cutoff: datetime, shuffler: Random, share: float
) -> None:
    rows = everyones(case)
    assume(rows)
    mixed = rows + rows[: len(rows) // 2]
    shuffler.shuffle(mixed)
    cut = round(share * len(mixed))
    with TemporaryDirectory() as name:
        whole = as_of(cutoff, write_log(Path(name) / "whole", rows))
        split = as_of(cutoff, write_log(Path(name) / "split", mixed[:cut], mixed[cut:]))
    assert [differences(*pair) for pair in zip(whole, split, strict=True)] == [{}] * PLAYERS


@given(cases(), cases(totals=True), moments(), st.sampled_from([EVENTS_ALONE, NARROW]))
@settings(quick, max_examples=times(8))
def test_events_at_or_after_the_cutoff_and_events_known_later_change_no_feature(
    case: list[list[Row]],
    later: list[list[Row]],
    cutoff: datetime,
    coverage: frozenset[str],
) -> None:
    """They come from the same source and from another one, which tells more."""
    known = [[event for event in history if event["known_at"] < cutoff] for history in case]
    assume(any(known))
    future = [[{**e, "known_at": max(e["known_at"], cutoff)} for e in events] for events in later]
    both = [[*past, *unknown] for past, unknown in zip(known, future, strict=True)]
    with TemporaryDirectory() as name:
        log = write_log(Path(name) / "log", everyones(known), coverage=coverage)
        before = as_of(cutoff, log)
        write_log(log.root, everyones(both), coverage=FULL_COVERAGE)
        after = as_of(cutoff, log)
    assert [differences(*pair) for pair in zip(before, after, strict=True)] == [{}] * PLAYERS


def test_the_brute_force_knows_every_feature_of_the_catalogue() -> None:
    nothing_known = known_before([], datetime(2026, 1, 1, tzinfo=UTC))
    assert set(every_feature(nothing_known)) == set(FEATURE_NAMES)
