"""What the service counts, for Prometheus. No label holds anything of a player."""

import collections

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from serving.event_schemas import EventsAnswer
from serving.health import Parts
from serving.schemas import NotScored, Score, Scores, UnknownPlayerScore

_OUTCOMES: dict[type, str] = {
    Score: "scored", NotScored: "not_scored", UnknownPlayerScore: "unknown_player"
}  # fmt: skip

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = Counter(
            "player_http_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "player_http_request_seconds",
            "Time from a request's head to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._scores = Counter(
            "player_scores",
            "Players asked for, by what came of it.",
            ("model", "outcome"),
            registry=self.registry,
        )
        self._events = Counter(
            "player_events",
            "Items sent, by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        self._decisions = Counter(
            "player_decisions",
            "Decisions, by kind and mode.",
            ("kind", "mode"),
            registry=self.registry,
        )
        self._models = Gauge(
            "player_model_info",
            "1 for each model version that is served.",
            ("model", "version", "feature_version"),
            registry=self.registry,
        )
        self._ready = Gauge(
            "player_ready", "1 if a model can answer, else 0.", registry=self.registry
        )

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request; ``route`` is a template, not a path."""
        known = method if method in _METHODS else "other"
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_scores(self, model_id: str, found: Scores) -> None:
        """Count the players of one request."""
        for kind, players in collections.Counter(map(type, found.scores)).items():
            self._scores.labels(model_id, _OUTCOMES[kind]).inc(players)

    def count_events(self, found: EventsAnswer) -> None:
        """Count the items of one request."""
        for outcome in ("accepted", "duplicates", "quarantined", "ignored"):
            self._events.labels(outcome).inc(getattr(found, outcome))

    def count_decision(self, kind: str, mode: str) -> None:
        """Count a decision."""
        self._decisions.labels(kind, mode).inc()

    def show(self, parts: Parts) -> None:
        """State what is served."""
        for card in parts.described().models:
            self._models.labels(card.model_id, card.model_version, card.feature_version).set(1)
        self._ready.set(parts.readiness().ready)

    def text(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self.registry)
