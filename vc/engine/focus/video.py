"""Root of the video process: `python -m vc.engine.focus.video FD_CONTROL FD_RTP CONFIG_JSON`.

Each picture is decoded and drawn into its tiles the moment it comes, so a tick only encodes. Who
cannot keep up leaves out ticks, then pictures (`video_haste`); both are counted, and nothing queues
but in the socket. A source in no view is decoded for some seconds more, so that a speaker who comes
back is there at once, then not: a hall of 78 sites costs what is seen of it.
"""

import errno
import select
import signal
import socket
import sys
import time
from typing import Final

import cv2
import msgspec

from vc.engine.focus.video_figures import EVERY_S, Figures
from vc.engine.focus.video_pictures import Pictures, VideoConfig
from vc.engine.focus.video_views import Output
from vc.engine.focus.wire import (
    HEADER,
    KEYFRAME,
    VP8,
    Answer,
    AnyOrder,
    Arrange,
    Kind,
    Ready,
    ShowStill,
    Tap,
)
from vc.engine.port import VideoCodec
from vc.media.still import UnusablePictureError
from vc.media.video import Codec

_DATAGRAM: Final = 2**20
_LONGEST_WAIT_S: Final = 0.5
_ORDERS: msgspec.msgpack.Decoder[AnyOrder] = msgspec.msgpack.Decoder(AnyOrder)
_FULL: Final = (errno.EAGAIN, errno.EMSGSIZE, errno.ENOBUFS)


class Video:
    """Everything between the two sockets. `run` ends with either."""

    def __init__(self, control: socket.socket, rtp: socket.socket, config: VideoConfig) -> None:
        self._control = control
        self._rtp = rtp
        self._tapped = ""
        self._figures = Figures(time.monotonic())
        self._pictures = Pictures(config, self._figures)
        self._views = self._pictures.views
        self._report_at = time.monotonic() + EVERY_S
        self._buffer = memoryview(bytearray(_DATAGRAM))
        for one in (control, rtp):
            one.setblocking(False)

    def run(self) -> None:
        """Serve until one of the sockets is closed."""
        self._tell(Ready())
        while True:
            self._tick()
            ordered = _received(self._control, self._buffer)
            if ordered:
                self._order(self._buffer[:ordered])
            brought = _received(self._rtp, self._buffer)
            if brought:
                self._media(self._buffer[:brought])
            elif brought is None:
                self._pictures.haste.caught_up()
            if ordered == 0 or brought == 0:
                return
            if not ordered and not brought:
                self._wait()

    def _wait(self) -> None:
        """Wait for the next moment, picture or order."""
        due = self._views.next_us()
        now = time.monotonic()
        left = min(_LONGEST_WAIT_S, self._report_at - now)
        left = left if due is None else min(left, due / 1e6 - now)
        select.select([self._control, self._rtp], [], [], max(0.0, left))

    def _tick(self) -> None:
        now_us = time.monotonic_ns() // 1000
        for phase, outputs in self._views.due(now_us):
            self._figures.count("late_ticks", phase.skip(now_us))
            if phase.leave_out(self._pictures.haste.most_left_out):
                self._figures.count("late_ticks")
                continue
            self._pictures.refresh()
            for output in outputs:
                self._encode(output, phase.at_us)
            phase.advance()
        if now_us / 1e6 >= self._report_at:
            self._report(now_us / 1e6)

    def _encode(self, output: Output, at_us: int) -> None:
        began = time.monotonic()
        keyframe = output.gate.due(began)
        encoded = output.encoder.encode(output.stage.frame, keyframe=keyframe)
        ended = time.monotonic()
        self._figures.spent("encode", ended - began)
        if encoded.keyframe:
            output.gate.made(began)
            self._figures.count("keyframes")
        flags = KEYFRAME * encoded.keyframe | VP8 * (output.view.codec is VideoCodec.VP8)
        head = HEADER.pack(Kind.FRAME, flags, output.number, at_us, 0)
        sent = _sent(self._rtp, head, encoded.data)
        if output.view.name == self._tapped:
            sent &= _sent(self._control, head, encoded.data)
        if not sent:
            self._figures.count("unsent")
            output.gate.ask()
        self._pictures.left(output.stage.slots, ended)

    def _media(self, datagram: memoryview) -> None:
        if len(datagram) < HEADER.size:
            return
        kind, flags, number, time_us, _ = HEADER.unpack_from(datagram)
        match kind:
            case Kind.FRAME:
                codec: Codec = "vp8" if flags & VP8 else "h264"
                data = bytes(datagram[HEADER.size :])
                keyframe = bool(flags & KEYFRAME)
                if self._pictures.take(number, codec, data, time_us, keyframe=keyframe):
                    _sent(self._rtp, HEADER.pack(Kind.KEYFRAME_WANTED, 0, number, time_us, 0), b"")
            case Kind.KEYFRAME_WANTED:
                if output := self._views.numbered(number):
                    output.gate.ask()
            case Kind.GONE:
                self._pictures.gone(number)

    def _order(self, datagram: memoryview) -> None:
        try:
            order = _ORDERS.decode(datagram)
        except msgspec.DecodeError as error:
            self._tell(Answer(id=0, code="order.unknown", text=str(error)))
            return
        code = text = ""
        try:
            self._obey(order)
        except (ValueError, KeyError) as error:
            code, text = "view.refused", str(error)
        except UnusablePictureError as error:
            code, text = error.code, error.sentence
        if order.id or code:
            self._tell(Answer(id=order.id, code=code, text=text))

    def _obey(self, order: AnyOrder) -> None:
        match order:
            case Arrange():
                self._pictures.arrange(order.views, order.numbers)
            case ShowStill():
                self._pictures.show_still(order.slot, order.path)
            case Tap():
                self._tap(order)
            case _:
                raise ValueError("not an order for pictures")

    def _tap(self, order: Tap) -> None:
        if order.on:
            self._tapped = order.view
            if output := self._views.named(order.view):
                output.gate.ask()
        elif order.view == self._tapped:
            self._tapped = ""

    def _report(self, now: float) -> None:
        self._pictures.note_shown()
        self._tell(self._figures.report(now))
        self._report_at = now + EVERY_S

    def _tell(self, report: msgspec.Struct) -> None:
        _sent(self._control, msgspec.msgpack.encode(report), b"")


def _received(from_socket: socket.socket, buffer: memoryview) -> int | None:
    """Return how many bytes came; 0 when the other end is closed, None when nothing is there."""
    try:
        return from_socket.recv_into(buffer)
    except BlockingIOError:
        return None
    except OSError:
        return 0


def _sent(to: socket.socket, head: bytes, data: bytes) -> bool:
    """Send one datagram; False when it is not taken (the reader is slow, or it is too large)."""
    try:
        to.sendmsg((head, data))
    except OSError as error:
        if error.errno not in _FULL and not isinstance(error, (BrokenPipeError, ConnectionError)):
            raise
        return False
    return True


def main() -> None:
    """Run the process on the sockets it was given."""
    control, rtp = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    config = msgspec.json.decode(sys.argv[3], type=VideoConfig)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    Video(control, rtp, config).run()


if __name__ == "__main__":
    main()
