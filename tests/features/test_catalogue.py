import re

import pytest

from features.catalogue import FEATURE_NAMES, FEATURES, version
from features.measures import MEASURES
from features.services import MARKETING_MODELS, SERVICES
from features.windows import WINDOWS

WINDOW_NAMES = "|".join(window.name for window in WINDOWS)
GRAMMAR = re.compile(
    rf"days_since_\w+|\w+_({WINDOW_NAMES})(_to_usual)?|days_since_last_activity_to_usual_gap"
)

HARM_WORDS = ("declined", "cancelled", "limit_", "timeout", "rg_", "after_loss", "depletion",
              "in_session_deposit", "night")  # fmt: skip


def test_names_are_unique_and_follow_the_grammar() -> None:
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES)
    assert [name for name in FEATURE_NAMES if not GRAMMAR.fullmatch(name)] == []


def test_every_feature_says_what_it_is_and_why() -> None:
    assert [f.name for f in FEATURES if not (f.label and f.why and f.unit)] == []


@pytest.mark.parametrize("word", HARM_WORDS)
def test_markers_of_harm_are_for_protection_alone(word: str) -> None:
    marked = [feature for feature in FEATURES if word in feature.name]
    assert marked
    assert {feature.purpose for feature in marked} == {"protection"}


@pytest.mark.parametrize("model", MARKETING_MODELS)
def test_models_of_marketing_never_read_a_marker_of_harm(model: str) -> None:
    purposes = {feature.name: feature.purpose for feature in FEATURES}
    assert {purposes[name] for name in SERVICES[model].feature_names} <= {"marketing", "both"}


def test_every_measure_has_a_valid_place_in_the_tile() -> None:
    order = ["sum", "max", "min", "or"]
    kinds = [order.index(measure.merge) for measure in MEASURES]
    assert kinds == sorted(kinds)


def test_the_version_is_stable_within_a_process_and_short() -> None:
    assert version() == version()
    assert re.fullmatch(r"[0-9a-f]{12}", version())


def test_a_feature_is_absent_where_no_source_can_tell_it() -> None:
    by_name = {feature.name: feature for feature in FEATURES}
    payments_only = {"deposit", "deposit:approved", "deposit.amount"}
    assert by_name["deposit_sum_30d"].covered(payments_only)
    assert not by_name["stake_sum_30d"].covered(payments_only)
    assert not by_name["deposit_declined_count_30d"].covered(payments_only)
    assert not by_name["deposit_method_count_90d"].covered(payments_only)


def test_daily_totals_fill_windows_of_days_and_nothing_finer() -> None:
    by_name = {feature.name: feature for feature in FEATURES}
    daily = {"play.daily", "play.daily.bets"}
    assert by_name["stake_sum_7d"].covered(daily)
    assert not by_name["stake_sum_24h"].covered(daily)
    assert not by_name["session_count_7d"].covered(daily)
    assert not by_name["stake_max_7d"].covered(daily)
