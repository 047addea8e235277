"""Whatever is posted in whatever order: who excluded themselves is never made an offer."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.effort import times
from tests.serving.live import event, filled, round_of, send, serving

_players = count()
SEEN: Counter[str] = Counter()
MINUTES = st.integers(0, 600)
EXCLUSIONS = st.sampled_from(["timeout", "self_exclusion", "register", "operator"])
CHANNELS = ("email", "push", "onsite", "sms")


class Api:
    """The running service, for machines that can't take arguments."""

    client: httpx.Client


class Protection(RuleBasedStateMachine):
    """Two accounts, perhaps of one person, and the news about them as it happens to arrive."""

    def __init__(self) -> None:
        super().__init__()
        number = next(_players)
        self.accounts = [f"machine-{number}-{side}" for side in ("a", "b")]
        self.person = f"person-{number}"
        self.protected: set[str] = set()
        self.linked: set[str] = set()
        for account in self.accounts:
            self._open(account)

    def _post(self, *events: dict[str, Any]) -> None:
        assert send(Api.client, *events)["accepted"] == len(events)

    def _open(self, account: str) -> None:
        registered = event("player.registered", account, birth_date=str(date(1990, 1, 1)))
        consents = [
            event("consent", account, channel=channel, product=product, granted=True)
            for channel in CHANNELS
            for product in ("casino", "sports")
        ]
        self._post(registered, *consents, round_of(account))

    @rule(side=st.integers(0, 1), stake=st.integers(1, 5_000))
    def plays(self, side: int, stake: int) -> None:
        self._post(round_of(self.accounts[side], stake=stake))

    @rule(side=st.integers(0, 1), minutes=MINUTES, kind=EXCLUSIONS)
    def excludes(self, side: int, minutes: int, kind: str) -> None:
        account = self.accounts[side]
        ended = "2026-01-31T00:00:01Z"
        self._post(event("exclusion", account, minutes=minutes, exclusion_kind=kind, until=ended))
        self.protected.add(account)

    @rule(side=st.integers(0, 1), minutes=MINUTES)
    def links(self, side: int, minutes: int) -> None:
        account = self.accounts[side]
        self._post(event("person.linked", account, minutes=minutes, person_id=self.person))
        self.linked.add(account)

    @rule(side=st.integers(0, 1), minutes=MINUTES)
    def consents_again(self, side: int, minutes: int) -> None:
        account = self.accounts[side]
        consent = {"channel": "email", "product": "casino", "granted": True}
        self._post(event("consent", account, minutes=minutes, **consent))

    @rule(side=st.integers(0, 1), minutes=MINUTES)
    def becomes_active_again(self, side: int, minutes: int) -> None:
        """An account's status lifts no exclusion."""
        account = self.accounts[side]
        self._post(event("player.status_changed", account, minutes=minutes, status="active"))

    @invariant()
    def no_protected_account_gets_an_offer(self) -> None:
        for account in self.accounts:
            answer = Api.client.post("/v1/decisions", json={"player_id": account})
            decision = answer.raise_for_status().json()
            sisters = self.linked if account in self.linked else set()
            excluded = bool(self.protected & {account, *sisters})
            SEEN[f"{decision['kind']} {excluded}"] += 1
            if excluded:
                assert decision["kind"] == "none"
                assert decision["suppressed"] == "protection"


@pytest.fixture(scope="module", autouse=True)
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with serving(filled(tmp_path_factory.mktemp("machine") / "place")) as process:
        process.wait_until_ready()
        with process.client() as Api.client:
            yield


def test_no_order_of_news_brings_a_protected_player_an_offer() -> None:
    run_state_machine_as_test(
        Protection,
        settings=settings(max_examples=times(8), stateful_step_count=8, deadline=None),
    )
    assert SEEN["none True"] > 20
    assert SEEN["offer False"] > 0
