"""How benchmarks measure and print: seconds and peak memory of a step, in one table."""

import json
import os
import platform
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One measured step; ``size`` is what it worked on, ``reduced`` if that is below the target."""

    name: str
    size: str
    seconds: float
    peak_mb: float
    note: str = ""
    reduced: bool = False


@dataclass
class Bench:
    """Collects the rows of one run."""

    title: str
    reduced: bool = False
    rows: list[Row] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, size: str, note: str = "") -> Iterator[None]:
        """Time a block. The peak is the process's so far, so later steps never show less."""
        begin = time.perf_counter()
        yield
        self.add(name, size, time.perf_counter() - begin, note)

    def add(self, name: str, size: str, seconds: float, note: str = "") -> None:
        """Add a row that was timed elsewhere."""
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.rows.append(Row(name, size, seconds, peak_mb, note, self.reduced))

    def finish(self, out: Path | None) -> None:
        """Print the table, and write it as JSON."""
        table = Table(title=f"{self.title} ({machine()})", title_justify="left")
        for heading in ("step", "size", "time", "peak MB", "note"):
            table.add_column(heading, justify="right" if heading in ("time", "peak MB") else "left")
        for row in self.rows:
            note = f"reduced; {row.note}" if row.reduced else row.note
            table.add_row(row.name, row.size, _readable(row.seconds), f"{row.peak_mb:,.0f}", note)
        Console(width=100).print(table)
        if out is not None:
            content = {"machine": machine(), "rows": [asdict(row) for row in self.rows]}
            out.write_text(json.dumps(content, indent=2))


def machine() -> str:
    """Processor count and Python version, for the table's head."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def _readable(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"
