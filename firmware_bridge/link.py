"""The link of a box and its board: messages, in order, once each, over a wire that loses bytes.

Sans-IO, and one source for CPython and MicroPython: bytes go in by `feed`, come out by `poll`, and
time is an argument, in milliseconds. A frame is COBS(type, seq, ack, payload, CRC-32) and a zero.
What is sent stays in the window until it is acknowledged and is sent again from the first missing
frame on (go-back-N): at once after a NAK, one for each gap, else after the round trip's time.

Each end draws a nonce when it starts. Two nonces are a session, and both seed every CRC in it: a
frame left over from another session is noise. A new session forgets what was under way in the old
one; who must not lose a message keeps it until the other end has said that it has it.
"""

import struct
from binascii import crc32

from firmware_bridge.cobs import decode, encode

VERSION = 1
MAX_PAYLOAD = 512
MAX_HELLO = 96

_HELLO, _WELCOME, _DATA, _ACK, _NAK, _PING = 1, 2, 3, 4, 5, 6
_HEAD, _TAIL = 3, 4
_HALF = 0x80  # of the sequence numbers: further ahead is behind
_GREETING = "<IIBBH"  # own nonce, the other's nonce or 0, version, window, largest payload
_MAX_FRAME = _HEAD + MAX_PAYLOAD + _TAIL + 4  # and COBS
_FIRST_RTO_MS = 100
_LEAST_RTO_MS = 12
_MOST_RTO_MS = 500


class NoSessionError(Exception):
    """The other end is not known, or not known any more."""


class QueueFullError(Exception):
    """As much waits to be sent as may wait."""


class _Sent:
    """A frame that waits for its acknowledgement."""

    __slots__ = ("again", "at_ms", "payload", "seq")

    def __init__(self, seq: int, payload: bytes, at_ms: int) -> None:
        self.seq = seq
        self.payload = payload
        self.at_ms = at_ms
        self.again = False


