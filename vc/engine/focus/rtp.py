"""The rtp process: `python -m vc.engine.focus.rtp FD_CONTROL FD_VIDEO FD_AUDIO CONFIG_JSON`.

It owns every session's packets and nothing else: pictures are decoded, and sound is mixed, in the
other two. One thread, one loop (uvloop). It ends when one of its three sockets does.
"""

import asyncio
import errno
import gc
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable

import msgspec
import structlog
import uvloop

from devices.contract.errors import MotcuaError
from devices.runtime.process import log_as_json
from vc.engine.focus.rtp_legs import Legs, RtpConfig
from vc.engine.focus.wire import (
    HEADER,
    AcceptAnswer,
    AddCandidates,
    Answer,
    AnyOrder,
    Arrange,
    CloseLeg,
    Kind,
    Look,
    OpenLeg,
    Order,
    Ready,
)
from vc.engine.port import EngineFigures
from vc.rtp.peer import PeerState

FIGURES_S = 2.0
MAX_ORDERS = 128
"""Orders at work at once; more are refused as busy."""
_DATAGRAM_BYTES = 1 << 20
_AT_ONCE = 32
_FULL = (errno.EAGAIN, errno.EMSGSIZE, errno.ENOBUFS)
_ORDERS: msgspec.msgpack.Decoder[AnyOrder] = msgspec.msgpack.Decoder(AnyOrder)
_log = structlog.get_logger()


