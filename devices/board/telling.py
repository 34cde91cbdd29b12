"""A board's events as the house's, with the names that this box gives its switches. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from devices.board.config import BoardDriverConfig
from devices.board.facts import name_of
from devices.board.messages import (
    BoardButtonPressed,
    BoardEvent,
    BoardEventsLost,
    BoardPaperChanged,
    BoardRestarted,
    BoxPowerCycled,
    SwitchChanged,
)
from firmware_bridge import frames
from firmware_bridge.board import Event, Identity


@dataclass(frozen=True, slots=True)
class Told:
    """An event and who told it."""

    by: Identity
    event: Event


_Keys = dict[str, Any]
_Values = tuple[Any, ...]


def event_of(told: Told, config: BoardDriverConfig) -> BoardEvent:
    """Return what a board told as what the province is told."""
    event = told.event
    keys = {"board": told.by.uid, "boot": event.boot, "event": event.id}
    return _KINDS[event.name](keys, event.values, told, config)


def _pressed(keys: _Keys, values: _Values, _: Told, config: BoardDriverConfig) -> BoardEvent:
    return BoardButtonPressed(**keys, button=name_of(config.buttons, "button", values[0]))


def _switched(keys: _Keys, values: _Values, _: Told, config: BoardDriverConfig) -> BoardEvent:
    switch = name_of(config.switches, "switch", values[0])
    return SwitchChanged(**keys, switch=switch, closed=bool(values[1]))


def _restarted(keys: _Keys, values: _Values, told: Told, _: BoardDriverConfig) -> BoardEvent:
    cause = frames.RESET_NAMES[min(values[0], frames.RESET_UNKNOWN)]
    return BoardRestarted(**keys, cause=cause, version=told.by.version)


def _cycled(keys: _Keys, values: _Values, _: Told, __: BoardDriverConfig) -> BoardEvent:
    return BoxPowerCycled(**keys, silent_s=values[0], times=values[1])


def _lost(keys: _Keys, values: _Values, _: Told, __: BoardDriverConfig) -> BoardEvent:
    return BoardEventsLost(**keys, count=values[0])


def _paper(keys: _Keys, values: _Values, _: Told, __: BoardDriverConfig) -> BoardEvent:
    return BoardPaperChanged(**keys, there=values[0] == 1)


_KINDS: dict[str, Callable[[_Keys, _Values, Told, BoardDriverConfig], BoardEvent]] = {
    "pressed": _pressed,
    "switched": _switched,
    "restarted": _restarted,
    "power_cycled": _cycled,
    "lost": _lost,
    "paper": _paper,
}
