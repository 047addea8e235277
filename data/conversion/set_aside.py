"""Rows that become no event by the mapping's rules: none fits, or one says that they can't."""

from collections.abc import Sequence

import polars as pl

from data.conversion.cells import text_of
from data.conversion.draft import REJECTED
from data.conversion.identity import event_ids
from data.mapping import Mapping, Rule

NO_RULE = "no rule matches"


def unmatched(rows: pl.DataFrame, left: pl.Series, mapping: Mapping) -> pl.DataFrame:
    """Rows that no rule takes, with the texts of the columns that rules look at.

    Parameters
    ----------
    left
        True for each of them.
    """
    looked_at = sorted({name for rule in mapping.rules for name in rule.columns_of_filters})
    remedy = "add a rule for such rows, or an ignore rule"
    return _told(rows, left, looked_at, (NO_RULE, remedy), mapping)


def set_aside(rows: pl.DataFrame, share: pl.Series, rule: Rule, mapping: Mapping) -> pl.DataFrame:
    """Rows that a rule sets aside, with its reason and the texts of the columns it looks at.

    Parameters
    ----------
    share
        True for each of them.
    """
    remedy = "send what is missing, or give such rows a rule of their own"
    why = str(rule.quarantine), remedy
    return _told(rows, share, sorted(rule.columns_of_filters), why, mapping)


def whom(rows: pl.DataFrame, numbers: pl.Series, rule: Rule, mapping: Mapping) -> pl.DataFrame:
    """Players of rows that a rule couldn't read, and the type of event that was meant.

    Parameters
    ----------
    numbers
        Which rows.
    """
    meant = rule.event_type or rule.protects
    player = mapping.origins(rule).get("player_id")
    named = pl.lit(None, dtype=pl.String) if player is None else text_of(player, mapping.input)
    found = rows[numbers].select(
        pl.lit(numbers.cast(pl.Int64)).alias("row"),
        named.alias("player_id"),
        pl.lit(meant, dtype=pl.String).alias("event_type"),
    )
    return found.drop_nulls()


def _told(
    rows: pl.DataFrame,
    share: pl.Series,
    looked_at: Sequence[str],
    why: tuple[str, str],
    mapping: Mapping,
) -> pl.DataFrame:
    rest = rows.filter(share)
    unnamed = pl.Series("event_id", [None] * rest.height, dtype=pl.String)
    origin = mapping.fields.get("event_id")
    ids = unnamed if origin is None else event_ids(rest, origin, mapping.input)
    shown = [pl.concat_str(pl.lit(f"{name}="), pl.col(name).fill_null("")) for name in looked_at]
    reason, remedy = why
    return rest.select(
        share.arg_true().cast(pl.Int64).alias("row"),
        ids,
        pl.lit("event_type").alias("field"),
        pl.lit(", ".join(looked_at)).alias("column"),
        pl.concat_str(shown, separator=", ").alias("value") if shown else pl.lit("").alias("value"),
        pl.lit(reason).alias("reason"),
        pl.lit(remedy).alias("remedy"),
    ).select(REJECTED.names())
