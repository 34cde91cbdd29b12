"""A day's figures, made of its tickets and its officers' acts. Pure.

How each is counted is told in docs/queue.md. Ratings are counted as they were given, each scale
for itself (domain QUE-10); no figure here is an official score (QUE-13).
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date

from kiosk.api.words import Answer, Names
from kiosk.counter.chronicle.chronicle import Act
from kiosk.counter.config import CounterConfig
from kiosk.counter.rows import Row
from kiosk.domain.steps import TicketState

CALLED, SERVED, HELD = "ticket.called", "ticket.served", "ticket.held"
TRANSFERRED = "ticket.transferred"
_AT_COUNTER = (SERVED, HELD, TRANSFERRED)


class Spread(Answer, frozen=True, kw_only=True):
    """Times in seconds: how many there are, their mean, and what nine of ten keep within."""

    count: int = 0
    mean_s: float = 0.0
    p90_s: float = 0.0


class RatingCount(Answer, frozen=True, kw_only=True):
    """How often a value was given on a scale; 1 is worst."""

    scale: int
    value: int
    count: int


class Figures(Answer, frozen=True, kw_only=True):
    """What was done. `taken` is None for a counter: numbers are taken for a service."""

    taken: int | None
    called: int
    served: int
    missed: int
    held: int
    moved_on: int
    expired: int
    wait: Spread
    service: Spread
    ratings: tuple[RatingCount, ...]


class Line(Answer, frozen=True, kw_only=True):
    """The figures of one counter or service."""

    id: str
    names: Names
    figures: Figures


class DayTotals(Answer, frozen=True, kw_only=True):
    """The figures of a day. `whole` is the site's, told to the supervisor only."""

    day: date
    site_names: Names
    whole: Figures | None
    counters: tuple[Line, ...]
    services: tuple[Line, ...]
    sample_data: bool


def totals(config: CounterConfig, day: date, rows: Sequence[Row], acts: Sequence[Act]) -> DayTotals:
    """Return the day's figures of the whole site."""
    book = _Book(rows, acts)
    counters = {desk.id: desk.names for desk in config.counters}
    services = {one.id: one.names for one in config.services}
    gone = {act.counter for act in acts if act.counter} - counters.keys()
    counters |= {one: {"vi": one} for one in sorted(gone)}
    gone = {name for row in rows for name in (row.service, row.asked_service)} - services.keys()
    services |= {one: {"vi": one} for one in sorted(gone)}
    return DayTotals(
        day=day,
        site_names=config.names,
        whole=book.of_all(),
        counters=tuple(
            Line(id=one, names=names, figures=book.of_counter(one))
            for one, names in counters.items()
        ),
        services=tuple(
            Line(id=one, names=names, figures=book.of_service(one))
            for one, names in services.items()
        ),
        sample_data=config.sample_data,
    )


def narrowed(told: DayTotals, counter: str, services: Collection[str]) -> DayTotals:
    """Return what an officer sees: the own counter, and the services it serves."""
    return DayTotals(
        day=told.day,
        site_names=told.site_names,
        whole=None,
        counters=tuple(line for line in told.counters if line.id == counter),
        services=tuple(line for line in told.services if line.id in services),
        sample_data=told.sample_data,
    )


def spread(times_s: Sequence[float]) -> Spread:
    """Return the mean, and the 90th percentile by the nearest rank."""
    if not times_s:
        return Spread()
    ranked = sorted(times_s)
    return Spread(
        count=len(ranked),
        mean_s=round(sum(ranked) / len(ranked), 1),
        p90_s=round(ranked[math.ceil(0.9 * len(ranked)) - 1], 1),
    )


class _Book:
    def __init__(self, rows: Sequence[Row], acts: Sequence[Act]) -> None:
        self._rows = rows
        self._acts = acts
        self._stretches: dict[str, list[Act]] = {}
        first: dict[str, Act] = {}
        for act in acts:
            if act.kind == CALLED:
                first.setdefault(act.ticket, act)
            elif act.kind in _AT_COUNTER:
                self._stretches.setdefault(act.ticket, []).append(act)
        self._waits = [
            (first[row.id], max(0.0, (first[row.id].at - row.issued_at).total_seconds()))
            for row in rows
            if row.id in first
        ]

    def of_all(self) -> Figures:
        return self._figures(
            lambda _: True, lambda _: True, taken=len(self._rows), stretch=lambda _: True
        )

    def of_counter(self, counter: str) -> Figures:
        return self._figures(
            lambda row: row.counter == counter,
            lambda act: act.counter == counter,
            taken=None,
            stretch=lambda act: act.counter == counter,
        )

    def of_service(self, service: str) -> Figures:
        return self._figures(
            lambda row: row.service == service,
            lambda act: act.service == service,
            taken=sum(row.asked_service == service for row in self._rows),
            stretch=lambda _: True,
        )

    def _figures(
        self,
        is_row: Callable[[Row], bool],
        is_act: Callable[[Act], bool],
        *,
        taken: int | None,
        stretch: Callable[[Act], bool],
    ) -> Figures:
        rows = [row for row in self._rows if is_row(row)]
        state = Counter(row.state for row in rows)
        acts = [act for act in self._acts if is_act(act)]
        tickets = {
            kind: len({act.ticket for act in acts if act.kind == kind})
            for kind in (CALLED, HELD, TRANSFERRED)
        }
        given = Counter(
            (row.rating_scale, row.rating) for row in rows if row.rating and row.rating_scale
        )
        return Figures(
            taken=taken,
            called=tickets[CALLED],
            served=state[TicketState.SERVED],
            missed=state[TicketState.MISSED],
            held=tickets[HELD],
            moved_on=tickets[TRANSFERRED],
            expired=state[TicketState.EXPIRED],
            wait=spread([waited_s for act, waited_s in self._waits if is_act(act)]),
            service=spread(
                [self._visit_s(row, stretch) for row in rows if row.state is TicketState.SERVED]
            ),
            ratings=tuple(
                RatingCount(scale=scale, value=value, count=count)
                for (scale, value), count in sorted(given.items())
            ),
        )

    def _visit_s(self, row: Row, stretch: Callable[[Act], bool]) -> float:
        told = [act.took_s for act in self._stretches.get(row.id, []) if stretch(act)]
        return sum(told) if told else row.served_s or 0.0
