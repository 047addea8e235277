"""What must hold for a whole event log: its files, its rows, and each event type's fields.

Bounds (±2^53), choices and required fields are those of the contract, by the very expressions that
an import checks rows with.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq

from data.contract import fields_of
from data.contract_checks import required_check, value_checks
from data.conversion.amounts import digits_of, in_base
from data.event_log import Commit, EventLog
from data.events import EVENT_TYPES
from data.tables import BASE_SUFFIX, KNOWN_DAY, event_schema, payload_fields


@dataclass(frozen=True)
class Breach:
    """Rows or files that break one rule: how many, and one of them."""

    rule: str
    found: int
    example: str


@dataclass(frozen=True)
class _RowRule:
    text: str
    bad: pl.Expr


def breaches_of(log: EventLog) -> Iterator[Breach]:
    """Every breach of a log; with a damaged file, only those of its files."""
    damaged = False
    for breach in _file_breaches(log):
        damaged = True
        yield breach
    if damaged or not log.files():
        return
    yield from _repeated_ids(log)
    rows = pl.scan_parquet(log.files(), hive_partitioning=False, include_file_paths="file")
    yield from _row_breaches(rows, _rules_of_all())
    present = rows.select(pl.col("event_type").unique()).collect(engine="streaming")
    for event_type in sorted(set(present.to_series()) & EVENT_TYPES.keys()):
        own = rows.filter(pl.col("event_type") == event_type)
        yield from _row_breaches(own, _rules_of_type(event_type, log.settings.base_currency))


def _file_breaches(log: EventLog) -> Iterator[Breach]:
    for commit in log.commits():
        missing = [name for name in commit.files if not (log.root / name).is_file()]
        if missing:
            rule = f"every file of commit {commit.name} is there"
            yield Breach(rule, len(missing), missing[0])
            continue
        strange = [name for name in commit.files if not _is_laid_out(log.root / name)]
        if strange:
            rule = f"every file of commit {commit.name} has the columns of the contract"
            yield Breach(rule, len(strange), strange[0])
        yield from _count_breaches(log, commit)


def _is_laid_out(path: Path) -> bool:
    try:
        return bool(pq.read_schema(path).names == event_schema().names)
    except (OSError, ValueError):
        return False


def _count_breaches(log: EventLog, commit: Commit) -> Iterator[Breach]:
    try:
        rows = sum(pq.read_metadata(log.root / name).num_rows for name in commit.files)
    except (OSError, ValueError) as fault:
        yield Breach(f"every file of commit {commit.name} is Parquet", 1, str(fault))
        return
    if rows != commit.rows:
        example = f"{rows} rows in its files, {commit.rows} in the commit"
        yield Breach(f"commit {commit.name} counts its rows", 1, example)


def _repeated_ids(log: EventLog) -> Iterator[Breach]:
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.read_parquet(log.files(), hive_partitioning=False).create_view("events")
        found, source, event_id = con.execute(_REPEATED).fetchall()[0]
    if found:
        yield Breach("(source, event_id) comes once", found, f"{source} {event_id}")


_REPEATED = """
SELECT count(*), any_value(source), any_value(event_id)
FROM (SELECT source, event_id FROM events GROUP BY ALL HAVING count(*) > 1)
"""


def _row_breaches(rows: pl.LazyFrame, rules: Iterable[_RowRule]) -> Iterator[Breach]:
    rules = list(rules)
    counts = rows.select(
        rule.bad.fill_null(False).sum().alias(str(number)) for number, rule in enumerate(rules)
    ).collect(engine="streaming")
    for rule, found in zip(rules, counts.row(0), strict=True):
        if found:
            first = rows.filter(rule.bad).select("source", "event_id", "event_type").head(1)
            yield Breach(rule.text, found, " ".join(map(str, first.collect().row(0))))


def _rules_of_all() -> Iterator[_RowRule]:
    """Rules of every row: its type, its moments, its partition, and no other type's columns."""
    known = pl.col("event_type").is_in(list(EVENT_TYPES))
    yield _RowRule("event_type is in the contract", ~known)
    yield _RowRule("occurred_at <= known_at", pl.col("occurred_at") > pl.col("known_at"))
    yield _RowRule("known_at <= ingested_at", pl.col("known_at") > pl.col("ingested_at"))
    day = pl.col("known_at").dt.to_string("%Y-%m-%d")
    partition = pl.col("file").str.extract(rf"{KNOWN_DAY}=([^/\\]+)", 1)
    yield _RowRule("a file holds the UTC day of its folder", day.ne_missing(partition))
    for name, owners in _owners().items():
        columns = [name, name + BASE_SUFFIX] if payload_fields()[name][0].money else [name]
        there = pl.any_horizontal(pl.col(columns).is_not_null())
        bad = there & pl.col("event_type").is_in(owners).not_()
        yield _RowRule(f"{name} stands only in {', '.join(owners)}", bad)


def _owners() -> dict[str, list[str]]:
    """Payload column → event types that have it."""
    return {
        name: [event_type for event_type in EVENT_TYPES if name in fields_of(event_type)]
        for name in payload_fields()
    }


def _base_rule(event_type: str, name: str, base: str) -> _RowRule:
    amount, stated = pl.col(name), pl.col(name + BASE_SUFFIX)
    digits = digits_of(pl.col("currency"))
    expected = in_base(amount, pl.col("fx_to_base"), digits, base)
    unconverted = amount.is_not_null() & expected.is_null()
    return _RowRule(
        f"{event_type}.{name}{BASE_SUFFIX} is {name} at fx_to_base, half-even in {base}",
        unconverted | stated.ne_missing(expected),
    )


def _rules_of_type(event_type: str, base: str) -> Iterator[_RowRule]:
    """The contract's rules of one event type's fields."""
    for name, field in fields_of(event_type).items():
        checks = list(value_checks(field, pl.col(name)))
        if field.required:
            checks.append(required_check(field, pl.col(name)))
        for check in checks:
            yield _RowRule(f"no {event_type}.{name} is {check.reason}", check.bad)
        if field.money:
            yield _base_rule(event_type, name, base)
