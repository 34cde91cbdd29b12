"""The controller's figures for a monitoring system (OpenMetrics 1.0)."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from provisioning.controller.ingest import Outcome
from provisioning.controller.overview import Overview

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """Counts what ingest did; the rest is read from the overview when asked."""

    def __init__(self, overview: Overview) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Now(overview))
        self._events = Counter(
            "motcua_events",
            "Journal entries by what became of them.",
            ["result"],
            registry=self._registry,
        )
        self._garbage = Counter(
            "motcua_garbage_messages", "Messages that were none.", registry=self._registry
        )

    def tell(self, outcome: Outcome) -> None:
        """Count a step."""
        kept = outcome.kept
        for result in ("stored", "duplicates", "gaps", "lost", "unknown"):
            self._events.labels(result).inc(getattr(kept, result))
        self._garbage.inc(outcome.garbage)

    def text(self) -> bytes:
        """Return the exposition."""
        text: bytes = generate_latest(self._registry)  # type: ignore[no-untyped-call]  # theirs
        return text


class _Now(Collector):
    def __init__(self, overview: Overview) -> None:
        self._overview = overview

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = self._overview.summary()
        figures = {
            "motcua_boxes": ("Boxes ever heard.", now.boxes),
            "motcua_boxes_online": ("Boxes online.", now.online),
            "motcua_devices_faulty": ("Devices in fault on boxes heard now.", now.faults),
            "motcua_tickets_today": ("Tickets issued today.", now.tickets.issued),
            "motcua_tickets_waiting": ("Tickets waiting now.", now.tickets.waiting),
        }
        for name, (help_, value) in figures.items():
            yield GaugeMetricFamily(name, help_, value=value)
