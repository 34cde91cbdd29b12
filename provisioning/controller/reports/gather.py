"""The month's figures, read from the store. Blocking."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, time

import msgspec
from sqlalchemy import Connection, case, func, or_, select, text

from devices.contract.clock import LOCAL
from devices.contract.message import tag_of
from kiosk.domain.steps import TicketState
from kiosk.messages import FeedbackAnswered, FeedbackReceived, HandedOff
from provisioning.controller.alerts.rules import Kind
from provisioning.controller.alerts.tables import ALERT, BACK
from provisioning.controller.database import Database
from provisioning.controller.registry.records import Standing
from provisioning.controller.registry.tables import BOX, HOLDER
from provisioning.controller.reports.facts import Counted, Rated, Served
from provisioning.controller.reports.month import Month, Span
from provisioning.controller.reports.tables import WHERE
from provisioning.controller.tables import EVENT, TICKET

_boxes = msgspec.json.Decoder(tuple[str, ...])
_IS_COUNTED = text(WHERE)  # word for word the index's condition: SQLite takes it only then
_ANSWERED = msgspec.json.Decoder(FeedbackAnswered)


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """All boxes' figures of a month; `down` is when each could not be reached.

    `in_service` is from when until when each was a box of the province; of one that is on no
    record nothing is known.
    """

    served: tuple[Served, ...]
    rated: tuple[Rated, ...]
    counted: tuple[Counted, ...]
    down: dict[str, list[Span]]
    in_service: dict[str, Span]

    def of(self, boxes: Collection[str]) -> "Gathered":
        """Return those of some boxes."""
        return Gathered(
            served=tuple(one for one in self.served if one.box in boxes),
            rated=tuple(one for one in self.rated if one.box in boxes),
            counted=tuple(one for one in self.counted if one.box in boxes),
            down={box: spans for box, spans in self.down.items() if box in boxes},
            in_service={box: span for box, span in self.in_service.items() if box in boxes},
        )


def gather(database: Database, month: Month, promised_s: float, now: datetime) -> Gathered:
    """Return what the store knows of a month."""
    begin, end = month.first, month.after.first
    with database.reading() as db:
        return Gathered(
            served=tuple(_served(db, begin, end, promised_s)),
            rated=tuple(_rated(db, begin, end)),
            counted=tuple(_counted(db, begin, end)),
            down=_down(db, begin, end, now),
            in_service=_in_service(db, max(now, _moment(end))),
        )


def _served(db: Connection, begin: date, end: date, promised_s: float) -> list[Served]:
    state = TICKET.c.state
    rows = (
        select(
            TICKET.c.box,
            TICKET.c.service,
            func.count().label("issued"),
            func.count(case((state == TicketState.SERVED.value, 1))).label("served"),
            func.count(case((state == TicketState.MISSED.value, 1))).label("missed"),
            func.count(TICKET.c.waited_s).label("called"),
            func.coalesce(func.sum(TICKET.c.waited_s), 0.0).label("waited_s"),
            func.coalesce(func.max(TICKET.c.waited_s), 0.0).label("longest_s"),
            func.count(case((TICKET.c.waited_s <= promised_s, 1))).label("in_time"),
        )
        .where(TICKET.c.day >= begin, TICKET.c.day < end)
        .group_by(TICKET.c.box, TICKET.c.service)
    )
    return [Served(**row) for row in db.execute(rows).mappings()]


def _rated(db: Connection, begin: date, end: date) -> list[Rated]:
    rows = (
        select(
            TICKET.c.box,
            TICKET.c.rating_scale.label("scale"),
            TICKET.c.rating.label("value"),
            func.count().label("count"),
        )
        .where(TICKET.c.day >= begin, TICKET.c.day < end, TICKET.c.rating.is_not(None))
        .group_by(TICKET.c.box, TICKET.c.rating_scale, TICKET.c.rating)
    )
    return [Rated(**row) for row in db.execute(rows).mappings() if row["scale"]]


def _counted(db: Connection, begin: date, end: date) -> list[Counted]:
    received: dict[str, int] = defaultdict(int)
    handed: dict[str, int] = defaultdict(int)
    answered: dict[str, list[FeedbackAnswered]] = defaultdict(list)
    rows = select(EVENT.c.box, EVENT.c.kind, EVENT.c.body).where(
        _IS_COUNTED, EVENT.c.at >= _moment(begin), EVENT.c.at < _moment(end)
    )
    for box, kind, body in db.execute(rows):
        if kind == tag_of(FeedbackReceived):
            received[box] += 1
        elif kind == tag_of(HandedOff):
            handed[box] += 1
        else:
            answered[box].append(_ANSWERED.decode(body))
    return [
        Counted(
            box=box,
            received=received[box],
            answered=len(answered[box]),
            answered_in_time=sum(one.on <= one.due for one in answered[box]),
            handed_off=handed[box],
        )
        for box in sorted({*received, *handed, *answered})
    ]


def _down(db: Connection, begin: date, end: date, now: datetime) -> dict[str, list[Span]]:
    """Return the outages that were alerts: shorter ones than the rule's patience count as none."""
    alerts = select(
        ALERT.c.id, ALERT.c.place, ALERT.c.boxes, ALERT.c.since, ALERT.c.cleared_at
    ).where(
        ALERT.c.kind.in_((Kind.OFFLINE.value, Kind.AREA.value)),
        ALERT.c.since < _moment(end),
        or_(ALERT.c.cleared_at.is_(None), ALERT.c.cleared_at > _moment(begin)),
    )
    back = select(BACK).where(BACK.c.at > _moment(begin))
    back_at = {(row.alert, row.box): row.at for row in db.execute(back)}
    down: dict[str, list[Span]] = defaultdict(list)
    for alert, place, boxes, since, cleared_at in db.execute(alerts):
        for box in _boxes.decode(boxes) or (place,):
            down[box].append((since, back_at.get((alert, box), cleared_at or now)))
    return dict(down)


def _in_service(db: Connection, open_end: datetime) -> dict[str, Span]:
    """Return the boxes' time in service; a counter whose hardware is being replaced stays in it."""
    rows = (
        select(
            HOLDER.c.box,
            BOX.c.standing,
            func.min(HOLDER.c.since).label("since"),
            func.max(HOLDER.c.until).label("until"),
        )
        .join(BOX, BOX.c.box == HOLDER.c.box)
        .group_by(HOLDER.c.box, BOX.c.standing)
    )
    return {
        row.box: (row.since, row.until if row.standing == Standing.RETIRED.value else open_end)
        for row in db.execute(rows)
    }


def _moment(day: date) -> datetime:
    """Return when the day begins in Viet Nam."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)