class RtpProcess:
    """The sockets around the legs."""

    def __init__(
        self,
        control: socket.socket,
        video: socket.socket,
        audio: socket.socket,
        config: RtpConfig,
    ) -> None:
        self._control, self._video, self._audio = control, video, audio
        self._legs = Legs(self, config)
        self._buffer = memoryview(bytearray(_DATAGRAM_BYTES))
        self._over = asyncio.Event()
        self._orders: set[asyncio.Task[None]] = set()
        self._untold: deque[bytes] = deque()
        self._unsent = 0
        self._packets_before = (0, 0)
        self._at = time.monotonic()
        self._cpu = time.process_time()

    async def serve(self) -> None:
        """Serve until one of the sockets is closed."""
        loop = asyncio.get_running_loop()
        readers: tuple[tuple[socket.socket, Callable[[memoryview], None]], ...] = (
            (self._control, self._on_order),
            (self._video, self._on_video),
            (self._audio, self._on_audio),
        )
        for end, take in readers:
            end.setblocking(False)
            loop.add_reader(end.fileno(), self._read, end, take)
        self.tell(Ready())
        async with asyncio.TaskGroup() as group:
            self._group = group
            figures = group.create_task(self._tell_figures(), name="figures")
            await self._over.wait()
            for end, _ in readers:
                loop.remove_reader(end.fileno())
            for task in (figures, *self._orders):
                task.cancel()
        await self._legs.end()

    def to_video(self, head: bytes, data: bytes) -> bool:
        """Send a media datagram to the video process; False when it was dropped."""
        return self._send(self._video, head, data)

    def to_audio(self, datagram: bytes) -> bool:
        """Send a media datagram to the audio process; False when it was dropped."""
        return self._send(self._audio, datagram)

    def tell(self, report: msgspec.Struct) -> None:
        """Report to control, in order; what it has no room for now waits."""
        self._untold.append(msgspec.msgpack.encode(report))
        self._tell_on()

    def _tell_on(self) -> None:
        """Send what waits: as many answers and changes as there are orders and sessions."""
        while self._untold and self._send(self._control, self._untold[0]):
            self._untold.popleft()

    def _send(self, end: socket.socket, *parts: bytes) -> bool:
        """Send, or drop and count when the other end reads too slowly: media do not wait."""
        try:
            end.sendmsg(parts)
        except OSError as error:
            if error.errno not in _FULL:
                self._over.set()
            self._unsent += 1
            return False
        return True

    def _read(self, end: socket.socket, take: Callable[[memoryview], None]) -> None:
        for _ in range(_AT_ONCE):
            try:
                size = end.recv_into(self._buffer)
            except BlockingIOError:
                return
            except OSError:
                size = 0
            if not size:
                self._over.set()
                return
            take(self._buffer[:size])

    def _on_video(self, datagram: memoryview) -> None:
        kind, flags, number, time_us, _ = HEADER.unpack_from(datagram)
        if kind == Kind.FRAME:
            self._legs.show(flags, number, time_us, bytes(datagram[HEADER.size :]))
        elif kind == Kind.KEYFRAME_WANTED:
            self._legs.keyframe_of(number)

    def _on_audio(self, datagram: memoryview) -> None:
        kind, _, slot, time_us, following = HEADER.unpack_from(datagram)
        if kind == Kind.SOUND:
            self._legs.sound(slot, time_us, following, bytes(datagram[HEADER.size :]))

    def _on_order(self, datagram: memoryview) -> None:
        try:
            order = _ORDERS.decode(datagram)
        except msgspec.DecodeError as error:
            _log.error("rtp.bad_order", text=str(error))
            return
        if isinstance(order, Arrange):
            self._legs.arrange(order)
            self._answer(order, "")
        elif len(self._orders) >= MAX_ORDERS:
            self._answer(order, "", "busy")
        else:
            task = self._group.create_task(self._obey(order), name=type(order).__name__)
            self._orders.add(task)
            task.add_done_callback(self._orders.discard)

    async def _obey(self, order: AnyOrder) -> None:
        text = code = ""
        try:
            match order:
                case OpenLeg():
                    text = await self._legs.open(order.leg, order.slot, order.offer)
                case AcceptAnswer():
                    await self._legs.accept(order.leg, order.answer)
                case AddCandidates():
                    await self._legs.add_candidates(order.leg, order.fragment)
                case CloseLeg():
                    await self._legs.close(order.leg)
                case Look():
                    self._legs.look(order.leg, order.view)
                case _:
                    code, text = "order.foreign", "not an order for packets"
        except MotcuaError as error:
            code, text = error.code, error.sentence
        self._answer(order, text, code)

    def _answer(self, order: Order, text: str, code: str = "") -> None:
        if order.id:
            self.tell(Answer(id=order.id, text=text, code=code))

    async def _tell_figures(self) -> None:
        while True:
            await asyncio.sleep(FIGURES_S)
            self._tell_on()
            if self._untold:
                continue  # figures are not kept for later
            for session in self._legs:
                if session.peer.state is PeerState.CONNECTED:
                    self.tell(session.figures())
            self.tell(EngineFigures(figures=self._figures()))

    def _figures(self) -> dict[str, float]:
        now, cpu, packets = time.monotonic(), time.process_time(), self._legs.packets
        for_s = now - self._at
        came, sent = (
            max(0, new - old) for new, old in zip(packets, self._packets_before, strict=True)
        )
        spent = cpu - self._cpu
        self._at, self._cpu, self._packets_before = now, cpu, packets
        return {
            "rtp_legs": float(len(list(self._legs))),
            "rtp_cores": round(spent / for_s, 4),
            "rtp_packets_in_s": round(came / for_s, 1),
            "rtp_packets_out_s": round(sent / for_s, 1),
            "rtp_us_per_packet": round(spent * 1e6 / (came + sent), 1) if came + sent else 0.0,
            "rtp_unsent": float(self._unsent),
        }


async def _serve(
    control: socket.socket, video: socket.socket, audio: socket.socket, config: RtpConfig
) -> None:
    process = RtpProcess(control, video, audio, config)
    gc.freeze()
    await process.serve()


def main(arguments: list[str]) -> None:
    """Serve on the inherited sockets until one is closed."""
    *numbers, config_json = arguments
    config = msgspec.json.decode(config_json, type=RtpConfig)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ours ends with its parent, not beside it
    log_as_json(config.log_level)
    control, video, audio = (socket.socket(fileno=int(number)) for number in numbers)
    with control, video, audio:
        uvloop.run(_serve(control, video, audio, config))


if __name__ == "__main__":
    main(sys.argv[1:])
