import numpy as np
import pytest

from features.tile_sql import DAY_US, HOUR_US, MINUTE_US
from features.windows import FROM_THE_BEGINNING, WINDOWS

NOON = 20_000 * DAY_US + 12 * HOUR_US + 7 * MINUTE_US + 3


@pytest.mark.parametrize(
    ("name", "start_us"),
    [
        ("1h", 20_000 * DAY_US + 11 * HOUR_US + 5 * MINUTE_US),
        ("24h", 19_999 * DAY_US + 12 * HOUR_US),
        ("7d", 19_993 * DAY_US),
        ("30d", 19_970 * DAY_US),
        ("90d", 19_910 * DAY_US),
        ("lifetime", FROM_THE_BEGINNING),
    ],
)
def test_a_window_begins_its_length_before_the_last_whole_hop(name: str, start_us: int) -> None:
    (window,) = (window for window in WINDOWS if window.name == name)
    assert window.start_us(np.array([NOON])).tolist() == [start_us]
