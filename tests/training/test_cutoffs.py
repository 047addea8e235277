from datetime import date

import pytest

from tests.training.logs import at
from training.cutoffs import UnreadableCutoffs, day_at, moment, parse_days


@pytest.mark.parametrize(
    ("day", "timezone", "expected"),
    [
        (date(2026, 1, 31), "Europe/Malta", "2026-01-30T23:00:00"),
        (date(2026, 3, 29), "Europe/Malta", "2026-03-28T23:00:00"),  # clocks go forward at 02:00
        (date(2026, 3, 30), "Europe/Malta", "2026-03-29T22:00:00"),
        (date(2019, 11, 4), "America/Los_Angeles", "2019-11-04T08:00:00"),
        (date(2019, 11, 3), "America/Los_Angeles", "2019-11-03T07:00:00"),
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00:00"),  # no midnight
        (date(2026, 10, 25), "Atlantic/Azores", "2026-10-25T00:00:00"),  # two midnights
    ],
)
def test_a_cutoff_is_the_first_moment_of_its_day(day: date, timezone: str, expected: str) -> None:
    assert moment(day, timezone) == at(expected)
    assert day_at(moment(day, timezone), timezone) == day


def test_the_list_of_cutoffs_is_sorted() -> None:
    assert parse_days("2026-02-01,2026-01-31") == (date(2026, 1, 31), date(2026, 2, 1))


@pytest.mark.parametrize(
    "text", ["", "2026-13-01", "2026-01-01;2026-02-01", "2026-01-01,2026-01-01"]
)
def test_a_list_that_is_no_list_of_different_dates_is_refused(text: str) -> None:
    with pytest.raises(UnreadableCutoffs, match="cutoff"):
        parse_days(text)
