"""Who is protected as of a moment: one definition, for cohorts and for the online store.

The SQL is what DuckDB (the log's Parquet) and SQLite (live events) both run.

An exclusion of the person, or a block, restriction or closure of the account, holds until its
reinstatement. Of news that came out of order the stricter reading holds: protected, if protection
is the latest that was learnt or the latest that happened. An exclusion acts on every account of the
person.
"""

_PROTECTIVE = "event_type IN ('exclusion', 'player.status_changed')"

PROTECTIVE_STEPS = f"""
SELECT player_id, occurred_at, known_at, is_exclusion, cause,
    cause NOT IN ('reinstatement', 'active') AS protects
FROM (
    SELECT player_id, occurred_at, known_at,
        event_type = 'exclusion' AS is_exclusion,
        CASE event_type
            WHEN 'exclusion' THEN exclusion_kind
            WHEN 'limit' THEN 'limit_decrease'
            ELSE status
        END AS cause
    FROM events
    WHERE {_PROTECTIVE} OR (event_type = 'limit' AND action = 'decrease')
) AS told
"""
"""What protects a player, and what lifts it. An exclusion's passing end date lifts nothing."""

ACCOUNT_LINKS = """
SELECT player_id, person_id, min(known_at) AS known_at
FROM events WHERE person_id IS NOT NULL
GROUP BY player_id, person_id
"""
"""Every person that an account was ever linked to, and since when that was known."""


def protected_players(steps: str = "protective_steps", links: str = "account_links") -> str:
    """Common table expressions that end in ``protected``: the players as of ``$cutoff``.

    Parameters
    ----------
    steps, links
        Relations with the columns of ``PROTECTIVE_STEPS`` and ``ACCOUNT_LINKS``.
    """
    return f"""
steps AS (
    SELECT player_id, is_exclusion, coalesce(
        max(known_at) FILTER (WHERE protects) >= max(known_at) FILTER (WHERE NOT protects)
        OR max(occurred_at) FILTER (WHERE protects) >= max(occurred_at) FILTER (WHERE NOT protects),
        max(protects)
    ) AS protected
    FROM {steps}
    WHERE known_at < $cutoff AND cause <> 'limit_decrease'
    GROUP BY player_id, is_exclusion
),
links AS (SELECT player_id, person_id FROM {links} WHERE known_at < $cutoff),
excluded_persons AS (
    SELECT person_id FROM links JOIN steps USING (player_id) WHERE is_exclusion AND protected
),
protected AS (
    SELECT player_id FROM steps WHERE protected
    UNION
    SELECT player_id FROM links WHERE person_id IN (SELECT person_id FROM excluded_persons)
)
"""
