"""A comparison as plain numbers, for a file."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np

from data.simulator.comparison.comparison import Comparison
from data.simulator.comparison.margin import Distribution
from data.simulator.comparison.published import Published
from data.simulator.comparison.window import WARM_UP_DAYS

QUANTILES = (10, 50, 90)


def quantiles(distribution: Distribution) -> list[float] | None:
    """The 10th, 50th and 90th percentile; None of no values."""
    if not len(distribution.values):
        return None
    return [float(value) for value in np.percentile(distribution.values, QUANTILES)]


def as_json(comparison: Comparison, published: list[Published]) -> str:
    """Every number of a comparison, with distances as ``{"distance": …, "noise": …}``."""
    content = {
        "days": comparison.days,
        "warm_up_days": WARM_UP_DAYS,
        "distributions": _distributions(comparison),
        "cycles": _cycles(comparison),
        "rates": _rates(comparison),
        "curves": _curves(comparison),
        "published": [asdict(figure) for figure in published],
    }
    return json.dumps(content, indent=2, allow_nan=False)


def _measured(comparison: Comparison, name: str, measure: str) -> dict[str, float | None]:
    key = (name, measure)
    return {"distance": comparison.apart[key], "noise": comparison.noise[key]}


def _distributions(comparison: Comparison) -> dict[str, Any]:
    return {
        one.name: {
            "unit": one.unit,
            "percentiles": list(QUANTILES),
            "simulated": {"count": len(one.values), "values": quantiles(one)},
            "real": {"count": len(other.values), "values": quantiles(other)},
            "ks": _measured(comparison, one.name, "ks"),
            "factor": _measured(comparison, one.name, "factor"),
        }
        for one, other in zip(
            comparison.simulated.distributions, comparison.real.distributions, strict=True
        )
    }


def _cycles(comparison: Comparison) -> dict[str, Any]:
    return {
        one.name: {
            "unit": one.unit,
            "simulated": one.counts.tolist(),
            "real": other.counts.tolist(),
            "kuiper": _measured(comparison, one.name, "kuiper"),
            "moved": _measured(comparison, one.name, "moved"),
        }
        for one, other in zip(comparison.simulated.cycles, comparison.real.cycles, strict=True)
    }


def _rates(comparison: Comparison) -> dict[str, Any]:
    return {
        one.name: {
            "simulated": one.value,
            "real": other.value,
            **_measured(comparison, one.name, "difference"),
        }
        for one, other in zip(comparison.simulated.rates, comparison.real.rates, strict=True)
    }


def _curves(comparison: Comparison) -> dict[str, Any]:
    return {
        one.name: {
            f"{one.unit} {step}": {
                "simulated": value,
                "real": other.rates[step],
                **_measured(comparison, one.name, f"difference {step}"),
            }
            for step, value in one.rates.items()
        }
        for one, other in zip(comparison.simulated.curves, comparison.real.curves, strict=True)
    }
