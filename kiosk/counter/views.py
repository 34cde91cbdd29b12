"""What each screen is shown, made of the configuration and one snapshot. Pure."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import cached_property

from devices.contract.clock import LOCAL
from kiosk import api
from kiosk.counter.bodies import OfficerState, QueuedTicket, WaitingTicket
from kiosk.counter.config import CounterConfig, DeskConfig, ServiceConfig
from kiosk.counter.rows import CallRow, Row, Snapshot, Tally, as_waiting
from kiosk.domain import fairness
from kiosk.domain.estimate import expected_wait_s, service_time_s
from kiosk.domain.phrases import counter_name
from kiosk.domain.steps import OPEN

_MINUTE_S = 60
_ROUGHLY_S = 30  # a growing figure must not be news at every look


class View:
    """The site at the moment of a snapshot."""

    def __init__(self, config: CounterConfig, snapshot: Snapshot) -> None:
        self._config = config
        self._snapshot = snapshot

    @cached_property
    def orders(self) -> dict[str, list[fairness.Upcoming]]:
        """The order of calls at each counter, by its id."""
        return {desk.id: self._order(desk) for desk in self._config.counters}

    @cached_property
    def site(self) -> api.Site:
        """What a kiosk must know."""
        config, now = self._config, self._snapshot.now
        return api.Site(
            site=config.site or config.box,
            names=config.names,
            day=self._snapshot.day,
            open=config.hours.is_open(now),
            notice=config.notice,
            opens_at=_hour(config.hours.opens_at(now), now),
            closes_at=_hour(config.hours.open_until(now), now),
            services=self.services,
            priority_classes=self._classes(),
            counters=self.counters,
            rating_scale=config.rating_scale,
            sample_data=config.sample_data,
        )

    def board(self, now_called: api.Call | None) -> api.Board:
        """Return what a TV board shows while this call is announced."""
        return api.Board(
            site_names=self._config.names,
            now=now_called,
            latest=tuple(map(self.call, self._snapshot.calls)),
            services=self.services,
            counters=self.counters,
            notice=self._config.notice,
            priority_rule=priority_rule(self._config),
        )

    def call(self, call: CallRow) -> api.Call:
        """Return a call as screens show it."""
        desk = self._config.desk(call.counter)
        return api.Call(
            serial=call.serial,
            number=call.number,
            counter=call.counter,
            counter_names=desk.names if desk else {"vi": call.counter},
            service_names=self._service_names(call.service),
            at=call.at,
            again=call.again,
        )

    def ticket(self, row: Row) -> api.Ticket:
        """Return a ticket as its owner sees it."""
        ahead = self._ahead(row) if row.state is api.TicketState.WAITING else []
        waits = row.state is api.TicketState.WAITING
        return api.Ticket(
            id=row.id,
            number=row.number,
            code=row.code,
            day=row.day,
            service=row.service,
            service_names=self._service_names(row.service),
            priority_class=row.priority_class,
            language=row.language,
            kiosk=row.kiosk,
            state=row.state if row.day == self._snapshot.day else _ended(row.state),
            issued_at=row.issued_at,
            ahead=len(ahead),
            expected_wait_s=self._wait_s(row.service, ahead) if waits else 0,
            printed=row.printed,
            counter=row.counter,
            url=f"{self._config.public_url}/t/{row.code}",
            rated=row.rating is not None,
        )

    def officer(self, desk: DeskConfig) -> OfficerState:
        """Return what the console of a counter shows."""
        snapshot, config = self._snapshot, self._config
        tally = snapshot.tallies.get(desk.id, Tally())
        current = next((row for row in snapshot.called if row.counter == desk.id), None)
        return OfficerState(
            now=snapshot.now,
            day=snapshot.day,
            site_names=config.names,
            counter=self._counter(desk),
            current=self._queued(current) if current else None,
            waiting=self._waiting(desk),
            held=self._beside(desk, snapshot.held),
            missed=self._beside(desk, snapshot.missed),
            served_today=tally.served,
            missed_today=tally.missed,
            ratings={str(value): count for value, count in tally.ratings.items()},
            rating_scale=config.rating_scale,
            services=self.services,
            priority_classes=self._classes(),
            priority_rule=priority_rule(config),
            open=config.hours.is_open(snapshot.now),
            sample_data=config.sample_data,
        )

    @cached_property
    def figures(self) -> dict[str, float]:
        """The figures of the part's status."""
        snapshot = self._snapshot
        waits = [(snapshot.now - row.waiting_since).total_seconds() for row in snapshot.waiting]
        return {
            "waiting": float(len(waits)),
            "tickets_today": float(snapshot.issued),
            "served_today": float(sum(tally.served for tally in snapshot.tallies.values())),
            "longest_wait_s": max(waits, default=0.0) // _ROUGHLY_S * _ROUGHLY_S,
            "mean_wait_s": round(snapshot.mean_wait_s, 1),
            "counters_staffed": float(len(snapshot.staffed - snapshot.paused)),
        }

    @cached_property
    def services(self) -> tuple[api.Service, ...]:
        """The services, with how many wait and how long a newcomer would."""
        return tuple(map(self._service, self._config.services))

    @cached_property
    def counters(self) -> tuple[api.CounterInfo, ...]:
        """The counters, with the number each serves now."""
        return tuple(map(self._counter, self._config.counters))

    def _order(self, desk: DeskConfig) -> list[fairness.Upcoming]:
        waiting = [
            as_waiting(row) for row in self._snapshot.waiting if row.service in desk.services
        ]
        recent = self._snapshot.recent[desk.id]
        return fairness.order(waiting, recent, self._config.fairness, self._snapshot.now)

    def _service(self, service: ServiceConfig) -> api.Service:
        desks = self._config.desks_of(service.id)
        everybody = min((self._line(desk) for desk in desks), key=len)
        paused = {desk.id for desk in desks} <= self._snapshot.paused
        return api.Service(
            id=service.id,
            names=service.names,
            icon=service.icon,
            prefix=service.prefix,
            open=self._config.hours.is_open(self._snapshot.now) and not paused,
            waiting=sum(row.service == service.id for row in self._snapshot.waiting),
            expected_wait_s=self._wait_s(service.id, everybody),
            counters=tuple(desk.id for desk in desks),
        )

    def _counter(self, desk: DeskConfig) -> api.CounterInfo:
        return api.CounterInfo(
            id=desk.id,
            names=desk.names,
            spoken=counter_name(self._config.phrases, desk.number),
            services=desk.services,
            staffed=desk.id in self._snapshot.staffed,
            paused=desk.id in self._snapshot.paused,
            ticket=next(
                (row.number for row in self._snapshot.called if row.counter == desk.id), ""
            ),
        )

    def _classes(self) -> tuple[api.PriorityClass, ...]:
        return tuple(
            api.PriorityClass(id=kind.id, names=kind.names, priority=kind.priority)
            for kind in self._config.priority_classes
        )

    def _line(self, desk: DeskConfig) -> list[str]:
        """Return the ids of those who wait at the counter, in the order of their calls."""
        return [up.ticket.id for up in self.orders[desk.id]]

    def _ahead(self, row: Row) -> list[str]:
        """Return who is called before the ticket at the counter that comes to it soonest."""
        lines = [self._line(desk) for desk in self._config.desks_of(row.service)]
        return min(
            (line[: line.index(row.id)] for line in lines if row.id in line), key=len, default=[]
        )

    def _wait_s(self, service: str, ahead: list[str]) -> int:
        desks = {desk.id for desk in self._config.desks_of(service)}
        working = desks & (self._snapshot.staffed - self._snapshot.paused)
        serving = [row.service for row in self._snapshot.called if row.counter in desks]
        return expected_wait_s(
            [self._visit_s[self._service_of[one]] for one in ahead],
            [self._visit_s.get(one, self._visit_s[service]) for one in serving],  # one since gone
            len(working),
        )

    @cached_property
    def _service_of(self) -> dict[str, str]:
        return {row.id: row.service for row in self._snapshot.waiting}

    @cached_property
    def _visit_s(self) -> dict[str, float]:
        return {
            service.id: service_time_s(
                self._snapshot.served_s[service.id], service.typical_min * _MINUTE_S
            )
            for service in self._config.services
        }

    def _waiting(self, desk: DeskConfig) -> tuple[WaitingTicket, ...]:
        rows = {row.id: row for row in self._snapshot.waiting}
        return tuple(
            WaitingTicket(
                ticket=self._queued(rows[up.ticket.id]),
                reason=up.reason,
                older_ahead=older,
                younger_ahead=place - older,
            )
            for place, (up, older) in enumerate(_with_older_ahead(self.orders[desk.id]))
        )

    def _beside(self, desk: DeskConfig, rows: tuple[Row, ...]) -> tuple[QueuedTicket, ...]:
        return tuple(self._queued(row) for row in rows if row.service in desk.services)

    def _queued(self, row: Row) -> QueuedTicket:
        kind = self._config.priority_class(row.priority_class)
        return QueuedTicket(
            id=row.id,
            number=row.number,
            service=row.service,
            service_names=self._service_names(row.service),
            priority_class=row.priority_class,
            class_names=kind.names if kind else {"vi": row.priority_class},
            priority=row.priority,
            issued_at=row.issued_at,
            since=row.ended_at or row.called_at or row.waiting_since,
        )

    def _service_names(self, service: str) -> api.Names:
        found = self._config.service(service)
        return found.names if found else {"vi": service}


