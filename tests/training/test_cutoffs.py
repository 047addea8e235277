from datetime import date

import pytest

from data.instants import midnight
from training.cutoffs import UnreadableCutoffs, day_at, parse_days


@pytest.mark.parametrize("timezone", ["Europe/Malta", "America/Sao_Paulo", "Atlantic/Azores"])
@pytest.mark.parametrize("day", [date(2018, 11, 4), date(2026, 3, 29), date(2026, 10, 25)])
def test_a_cutoff_lies_in_its_own_day(day: date, timezone: str) -> None:
    assert day_at(midnight(day, timezone), timezone) == day


def test_the_list_of_cutoffs_is_sorted() -> None:
    assert parse_days("2026-02-01,2026-01-31") == (date(2026, 1, 31), date(2026, 2, 1))


@pytest.mark.parametrize(
    "text", ["", "2026-13-01", "2026-01-01;2026-02-01", "2026-01-01,2026-01-01"]
)
def test_a_list_that_is_no_list_of_different_dates_is_refused(text: str) -> None:
    with pytest.raises(UnreadableCutoffs, match="cutoff"):
        parse_days(text)
