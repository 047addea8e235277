"""Reasons: which features, in which order, in which words."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import FEATURES
from serving.reasons import amount, sentence, strongest


def test_strongest_is_by_size_whatever_the_sign_and_ties_keep_the_models_order() -> None:
    assert strongest(np.array([0.1, -0.5, 0.0, 0.5, 0.2]), 3) == [1, 3, 4]


def test_a_feature_that_moved_nothing_is_no_reason() -> None:
    assert strongest(np.array([0.0, 0.3, 0.0]), 3) == [1]


@given(st.lists(st.floats(-5, 5), max_size=30), st.integers(0, 10))
def test_no_feature_left_out_is_stronger_than_one_that_is_named(
    contributions: list[float], most: int
) -> None:
    strength = np.abs(np.array(contributions))
    named = strongest(np.array(contributions), most)
    left_out = set(range(len(contributions))) - set(named)
    assert len(named) <= most
    if len(named) == most and named:
        assert max((strength[place] for place in left_out), default=0) <= strength[named[-1]]


@pytest.mark.parametrize(
    ("value", "unit", "read"),
    [
        (12.0, "days", "12"),
        (1234.56, "count", "1,234.6"),
        (0.254, "share", "25%"),
        (0.5, "ratio", "0.50 times"),
        (123456.0, "base currency, minor units", "1,234.56 EUR"),
        (math.nan, "share", "unknown"),
    ],
)
def test_an_amount_reads_as_people_say_it(value: float, unit: str, read: str) -> None:
    assert amount(value, unit, "EUR") == read


def test_a_sentence_names_feature_value_usual_value_and_effect() -> None:
    found = sentence("deposits in the last 7 days", "1", "4", -0.2, "the probability of churn")
    assert (
        found == "Deposits in the last 7 days: 1, usually 4; this lowers the probability of churn."
    )
    assert "doesn't change" in sentence("stakes", "1", "1", 0.0, "the probability of churn")


def test_every_feature_of_the_catalogue_can_be_said() -> None:
    for feature in FEATURES:
        value, usual = (amount(number, feature.unit, "JPY") for number in (1.0, math.nan))
        said = sentence(feature.label, value, usual, 0.1, "the probability of churn")
        assert said[0].isupper() or said[0].isdigit()