def priority_rule(config: CounterConfig) -> api.Names:
    """Return the site's rule in the words of its wall screen (domain section 12)."""
    ratio, limit = config.fairness.normal_per_priority, config.fairness.max_wait_min
    others = "1 other" if ratio == 1 else f"{ratio} others"
    return {
        "vi": f"Số ưu tiên có chữ U. Cứ mời trước 1 số ưu tiên thì mời tiếp {ratio} số theo thứ tự."
        f" Ai đã chờ quá {limit} phút thì không ai đến sau được mời trước.",
        "en": f"Priority numbers begin with U: one is called first, then {others} in order."
        f" Nobody who has waited over {limit} minutes is passed by a later comer.",
    }


def _with_older_ahead(
    order: list[fairness.Upcoming],
) -> Iterator[tuple[fairness.Upcoming, int]]:
    """Yield each place with how many of those before it were also issued before it."""
    before: list[int] = []
    for up in order:
        older = bisect_left(before, up.ticket.turn)
        before.insert(older, up.ticket.turn)
        yield up, older


def _ended(state: api.TicketState) -> api.TicketState:
    """Return an earlier day's state: what is still open has ended with its day."""
    return api.TicketState.EXPIRED if state in OPEN else state


def _hour(moment: datetime | None, now: datetime) -> str:
    """Return a local time: `07:30` today, `07:30 20/07` on another day, "" when there is none."""
    if moment is None:
        return ""
    local, today = moment.astimezone(LOCAL), now.astimezone(LOCAL).date()
    midnight = local.time() == time() and local.date() == today + timedelta(days=1)
    if midnight:
        return "24:00"
    return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M %d/%m}"
