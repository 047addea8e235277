"""What a check found, for Prometheus, as a file that node-exporter's textfile collector reads."""

from collections import Counter
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from data.drafts import prepare_place
from data.quality.report import QualityReport


def write_metrics(report: QualityReport, path: Path) -> None:
    """Write the file, whole or not at all. Its name has to end in ``.prom`` to be collected."""
    prepare_place(path)
    registry = CollectorRegistry()
    _count_states(report, registry)
    _tell_newest(report, registry)
    checked = Gauge(
        "player_data_checked_timestamp_seconds",
        "The moment that the data were judged as of.",
        registry=registry,
    )
    checked.set(report.clock.timestamp())
    write_to_textfile(str(path), registry)


def _count_states(report: QualityReport, registry: CollectorRegistry) -> None:
    """Measures without an alarm are told as 0: a series that vanishes can't alarm."""
    gauge = Gauge(
        "player_data_figures",
        "Figures of the judged days, by whether they are usual, alarm, or can't be told.",
        ("source", "measure", "state"),
        registry=registry,
    )
    states = Counter((one.source, one.measure, one.state) for one in report.findings)
    for source, measure in sorted({(one.source, one.measure) for one in report.findings}):
        for state in ("usual", "alarm", "untold"):
            gauge.labels(source, measure, state).set(states[source, measure, state])


def _tell_newest(report: QualityReport, registry: CollectorRegistry) -> None:
    key = ("source", "event_type")
    age = Gauge("player_data_age_seconds", "Age of the newest event.", key, registry=registry)
    events = Gauge(
        "player_data_events", "Events of the newest day that is over.", key, registry=registry
    )
    for finding in report.findings:
        if finding.measure == "freshness":
            age.labels(finding.source, finding.event_type).set(3600 * finding.value)
        elif finding.measure == "volume":
            events.labels(finding.source, finding.event_type).set(finding.value)
