"""What boxes' boards told, as the store has it: restarts, power cuts, switches; functions of an
open connection.
"""  # noqa: D205 - one sentence

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from devices.board.messages import AnyBoardEvent, BoardEvent, BoxPowerCycled
from devices.contract.errors import BadPayloadError
from devices.contract.message import decode, tag_of
from provisioning.controller.tables import EVENT, OF_BOARDS_LIFE

_MOST = 5_000
_CYCLED = tag_of(BoxPowerCycled)
_ANY: Any = AnyBoardEvent  # a union is a kind of message too


class BoardMoment(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a box's board; `id` orders arrivals."""

    id: int
    at: datetime
    event: BoardEvent


class PowerCycle(msgspec.Struct, frozen=True):
    """A box's power was cut for a moment by its board."""

    box: str
    at: datetime


def moments(db: Connection, box: str, *, before: int, limit: int) -> list[BoardMoment]:
    """Return what a box's board lived through, newest first, downwards from `before`."""
    own = OF_BOARDS_LIFE, EVENT.c.box == box, EVENT.c.id < before
    rows = select(EVENT.c.id, EVENT.c.at, EVENT.c.body).where(*own)
    found = []
    for row in db.execute(rows.order_by(EVENT.c.id.desc()).limit(limit)):
        try:
            event: BoardEvent = decode(row.body, _ANY)
        except BadPayloadError:  # of a newer box
            continue
        found.append(BoardMoment(id=row.id, at=row.at, event=event))
    return found


def newest_event(db: Connection) -> int:
    """Return the number of the newest event of all."""
    return db.execute(select(func.max(EVENT.c.id))).scalar() or 0


def power_cycles(db: Connection, *, after: int, until: int) -> list[PowerCycle]:
    """Return those among the events above `after`, up to `until`."""
    among = EVENT.c.id > after, EVENT.c.id <= until, EVENT.c.kind == _CYCLED
    rows = select(EVENT.c.box, EVENT.c.at).where(*among)
    return [PowerCycle(row.box, row.at) for row in db.execute(rows.limit(_MOST))]


def power_cycles_since(db: Connection, since: datetime, *, until: int) -> list[PowerCycle]:
    """Return those up to an event that were since a moment, by their boxes' clocks.

    Reads all that boards ever lived through.
    """
    among = OF_BOARDS_LIFE, EVENT.c.kind == _CYCLED, EVENT.c.id <= until, EVENT.c.at >= since
    rows = select(EVENT.c.box, EVENT.c.at).where(*among)
    return [PowerCycle(row.box, row.at) for row in db.execute(rows.limit(_MOST))]
