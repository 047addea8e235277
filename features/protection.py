"""Who is protected as of a moment: one definition, for cohorts and for the online store.

The SQL is what DuckDB (the log's Parquet) and SQLite (live events) both run.

An exclusion of the person, or a block, restriction or closure of the account, holds until its
reinstatement. Of news that came out of order the stricter reading holds: protected, if protection
is the latest that was learnt or the latest that happened. An exclusion acts on every account of the
person. What a register holds is lifted by a reinstatement that names the register, by no other; a
reinstatement counts from the moment that it takes effect.
"""

_PROTECTIVE = "event_type IN ('exclusion', 'player.status_changed')"

PROTECTIVE_STEPS = f"""
SELECT player_id, is_exclusion, of_register, cause,
    CASE WHEN cause = 'reinstatement' AND effective_from > occurred_at
        THEN effective_from ELSE occurred_at END AS occurred_at,
    CASE WHEN cause = 'reinstatement' AND effective_from > known_at
        THEN effective_from ELSE known_at END AS known_at,
    cause NOT IN ('reinstatement', 'active') AS protects
FROM (
    SELECT player_id, occurred_at, known_at, effective_from,
        event_type = 'exclusion' AS is_exclusion,
        event_type = 'exclusion' AND (
            exclusion_kind = 'register'
            OR (exclusion_kind = 'reinstatement' AND register IS NOT NULL)
        ) AS of_register,
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
    """``WITH`` clause that ends in ``protected``: the players as of ``$cutoff``.

    Who shares a person with an account that shares another with a third is the same person: a
    merge takes the stricter state (house rule E4).

    Parameters
    ----------
    steps, links
        Relations with the columns of ``PROTECTIVE_STEPS`` and ``ACCOUNT_LINKS``.
    """
    return f"""
WITH RECURSIVE steps AS (
    SELECT player_id, is_exclusion, of_register, coalesce(
        max(known_at) FILTER (WHERE protects) >= max(known_at) FILTER (WHERE NOT protects)
        OR max(occurred_at) FILTER (WHERE protects) >= max(occurred_at) FILTER (WHERE NOT protects),
        max(protects)
    ) AS protected
    FROM {steps}
    WHERE known_at < $cutoff AND cause <> 'limit_decrease'
    GROUP BY player_id, is_exclusion, of_register
),
links AS (SELECT player_id, person_id FROM {links} WHERE known_at < $cutoff),
excluded_persons AS (
    SELECT person_id FROM links JOIN steps USING (player_id) WHERE is_exclusion AND protected
    UNION
    SELECT other.person_id
    FROM excluded_persons JOIN links USING (person_id) JOIN links AS other USING (player_id)
),
protected AS (
    SELECT player_id FROM steps WHERE protected
    UNION
    SELECT player_id FROM links WHERE person_id IN (SELECT person_id FROM excluded_persons)
)
"""


def same_persons(of: str) -> str:
    """``WITH`` clause that ends in ``same_person``: accounts of the persons of some accounts.

    Parameters
    ----------
    of
        Relation with ``player_id``.
    """
    return f"""
WITH RECURSIVE same_person AS (
    SELECT player_id FROM {of}
    UNION
    SELECT sister.player_id
    FROM same_person
    JOIN account_links AS own USING (player_id)
    JOIN account_links AS sister ON sister.person_id = own.person_id
)
"""
