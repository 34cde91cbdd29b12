"""The controller's and the fleet's figures for a monitoring system (OpenMetrics 1.0).

Ten thousand boxes make no more lines than ten: boxes are counted by state and by the units right
under the root, devices by their kind; no line is of one box.
"""

from collections import Counter as Count
from collections.abc import Callable, Iterable, Iterator
from heapq import nlargest

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from devices.contract.clock import Clock
from provisioning.controller.alerts.records import Record
from provisioning.controller.branches import NEEDY, Need
from provisioning.controller.ingest import Outcome
from provisioning.controller.overview import EVERYTHING, Overview

CONTENT_TYPE = CONTENT_TYPE_LATEST
_MOST_UNITS = 100
_MOST_KINDS = 20
_LAGS_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)


class Metrics:
    """Counts what ingest did; the rest is read when asked."""

    def __init__(self, overview: Overview, clock: Clock) -> None:
        self._clock = clock
        self._registry = CollectorRegistry()
        self._registry.register(_Fleet(overview))
        ProcessCollector(registry=self._registry)
        self._events = Counter(
            "motcua_events",
            "Journal entries by what became of them.",
            ["result"],
            registry=self._registry,
        )
        self._garbage = Counter(
            "motcua_garbage_messages", "Messages that were none.", registry=self._registry
        )
        self._statuses = Counter(
            "motcua_part_messages",
            "Messages of parts that told something new.",
            registry=self._registry,
        )
        self._lag = Histogram(
            "motcua_ingest_lag_seconds",
            "From a status at its box, by the box's clock, until it was stored.",
            buckets=_LAGS_S,
            registry=self._registry,
        )

    def tell(self, outcome: Outcome) -> None:
        """Count a step."""
        kept = outcome.kept
        for result in ("stored", "duplicates", "gaps", "lost", "unknown"):
            self._events.labels(result).inc(getattr(kept, result))
        self._garbage.inc(outcome.garbage)
        self._statuses.inc(len(outcome.parts))
        now = self._clock.now()
        for part in outcome.parts:
            if part.status and part.heard_at and part.heard_at > part.status.at:
                self._lag.observe((now - part.status.at).total_seconds())

    def count_alerts(self, open_alerts: Callable[[], Iterable[Record]]) -> None:
        """Count the open alerts too."""
        self._registry.register(_Alerts(open_alerts))

    def text(self) -> bytes:
        """Return the exposition."""
        text: bytes = generate_latest(self._registry)  # type: ignore[no-untyped-call]  # theirs
        return text


class _Fleet(Collector):
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
            "motcua_longest_wait_seconds": (
                "The longest wait today.",
                now.tickets.longest_wait_s or 0.0,
            ),
            "motcua_dashboard_streams": ("Browsers watching.", self._overview.news.watchers),
        }
        for name, (help_, value) in figures.items():
            yield GaugeMetricFamily(name, help_, value=value)
        yield _by("motcua_boxes_by_state", "Boxes by state.", "state", now.needs)
        kinds = dict(Count(now.faults_by_kind).most_common(_MOST_KINDS))
        yield _by("motcua_devices_faulty_by_kind", "Devices in fault.", "kind", kinds)
        yield from self._by_unit()

    def _by_unit(self) -> Iterator[GaugeMetricFamily]:
        branches = self._overview.branches

        def boxes(unit: str) -> int:
            return branches.count((unit,), *Need)

        units = nlargest(_MOST_UNITS, branches.below(EVERYTHING), key=boxes)
        needy = {unit: branches.count((unit,), *NEEDY) for unit in units}
        waiting = {unit: branches.tally((unit,)).figures.waiting for unit in units}
        every = {unit: boxes(unit) for unit in units}
        yield _by("motcua_unit_boxes", "Boxes by unit.", "unit", every)
        yield _by("motcua_unit_boxes_needy", "Boxes that need somebody.", "unit", needy)
        yield _by("motcua_unit_tickets_waiting", "Tickets waiting by unit.", "unit", waiting)


class _Alerts(Collector):
    def __init__(self, open_alerts: Callable[[], Iterable[Record]]) -> None:
        self._open = open_alerts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        counts = Count((record.alert.key.kind, record.alert.severity) for record in self._open())
        family = GaugeMetricFamily(
            "motcua_alerts_open", "Open alerts.", labels=["kind", "severity"]
        )
        for (kind, severity), count in sorted(counts.items()):
            family.add_metric([kind, severity], count)
        yield family


def _by(name: str, help_: str, label: str, counts: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family
