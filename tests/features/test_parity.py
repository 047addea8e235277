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
from features.rows import build_rows
from features.tiles import tile_commits
from tests.features.brute_force import every_feature, known_before, micros
from tests.features.histories import Row, histories, keyed, moments, write_log

PLAYERS = 24

cases = st.lists(histories, min_size=PLAYERS, max_size=PLAYERS)
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


def online(folder: Path, rows: list[Row], player_ids: list[str], cutoff: datetime) -> Floats:
    log = write_log(folder, rows)
    for _ in tile_commits(log):
        pass
    load_online(log, folder / "online.sqlite")
    tiles = OnlineTiles(folder / "online.sqlite", "last_event")
    answer = tiles.features(player_ids, as_of_us=micros(cutoff))
    tiles.close()
    assert answer.as_of_us == micros(cutoff)
    return answer.matrix


def differences(left: Floats, right: Floats) -> dict[str, tuple[float, float]]:
    unequal = ~((left == right) | (np.isnan(left) & np.isnan(right)))
    return {FEATURE_NAMES[i]: (left[i], right[i]) for i in np.flatnonzero(unequal)}


@given(cases, st.lists(moments(), min_size=3, max_size=3, unique=True))
@settings(quick, max_examples=22)
def test_offline_online_and_brute_force_agree_to_the_bit(
    case: list[list[Row]], cutoffs: list[datetime]
) -> None:
    ids = [f"p{number:02d}" for number in range(len(case))]
    rows = {p: keyed(history, p) for p, history in zip(ids, case, strict=True)}
    known = [row for history in rows.values() for row in known_before(history, cutoffs[0]).events]
    assume(known)
    with TemporaryDirectory() as name:
        folder = Path(name)
        log = write_log(folder / "all", [row for history in rows.values() for row in history])
        built = {t: offline(log, ids, [t] * len(ids)) for t in cutoffs}
        served = online(folder / "known", known, ids, cutoffs[0])
    for number, player_id in enumerate(ids):
        for t, matrix in built.items():
            found = every_feature(known_before(rows[player_id], t))
            expected = np.array([found[name] for name in FEATURE_NAMES])
            assert differences(matrix[number], expected) == {}
        if known_before(rows[player_id], cutoffs[0]).events:
            assert differences(served[number], built[cutoffs[0]][number]) == {}


@given(histories, moments(), st.randoms(use_true_random=False), st.integers(0, 40))
@settings(quick, max_examples=12)
def test_any_split_and_order_of_the_events_gives_the_same_features(
    history: list[Row], cutoff: datetime, shuffler: Random, cut: int
) -> None:
    rows = keyed(history, "p")
    assume(rows)
    mixed = rows + rows[: len(rows) // 2]
    shuffler.shuffle(mixed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        whole = offline(write_log(folder / "whole", rows), ["p"], [cutoff])
        split = offline(write_log(folder / "split", mixed[:cut], mixed[cut:]), ["p"], [cutoff])
    assert differences(whole[0], split[0]) == {}


@given(histories, histories, moments())
@settings(quick, max_examples=12)
def test_events_at_or_after_the_cutoff_and_events_known_later_change_no_feature(
    history: list[Row], later: list[Row], cutoff: datetime
) -> None:
    known = [event for event in history if event["known_at"] < cutoff]
    assume(known)
    future = [{**event, "known_at": max(event["known_at"], cutoff)} for event in later]
    with TemporaryDirectory() as name:
        folder = Path(name)
        before = offline(write_log(folder / "before", keyed(known, "p")), ["p"], [cutoff])
        after = offline(write_log(folder / "after", keyed(known + future, "p")), ["p"], [cutoff])
    assert differences(before[0], after[0]) == {}


def test_the_brute_force_knows_every_feature_of_the_catalogue() -> None:
    nothing_known = known_before([], datetime(2026, 1, 1, tzinfo=UTC))
    assert set(every_feature(nothing_known)) == set(FEATURE_NAMES)
