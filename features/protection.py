"""Who is protected as of a moment: one definition, for cohorts and for the online store.

An exclusion of the person, or a block, restriction or closure of the account, holds until its
reinstatement. Of news that came out of order the stricter reading holds: protected, if protection
is the latest that was learnt or the latest that happened. An exclusion acts on every account of the
person.
"""

import duckdb

_PROTECTIVE_STEPS = """
CREATE TEMP TABLE protective_steps AS
SELECT player_id, occurred_at, known_at,
    event_type = 'exclusion' AS is_exclusion,
    CASE event_type
        WHEN 'exclusion' THEN exclusion_kind
        WHEN 'limit' THEN 'limit_decrease'
        ELSE status
    END AS cause,
    cause NOT IN ('reinstatement', 'active') AS protects
FROM events
WHERE event_type IN ('exclusion', 'player.status_changed')
OR (event_type = 'limit' AND action = 'decrease')
"""
"""What protects a player, and what lifts it. An exclusion's passing end date lifts nothing."""

_ACCOUNT_LINKS = """
CREATE TEMP TABLE account_links AS
SELECT player_id, person_id, min(known_at) AS known_at
FROM events WHERE person_id IS NOT NULL
GROUP BY player_id, person_id
"""
"""Every person that an account was ever linked to, and since when that was known."""

PROTECTED = """
steps AS (
    SELECT player_id, is_exclusion, coalesce(
        max(known_at) FILTER (protects) >= max(known_at) FILTER (NOT protects)
        OR max(occurred_at) FILTER (protects) >= max(occurred_at) FILTER (NOT protects),
        bool_or(protects)
    ) AS protected
    FROM protective_steps
    WHERE known_at < $cutoff AND cause <> 'limit_decrease'
    GROUP BY player_id, is_exclusion
),
links AS (SELECT player_id, person_id FROM account_links WHERE known_at < $cutoff),
excluded_persons AS (
    SELECT person_id FROM links JOIN steps USING (player_id) WHERE is_exclusion AND protected
),
protected AS (
    SELECT player_id FROM steps WHERE protected
    UNION
    SELECT player_id FROM links SEMI JOIN excluded_persons USING (person_id)
)
"""
"""Common table expressions that end in ``protected``: the players, from what was known before
``$cutoff``."""


def create_protection_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``protective_steps`` and ``account_links`` from a relation ``events`` of the log."""
    con.execute(_PROTECTIVE_STEPS)
    con.execute(_ACCOUNT_LINKS)
