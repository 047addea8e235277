"""Features that grow with a player's age as a customer: they drift though nothing is wrong."""

from features.catalogue import FEATURES
from features.feature import Feature
from features.formulas import DaysSince, Difference, Held
from features.measures import MEASURE_INDEX, MEASURES


def _grows(feature: Feature) -> bool:
    """Days since a first moment, or a sum over a lifetime; last moments and means don't grow."""
    if not isinstance(feature.formula, DaysSince | Difference | Held):
        return False
    return all(
        window == "lifetime" and MEASURES[MEASURE_INDEX[measure]].merge in ("min", "sum")
        for measure, window in feature.formula.reads()
    )


AGEING = frozenset(feature.name for feature in FEATURES if _grows(feature))
"""Names of features whose drift is told and is no alarm."""
