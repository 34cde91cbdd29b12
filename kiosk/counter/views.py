"""What each screen is shown, made of the configuration and one snapshot. Pure."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import cached_property

from devices.contract.clock import LOCAL
from kiosk.api import queue as api
from kiosk.api.words import Names
from kiosk.counter.bodies import Choice, Choosable, OfficerState, QueuedTicket, WaitingTicket
from kiosk.counter.choices import Choices, names_of
from kiosk.counter.config import CounterConfig, DeskConfig, ServiceConfig
from kiosk.counter.reasons import whys
from kiosk.counter.rows import CallRow, Row, Snapshot, Tally, as_waiting, in_line_at
from kiosk.domain import fairness
from kiosk.domain.estimate import expected_wait_s, service_time_s
from kiosk.domain.phrases import counter_name
from kiosk.domain.steps import OPEN, TicketState

_MINUTE_S = 60
_ROUGHLY_S = 30  # a growing figure must not be news at every look


class View:
    """The site at the moment of a snapshot."""

    def __init__(self, config: CounterConfig, snapshot: Snapshot) -> None:
        self.config = config
        self.snapshot = snapshot

    @cached_property
    def orders(self) -> dict[str, list[fairness.Upcoming]]:
        """The order of calls at each counter, by its id."""
        return {desk.id: self._order(desk) for desk in self.config.counters}

    @cached_property
    def site(self) -> api.Site:
        """What a kiosk must know."""
        config, now = self.config, self.snapshot.now
        return api.Site(
            site=config.site or config.box,
            names=config.names,
            day=self.snapshot.day,
            open=config.hours.is_open(now),
            notice=config.notice,
            opens_at=_hour(config.hours.opens_at(now), now),
            closes_at=_hour(config.hours.open_until(now), now),
            services=self.services,
            priority_classes=self._classes(),
            counters=self.counters,
            rating_scale=config.rating_scale,
            sample_data=config.sample_data,
            connected=config.back_office.names,
            feedback=config.feedback is not None,
            chip_reading=config.chip_reading,
        )

    def board(self, now_called: api.Call | None) -> api.Board:
        """Return what a TV board shows while this call is announced."""
        return api.Board(
            site_names=self.config.names,
            now=now_called,
            latest=tuple(map(self.call, self.snapshot.calls)),
            services=self.services,
            counters=self.counters,
            notice=self.config.notice,
            priority_rule=self.priority_rule,
        )

    @property
    def priority_rule(self) -> Names:
        """The site's rule in the words of its wall screen (domain section 12)."""
        return priority_rule(self.config)

    def call(self, call: CallRow) -> api.Call:
        """Return a call as screens show it."""
        desk = self.config.desk(call.counter)
        return api.Call(
            serial=call.serial,
            number=call.number,
            counter=call.counter,
            counter_names=desk.names if desk else {"vi": call.counter},
            service_names=self.service_names(call.service),
            at=call.at,
            again=call.again,
        )

    def ticket(self, row: Row) -> api.Ticket:
        """Return a ticket as its owner sees it."""
        ahead = self._ahead(row) if row.state is TicketState.WAITING else []
        waits = row.state is TicketState.WAITING
        return api.Ticket(
            id=row.id,
            number=row.number,
            code=row.code,
            day=row.day,
            service=row.service,
            service_names=self.service_names(row.service),
            priority_class=row.priority_class,
            language=row.language,
            kiosk=row.kiosk,
            state=row.state if row.day == self.snapshot.day else _ended(row.state),
            issued_at=row.issued_at,
            ahead=len(ahead),
            expected_wait_s=self._wait_s(row.service, ahead) if waits else 0,
            printed=row.printed,
            counter=row.counter,
            url=f"{self.config.public_url}/t/{row.code}",
            rated=row.rating is not None,
            appointment_at=row.appointment_at,
        )

    def officer(self, desk: DeskConfig) -> OfficerState:
        """Return what the console of a counter shows."""
        snapshot, config = self.snapshot, self.config
        tally = snapshot.tallies.get(desk.id, Tally())
        current = self.serves(desk.id)
        return OfficerState(
            now=snapshot.now,
            day=snapshot.day,
            site_names=config.names,
            counter=self.counter(desk),
            current=self.queued(current) if current else None,
            waiting=self.waiting(desk),
            held=self._beside(desk, snapshot.held),
            missed=self._beside(desk, snapshot.missed),
            served_today=tally.served,
            missed_today=tally.missed,
            ratings={str(value): count for value, count in tally.ratings.items()},
            rating_scale=config.rating_scale,
            services=self.services,
            priority_classes=self._classes(),
            priority_rule=self.priority_rule,
            open=config.hours.is_open(snapshot.now),
            sample_data=config.sample_data,
            counters=self.counters,
            choices=self.choices,
            next_opening=config.hours.opens_at(snapshot.now),
            normal_per_priority=config.fairness.normal_per_priority,
        )

    @cached_property
    def choices(self) -> Choosable:
        """What officers choose from."""
        lists = self.config.choices
        return Choosable(
            held=_listed(lists.held),
            notes=_listed(lists.notes),
            breaks=_listed(lists.breaks),
            words=_listed(lists.words),
        )

    @cached_property
    def figures(self) -> dict[str, float]:
        """The figures of the part's status."""
        snapshot = self.snapshot
        waits = [(snapshot.now - row.waiting_since).total_seconds() for row in snapshot.waiting]
        return {
            "waiting": float(len(waits)),
            "tickets_today": float(snapshot.issued),
            "served_today": float(sum(tally.served for tally in snapshot.tallies.values())),
            "longest_wait_s": max(waits, default=0.0) // _ROUGHLY_S * _ROUGHLY_S,
            "mean_wait_s": round(snapshot.mean_wait_s, 1),
            "counters_staffed": float(len(snapshot.staffed - snapshot.paused.keys())),
        }

    @cached_property
    def services(self) -> tuple[api.Service, ...]:
        """The services, with how many wait and how long a newcomer would."""
        return tuple(map(self._service, self.config.services))

    @cached_property
    def counters(self) -> tuple[api.CounterInfo, ...]:
        """The counters, with the number each serves now."""
        return tuple(map(self.counter, self.config.counters))

    def _order(self, desk: DeskConfig) -> list[fairness.Upcoming]:
        working = self.snapshot.staffed - self.snapshot.paused.keys()
        line = in_line_at(desk.id, desk.services, self.snapshot.waiting, working)
        waiting = [as_waiting(row, self.snapshot.now) for row in line]
        recent = self.snapshot.recent[desk.id]
        return fairness.order(waiting, recent, self.config.fairness, self.snapshot.now)

    def _service(self, service: ServiceConfig) -> api.Service:
        desks = self.config.desks_of(service.id)
        everybody = min((self._line(desk) for desk in desks), key=len)
        paused = {desk.id for desk in desks} <= self.snapshot.paused.keys()
        return api.Service(
            id=service.id,
            names=service.names,
            icon=service.icon,
            prefix=service.prefix,
            open=self.config.hours.is_open(self.snapshot.now) and not paused,
            waiting=sum(row.service == service.id for row in self.snapshot.waiting),
            expected_wait_s=self._wait_s(service.id, everybody),
            counters=tuple(desk.id for desk in desks),
        )

    def serves(self, counter: str) -> Row | None:
        """Return the ticket that the counter serves now."""
        return next((row for row in self.snapshot.called if row.counter == counter), None)

    def counter(self, desk: DeskConfig) -> api.CounterInfo:
        """Return a counter as everybody sees it."""
        row, taken = self.serves(desk.id), self.snapshot.paused.get(desk.id)
        return api.CounterInfo(
            id=desk.id,
            names=desk.names,
            spoken=counter_name(self.config.phrases, desk.number),
            services=desk.services,
            staffed=desk.id in self.snapshot.staffed,
            paused=taken is not None,
            ticket=row.number if row else "",
            since=row.called_at if row else taken.since if taken else None,
            pause_names=names_of(self.config.choices.breaks, taken.reason) if taken else {},
            back_at=taken.back_at if taken else None,
        )

    def _classes(self) -> tuple[api.PriorityClass, ...]:
        return tuple(
            api.PriorityClass(id=kind.id, names=kind.names, priority=kind.priority)
            for kind in self.config.priority_classes
        )

    def _line(self, desk: DeskConfig) -> list[str]:
        """Return the ids of those who wait at the counter, in the order of their calls."""
        return [up.ticket.id for up in self.orders[desk.id]]

    def _ahead(self, row: Row) -> list[str]:
        """Return who is called before the ticket at the counter that comes to it soonest."""
        lines = [self._line(desk) for desk in self.config.desks_of(row.service)]
        return min(
            (line[: line.index(row.id)] for line in lines if row.id in line), key=len, default=[]
        )

    def _wait_s(self, service: str, ahead: list[str]) -> int:
        desks = {desk.id for desk in self.config.desks_of(service)}
        working = desks & (self.snapshot.staffed - self.snapshot.paused.keys())
        serving = [row.service for row in self.snapshot.called if row.counter in desks]
        return expected_wait_s(
            [self._visit_s[self._service_of[one]] for one in ahead],
            [self._visit_s.get(one, self._visit_s[service]) for one in serving],  # one since gone
            len(working),
        )

    @cached_property
    def _service_of(self) -> dict[str, str]:
        return {row.id: row.service for row in self.snapshot.waiting}

    @cached_property
    def _visit_s(self) -> dict[str, float]:
        return {
            service.id: service_time_s(
                self.snapshot.served_s[service.id], service.typical_min * _MINUTE_S
            )
            for service in self.config.services
        }

    def waiting(self, desk: DeskConfig) -> tuple[WaitingTicket, ...]:
        """Return the counter's line, in the order of calls."""
        rows = {row.id: row for row in self.snapshot.waiting}
        order = self.orders[desk.id]
        back = frozenset(one for one, row in rows.items() if row.came_back)
        places = zip(_with_older_ahead(order), whys(order, back), strict=True)
        return tuple(
            WaitingTicket(
                ticket=self.queued(rows[up.ticket.id]),
                reason=up.reason,
                why=why,
                older_ahead=older,
                younger_ahead=place - older,
            )
            for place, ((up, older), why) in enumerate(places)
        )

    def _beside(self, desk: DeskConfig, rows: tuple[Row, ...]) -> tuple[QueuedTicket, ...]:
        return tuple(self.queued(row) for row in rows if row.service in desk.services)

    def queued(self, row: Row) -> QueuedTicket:
        """Return a ticket as officers see it."""
        kind = self.config.priority_class(row.priority_class)
        return QueuedTicket(
            id=row.id,
            number=row.number,
            service=row.service,
            service_names=self.service_names(row.service),
            priority_class=row.priority_class,
            class_names=kind.names if kind else {"vi": row.priority_class},
            priority=row.priority,
            issued_at=row.issued_at,
            since=row.ended_at or row.called_at or row.waiting_since,
            came_back=row.came_back,
            from_counter=row.from_counter,
            for_counter=row.for_counter,
            held_reason=names_of(self.config.choices.held, row.held_reason),
            note=names_of(self.config.choices.notes, row.note),
            appointment_at=row.appointment_at,
            counter=row.counter,
        )

    def service_names(self, service: str) -> Names:
        """Return the names of a service; one that is no more is told by its id."""
        found = self.config.service(service)
        return found.names if found else {"vi": service}


def _listed(choices: Choices) -> tuple[Choice, ...]:
    return tuple(Choice(id=one.id, names=one.names) for one in choices)


def priority_rule(config: CounterConfig) -> Names:
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


def _ended(state: TicketState) -> TicketState:
    """Return an earlier day's state: what is still open has ended with its day."""
    return TicketState.EXPIRED if state in OPEN else state


def _hour(moment: datetime | None, now: datetime) -> str:
    """Return a local time: `07:30` today, `07:30 20/07` on another day, "" when there is none."""
    if moment is None:
        return ""
    local, today = moment.astimezone(LOCAL), now.astimezone(LOCAL).date()
    midnight = local.time() == time() and local.date() == today + timedelta(days=1)
    if midnight:
        return "24:00"
    return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M %d/%m}"
