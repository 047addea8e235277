"""The ledger of looks: how often each test set has been used, whatever the model.

Every look at a test set lets a little of it leak into the next choice, so looks are counted and
printed. A test set is its players, cutoffs and outcomes: new features don't make it new.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

from data.drafts import write_atomically
from data.event_log import EventLog
from data.workspace import turn

LEDGER_FILE = "looks.json"


def count_look(log: EventLog, outcome_digest: str, test_days: Sequence[date], by: str) -> int:
    """Note a look before it happens, and return how many there have been with it.

    Parameters
    ----------
    log
        The ledger stands beside it, so that every command counts in the same one.
    outcome_digest
        ``LabelledRows.outcome_digest()`` of the test rows.
    by
        Who looks: a command, or a model's version.
    """
    path = log.root / LEDGER_FILE
    look = {
        "outcome_digest": outcome_digest,
        "test_cutoffs": [day.isoformat() for day in test_days],
        "by": by,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with turn(log.root / "looks.lock"):
        looks = [*(json.loads(path.read_text()) if path.is_file() else []), look]
        write_atomically(path, json.dumps(looks, indent=2))
    return sum(look["outcome_digest"] == outcome_digest for look in looks)
