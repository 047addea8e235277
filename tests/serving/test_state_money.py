"""Windows of money in a state are exact, and there are none where there is nothing to sum."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaigns.player_state import MoneyWindow, PlayerState
from campaigns.policy import decide
from campaigns.reads import MONEY_WINDOWS_READ
from data.instants import instant_of, microseconds
from tests.serving import places
from tests.serving.deciding import ADULT, DAY, Ground, told


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground.made(tmp_path)


def window(state: PlayerState, name: str, scope: str) -> MoneyWindow:
    (found,) = [one for one in state.money if (one.name, one.scope) == (name, scope)]
    return found


def test_money_is_summed_by_account_and_by_person_to_the_microsecond(ground: Ground) -> None:
    of = {"jurisdiction": "SE", "currency": "SEK", "status": "approved", "person_id": "payer"}
    now = microseconds(places.LAST_DAY + 60 * DAY)
    moved = {  # how long before now, µs: amount in öre, and in base cents
        "payer-a": {1: (1000, 91), 86_400_000_000: (2000, 182), 86_400_000_001: (4000, 364)},
        "payer-b": {2: (8000, 728), 30 * 86_400_000_000 + 1: (16000, 1456)},
    }
    for player, deposits in moved.items():
        for before, (amount, base) in deposits.items():
            occurred = instant_of(now - before)
            row = told("deposit", player, occurred, amount=amount, amount_base=base, **of)
            ground.tell(row | {"known_at": now - 1})
    state = ground.build("payer-a")
    assert state.at_us == now
    account, person = window(state, "24h", "account"), window(state, "24h", "person")
    assert (account.currency, account.deposits) == ("SEK", 1000 + 2000)
    assert (person.currency, person.deposits) == ("EUR", 91 + 182 + 728)
    assert window(state, "30d", "person").deposits == 91 + 182 + 364 + 728
    midnight = datetime(2026, 4, 1, tzinfo=ZoneInfo("Europe/Stockholm"))
    assert microseconds(midnight) < now < microseconds(midnight) + 86_400_000_000


def test_an_account_that_moved_several_currencies_is_offered_nothing(ground: Ground) -> None:
    at = places.LAST_DAY + DAY
    of = {"jurisdiction": "SE", "person_id": "payer", "status": "approved"}
    born = {"birth_date": ADULT.isoformat()}
    ground.tell(
        *(told("player.registered", player, at, **of | born) for player in ("mixed", "plain")),
        told("deposit", "mixed", at, amount=1000, amount_base=91, currency="SEK", **of),
        told("deposit", "plain", at, amount=3000, amount_base=273, currency="SEK", **of),
    )
    assert "gate.unread_state" not in closed(ground.build("mixed"))
    ground.tell(told("deposit", "mixed", at, amount=500, amount_base=500, currency="EUR", **of))
    state = ground.build("mixed")
    persons = {(name, scope) for name, scope in MONEY_WINDOWS_READ if scope == "person"}
    assert {(one.name, one.scope) for one in state.money} == persons
    assert "gate.unread_state" in closed(state)
    assert decide(state).kind != "offer"
    sister = ground.build("plain")
    account, person = window(sister, "24h", "account"), window(sister, "24h", "person")
    assert (account.currency, account.deposits) == ("SEK", 3000)
    assert (person.currency, person.deposits) == ("EUR", 91 + 273 + 500)
    assert "gate.unread_state" not in closed(sister)


def closed(state: PlayerState) -> set[str]:
    return {reason.rule_id for reason in decide(state).reasons}
