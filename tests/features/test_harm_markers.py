from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from features.catalogue import FEATURES
from features.harm_markers import HARM_MARKERS, features_of
from features.marker import AREAS, CATEGORIES, Marker
from features.services import SERVICES

JURISDICTIONS = Path("campaigns/jurisdictions")
WITHOUT_DIRECTION = ("night", "limit_set", "limit_decreased", "days_since")

each_marker = pytest.mark.parametrize("marker", HARM_MARKERS, ids=lambda marker: marker.name)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_that_a_licence_asks_for_has_a_marker(category: str) -> None:
    assert [marker for marker in HARM_MARKERS if marker.category == category]


@pytest.mark.parametrize("area", AREAS)
def test_every_area_of_the_standard_has_a_marker(area: str) -> None:
    assert [marker for marker in HARM_MARKERS if marker.area == area]


@each_marker
def test_each_name_that_a_marker_gives_is_a_feature_that_the_risk_model_reads(
    marker: Marker,
) -> None:
    for name in marker.features:
        told = features_of(replace(marker, features=(name,)))
        assert told
        assert {feature.name for feature in told} <= set(SERVICES["risk"].feature_names)


def test_every_feature_that_only_protection_reads_tells_a_marker_and_no_feature_tells_two() -> None:
    told = [feature.name for marker in HARM_MARKERS for feature in features_of(marker)]
    assert len(told) == len(set(told))
    assert {f.name for f in FEATURES if f.purpose == "protection"} <= set(told)


@each_marker
def test_what_goes_with_care_as_much_as_with_harm_has_no_direction(marker: Marker) -> None:
    if any(word in name for word in WITHOUT_DIRECTION for name in marker.features):
        assert marker.more_is_worse is None


@each_marker
def test_a_marker_is_banned_only_where_there_is_a_file_of_rules(marker: Marker) -> None:
    codes = {yaml.safe_load(path.read_text())["code"] for path in JURISDICTIONS.glob("*.yaml")}
    assert set(marker.banned_in) <= codes