class Link:
    """One end. `session` grows by one each time the two ends find each other anew."""

    _key: int  # seeds every CRC of the session
    _out: list[bytes]  # frames for the next `poll`
    _waiting: list[bytes]  # messages behind the window
    _sent: list[_Sent]  # frames in the window
    _next: int  # the sequence number of the next new frame
    _expected: int  # the one that is to come
    _due: int | None  # when the window is sent again
    _rto: int
    _timed: bool  # whether a round trip was seen, and so:
    _smooth: int
    _spread: int
    _owes_ack: bool
    _complained: bool

    def __init__(
        self,
        nonce: int,
        greeting: bytes = b"",
        *,
        window: int = 8,
        queue: int = 32,
        hello_ms: int = 50,
        byte_us: int = 0,
    ) -> None:
        """`nonce` is 32 random bits, new for each start; `greeting` is told to the other end.

        `queue` bounds the messages that wait behind the window, `hello_ms` is how often it calls
        until the other end answers, `byte_us` how long a byte is on the wire (0: no time).
        """
        if len(greeting) > MAX_HELLO:
            raise ValueError(f"a greeting has at most {MAX_HELLO} bytes")
        self.nonce = nonce & 0xFFFFFFFF
        self.window = window
        self.greeting = greeting
        self.peer_greeting = b""
        self.session = 0
        self.heard_ms = 0
        self.damaged = self.repeated = self.doubled = 0
        self._queue = queue
        self._hello_ms = hello_ms
        self._byte_us = byte_us
        self._peer = -1
        self._partial = bytearray()
        self._overrun = False
        self._hello_at = 0
        self._forget()

    @property
    def up(self) -> bool:
        """Whether the other end is known."""
        return self._peer >= 0

    @property
    def room(self) -> int:
        """How many messages `send` still takes."""
        return self._queue - len(self._waiting)

    @property
    def idle(self) -> bool:
        """Whether all that was sent was acknowledged."""
        return not self._waiting and not self._sent

    def send(self, payload: bytes) -> None:
        """Let a message go out with the next `poll`; it is forgotten when the session ends.

        Raises NoSessionError, QueueFullError, or ValueError when it is empty or too long.
        """
        if not self.up:
            raise NoSessionError
        if not 0 < len(payload) <= self._longest:
            raise ValueError(f"a message has 1 to {self._longest} bytes")
        if len(self._waiting) >= self._queue:
            raise QueueFullError
        self._waiting.append(bytes(payload))

    def ping(self) -> None:
        """Ask the other end for a sign of life; `heard_ms` tells when the last came."""
        if self.up:
            self._put(_PING, 0)

    def feed(self, data: bytes, now_ms: int) -> list[bytes]:
        """Take bytes off the wire; returns the messages that are complete, in order, once each.

        When `session` grew meanwhile, the messages are of the newest session only.
        """
        came: list[bytes] = []
        start = 0
        while True:
            end = data.find(b"\0", start)
            self._keep(data[start : end if end >= 0 else len(data)])
            if end < 0:
                return came
            start = end + 1
            packet, self._partial = self._partial, bytearray()
            overrun, self._overrun = self._overrun, False
            if packet or overrun:
                before = self.session
                payload = self._take(b"" if overrun else packet, now_ms)
                if self.session != before:
                    came = []
                if payload is not None:
                    came.append(payload)

    def poll(self, now_ms: int) -> bytes:
        """Return the bytes that are to be written now, in whole frames."""
        if not self.up:
            if now_ms >= self._hello_at:
                self._hello_at = now_ms + self._hello_ms
                self._greet(_HELLO)
        else:
            self._send_waiting(now_ms)
            if self._due is not None and now_ms >= self._due:
                self._rto = min(self._rto * 3 // 2, _MOST_RTO_MS)
                self._send_again(now_ms)
            if self._owes_ack:
                self._put(_ACK, 0)
        out, self._out = b"".join(self._out), []
        return out

    def due_ms(self) -> int | None:
        """Return when `poll` has something to do even if nothing comes; None: never."""
        return self._due if self.up else self._hello_at

    # What comes

    def _keep(self, piece: bytes) -> None:
        if len(self._partial) + len(piece) > _MAX_FRAME:
            self._partial, self._overrun = bytearray(), True
        elif not self._overrun:
            self._partial += piece

    def _take(self, packet: bytes | bytearray, now_ms: int) -> bytes | None:
        frame = decode(packet)
        if frame is None or len(frame) < _HEAD + _TAIL:
            self._damage()
            return None
        body = bytes(frame[:-_TAIL])
        kind = body[0]
        greets = kind in (_HELLO, _WELCOME)
        crc = struct.unpack("<I", frame[-_TAIL:])[0]
        if crc != crc32(body, 0 if greets else self._key) or not (greets or self.up):
            self._damage()
            return None
        self.heard_ms = now_ms
        if greets:
            self._met(kind, body[_HEAD:], now_ms)
            return None
        self._acknowledged(body[2], now_ms)
        if kind == _NAK:
            self._send_again(now_ms)
        elif kind == _PING:
            self._owes_ack = True
        elif kind == _DATA:
            return self._arrived(body)
        return None

    def _arrived(self, body: bytes) -> bytes | None:
        ahead = (body[1] - self._expected) & 0xFF
        if ahead == 0:
            self._expected = (self._expected + 1) & 0xFF
            self._owes_ack, self._complained = True, False
            return body[_HEAD:]
        if ahead >= _HALF:  # one that was acknowledged, and the acknowledgement was lost
            self.doubled += 1
            self._owes_ack = True
        else:
            self._complain()
        return None

    def _damage(self) -> None:
        self.damaged += 1
        self._complain()

    def _complain(self) -> None:
        """Ask once for what is missing: one NAK a gap, else two ends feed each other's noise."""
        if self.up and not self._complained:
            self._complained = True
            self._put(_NAK, 0)

    def _met(self, kind: int, body: bytes, now_ms: int) -> None:
        size = struct.calcsize(_GREETING)
        if len(body) < size:
            return
        nonce, echo, version, window, longest = struct.unpack(_GREETING, body[:size])
        if version != VERSION or longest == 0 or (kind == _WELCOME and echo != self.nonce):
            return
        if nonce != self._peer:
            self._forget()
            self._peer = nonce
            self._key = crc32(struct.pack("<II", *sorted((nonce, self.nonce))))
            self.session += 1
        self.peer_greeting = bytes(body[size:])
        self._peer_window = max(window, 1)
        self._longest = min(longest, MAX_PAYLOAD)
        self.heard_ms = now_ms
        if kind == _HELLO:
            self._greet(_WELCOME)

    def _acknowledged(self, upto: int, now_ms: int) -> None:
        if not self._sent:
            return
        count = (upto - self._sent[0].seq) & 0xFF
        if not 0 < count <= len(self._sent):
            return
        newest = self._sent[count - 1]
        self._sent = self._sent[count:]
        if not newest.again:
            self._learn(now_ms - newest.at_ms)
        if self._timed:
            self._rto = max(_LEAST_RTO_MS, self._smooth + 4 * self._spread)
        self._due = self._when_due(now_ms) if self._sent else None

    def _learn(self, took_ms: int) -> None:
        """RFC 6298 §2, in whole milliseconds."""
        if not self._timed:
            self._timed, self._smooth, self._spread = True, took_ms, took_ms // 2
            return
        self._spread = (3 * self._spread + abs(self._smooth - took_ms) + 2) // 4
        self._smooth = (7 * self._smooth + took_ms + 4) // 8

    # What goes

    def _send_waiting(self, now_ms: int) -> None:
        window = min(self.window, self._peer_window)
        while self._waiting and len(self._sent) < window:
            sent = _Sent(self._next, self._waiting.pop(0), now_ms)
            self._next = (self._next + 1) & 0xFF
            self._sent.append(sent)
            self._put(_DATA, sent.seq, sent.payload)
            if self._due is None or self._byte_us:
                self._due = self._when_due(now_ms)

    def _send_again(self, now_ms: int) -> None:
        for sent in self._sent:
            sent.again = True
            self.repeated += 1
            self._put(_DATA, sent.seq, sent.payload)
        self._due = self._when_due(now_ms) if self._sent else None

    def _when_due(self, now_ms: int) -> int:
        """Return when the oldest is late: its round trip, and the wire's time for all of them."""
        if not self._byte_us:
            return now_ms + self._rto
        size = sum(len(sent.payload) + 12 for sent in self._sent)
        return now_ms + self._rto + size * self._byte_us // 1000

    def _greet(self, kind: int) -> None:
        peer = max(self._peer, 0)
        head = struct.pack(_GREETING, self.nonce, peer, VERSION, self.window, MAX_PAYLOAD)
        self._out.append(b"\0")  # ends whatever stood on the wire before
        self._put(kind, 0, head + self.greeting)

    def _put(self, kind: int, seq: int, payload: bytes = b"") -> None:
        body = bytes((kind, seq, self._expected)) + payload
        crc = crc32(body, 0 if kind in (_HELLO, _WELCOME) else self._key)
        self._out.append(bytes(encode(body + struct.pack("<I", crc))) + b"\0")
        if kind not in (_HELLO, _WELCOME):
            self._owes_ack = False  # every other frame carries it

    def _forget(self) -> None:
        self._key = 0
        self._out = []
        self._waiting = []
        self._sent = []
        self._next = self._expected = 0
        self._peer_window = 1
        self._longest = MAX_PAYLOAD
        self._owes_ack = self._complained = self._timed = False
        self._smooth = self._spread = 0
        self._rto = _FIRST_RTO_MS
        self._due = None
