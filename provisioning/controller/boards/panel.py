"""This room's part of a box's page: its board, what it lived through, and what to ask of it."""

import msgspec

from devices.board.messages import BoardRestarted, BoxPowerCycled, SwitchChanged
from devices.messages import Kind
from provisioning.controller.access import person_of
from provisioning.controller.answers import AnyRequest, language_of
from provisioning.controller.board_events import BoardMoment, moments
from provisioning.controller.boards.shelf import Release
from provisioning.controller.fleet import DeviceView
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms

SHOWN = 10
_NEWEST = 2**53
_HOLDS_MIN = (10, 30, 60)
_MCUBOOT = "mcuboot"  # a driver whose boards have firmware, and nothing else


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something a board lived through, as the page shows it: the event's own words are `kind`."""

    moment: BoardMoment
    kind: str
    look: str


async def panel(rooms: Rooms, pages: Pages, request: AnyRequest, box: str) -> str:
    """Return the part of a box's page; nothing for a box that never had a board."""
    person, path = person_of(request), rooms.overview.path(box)
    before = _before(request)

    def read() -> list[BoardMoment]:
        with rooms.database.reading() as db:
            return moments(db, box, before=before, limit=SHOWN + 1)

    found = await rooms.queries.do(read)
    view = _board(rooms, box)
    if view is None and not found and before == _NEWEST:
        return ""
    releases: list[Release] = []
    may_provision = person.may(Right.PROVISION, path)
    if view and may_provision:
        now = rooms.clock.now()
        kept = await rooms.remote.files.do(rooms.shelf.all)
        of_kind = _kind(view)
        releases = [one for one in kept if one.expires > now and of_kind in (one.kind, "")]
    return pages.draw(
        "boards_box.html",
        language_of(request),
        rooms.clock.now(),
        person=person,
        box=box,
        view=view,
        facts=view.report.facts if view else {},
        lived=[_moment(one) for one in found[:SHOWN]],
        older=found[SHOWN - 1].id if len(found) > SHOWN else 0,
        is_older=before != _NEWEST,
        releases=releases,
        holds_min=_HOLDS_MIN,
        bare=view is not None and view.report.driver == _MCUBOOT,
        may_operate=person.may(Right.OPERATE, path),
        may_provision=may_provision,
    )


def _board(rooms: Rooms, box: str) -> DeviceView | None:
    devices = rooms.overview.judged(box).devices
    return next((one for one in devices if one.report.kind == Kind.BOARD), None)


def _kind(view: DeviceView) -> str:
    """Return what kind of board it says it is, empty when nobody knows."""
    return str(view.report.facts.get("version", "")).partition(" ")[0]


def _before(request: AnyRequest) -> int:
    asked = request.query_params.get("board", "")
    known = asked.isascii() and asked.isdecimal() and 0 < int(asked[:17]) < _NEWEST
    return int(asked[:17]) if known else _NEWEST


def _moment(moment: BoardMoment) -> Moment:
    event, look = moment.event, "info"
    match event:
        case BoxPowerCycled():
            look = "fault"
        case BoardRestarted(cause="watchdog" | "rollback" | "unknown"):
            look = "warning"
        case SwitchChanged(closed=False):
            look = "warning"
        case SwitchChanged():
            look = "ready"
    return Moment(moment=moment, kind=str(event.__struct_config__.tag), look=look)
