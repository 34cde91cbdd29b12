"""Ports and displays that nobody holds, the usual ones where they are free."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass, fields

from devices.runtime import ports
from provisioning.broker import LOOPBACK

_PAGE, _COUNTER, _CONTROLLER, _CONFERENCE = 8600, 8601, 8602, 8603
_BROKERS, _REGISTER, _GATE, _DOOR, _SCREEN, _CARTON = 8610, 8604, 8605, 8606, 8607, 8608


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens, all on loopback. `brokers` and `lines` are by box.

    `gate` and `door` are the province's HTTPS and MQTT for boxes that have a certificate, or want
    one; `carton` and `screen` are the new box's broker and the page of its agent.
    """

    page: int
    counter: int
    controller: int
    conference: int
    register: int
    province: int
    gate: int
    door: int
    carton: int
    screen: int
    brokers: dict[str, int]
    lines: dict[str, int]


def choose_ports(boxes: Iterable[str], *, page: int = _PAGE) -> Ports:
    """Return the usual ports, or free ones in the place of those that are taken."""
    named = tuple(boxes)
    taken: set[int] = set()

    def own(wanted: int) -> int:
        port = free_ports(1)[0] if wanted in taken else free_port(wanted)
        taken.add(port)
        return port

    return Ports(
        page=own(page),
        counter=own(_COUNTER),
        controller=own(_CONTROLLER),
        conference=own(_CONFERENCE),
        register=own(_REGISTER),
        province=own(_BROKERS),
        gate=own(_GATE),
        door=own(_DOOR),
        carton=own(_CARTON),
        screen=own(_SCREEN),
        brokers={box: own(_BROKERS + at) for at, box in enumerate(named, 1)},
        lines={box: own(_BROKERS + 5 + at) for at, box in enumerate(named, 1)},
    )


def any_ports(boxes: Iterable[str]) -> Ports:
    """Return ports nobody holds, for runs beside others."""
    named = tuple(boxes)
    single = [field.name for field in fields(Ports) if field.type is int]
    free = free_ports(len(single) + 2 * len(named))
    rest = free[len(single) :]
    return Ports(
        **dict(zip(single, free, strict=False)),
        brokers=dict(zip(named, rest, strict=False)),
        lines=dict(zip(named, rest[len(named) :], strict=True)),
    )


def free_port(wanted: int) -> int:
    """Return this port when it is free, else one that is."""
    try:
        with socket.create_server((LOOPBACK, wanted)):
            return wanted
    except OSError:
        return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return so many different ports that are free now."""
    found: set[int] = set()
    while len(found) < count:
        found.add(ports.free_port())
    return list(found)
