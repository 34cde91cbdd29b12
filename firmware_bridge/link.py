"""The link of a box and its board: messages, in order, once each, over a wire that loses bytes.

Sans-IO, and one source for CPython and MicroPython: bytes go in by `feed`, come out by `poll`, and
time is an argument, in milliseconds. A frame is COBS(kind, seq, ack, payload, CRC-32) and a zero;
a second zero ends what one `poll` returns, so that one lost zero does not join it to what follows.

What is sent stays in the window until it is acknowledged. From the first missing frame on all is
sent again (go-back-N) when the other end says NAK: once for each gap, and again when what was sent
again is damaged as well. When nothing is said in time, the oldest frame alone is sent again, and
the rest if the answer shows that it is missing too. `seq` of a frame without data is the number of
the next data frame: it shows the other end what it lost without a trace.

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
LEAST_PAYLOAD = 64  # an end that takes less is none

_HELLO, _WELCOME, _DATA, _ACK, _NAK, _PING = 1, 2, 3, 4, 5, 6
_HEAD, _TAIL = 3, 4
_AROUND = _HEAD + _TAIL + 2  # a frame beside its payload, on the wire
_HALF = 0x80  # of the sequence numbers: further ahead is behind
_INTACT = 0x2144DF1C  # CRC-32 of anything and its own CRC-32, whatever the seed
_GREETING = "<IIBBH"  # own nonce, the other's nonce or 0, version, window, largest payload
_MAX_FRAME = _HEAD + MAX_PAYLOAD + _TAIL + 4  # and COBS
_FIRST_RTO_MS = 100
_LEAST_RTO_MS = 12
_MOST_RTO_MS = 500
_ACK_DELAY_MS = 2  # what is about to be sent anyway carries it
_MOST_UNANSWERED = 4  # messages that one acknowledgement waits for
_PATIENCE_MS = 2  # before a round trip was seen


class NoSessionError(Exception):
    """The other end is not known, or not known any more."""


class QueueFullError(Exception):
    """As much waits to be sent as may wait."""


class _Sent:
    """A frame that waits for its acknowledgement."""

    __slots__ = ("again", "at_ms", "payload", "seq")

    def __init__(self, seq: int, payload: bytes) -> None:
        self.seq = seq
        self.payload = payload
        self.at_ms = 0  # when its last byte has left
        self.again = False


class Link:
    """One end. `session` grows by one each time the two ends find each other anew."""

    _key: int  # seeds every CRC of the session
    _waiting: list[bytes]  # messages behind the window
    _sent: list[_Sent]  # frames in the window
    _next: int  # the sequence number of the next new frame
    _expected: int  # the one that is to come
    _due: int | None  # when the oldest is sent again
    _probing: bool  # whether it was, and nothing was heard since
    _again: bool  # whether the other end has asked for the window again
    _rto: int
    _timed: bool  # whether a round trip was seen, and so:
    _smooth: int
    _spread: int
    _ack_ms: int | None  # when an acknowledgement goes out at last
    _unanswered: int  # messages that came since the last
    _nak: bool  # whether a NAK is to go out
    _complained: bool  # whether one has, for the gap that is
    _complained_ms: int
    _furthest: int  # how far ahead of the gap a frame has been since then

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
        self.longest = MAX_PAYLOAD  # of a message in this session
        self.heard_ms = 0
        self.damaged = self.repeated = self.doubled = 0
        self._queue = queue
        self._hello_ms = hello_ms
        self._byte_us = byte_us
        self._peer = -1
        self._partial = bytearray()
        self._overrun = False
        self._hello_at = 0
        self._free_ms = 0  # when the wire has taken what was sent
        self._welcomes = self._pings = False
        self._out: list[bytes] = []
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
        if not 0 < len(payload) <= self.longest:
            raise ValueError(f"a message has 1 to {self.longest} bytes")
        if len(self._waiting) >= self._queue:
            raise QueueFullError
        self._waiting.append(bytes(payload))

    def ping(self) -> None:
        """Ask the other end for a sign of life; `heard_ms` tells when the last came."""
        self._pings = self.up

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
            packet, overrun = self._partial, self._overrun
            if packet or overrun:
                self._partial, self._overrun = bytearray(), False
                before = self.session
                payload = self._take(b"" if overrun else packet, now_ms)
                if self.session != before:
                    came = []
                if payload is not None:
                    came.append(payload)

    def poll(self, now_ms: int) -> bytes:
        """Return the bytes that are to be written now, in whole frames: a window at most."""
        if self._welcomes:
            self._greet(_WELCOME, now_ms)
        if self.up:
            self._speak(now_ms)
        elif now_ms >= self._hello_at:
            self._hello_at = now_ms + self._hello_ms
            self._greet(_HELLO, now_ms)
        if not self._out:
            return b""
        self._out.append(b"\0")
        out, self._out = b"".join(self._out), []
        return out

    def due_ms(self) -> int | None:
        """Return when `poll` has something to do even if nothing comes; None: never."""
        if not self.up:
            return self._hello_at
        if self._due is None or (self._ack_ms is not None and self._ack_ms < self._due):
            return self._ack_ms
        return self._due

    # What comes

    def _keep(self, piece: bytes) -> None:
        if len(self._partial) + len(piece) > _MAX_FRAME:
            self._partial, self._overrun = bytearray(), True
        elif not self._overrun:
            self._partial += piece

    def _take(self, packet: bytes | bytearray, now_ms: int) -> bytes | None:
        frame = decode(packet)
        if frame is None or len(frame) < _HEAD + _TAIL:
            self._damage(now_ms)
            return None
        kind = frame[0]
        greets = kind in (_HELLO, _WELCOME)
        if crc32(frame, 0 if greets else self._key) != _INTACT or not (greets or self.up):
            self._damage(now_ms)
            return None
        self.heard_ms = now_ms
        if greets:
            self._met(kind, bytes(frame[_HEAD:-_TAIL]))
            return None
        self._acknowledged(frame[2], now_ms)
        if kind == _DATA:
            return self._arrived(frame, now_ms)
        self._told(kind, (frame[1] - self._expected) & 0xFF, now_ms)
        return None

    def _arrived(self, frame: bytearray, now_ms: int) -> bytes | None:
        ahead = (frame[1] - self._expected) & 0xFF
        if ahead == 0:
            self._expected = (self._expected + 1) & 0xFF
            self._complained = False
            self._unanswered += 1
            if self._unanswered >= _MOST_UNANSWERED:
                self._ack_ms = now_ms
            elif self._ack_ms is None:
                self._ack_ms = now_ms + _ACK_DELAY_MS
            return bytes(frame[_HEAD:-_TAIL])
        if ahead >= _HALF:  # one that was acknowledged, and the acknowledgement was lost
            self.doubled += 1
            self._ack_ms = now_ms
        elif not self._complained or ahead <= self._furthest:  # a gap, or the same one once more
            self._complain(now_ms, ahead)
        else:
            self._furthest = ahead
        return None

    def _told(self, kind: int, ahead: int, now_ms: int) -> None:
        """Take a frame without data; `ahead` frames are missing, or were only just sent again."""
        if kind == _NAK:
            first = self._sent[0] if self._sent else None
            # what was sent again and is still on the wire cannot be what it is about
            self._again = first is not None and not (first.again and now_ms < first.at_ms)
            self._ack_ms = now_ms
        elif kind == _PING:
            self._ack_ms = now_ms
        if ahead == 0:
            self._complained = False
        elif ahead < _HALF and (kind == _NAK or self._patience_is_over(now_ms)):
            self._complain(now_ms, ahead)

    def _damage(self, now_ms: int) -> None:
        self.damaged += 1
        if self._patience_is_over(now_ms):
            self._complain(now_ms, 0)

    def _complain(self, now_ms: int, furthest: int) -> None:
        """Ask for what is missing; too often, and two ends feed each other's noise."""
        self._nak = self._complained = self.up
        self._complained_ms = now_ms
        self._furthest = furthest

    def _patience_is_over(self, now_ms: int) -> bool:
        """Return whether what comes now may be the answer to a NAK, and no good one."""
        if not self._complained:
            return True
        patience = max(self._smooth // 2, 1) if self._timed else _PATIENCE_MS
        return now_ms - self._complained_ms >= patience

    def _met(self, kind: int, body: bytes) -> None:
        size = struct.calcsize(_GREETING)
        if len(body) < size:
            return
        nonce, echo, version, window, longest = struct.unpack(_GREETING, body[:size])
        if (
            version != VERSION
            or longest < LEAST_PAYLOAD
            or (kind == _WELCOME and echo != self.nonce)
        ):
            return
        if nonce != self._peer:
            self._forget()
            self._peer = nonce
            self._key = crc32(struct.pack("<II", *sorted((nonce, self.nonce))))
            self.session += 1
        self.peer_greeting = bytes(body[size:])
        self._peer_window = max(window, 1)
        self.longest = min(longest, MAX_PAYLOAD)
        if kind == _HELLO:
            self._welcomes = True

    def _acknowledged(self, upto: int, now_ms: int) -> None:
        if not self._sent:
            return
        count = (upto - self._sent[0].seq) & 0xFF
        if not 0 < count <= len(self._sent):
            return
        newest = self._sent[count - 1]
        self._sent = self._sent[count:]
        if not newest.again:
            self._learn(max(0, now_ms - newest.at_ms))
        if self._probing:
            self._probing, self._again = False, True
        self._due = max(now_ms, self._sent[0].at_ms) + self._rto if self._sent else None

    def _learn(self, took_ms: int) -> None:
        """RFC 6298 §2, in whole milliseconds; §5.7: only from what was sent once."""
        if self._timed:
            self._spread = (3 * self._spread + abs(self._smooth - took_ms) + 2) // 4
            self._smooth = (7 * self._smooth + took_ms + 4) // 8
        else:
            self._timed, self._smooth, self._spread = True, took_ms, took_ms // 2
        self._rto = min(max(_LEAST_RTO_MS, self._smooth + 4 * self._spread), _MOST_RTO_MS)

    # What goes

    def _speak(self, now_ms: int) -> None:
        again: list[_Sent] = []
        if self._again:
            self._probing = False
            again = self._sent
        elif self._due is not None and now_ms >= self._due:
            self._rto = min(self._rto * 3 // 2, _MOST_RTO_MS)
            self._probing = True
            again = self._sent[:1]
        self._again = False
        if self._nak:
            self._nak = False
            self._put(_NAK, self._sent[0].seq if again else self._next, now_ms)
        for sent in again:
            sent.again = True
            self.repeated += 1
            self._send(sent, now_ms)
        if again:
            self._due = again[0].at_ms + self._rto
        self._send_waiting(now_ms)
        if self._pings:
            self._pings = False
            self._put(_PING, self._next, now_ms)
        elif self._ack_ms is not None and now_ms >= self._ack_ms:
            self._put(_ACK, self._next, now_ms)

    def _send_waiting(self, now_ms: int) -> None:
        window = min(self.window, self._peer_window)
        while self._waiting and len(self._sent) < window and not self._probing:
            sent = _Sent(self._next, self._waiting.pop(0))
            self._next = (self._next + 1) & 0xFF
            self._sent.append(sent)
            self._send(sent, now_ms)
            if self._due is None:
                self._due = sent.at_ms + self._rto

    def _send(self, sent: _Sent, now_ms: int) -> None:
        self._put(_DATA, sent.seq, now_ms, sent.payload)
        sent.at_ms = self._free_ms

    def _greet(self, kind: int, now_ms: int) -> None:
        self._welcomes = False
        peer = max(self._peer, 0)
        head = struct.pack(_GREETING, self.nonce, peer, VERSION, self.window, MAX_PAYLOAD)
        self._out.append(b"\0")  # ends whatever stood on the wire before
        self._put(kind, 0, now_ms, head + self.greeting)

    def _put(self, kind: int, seq: int, now_ms: int, payload: bytes = b"") -> None:
        body = bytes((kind, seq, self._expected)) + payload
        greets = kind in (_HELLO, _WELCOME)
        crc = crc32(body, 0 if greets else self._key)
        self._out.append(bytes(encode(body + struct.pack("<I", crc))) + b"\0")
        if not greets:  # every other frame acknowledges
            self._ack_ms, self._unanswered = None, 0
        took_ms = (len(payload) + _AROUND) * self._byte_us // 1000
        self._free_ms = max(self._free_ms, now_ms) + took_ms

    def _forget(self) -> None:
        self._key = 0
        self._waiting = []
        self._sent = []
        self._next = self._expected = 0
        self._peer_window = 1
        self.longest = MAX_PAYLOAD
        self._nak = self._complained = self._again = self._probing = self._timed = False
        self._smooth = self._spread = self._furthest = self._unanswered = 0
        self._complained_ms = 0
        self._rto = _FIRST_RTO_MS
        self._ack_ms = self._due = None
