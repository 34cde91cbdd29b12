"""What a board says of itself, as a device's facts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devices.board.errors import UpdatingError
from devices.contract.message import Health
from devices.device import DeviceState
from firmware_bridge import frames
from firmware_bridge.board import Identity, LinkCounts
from firmware_bridge.update.updater import Progress

Facts = dict[str, str | float | bool]
_MILLI = 1000
_PAPERS = {0: "none", 1: "there"}


@dataclass(frozen=True, slots=True)
class Watch:
    """The watchdog over the box, in s: its limit (0: asleep), until it bites, how long it holds.

    `cuts` is how often it took the power since it was last fed.
    """

    limit_s: int
    left_s: int
    held_s: int
    cuts: int


def identity_facts(who: Identity, counts: LinkCounts) -> Facts:
    """Return who it is, and what noise cost on the way to it."""
    return {
        "uid": who.uid,
        "version": who.version,
        "slot": "rescue" if who.slot == frames.RESCUE else str(who.slot),
        "confirmed": who.confirmed,
        "boot": float(who.starts),
        "reset": who.reset,
        "frames_damaged": float(counts.damaged),
        "frames_repeated": float(counts.repeated),
    }


def reading_facts(read: tuple[Any, ...], switches: Sequence[str]) -> Facts:
    """Return what its sensors say; `read` are the values of the row of that name."""
    _, closed, temperature_mc, paper, fan = read
    facts: Facts = {"fan_percent": float(fan)}
    if temperature_mc != frames.NO_TEMPERATURE:
        facts["temperature_c"] = temperature_mc / _MILLI
    if paper in _PAPERS:
        facts["paper"] = _PAPERS[paper]
    for which, name in enumerate(switches):
        facts[f"switch_{name}"] = "closed" if closed >> which & 1 else "open"
    return facts


def watch_facts(watch: Watch, waits_for: Sequence[str], rests_for: Sequence[str]) -> Facts:
    """Return how the watchdog stands, which parts it is not fed for, and which ones rest."""
    facts: Facts = {"watchdog_waits_for": ", ".join(waits_for)} if waits_for else {}
    if rests_for:
        facts["watchdog_rests_for"] = ", ".join(rests_for)
    if not watch.limit_s:
        return facts | {"watchdog": "asleep"}
    facts |= {
        "watchdog": "held" if watch.held_s else "awake",
        "watchdog_limit_s": float(watch.limit_s),
        "watchdog_left_s": float(watch.left_s),
        "power_cuts": float(watch.cuts),
    }
    if watch.held_s:
        facts["watchdog_held_s"] = float(watch.held_s)
    return facts


def updating_state(progress: Progress, before: Identity | None) -> DeviceState:
    """Return the state of a board that is being updated, and ran `before`."""
    percent = 100 * progress.sent // max(progress.size, 1)
    stage = progress.stage.value
    facts: Facts = {"update_stage": stage, "update_percent": float(percent)}
    if before:
        facts |= {"uid": before.uid, "version": before.version}
    return DeviceState(
        health=Health.WARNING, code=UpdatingError.code, text=f"{stage}, {percent} %", facts=facts
    )


def name_of(names: Sequence[str], what: str, which: int) -> str:
    """Return the name of a button, lamp or switch, by its order."""
    return names[which] if which < len(names) else f"{what}-{which + 1}"
