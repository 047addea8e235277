"""Where a player came from: the source of the registration, and what was played first."""

from dataclasses import dataclass

import numpy as np

from features.feature import Feature
from features.formulas import Floats, Held
from features.measures import AFFILIATE_SOURCE, PRODUCT_BITS, PRODUCT_CODES
from features.windows import WindowValues


@dataclass(frozen=True)
class FirstProduct:
    """1 where the first bet was on a product, 0 where it was on another, NaN without any."""

    product: str

    def __call__(self, held: WindowValues) -> Floats:
        first = Held("first_product", "lifetime")(held)
        return np.where(
            np.isnan(first), np.nan, first % PRODUCT_CODES == _PRODUCTS.index(self.product)
        )

    def reads(self) -> tuple[tuple[str, str], ...]:
        return (("first_product", "lifetime"),)


@dataclass(frozen=True)
class ByAffiliate:
    """1 where a registration came from an affiliate, 0 where not, NaN without a registration."""

    def __call__(self, held: WindowValues) -> Floats:
        bits = held.measure("registration_source_bits", "lifetime")
        return np.where(bits == 0, np.nan, (bits & AFFILIATE_SOURCE) > 0)

    def reads(self) -> tuple[tuple[str, str], ...]:
        return (("registration_source_bits", "lifetime"),)


_PRODUCTS = tuple(PRODUCT_BITS)

_FIRST_PRODUCTS = {
    "slot": "a slot",
    "table": "a table game",
    "live": "live casino",
    "prematch": "a match to come",
    "inplay": "a match in play",
}
"""Product → how a first bet on it is put into words."""

ORIGIN_FEATURES: tuple[Feature, ...] = (
    Feature("registered_by_affiliate", "registration came from an affiliate", "0 or 1",
            "Sources bring players who stay for different times.", "marketing", ByAffiliate()),
    *(
        Feature(f"first_product_{product}", f"first bet was on {put}", "0 or 1",
                "What brought the player; verticals keep players for different times.", "both",
                FirstProduct(product))
        for product, put in _FIRST_PRODUCTS.items()
    ),
)  # fmt: skip
