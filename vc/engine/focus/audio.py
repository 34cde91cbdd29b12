"""The audio process: `python -m vc.engine.focus.audio FD_CONTROL FD_RTP CONFIG_JSON`.

It ticks every 20 ms of CLOCK_MONOTONIC. Packets wait in the socket until the tick that needs them:
so it wakes fifty times a second, not once for each packet. It ends when either socket does.
"""

import gc
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence

import msgspec
import structlog

from devices.runtime.process import log_as_json
from vc.engine.focus.audio_floor import TICK_US, AudioConfig, AudioFloor
from vc.engine.focus.wire import AnyOrder, AnyReport, Hear, Ready, SlotLevels, Tap
from vc.engine.port import EngineFigures

_LEVELS_EVERY = 10
_FIGURES_EVERY = 100
_CATCH_UP = 3  # ticks made up for at once; of more the old ones are left out
_MOST_PACKETS = 4_096  # a tick
_DATAGRAM_BYTES = 8_192
_ORDER_BYTES = 1 << 20
_ORDERS: msgspec.msgpack.Decoder[AnyOrder] = msgspec.msgpack.Decoder(AnyOrder)
_log = structlog.get_logger()


class _HungUpError(Exception):
    """The other end of a socket is closed."""


class AudioProcess:
    """The loop around an AudioFloor: sockets and time."""

    def __init__(self, control: socket.socket, rtp: socket.socket, config: AudioConfig) -> None:
        self._control, self._rtp = control, rtp
        self._floor = AudioFloor(config)
        self._tick = _now_us() // TICK_US + 1
        self._is_tapped = False
        self._skipped = self._unsent = self._latest_us = 0

    def serve(self) -> None:
        """Tick until a socket is closed."""
        for end in (self._control, self._rtp):
            end.setblocking(False)
        self._report(Ready())
        try:
            while True:
                wait_us = self._tick * TICK_US - _now_us()
                if wait_us > 0:
                    if select.select([self._control], [], [], wait_us / 1e6)[0]:
                        self._take_orders()
                    continue
                self._take_sound()
                self._sound()
        except _HungUpError:
            return

    def _take_orders(self) -> None:
        while (datagram := _received(self._control, _ORDER_BYTES)) is not None:
            try:
                order = _ORDERS.decode(datagram)
            except msgspec.DecodeError as error:
                _log.error("audio.bad_order", text=str(error))
                continue
            match order:
                case Hear():
                    self._floor.hear(order.slots, order.always)
                case Tap():
                    self._is_tapped = order.on
                case _:
                    _log.error("audio.foreign_order", order=type(order).__name__)

    def _take_sound(self) -> None:
        for _ in range(_MOST_PACKETS):
            datagram = _received(self._rtp, _DATAGRAM_BYTES)
            if datagram is None:
                return
            self._floor.take(datagram)

    def _sound(self) -> None:
        late_us = _now_us() - self._tick * TICK_US
        self._latest_us = max(self._latest_us, late_us)
        if late_us > _CATCH_UP * TICK_US:
            self._skipped += late_us // TICK_US
            self._tick += late_us // TICK_US
        now_us = self._tick * TICK_US
        datagrams = self._floor.tick(now_us)
        for datagram in datagrams:
            self._send(self._rtp, datagram)
        if self._is_tapped:
            self._send(self._control, datagrams[0])
        if self._tick % _LEVELS_EVERY == 0:
            self._report(SlotLevels(dbfs=self._floor.levels()))
        if self._tick % _FIGURES_EVERY == 0:
            own: dict[str, float] = {
                "audio_ticks_skipped": self._skipped,
                "audio_unsent": self._unsent,
                "audio_latest_ms": round(self._latest_us / 1_000, 1),
            }
            self._report(EngineFigures(figures=own | self._floor.figures(now_us + TICK_US)))
            self._latest_us = 0
        self._tick += 1

    def _report(self, report: AnyReport) -> None:
        self._send(self._control, msgspec.msgpack.encode(report))

    def _send(self, end: socket.socket, datagram: bytes) -> None:
        """Send, or drop when the other end reads too slowly: sound does not wait."""
        try:
            end.send(datagram)
        except BlockingIOError:
            self._unsent += 1
        except OSError as error:
            raise _HungUpError from error


def main(arguments: Sequence[str]) -> int:
    """Serve on the inherited sockets until they are closed."""
    control_fd, rtp_fd, config_json = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ours ends with its parent, not beside it
    log_as_json("info")
    config = msgspec.json.decode(config_json, type=AudioConfig)
    with socket.socket(fileno=int(control_fd)) as control, socket.socket(fileno=int(rtp_fd)) as rtp:
        process = AudioProcess(control, rtp, config)
        gc.freeze()
        process.serve()
    return 0


def _now_us() -> int:
    return time.monotonic_ns() // 1_000


def _received(end: socket.socket, most: int) -> bytes | None:
    """Return a datagram, None when none waits; raises _HungUpError."""
    try:
        datagram = end.recv(most)
    except BlockingIOError:
        return None
    except OSError as error:
        raise _HungUpError from error
    if not datagram:
        raise _HungUpError
    return datagram


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
