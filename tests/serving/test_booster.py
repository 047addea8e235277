"""The booster through LightGBM's C interface, with LightGBM's own Python package as oracle."""

from pathlib import Path

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.manifest import BOOSTER_FILE, Floats
from serving.booster import Booster, BoosterUnreadable
from tests.serving.places import NAMES, write_model


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("booster") / "model"
    write_model(folder)
    return folder / BOOSTER_FILE


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 30), missing=st.floats(0, 1))
def test_it_answers_as_the_python_package_does_to_the_bit(
    file: Path, seed: int, rows: int, missing: float
) -> None:
    random = np.random.default_rng(seed)
    values: Floats = random.gamma(2.0, 20.0, size=(rows, len(NAMES)))
    values[random.random(values.shape) < missing] = np.nan
    ours, oracle = Booster(file), lightgbm.Booster(model_file=file)

    assert ours.feature_names == tuple(oracle.feature_name())
    np.testing.assert_array_equal(ours.margins(values), oracle.predict(values, raw_score=True))
    contributions = ours.contributions(values)
    np.testing.assert_array_equal(contributions, oracle.predict(values, pred_contrib=True))
    np.testing.assert_allclose(contributions.sum(axis=1), ours.margins(values), atol=1e-9, rtol=0)


def test_a_view_of_rows_in_another_memory_order_is_read_right(file: Path) -> None:
    values = np.asfortranarray(np.random.default_rng(1).gamma(2.0, 20.0, size=(9, len(NAMES))))
    booster = Booster(file)
    np.testing.assert_array_equal(booster.margins(values[::2]), booster.margins(values)[::2])


def test_rows_of_another_width_are_refused(file: Path) -> None:
    with pytest.raises(ValueError, match=r"rows of shape \(n, \d+\) were expected, not \(2, 3\)"):
        Booster(file).margins(np.zeros((2, 3)))


def test_a_missing_or_foreign_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(BoosterUnreadable):
        Booster(tmp_path / "nowhere.txt")
    (tmp_path / "foreign.txt").write_text("no trees here")
    with pytest.raises(BoosterUnreadable):
        Booster(tmp_path / "foreign.txt")


def test_a_booster_of_several_outputs_is_refused(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    data = lightgbm.Dataset(random.random((90, 2)), random.integers(0, 3, 90))
    params = {"objective": "multiclass", "num_class": 3, "verbosity": -1, "num_threads": 1}
    lightgbm.train(params, data, num_boost_round=2).save_model(tmp_path / "many.txt")
    with pytest.raises(BoosterUnreadable, match="several outputs"):
        Booster(tmp_path / "many.txt")
