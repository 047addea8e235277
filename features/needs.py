"""What tiles of each level are read for: what no feature reads at a level isn't counted there."""

from collections.abc import Iterator

from features.catalogue import FEATURES
from features.measure import Measure
from features.measures import MEASURES, MINUTE_BITMAPS
from features.tile_sql import LEVEL_US
from features.windows import WINDOWS

_LEVEL_OF = {window.name: window.level for window in WINDOWS}
_MINUTES = {f"{bitmap}_minutes_{half}" for bitmap in MINUTE_BITMAPS for half in (0, 1)}


def _read() -> Iterator[tuple[str, str]]:
    """Pairs of level and measure that some feature reads."""
    for feature in FEATURES:
        for measure, window in feature.formula.reads():
            if measure not in _MINUTES:
                yield _LEVEL_OF[window], measure
    # Sessions are derived from minutes, whatever the window, and only hours have them.
    yield from (("hour", measure) for measure in _MINUTES)


_READ = frozenset(_read())

NEEDED: dict[str, tuple[Measure, ...]] = {
    level: tuple(measure for measure in MEASURES if (level, measure.name) in _READ)
    for level in LEVEL_US
}
"""Level → the measures that are read of its tiles, in the tile's order."""
