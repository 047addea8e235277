import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from features.places import feature_rows_path
from features.repository import apply, open_store
from tests.training.conftest import Operator
from training.cohort import eligible_players
from training.cutoffs import moments
from training.dataset import LabelledRows, StaleFeatures, assemble
from training.models import find_model


def rows_of(operator: Operator, place: Path) -> LabelledRows:
    return assemble(
        operator.log,
        open_store(place),
        find_model("churn"),
        operator.params.periods(operator.log).train,
        lookback_days=operator.params.lookback_days,
        horizon_days=operator.params.horizon_days,
    )


@pytest.fixture
def copied_place(operator: Operator, tmp_path: Path) -> Path:
    """A place of its own, whose feature rows may be damaged."""
    apply(tmp_path)
    shutil.copy(feature_rows_path(operator.place), feature_rows_path(tmp_path))
    return tmp_path


def test_rows_carry_the_features_of_their_own_cutoff(operator: Operator) -> None:
    rows = rows_of(operator, operator.place)
    stored = pq.read_table(feature_rows_path(operator.place))
    keys = zip(
        stored["player_id"].to_pylist(),
        stored["feature_cutoff"].cast(pa.int64()).to_pylist(),
        stored["days_since_last_activity"].to_pylist(),
        strict=True,
    )
    expected = {(player, cutoff): days for player, cutoff, days in keys}
    found = rows.features[:, rows.column("days_since_last_activity")]
    assert len(rows) > 500
    assert [expected[key] for key in zip(rows.players, rows.cutoffs_us, strict=True)] == list(found)
    assert ((found > 0) & (found <= operator.params.lookback_days)).all()


def test_protected_exits_are_no_rows_and_are_counted(operator: Operator) -> None:
    rows = rows_of(operator, operator.place)
    cutoffs = moments(operator.params.periods(operator.log).train, operator.log.settings.timezone)
    cohort = eligible_players(operator.log, cutoffs, operator.params.lookback_days)
    assert set(rows.left_out) == {"limit_decrease", "self_exclusion"}
    assert len(rows) + sum(rows.left_out.values()) == cohort.num_rows


def test_one_deleted_feature_row_fails_the_build_by_name(
    operator: Operator, copied_place: Path
) -> None:
    path = feature_rows_path(copied_place)
    stored = pq.read_table(path)
    wanted = rows_of(operator, copied_place)
    player, cutoff_us = str(wanted.players[100]), int(wanted.cutoffs_us[100])
    deleted = pc.and_(
        pc.equal(stored["player_id"], player),
        pc.equal(stored["feature_cutoff"].cast(pa.int64()), cutoff_us),
    )
    pq.write_table(stored.filter(pc.invert(deleted)), path)
    assert stored.num_rows - pq.read_table(path).num_rows == 1
    day = stored.filter(deleted)["feature_cutoff"][0].as_py().date()
    with pytest.raises(StaleFeatures, match=rf"player {player} .* cutoff {day}"):
        rows_of(operator, copied_place)


def test_a_row_computed_for_another_moment_fails_the_build_by_name(
    operator: Operator, copied_place: Path
) -> None:
    path = feature_rows_path(copied_place)
    stored = pq.read_table(path)
    wanted = rows_of(operator, copied_place)
    own = pc.and_(
        pc.equal(stored["player_id"], str(wanted.players[7])),
        pc.equal(stored["feature_cutoff"].cast(pa.int64()), int(wanted.cutoffs_us[7])),
    )
    earlier = pc.subtract(
        stored["feature_cutoff"], pa.scalar(7 * 86_400_000_000, pa.duration("us"))
    )
    index = stored.column_names.index("feature_cutoff")
    other = pc.if_else(own, earlier, stored["feature_cutoff"])
    pq.write_table(stored.set_column(index, stored.field(index), other), path)
    with pytest.raises(StaleFeatures, match=f"player {wanted.players[7]} .* the one of"):
        rows_of(operator, copied_place)


def test_the_order_of_the_stored_rows_changes_nothing(
    operator: Operator, copied_place: Path
) -> None:
    path = feature_rows_path(copied_place)
    stored = pq.read_table(path)
    order = np.random.default_rng(1).permutation(stored.num_rows)
    pq.write_table(stored.take(pa.array(order)), path)
    assert rows_of(operator, copied_place).digest() == rows_of(operator, operator.place).digest()


def test_the_digest_sees_every_value(operator: Operator) -> None:
    rows = rows_of(operator, operator.place)
    features = rows.features.copy()
    features[3, rows.column("days_since_last_activity")] += 1e-9
    assert replace(rows, features=features).digest() != rows.digest()
    assert replace(rows, features=features).outcome_digest() == rows.outcome_digest()
    assert replace(rows, positive=~rows.positive).outcome_digest() != rows.outcome_digest()


def test_without_any_feature_rows_the_remedy_is_named(operator: Operator, tmp_path: Path) -> None:
    apply(tmp_path)
    with pytest.raises(StaleFeatures, match=r"run training\.cohort and features\.build first"):
        rows_of(operator, tmp_path)
