"""What each jurisdiction forbids, from the day on which it does."""

from typing import Any

import msgspec
import pytest

from campaigns.catalogue import CATALOGUE, OfferTerms, read_catalogue
from campaigns.jurisdiction import JURISDICTIONS, read_jurisdiction
from campaigns.offer_rules import MaxValue, MaxWagering, SingleProduct
from campaigns.player_state import PlayerState
from campaigns.policy import decide
from tests.campaigns.states import FEATURES, OPEN, in_place, moment

PAID = {terms.id for terms in CATALOGUE if terms.paid}
BY_ID = {terms.id: terms for terms in CATALOGUE}


def excluded_by(rule_id: str, state: PlayerState) -> set[str]:
    return {one.action for one in decide(state).excluded if rule_id in one.rule_ids}


def test_every_jurisdiction_has_its_file() -> None:
    assert set(JURISDICTIONS) == {"GB", "SE", "DK", "NL", "DE", "MT", "CA-ON", "elsewhere"}


@pytest.mark.parametrize(
    ("rule_id", "offers"),
    [("gb.max_wagering", {"deposit_bonus_150"}), ("gb.single_product", {"bet_and_spin_20"})],
)
def test_great_britain_limits_incentives_from_19_january_2026(
    rule_id: str, offers: set[str]
) -> None:
    day = moment(2026, 1, 19)
    assert excluded_by(rule_id, in_place("GB", at_us=day - 1)) == set()
    assert excluded_by(rule_id, in_place("GB", at_us=day)) == offers


def test_ten_times_is_within_the_british_limit() -> None:
    rule = next(one for one in JURISDICTIONS["GB"].rules if isinstance(one, MaxWagering))
    for multiple, allowed in ((10, True), (11, False)):
        terms = terms_with(wagering_multiple=multiple)
        assert (rule.forbids(terms, in_place("GB")) is None) == allowed


def test_an_incentive_for_the_product_that_it_asks_for_is_a_single_one() -> None:
    rule = next(one for one in JURISDICTIONS["GB"].rules if isinstance(one, SingleProduct))
    assert rule.forbids(terms_with(qualifying_product="casino"), in_place("GB")) is None
    assert rule.forbids(terms_with(qualifying_product="sports"), in_place("GB")) is not None


def terms_with(**changes: Any) -> OfferTerms:
    return msgspec.structs.replace(BY_ID["deposit_bonus_150"], **changes)


@pytest.mark.parametrize(
    ("staked", "claimed", "excluded"),
    [(0.0, 0.0, set()), (0.0, None, set()), (1.0, 0.0, PAID), (None, 0.0, PAID), (0.0, 1.0, PAID)],
)
def test_sweden_has_bonuses_for_the_first_play_alone(
    staked: float | None, claimed: float | None, excluded: set[str]
) -> None:
    features = {"stake_sum_lifetime": staked, "bonus_claimed_count_90d": claimed}
    state = in_place("SE", features=FEATURES | features)
    assert excluded_by("se.first_play_only", state) == excluded


def test_denmark_limits_value_validity_and_wagering() -> None:
    state = in_place("DK")
    assert excluded_by("dk.max_value", state) == {"deposit_bonus_150"}
    assert excluded_by("dk.min_validity", state) == {"bet_and_spin_20", "deposit_bonus_150"}
    assert excluded_by("dk.max_wagering", state) == {"deposit_bonus_150"}


@pytest.mark.parametrize(("days", "all_closed"), [(13.0, False), (14.0, True), (None, True)])
def test_denmark_has_nothing_for_those_who_stopped(days: float | None, all_closed: bool) -> None:
    state = in_place("DK", features=FEATURES | {"days_since_last_activity": days})
    assert excluded_by("dk.no_reactivation", state) == ({*BY_ID} if all_closed else set())


