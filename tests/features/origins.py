"""Where a player came from, read from raw events."""

from tests.features.past import NAN, Past, Row, bets, micros, product

PRODUCTS = ("slot", "table", "live", "instant", "crash", "prematch", "inplay", "poker", "bingo")
"""Of two first bets in one millisecond, the product that stands first here counts."""


def origin(past: Past) -> dict[str, float]:
    registered = [e for e in past.events if e["event_type"] == "player.registered"]
    first = min((_first(e) for e in past.events if product(e) and bets(e) > 0), default=None)
    found = {
        f"first_product_{name}": float(PRODUCTS[first[1]] == name) if first else NAN
        for name in ("slot", "table", "live", "prematch", "inplay")
    }
    by_affiliate = float(any(e["affiliate_ref"] for e in registered)) if registered else NAN
    return found | {"registered_by_affiliate": by_affiliate}


def _first(bet: Row) -> tuple[int, int]:
    return micros(bet["occurred_at"]) // 1000, PRODUCTS.index(str(product(bet)))
