import re

import pytest

from features.catalogue import FEATURE_NAMES, FEATURES, version
from features.feature import AMOUNT
from features.measures import MEASURES
from features.services import MARKETING_MODELS, PROTECTION_MODELS, SERVICES
from features.windows import WINDOWS

WINDOW_NAMES = "|".join(window.name for window in WINDOWS)
GRAMMAR = re.compile(
    rf"days_since_\w+|\w+_({WINDOW_NAMES})(_to_usual)?|days_since_last_activity_to_usual_gap"
    r"|first_product_\w+|registered_by_\w+"
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


@pytest.mark.parametrize("model", PROTECTION_MODELS)
def test_models_of_protection_never_read_what_is_for_marketing_alone(model: str) -> None:
    purposes = {feature.name: feature.purpose for feature in FEATURES}
    assert {purposes[name] for name in SERVICES[model].feature_names} == {"protection", "both"}


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


CASINO = {"casino.round", "casino.round:settled", "casino.round.win_real"}
BETS = {"sports.bet", "sports.bet.stake_real", "sports.bet.payout", "sports.bet:settled"}


def covered(name: str, coverage: set[str]) -> bool:
    return {feature.name: feature for feature in FEATURES}[name].covered(coverage)


@pytest.mark.parametrize(
    ("name", "coverage", "missing"),
    [
        ("stake_sum_7d", CASINO | BETS, {"sports.bet:placed"}),
        ("ggr_7d", CASINO, set()),
        ("ggr_7d", CASINO | BETS, {"sports.bet:placed"}),
        ("ggr_7d", CASINO - {"casino.round.win_real"}, {"casino.round.win_real"}),
        ("night_stake_share_30d", CASINO, {"casino.round.utc_offset_minutes"}),
        ("weekend_stake_share_30d", CASINO, {"casino.round.utc_offset_minutes"}),
        ("prematch_stake_share_30d", BETS | {"sports.bet:placed"}, {"sports.bet.live"}),
        ("withdrawal_sum_30d", {"payments.daily"}, {"payments.daily.withdrawal_amount"}),
        ("net_deposit_sum_30d", {"payments.daily"}, {"payments.daily.withdrawal_amount"}),
        ("hit_share_30d", CASINO, set()),
        ("after_depletion_deposit_count_30d", CASINO | {"casino.round.balance_after"},
         {"deposit", "deposit:approved"}),
    ],
)  # fmt: skip
def test_a_sum_is_told_only_if_every_kind_of_event_in_it_tells_it(
    name: str, coverage: set[str], missing: set[str]
) -> None:
    assert covered(name, coverage - missing) == (not missing)
    assert covered(name, coverage | missing)


@pytest.mark.parametrize("name", ["stake_sum_1h", "hit_share_30d", "slot_stake_share_30d"])
def test_beside_totals_of_days_nothing_finer_is_told(name: str) -> None:
    assert covered(name, CASINO)
    assert not covered(name, CASINO | {"play.daily", "play.daily.bets"})


@pytest.mark.parametrize("name", ["stake_mean_7d", "deposit_mean_30d", "deposit_mean_lifetime"])
def test_a_mean_amount_is_an_amount(name: str) -> None:
    (feature,) = (feature for feature in FEATURES if feature.name == name)
    assert feature.unit == AMOUNT


def test_a_share_is_one_thing_by_another_of_its_unit() -> None:
    shares = {feature.name for feature in FEATURES if feature.unit == "share"}
    assert shares == {feature.name for feature in FEATURES if "_share_" in feature.name}
