"""What went wrong in a simulated operator's life, counted from its log alone."""

import duckdb

from data.event_log import EventLog
from data.simulator.messages import OUTSIDE_CAMPAIGN

_COUNTS = {
    "events known more than a minute late": """
        SELECT count(*) FROM events WHERE known_at - occurred_at > INTERVAL 1 MINUTE
    """,
    "rounds taken back by a correction": """
        SELECT count(*) FROM events WHERE state = 'rolled_back'
    """,
    "bets settled after an exclusion": """
        SELECT count(*) FROM events JOIN stops USING (player_id)
        WHERE event_type = 'sports.bet' AND state = 'settled'
        AND occurred_at > stopped_at AND occurred_at < lifted_at
    """,
    "withdrawals paid after an exclusion": """
        SELECT count(*) FROM events JOIN stops USING (player_id)
        WHERE event_type = 'withdrawal' AND status = 'paid'
        AND occurred_at > stopped_at AND occurred_at < lifted_at
    """,
    "exclusions on a register seen only later": """
        SELECT count(*) FROM events
        WHERE exclusion_kind = 'register' AND occurred_at > effective_from
    """,
    "marketing messages by an outside CRM to somebody excluded or closed": f"""
        SELECT count(*) FROM events WHERE event_type = 'message'
        AND campaign_id = '{OUTSIDE_CAMPAIGN}'
    """,
}

_STOPS = """
CREATE TEMP TABLE stops AS
SELECT player_id, occurred_at AS stopped_at,
    lead(occurred_at, 1, TIMESTAMPTZ 'infinity')
        OVER (PARTITION BY player_id ORDER BY occurred_at) AS lifted_at
FROM events WHERE exclusion_kind IN ('self_exclusion', 'register', 'reinstatement')
QUALIFY exclusion_kind <> 'reinstatement'
"""


def count_mishaps(log: EventLog) -> dict[str, int]:
    """What went wrong → how often, with the events that were sent twice."""
    with duckdb.connect() as con:
        con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
        con.execute(_STOPS)
        found = {name: con.execute(query).fetchall()[0][0] for name, query in _COUNTS.items()}
    return {"events sent twice": sum(one.duplicates for one in log.commits())} | found
