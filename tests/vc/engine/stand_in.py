"""A stand-in for a process of the engine: obeys what it is told, and dies when it is told to.

`python -m tests.vc.engine.stand_in FD_CONTROL FD... CONFIG_JSON`
"""

import os
import signal
import socket
import sys

import msgspec

from vc.engine.focus.wire import (
    HEADER,
    KEYFRAME,
    AcceptAnswer,
    Answer,
    AnyOrder,
    CloseLeg,
    Hear,
    Kind,
    OpenLeg,
    Ready,
    ShowStill,
    SlotLevels,
    Tap,
)
from vc.engine.port import EngineFigures, LegChanged, LegState


class StandIn(msgspec.Struct, frozen=True):
    """`dies_before_ready` so often, counted in a file; `log` gets a line for each order.

    It tells its figures when nothing came for `tells_every_s`.
    """

    log: str
    dies_before_ready: int = 0
    tells_every_s: float = 1.0


def main() -> None:
    *numbers, config_json = sys.argv[1:]
    config = msgspec.json.decode(config_json, type=StandIn)
    control = socket.socket(fileno=int(numbers[0]))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    starts = _note(config.log, f"start {os.getpid()}").count("start ")
    if starts <= config.dies_before_ready:
        sys.exit(3)
    _tell(control, Ready())
    control.settimeout(config.tells_every_s)
    while data := _heard(control):
        order = msgspec.msgpack.decode(data, type=AnyOrder)
        _note(config.log, repr(order))
        _obey(control, order)


def _heard(control: socket.socket) -> bytes:
    while True:
        try:
            return control.recv(2**20)
        except TimeoutError:
            _tell(control, EngineFigures(figures={"stand_in": 1.0}))


def _obey(control: socket.socket, order: AnyOrder) -> None:
    text = code = ""
    match order:
        case OpenLeg(offer="die"):
            os.kill(os.getpid(), signal.SIGKILL)
        case OpenLeg(offer="bad"):
            code, text = "sdp.refused", "no codec"
        case OpenLeg():
            text = f"answer to {order.offer} for slot {order.slot}"
            leg, source = order.leg.id, order.leg.source
            _tell(control, LegChanged(leg=leg, source=source, state=LegState.CONNECTED))
        case CloseLeg():
            _tell(control, LegChanged(leg=order.leg, source="", state=LegState.CLOSED))
        case AcceptAnswer(answer="bad"):
            code = "leg.unknown"
        case Hear():
            _tell(control, SlotLevels(dbfs={slot: -20.0 - slot for slot in order.slots}))
        case ShowStill(path="/garbage"):
            control.send(b"\x85not msgpack")
        case Tap(on=True):
            control.send(HEADER.pack(Kind.FRAME, KEYFRAME, 0, 40_000, 0) + b"picture")
            control.send(HEADER.pack(Kind.SOUND, 0, 0, 40_020, 0) + b"sound")
        case _:
            pass
    if order.id:
        _tell(control, Answer(id=order.id, text=text, code=code))


def _tell(control: socket.socket, report: msgspec.Struct) -> None:
    control.send(msgspec.msgpack.encode(report))


def _note(path: str, line: str) -> str:
    with open(path, "a+", encoding="utf-8") as file:  # noqa: PTH123 - appended and read
        file.write(f"{line}\n")
        file.flush()
        file.seek(0)
        return file.read()


if __name__ == "__main__":
    main()