@pytest.mark.parametrize(("age", "all_closed"), [(23, True), (24, False)])
def test_the_netherlands_have_nothing_for_young_adults(age: int, all_closed: bool) -> None:
    found = excluded_by("nl.no_promotion_under_24", in_place("NL", age_years=age))
    assert found == ({*BY_ID} if all_closed else set())


def test_where_the_law_is_not_known_nothing_paid_is_offered() -> None:
    assert excluded_by("elsewhere.no_bonus", in_place("FR")) == PAID
    assert decide(in_place("FR")).action == "free_play_message"


def test_the_operators_ceiling_holds_where_the_law_has_none() -> None:
    assert excluded_by("de.ceiling", in_place("DE")) == {"deposit_bonus_150"}


@pytest.mark.parametrize("code", sorted(JURISDICTIONS))
def test_what_gives_more_than_the_ceiling_is_forbidden(code: str) -> None:
    for rule in JURISDICTIONS[code].rules:
        if isinstance(rule, MaxValue):
            for currency, most in rule.amounts.items():
                at_most = terms_with(currency=currency, value_minor=most)
                assert rule.forbids(at_most, OPEN) is None
                dearer = terms_with(currency=currency, value_minor=most + 1)
                assert "above" in str(rule.forbids(dearer, OPEN))


def test_without_a_stated_ceiling_nothing_paid_is_offered() -> None:
    before = in_place("DK", at_us=moment(2011, 12, 31))
    assert excluded_by("offer.no_ceiling", before) == PAID


def test_an_offer_in_a_currency_without_limit_is_not_shown_to_be_below_it() -> None:
    rule = next(one for one in JURISDICTIONS["DK"].rules if isinstance(one, MaxValue))
    assert "no limit is stated in GBP" in str(
        rule.forbids(terms_with(currency="GBP"), in_place("DK"))
    )


RULE = """
code: XX
name: Somewhere
timezone: UTC
rules:
  - {kind: max_value, id: xx.a, source: s, text: t, from: 2026-01-01, amounts: {EUR: 1}}
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("kind: max_value", "kind: no_such", "no_such"),
        ("source: s, ", "", "source"),
        ("xx.a", "gb.a", "another file"),
        ("from: 2026-01-01", "from: 2026-01-01, until: 2026-01-01", "ends before it begins"),
        ("from: 2026-01-01", "from: soon", "date"),
        ("EUR: 1", "ZZZ: 1", "ISO 4217"),
        ("{EUR: 1}", "{}", "no amount"),
        ("EUR: 1", "EUR: 1.5", "int"),
        ("text: t", "text: t, more: 1", "more"),
    ],
)
def test_a_file_with_a_fault_is_refused(old: str, new: str, fault: str) -> None:
    assert read_jurisdiction(RULE.encode()).code == "XX"
    with pytest.raises(msgspec.ValidationError, match=fault):
        read_jurisdiction(RULE.replace(old, new).encode())


OFFER = """
currency: EUR
offers:
  - {id: a, terms_version: "1", text: t, product: casino, channels: [email], paid: true,
     value_minor: 5, cost_minor: 5, valid_days: 7, worth_minor: 9}
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("paid: true", "paid: false", "costs something"),
        ("value_minor: 5", "value_minor: 0", "paid"),
        ("product: casino", "product: chess", "chess"),
        ("channels: [email]", "channels: []", "length"),
        ("worth_minor: 9", "worth_minor: 9, churn_from: 1.0", "nobody"),
        ("currency: EUR", "currency: ZZZ", "ISO 4217"),
        ("id: a", "id: no_offer", "always there"),
        ("id: a", "id: a, colour: red", "colour"),
    ],
)
def test_a_catalogue_with_a_fault_is_refused(old: str, new: str, fault: str) -> None:
    assert read_catalogue(OFFER.encode())[0].cost_minor == 5
    with pytest.raises(msgspec.ValidationError, match=fault):
        read_catalogue(OFFER.replace(old, new).encode())
