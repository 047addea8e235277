"""What the online state tells of one player beside behaviour: facts, protections, money, person."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from features.money import Scope
from features.money_ledger import MoneyLedger
from features.player_facts import Fact, Facts
from features.protection import same_persons


class ProtectiveStep(NamedTuple):
    """A step of an exclusion or of an account's status, on some account of the person."""

    player_id: str
    is_exclusion: bool
    of_register: bool
    cause: str
    occurred_us: int
    known_us: int
    protects: bool

    @property
    def acts_on(self) -> tuple[str, bool, bool]:
        """What a lift has to be of, to lift it: account, exclusion or status, register or not."""
        return self.player_id, self.is_exclusion, self.of_register


@dataclass(frozen=True)
class PlayerRecord:
    """One player's account and those that are linked to the same persons.

    Attributes
    ----------
    person_id
        The person that was linked last; None if the account stands for itself.
    accounts
        The player and every account of the same persons, in order.
    protected
        Whether ``features.protection`` finds the player protected.
    facts
        Account → its facts.
    steps
        Protective steps of all accounts, oldest first.
    currencies
        ISO 4217 codes of the money that the account moved, the latest first.
    ledger
        The money ledger of the account or of the person.
    """

    player_id: str
    person_id: str | None
    accounts: tuple[str, ...]
    protected: bool
    facts: Mapping[str, Facts]
    steps: tuple[ProtectiveStep, ...]
    currencies: tuple[str, ...]
    ledger: Callable[[Scope], MoneyLedger]

    @property
    def own(self) -> Facts:
        """Facts of the account itself."""
        return self.facts[self.player_id]

    def in_force(self) -> list[ProtectiveStep]:
        """Protective steps that act on the account and that nothing lifted.

        A lift of the same account and kind has to be the latest both to happen and to be known.
        """
        return [
            step
            for step in self.steps
            if step.protects
            and (step.is_exclusion or step.player_id == self.player_id)
            and not self._is_lifted(step)
        ]

    def _is_lifted(self, step: ProtectiveStep) -> bool:
        lifts = [
            other for other in self.steps if not other.protects and other.acts_on == step.acts_on
        ]
        return (
            max((lift.occurred_us for lift in lifts), default=-1) > step.occurred_us
            and max((lift.known_us for lift in lifts), default=-1) > step.known_us
        )

    def latest(self, name: str) -> Fact | None:
        """A fact as it was told last of any account of the person."""
        told = [facts[name] for facts in self.facts.values() if name in facts]
        return max(told, key=lambda fact: (fact.occurred_us, fact.text), default=None)

    def own_or_refused(self, name: str, refusal: str) -> Fact | None:
        """The account's own fact, unless another account of the person refused after it.

        What another account allows counts for nothing: neither as a permission nor against a
        refusal.
        """
        told = [
            facts[name]
            for account, facts in self.facts.items()
            if name in facts and (account == self.player_id or facts[name].text == refusal)
        ]
        return max(told, key=lambda fact: (fact.occurred_us, fact.text), default=None)


_PERSONS = "SELECT person_id FROM account_links WHERE player_id = ?"

_ACCOUNTS = f"""
{same_persons("(SELECT ? AS player_id)")} SELECT player_id FROM same_person ORDER BY player_id
"""


def read_record(con: sqlite3.Connection, player_id: str) -> PlayerRecord:
    """Read a player's record; who was never seen has an empty one."""
    persons = con.execute(f"{_PERSONS} ORDER BY known_at DESC, person_id LIMIT 1", (player_id,))
    accounts = tuple(one for (one,) in con.execute(_ACCOUNTS, (player_id,)))
    protected = con.execute("SELECT 1 FROM protected WHERE player_id = ?", (player_id,))
    currencies = con.execute(
        "SELECT currency FROM movements WHERE player_id = ? "
        "GROUP BY currency ORDER BY max(occurred_us) DESC, currency",
        (player_id,),
    )

    def ledger(scope: Scope) -> MoneyLedger:
        return MoneyLedger(con, accounts if scope == "person" else (player_id,), scope)

    return PlayerRecord(
        player_id=player_id,
        person_id=next((one for (one,) in persons), None),
        accounts=accounts,
        protected=protected.fetchone() is not None,
        facts=_facts(con, accounts),
        steps=_steps(con, accounts),
        currencies=tuple(one for (one,) in currencies),
        ledger=ledger,
    )


def _facts(con: sqlite3.Connection, accounts: tuple[str, ...]) -> dict[str, dict[str, Fact]]:
    found: dict[str, dict[str, Fact]] = {account: {} for account in accounts}
    asked = con.execute(
        f"SELECT player_id, name, text, occurred_us FROM player_facts "
        f"WHERE player_id IN ({', '.join('?' * len(accounts))})",
        accounts,
    )
    for player_id, name, text, occurred_us in asked:
        found[player_id][name] = Fact(text, occurred_us)
    return found


def _steps(con: sqlite3.Connection, accounts: tuple[str, ...]) -> tuple[ProtectiveStep, ...]:
    asked = con.execute(
        "SELECT player_id, is_exclusion, of_register, cause, occurred_at, known_at, protects "
        f"FROM protective_steps WHERE player_id IN ({', '.join('?' * len(accounts))}) "
        "AND cause <> 'limit_decrease' ORDER BY occurred_at, known_at, cause, player_id",
        accounts,
    )
    return tuple(
        ProtectiveStep(
            player, bool(exclusion), bool(register), cause, at_us, known_us, bool(protects)
        )
        for player, exclusion, register, cause, at_us, known_us, protects in asked
    )
