"""What is read off a box for the rules: one number a subject. Pure."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from devices.contract.identity import AGENT
from devices.contract.message import DeviceReport, Health
from devices.messages import Kind as Device
from provisioning.controller.alerts.rules import Kind
from provisioning.controller.fleet import BoxState, DeviceView, Line, PartView

_GONE = (Line.LOST, Line.STALE, Line.UNREACHABLE)
_DAY_S = 86_400.0
_MINUTE_S = 60.0
_FIGURES = {
    Kind.DISK: "disk_free_share",
    Kind.TEMPERATURE: "cpu_temperature_c",
}
_MOST_DEVICES = 64
_LONGEST_NAME = 64
_LONGEST_TEXT = 500
_CLOCK = "clock_offset_s"
_OUT_OF_PAPER = "printer.out_of_paper"


class BoxFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a box at a moment; `path` is its units, root first."""

    state: BoxState
    path: tuple[str, ...] = ()
    longest_wait_s: float | None = None
    power_cycles: int = 0  # within the last hour
    certificate_ends: datetime | None = None


class Key(msgspec.Struct, frozen=True, order=True):
    """What an alert is of: `where` is a box, or an area's unit; `subject` a part or a device."""

    kind: Kind
    where: str
    subject: str = ""


class Reading(msgspec.Struct, frozen=True):
    """A number for a rule, and what stands behind it (`code` for machines, `text` as reported)."""

    key: Key
    value: float
    code: str = ""
    text: str = ""


def is_gone(state: BoxState) -> bool:
    """Whether the box cannot be heard, and nobody meant it so."""
    return state.line in _GONE


def readings(facts: BoxFacts, now: datetime) -> Iterator[Reading]:
    """Yield what can be read off the box now.

    Of a box that cannot be heard only that is read: what it said last may be true no more, and
    alerts of it stay as they are.
    """
    state = facts.state
    gone = is_gone(state)
    yield Reading(Key(Kind.OFFLINE, state.box), float(gone), code=state.line.value)
    if facts.certificate_ends is not None:
        days = (facts.certificate_ends - now).total_seconds() / _DAY_S
        yield Reading(Key(Kind.CERTIFICATE, state.box), days)
    if gone:
        return
    for part in state.parts:
        yield Reading(Key(Kind.PART, state.box, part.part), float(part.line in _GONE), part.line)
        if part.part == AGENT and part.line is Line.READY:
            yield from _figures(state, part)
    for device in state.devices[:_MOST_DEVICES]:
        if device.current:
            yield from _device(state, device)
    wait_s = facts.longest_wait_s or 0.0
    yield Reading(Key(Kind.QUEUE, state.box), wait_s / _MINUTE_S)
    yield Reading(Key(Kind.POWER_CYCLED, state.box), float(facts.power_cycles))


def _figures(state: BoxState, part: PartView) -> Iterator[Reading]:
    for kind, name in _FIGURES.items():
        if name in part.figures:
            yield Reading(Key(kind, state.box), part.figures[name])
    if _CLOCK in part.figures:
        yield Reading(Key(Kind.CLOCK, state.box), abs(part.figures[_CLOCK]))


def _device(state: BoxState, device: DeviceView) -> Iterator[Reading]:
    """Yield what a device says: a fault counts; a warning does where it is a line's."""
    report = device.report
    fault = report.health is Health.FAULT

    def reading(kind: Kind, *, bad: bool) -> Reading:
        key = Key(kind, state.box, _plain(report.name, _LONGEST_NAME))
        code, text = _plain(report.code, _LONGEST_TEXT), _plain(report.text, _LONGEST_TEXT)
        return Reading(key, float(bad), code, text)

    match report.kind:
        case "line":
            yield reading(Kind.LINE, bad=report.health is not Health.READY)
        case Device.PRINTER:
            empty = report.code == _OUT_OF_PAPER
            yield reading(Kind.PAPER, bad=fault and empty)
            yield reading(Kind.DEVICE, bad=fault and not empty)
        case Device.SCANNER:
            yield reading(Kind.SCANNER, bad=fault)
        case Device.BOARD:
            yield reading(Kind.BOARD, bad=fault)
            if not fault:  # of one that is away nobody knows
                yield from _switches(state, report)
        case _:
            yield reading(Kind.DEVICE, bad=fault)


def _switches(state: BoxState, report: DeviceReport) -> Iterator[Reading]:
    """Yield the two switches that are known by what they are called."""
    for kind in (Kind.TAMPER, Kind.DOOR):
        level = report.facts.get(f"switch_{kind}")
        if level is not None:
            yield Reading(Key(kind, state.box), float(level == "open"))


def _plain(text: str, most: int) -> str:
    """Return what a box says in one line that every database, mail and paper takes."""
    return "".join(one if one.isprintable() else " " for one in text[:most])
