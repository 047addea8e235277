"""What live events move and tell, applied beside the tiles."""

import sqlite3

from features.live_batch import over_batch
from features.money_sql import LEDGER_DAYS, MOVED_COLUMNS, movements
from features.player_facts import told_facts
from features.protection import ACCOUNT_LINKS, PROTECTIVE_STEPS, protected_players, same_persons
from features.tile_sql import DAY_US

_SUMS = ", ".join(f"{name} = {name} + excluded.{name}" for name in MOVED_COLUMNS)

_ADD_MOVEMENTS = f"""
INSERT INTO movements SELECT * FROM ({over_batch(movements("played"))}) AS moved WHERE true
ON CONFLICT DO UPDATE SET {_SUMS}
"""

_FORGET_MOVEMENTS = """
DELETE FROM movements
WHERE player_id IN (SELECT DISTINCT player_id FROM played) AND occurred_us < ?
"""

_TELL_FACTS = f"""
INSERT INTO player_facts SELECT * FROM ({over_batch(told_facts("events"))}) AS told WHERE true
ON CONFLICT DO UPDATE SET
    occurred_us = excluded.occurred_us, known_us = excluded.known_us, text = excluded.text
WHERE (excluded.occurred_us, excluded.known_us, excluded.text) > (occurred_us, known_us, text)
"""

_ADD_STEPS = f"""
INSERT INTO protective_steps
SELECT player_id, occurred_at, known_at, is_exclusion, of_register, cause, protects
FROM ({PROTECTIVE_STEPS})
"""

_ADD_LINKS = f"""
INSERT INTO account_links SELECT player_id, person_id, known_at FROM ({ACCOUNT_LINKS}) WHERE true
ON CONFLICT DO UPDATE SET known_at = min(known_at, excluded.known_at)
"""

_CONCERNED = "CREATE TEMP TABLE IF NOT EXISTS concerned (player_id TEXT PRIMARY KEY)"

_ADD_CONCERNED = f"""
INSERT INTO concerned {same_persons("events")} SELECT player_id FROM same_person
"""

_STEPS = "(SELECT * FROM protective_steps WHERE player_id IN (SELECT player_id FROM concerned))"
_LINKS = "(SELECT * FROM account_links WHERE player_id IN (SELECT player_id FROM concerned))"

_PROTECT = f"""
INSERT INTO protected {protected_players(_STEPS, _LINKS)} SELECT player_id FROM protected
"""


def apply_movements(con: sqlite3.Connection, known_us: int) -> None:
    """Add what the batch moved to the money ledger, and forget what no limit looks back at."""
    con.execute(_ADD_MOVEMENTS)
    con.execute(_FORGET_MOVEMENTS, (known_us - LEDGER_DAYS * DAY_US,))


def apply_facts(con: sqlite3.Connection, known_us: int) -> None:
    """Apply the batch's facts, links and protective steps, and say anew who is protected.

    An exclusion reaches every account of the person, and a new link may bring one with it: so all
    accounts of the batch's persons are judged anew.
    """
    con.execute(_TELL_FACTS)
    linked = con.execute(_ADD_LINKS).rowcount
    steps = con.execute(_ADD_STEPS).rowcount
    if linked + steps <= 0:
        return
    con.execute(_CONCERNED)
    con.execute("DELETE FROM concerned")
    con.execute(_ADD_CONCERNED)
    con.execute("DELETE FROM protected WHERE player_id IN (SELECT player_id FROM concerned)")
    con.execute(_PROTECT, {"cutoff": known_us + 1})
