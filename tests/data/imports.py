"""Small mappings and files to import, for the tests of this folder."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Mapping as Row
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from typer import Typer
from typer.testing import CliRunner

from data.convert import Converted, convert
from data.event_log import EventLog
from data.mapping import Mapping
from data.mapping_file import read_mapping

MAPPING = """
source: shop
base_currency: EUR
timezone: Europe/Malta
activity: deposit:approved

fields:
  event_id: {column: id}
  player_id: {column: player}
  brand_id: {constant: brand}
  jurisdiction: {constant: MT}
  occurred_at: {column: at}
  known_at: {column: known}
  currency: {column: currency}
  fx_to_base: {column: rate}

rules:
  - when: {kind: DEP}
    event_type: deposit
    fields:
      status: {column: state, values: {OK: approved, NO: declined}}
      amount: {column: amount}
  - when: {kind: PING}
    ignore: true
"""
"""A mapping of events with their own ids, moments and currencies."""

NOW = datetime(2024, 6, 1, tzinfo=UTC)
"""When rows are converted."""

Cells = Row[str, str | None]

ROW: Cells = {
    "id": "1",
    "player": "anna",
    "at": "2024-05-01T10:00:00Z",
    "known": "2024-05-01T10:00:05Z",
    "currency": "EUR",
    "rate": "",
    "kind": "DEP",
    "state": "OK",
    "amount": "12.30",
}
"""A sound row of it."""


def mapping_file(folder: Path, text: str = MAPPING) -> Path:
    """Write a mapping file."""
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf8")
    return path


def mapping_of(folder: Path, text: str = MAPPING) -> Mapping:
    """Write a mapping file and read it."""
    return read_mapping(mapping_file(folder, text))


def changed(*changes: tuple[str, str], text: str = MAPPING) -> str:
    """The mapping with pieces replaced, each of which must be there."""
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{old!r} is not in the mapping")
        text = text.replace(old, new)
    return text


def raw_rows(*rows: Cells) -> pl.DataFrame:
    """Raw rows: the sound one with changes, its id numbered from 1."""
    full = [{**ROW, "id": str(number), **row} for number, row in enumerate(rows, 1)]
    return pl.DataFrame(full, schema=dict.fromkeys(full[0], pl.String), orient="row")


def csv_file(path: Path, *rows: Cells) -> Path:
    """Write raw rows as CSV."""
    raw_rows(*rows).write_csv(path)
    return path


def outcome(folder: Path, *rows: Cells, changes: tuple[tuple[str, str], ...] = ()) -> Converted:
    """Raw rows converted by the mapping with pieces replaced."""
    return convert(raw_rows(*rows), mapping_of(folder, changed(*changes)), NOW)


def events(root: Path) -> pl.DataFrame:
    """Every event of a log."""
    return pl.read_parquet(EventLog(root).files(), hive_partitioning=False)


def quarantine(root: Path) -> list[dict[str, str]]:
    """Rows of the one quarantine file of an operator's folder."""
    (path,) = (root / "quarantine").glob("*.csv")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    output: str
    faults: str


def run(app: Typer, *arguments: object) -> Ended:
    """Run a command in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return Ended(result.exit_code, result.stdout, result.stderr)


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Another process that holds a lock."""
    code = (
        "import fcntl, sys, time\n"
        "lock = open(sys.argv[1], 'w'); fcntl.flock(lock, fcntl.LOCK_EX)\n"
        "print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE)
    try:
        if process.stdout is not None:
            process.stdout.readline()
        yield
    finally:
        process.kill()
        process.communicate()
