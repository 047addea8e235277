"""What live events move and tell, applied beside the tiles."""

import sqlite3

from features.live_batch import over_batch
from features.money_sql import MOVED_COLUMNS, movements
from features.player_facts import told_facts
from features.protection import ACCOUNT_LINKS, PROTECTIVE_STEPS, protected_players

_SUMS = ", ".join(f"{name} = {name} + excluded.{name}" for name in MOVED_COLUMNS)

_ADD_MOVEMENTS = f"""
INSERT INTO movements SELECT * FROM ({over_batch(movements("played"))}) AS moved WHERE true
ON CONFLICT DO UPDATE SET {_SUMS}
"""

_TELL_FACTS = f"""
INSERT INTO player_facts SELECT * FROM ({over_batch(told_facts("events"))}) AS told WHERE true
ON CONFLICT DO UPDATE SET
    occurred_us = excluded.occurred_us, known_us = excluded.known_us, text = excluded.text
WHERE (excluded.occurred_us, excluded.known_us, excluded.text) > (occurred_us, known_us, text)
"""

_ADD_STEPS = f"""
INSERT INTO protective_steps
SELECT player_id, occurred_at, known_at, is_exclusion, cause, protects FROM ({PROTECTIVE_STEPS})
"""

_ADD_LINKS = f"""
INSERT INTO account_links SELECT player_id, person_id, known_at FROM ({ACCOUNT_LINKS}) WHERE true
ON CONFLICT DO UPDATE SET known_at = min(known_at, excluded.known_at)
"""

_CONCERNED = """
CREATE TEMP TABLE IF NOT EXISTS concerned (player_id TEXT PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS around (player_id TEXT PRIMARY KEY);
"""

_SAME_PERSONS = """
INSERT OR IGNORE INTO {into}
SELECT player_id FROM {of}
UNION
SELECT sister.player_id
FROM {of} JOIN account_links AS own USING (player_id)
JOIN account_links AS sister ON sister.person_id = own.person_id
"""

_STEPS_AROUND = "(SELECT * FROM protective_steps WHERE player_id IN (SELECT player_id FROM around))"
_LINKS_AROUND = "(SELECT * FROM account_links WHERE player_id IN (SELECT player_id FROM around))"

_PROTECT = f"""
WITH {protected_players(_STEPS_AROUND, _LINKS_AROUND)}
INSERT INTO protected
SELECT player_id FROM protected WHERE player_id IN (SELECT player_id FROM concerned)
"""


def apply_movements(con: sqlite3.Connection) -> None:
    """Add what the batch moved to the money ledger."""
    con.execute(_ADD_MOVEMENTS)


def apply_facts(con: sqlite3.Connection, known_us: int) -> None:
    """Apply the batch's facts, links and protective steps, and say anew who is protected.

    An exclusion reaches every account of the person, and a new link may bring one with it: so all
    accounts that share a person with one of the batch are judged anew, by what is known of the
    accounts that share a person with these.
    """
    con.execute(_TELL_FACTS)
    linked = con.execute(_ADD_LINKS).rowcount
    steps = con.execute(_ADD_STEPS).rowcount
    if linked + steps <= 0:
        return
    for statement in _CONCERNED.split(";"):
        con.execute(statement)
    con.execute("DELETE FROM concerned")
    con.execute("DELETE FROM around")
    con.execute(_SAME_PERSONS.format(into="concerned", of="events"))
    con.execute(_SAME_PERSONS.format(into="around", of="concerned"))
    con.execute("DELETE FROM protected WHERE player_id IN (SELECT player_id FROM concerned)")
    con.execute(_PROTECT, {"cutoff": known_us + 1})
