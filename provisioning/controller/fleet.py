"""The fleet as told by its parts: a pure fold over their messages, and what it means at a moment.

Messages come late, twice and out of order (a bridge after an outage does all three), so a part's
newest state is kept by `(boot, seq)`, never by arrival.
"""

from collections.abc import Iterable
from datetime import MAXYEAR, UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from devices.contract.clock import LOCAL
from devices.contract.errors import BadPayloadError
from devices.contract.identity import BRIDGE, BoxId, Part
from devices.contract.message import (
    Connection,
    Description,
    DeviceReport,
    Health,
    LinkState,
    PartStatus,
)

PartMessage = Connection | Description | PartStatus
_LARGEST = 2**53  # what JSON, JavaScript and every database hold exactly
_WORST_LAST = tuple(Health)


class Line(StrEnum):
    """Whether a part or a box can be talked to.

    `STALE`: ready, but its status stopped coming. `UNREACHABLE`: the box's line to the province is
    down, or the box has no power; nothing is known of its parts.
    """

    READY = "ready"
    SLEEPING = "sleeping"
    STALE = "stale"
    LOST = "lost"
    UNREACHABLE = "unreachable"


class PartState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The newest of what one part told. `heard_at` is when its newest status was true."""

    box: BoxId
    part: Part
    connection: Connection | None = None
    description: Description | None = None
    status: PartStatus | None = None
    heard_at: datetime | None = None


class DeviceView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A device as last reported; `current` is false when its part cannot be heard now."""

    part: Part
    report: DeviceReport
    current: bool


class PartView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A part at a moment."""

    part: Part
    line: Line
    health: Health | None
    version: str
    boot: int
    heard_at: datetime | None
    figures: dict[str, float]


class BoxState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A box at a moment: online when any part is ready; its health is the worst heard now."""

    box: BoxId
    site: str
    line: Line
    health: Health
    parts: tuple[PartView, ...]
    devices: tuple[DeviceView, ...]


def fold(state: PartState, message: PartMessage, at: datetime, *, retained: bool) -> PartState:
    """Return the state after a message; the same object when it is older than what is known.

    A retained message was true when it was sent, not when a restarted controller hears it.
    """
    if message.boot < _newest_boot(state) or message in (state.connection, state.description):
        return state
    if isinstance(message, Connection):
        return msgspec.structs.replace(state, connection=message)
    if isinstance(message, Description):
        return msgspec.structs.replace(state, description=message)
    if state.status and (message.boot, message.seq) <= (state.status.boot, state.status.seq):
        return state
    heard_at = min(at, message.at) if retained else at
    return msgspec.structs.replace(state, status=message, heard_at=heard_at)


def box_state(
    box: str, parts: Iterable[PartState], now: datetime, stale_after: timedelta
) -> BoxState:
    """Return what the parts of one box mean at a moment."""
    told = {part.part: part for part in parts}
    bridge = told.pop(BRIDGE, None)
    cut = bridge is not None and _line_of_part(bridge, now, stale_after) is Line.LOST
    known = [told[part] for part in sorted(told)]
    views = tuple(_part_view(part, now, stale_after, cut=cut) for part in known)
    devices = tuple(
        DeviceView(part=part.part, report=report, current=view.line is Line.READY)
        for part, view in zip(known, views, strict=True)
        if part.status
        for report in part.status.devices
    )
    healths = [view.health for view in views if view.line is Line.READY and view.health]
    healths += [device.report.health for device in devices if device.current]
    return BoxState(
        box=BoxId(box),
        site=next((p.description.site for p in known if p.description and p.description.site), ""),
        line=Line.UNREACHABLE if cut else _line_of_box(views),
        health=max(healths, key=_WORST_LAST.index, default=Health.READY),
        parts=views,
        devices=devices,
    )


def checked(message: PartMessage) -> PartMessage:
    """Return the message when a box can mean its numbers and times; raises BadPayloadError."""
    checked_number(message.boot, "boot")
    if not isinstance(message, PartStatus):
        return message
    checked_number(message.seq, "seq")
    devices = [msgspec.structs.replace(d, since=aware(d.since)) for d in message.devices]
    return msgspec.structs.replace(message, at=aware(message.at), devices=tuple(devices))


def aware(moment: datetime) -> datetime:
    """Return the moment in UTC; one without zone is taken as UTC. Raises BadPayloadError."""
    if moment.tzinfo is UTC and 1 < moment.year < MAXYEAR:
        return moment
    try:
        known = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        known.astimezone(LOCAL)  # as pages show it
    except OverflowError as error:
        raise BadPayloadError(f"no such moment: {moment}") from error
    return known


def checked_number(number: int, what: str) -> int:
    """Return a number that every database and browser can hold; raises BadPayloadError."""
    if not 0 <= number < _LARGEST:
        raise BadPayloadError(f"{what} {number} is out of range")
    return number


def _newest_boot(state: PartState) -> int:
    told = (state.connection, state.description, state.status)
    return max((message.boot for message in told if message), default=0)


def _part_view(state: PartState, now: datetime, stale_after: timedelta, *, cut: bool) -> PartView:
    return PartView(
        part=state.part,
        line=Line.UNREACHABLE if cut else _line_of_part(state, now, stale_after),
        health=state.status.health if state.status else None,
        version=state.description.version if state.description else "",
        boot=_newest_boot(state),
        heard_at=state.heard_at,
        figures=state.status.figures if state.status else {},
    )


def _line_of_part(state: PartState, now: datetime, stale_after: timedelta) -> Line:
    if state.connection is None or state.connection.state is LinkState.LOST:
        return Line.LOST
    if state.connection.state is LinkState.SLEEPING:
        return Line.SLEEPING
    if state.heard_at is not None and now - state.heard_at > stale_after:
        return Line.STALE
    return Line.READY


def _line_of_box(parts: tuple[PartView, ...]) -> Line:
    lines = {part.line for part in parts}
    return next((line for line in Line if line in lines), Line.LOST)
