"""What a check found, as a table, as a page that stands alone, and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from rich.table import Table

from data.closed_page import closed_page, heading, paragraph, table
from data.quality.findings import MEASURES, Finding
from data.quality.thresholds import LIMITS


@dataclass(frozen=True)
class QualityReport:
    """Findings of a log's latest days.

    Attributes
    ----------
    clock
        The moment it is about, in UTC.
    days
        How many days were judged.
    """

    clock: datetime
    days: int
    findings: tuple[Finding, ...]

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """What alarms."""
        return tuple(finding for finding in self.findings if finding.state == "alarm")

    def as_table(self) -> Table:
        """A line a source and measure, for a terminal."""
        lines = Table("source", "measure", "judged", "too little history", "alarms")
        for row in self._summary():
            lines.add_row(*row)
        return lines

    def as_page(self) -> str:
        """A page of HTML that stands alone."""
        return closed_page("Data quality", self._parts())

    def as_json(self) -> str:
        """Every finding, and the thresholds that it was judged by."""
        content = {
            "clock": self.clock.isoformat(),
            "days": self.days,
            "alarms": len(self.alarms),
            "thresholds": {name: limit.value for name, limit in LIMITS.items()},
            "findings": [asdict(finding) for finding in self.findings],
        }
        return json.dumps(content, indent=1, default=str, allow_nan=False)

    def _summary(self) -> Iterator[tuple[str, str, str, str, str]]:
        states = Counter((one.source, one.measure, one.state) for one in self.findings)
        for source, measure in sorted({(one.source, one.measure) for one in self.findings}):
            usual, untold, alarms = (
                states[source, measure, state] for state in ("usual", "untold", "alarm")
            )
            words = MEASURES[measure].words
            yield source, words, f"{usual + alarms:,}", f"{untold:,}", f"{alarms:,}"

    def _parts(self) -> Iterator[str]:
        yield paragraph(
            f"The {self.days} UTC days up to {self.clock:%Y-%m-%d %H:%M} UTC, each beside the "
            f"eight weeks before it: {len(self.alarms)} of {len(self.findings):,} figures alarm."
        )
        if self.alarms:
            yield heading("Alarms")
            columns = ("source", "where", "day", "what", "is", "usually", "remedy")
            yield table(columns, map(_alarm_row, self.alarms), [True] * len(self.alarms))
        yield heading("What was judged")
        summary = list(self._summary())
        yield table(
            ("source", "measure", "judged", "too little history", "alarms"),
            summary,
            [row[-1] != "0" for row in summary],
        )
        yield heading("Newest figures of whole events")
        columns = ("source", "event type", "what", "day", "is", "usually", "state")
        yield table(columns, map(_newest_row, self._newest()))
        yield heading("Thresholds")
        rows = ((name, f"{limit.value:g}", limit.reason) for name, limit in LIMITS.items())
        yield table(("threshold", "value", "why"), rows)

    def _newest(self) -> Sequence[Finding]:
        """The newest volume and freshness of each source and type."""
        newest = {
            (one.source, one.event_type, one.measure): one
            for one in self.findings
            if one.measure in ("volume", "freshness")
        }
        return list(newest.values())


def _alarm_row(finding: Finding) -> tuple[str, ...]:
    measure, (value, usual) = MEASURES[finding.measure], finding.written()
    return (
        finding.source, finding.place, str(finding.day), measure.words, value, usual,
        measure.remedy,
    )  # fmt: skip


def _newest_row(finding: Finding) -> tuple[str, ...]:
    words, state = MEASURES[finding.measure].words, finding.state
    return (
        finding.source, finding.event_type, words, str(finding.day), *finding.written(),
        "too little history" if state == "untold" else state,
    )  # fmt: skip
