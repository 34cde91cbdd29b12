"""The one table of messages between a box and its board, and its hash.

One source for CPython and MicroPython. A message is `op, tag, fields`: a request has the op of its
row, its reply the same op with the high bit and the same tag, an event the tag 0. The rows of CORE
never change: with them alone any board can say who it is and take an update, so that ends whose
tables differ refuse each other's other messages by name and can still be brought together. A box
greets with its TABLE_HASH, a board with its identity.

Fields are a `struct` format without its byte order (always little-endian, unpadded); `*` at its end
is bytes to the message's end. Texts are UTF-8.
"""

import hashlib
import struct

try:  # noqa: SIM105 - MicroPython has neither contextlib nor typing, and reads no annotation
    from typing import Any
except ImportError:
    pass

REPLY = 0x80
OK, UNKNOWN, BAD, TABLE_DIFFERS, BUSY, FAILED = 0, 1, 2, 3, 4, 5
STATUS_NAMES = ("ok", "unknown", "bad", "table_differs", "busy", "failed")

IDENTITY = "8s8sIBBB*"
RESCUE = 255

# op, name, fields of the request, fields of the reply behind its status
CORE = (
    # table hash, board's own number, boot number (`starts`), reset cause, slot (0, 1; 255: rescue),
    # whether the running image is confirmed, its version; a board's greeting is these fields too
    (1, "identify", "", IDENTITY),
    # what is sent, comes back
    (2, "echo", "*", "*"),
    # size and SHA-256 of the image; the offset it already has of this very image
    (3, "update_begin", "I32s", "I"),
    # offset, data; the offset it wants next
    (4, "update_write", "I*", "I"),
    # nothing; the board has checked the image's hash, and starts it at the next restart
    (5, "update_end", "", ""),
    # nothing; the running image stays
    (6, "update_confirm", "", ""),
    # nothing; the board answers, then restarts
    (7, "restart", "", ""),
    # offset in the board's log; its next offset, and text
    (8, "log", "I", "I*"),
)

ASKS = (
    # line (0 is the top), s for which it flashes (255: until told otherwise), text (none: dark)
    (16, "show", "BB*", ""),
    # which lamp, state (0 dark, 1 burns, 2 blinks)
    (17, "lamp", "BB", ""),
    # fan's speed in percent; 255: by the temperature
    (18, "fan", "B", ""),
    # limit in s until the box is power-cycled, begun anew by each feeding; 0: the watchdog sleeps.
    # The limit as it holds now
    (19, "feed", "H", "H"),
    # how long the watchdog is to hold still, in s; how long it will
    (20, "hold", "H", "H"),
    # buttons down and switches closed as bits, millidegrees C (NO_TEMPERATURE: no sensor), paper
    # sensor (0 none, 1 there, 255 not fitted), fan's percent
    (21, "read", "", "HBiBB"),
    # boot number and id of the newest event that the box has on disk
    (22, "stored", "II", ""),
    # which of the 8 messages that rotate on a matrix that shows nothing else, text (none: no more)
    (23, "message", "B*", ""),
    # nothing; limit in s as it holds now (0: asleep), s until the power is cut, s that it holds
    # still, times cut since it was last fed
    (24, "watch", "", "HHHB"),
    # nothing; how many lines, buttons, lamps and switches the board has
    (25, "fitted", "", "BBBB"),
)
NO_TEMPERATURE = -0x80000000
BY_TEMPERATURE = 255
UNTIL_TOLD = 255
DARK, BURNS, BLINKS = 0, 1, 2
DOOR, TAMPER = 0, 1

# op, name, fields behind boot number, event id and age in ms
TELLS = (
    # which button; each press once
    (64, "pressed", "B"),
    # which switch (DOOR, TAMPER ...), 1 closed or 0 open; told at the start for those that are open
    (65, "switched", "BB"),
    # cause of the board's restart
    (66, "restarted", "B"),
    # seconds without a feeding, how many times since it was last fed
    (67, "power_cycled", "HB"),
    # events that are missing at this place: no room in the ring, or not stored before a restart
    (68, "lost", "I"),
    # paper sensor (0 none, 1 there)
    (69, "paper", "B"),
)
_ASK_HEAD, _ANSWER_HEAD = 2, 3
_EVENT = "III"  # boot number, event id (from 1 in each boot), age in ms when it was sent

RESET_POWER, RESET_WATCHDOG, RESET_ASKED, RESET_UPDATE, RESET_ROLLBACK, RESET_UNKNOWN = range(6)
RESET_NAMES = ("power", "watchdog", "asked", "update", "rollback", "unknown")


_STARTS = 0xFFFF  # of a boot number


class FrameError(Exception):
    """The bytes are no message of the table."""


class Row:
    """One row: an op, its name, and the fields of what is asked and of what is answered."""

    def __init__(self, op: int, name: str, asked: str, answered: str) -> None:
        self.op = op
        self.name = name
        self.asked = asked
        self.answered = answered


def _hash() -> bytes:
    lines = []
    for op, name, asked, answered in CORE + ASKS:
        lines.append(f"{op} {name} {asked} {answered}")
    for op, name, told in TELLS:
        lines.append(f"{op} {name} {told}")
    return hashlib.sha256("\n".join(lines).encode()).digest()[:8]


TABLE_HASH = _hash()
BY_OP = {row[0]: Row(*row) for row in CORE + ASKS}
BY_NAME = {row.name: row for row in BY_OP.values()}
TOLD_BY_OP = {op: (name, fields) for op, name, fields in TELLS}
TOLD_BY_NAME = {name: (op, fields) for op, name, fields in TELLS}
CORE_OPS = tuple(row[0] for row in CORE)


def ask(name: str, tag: int, *values: Any) -> bytes:
    """Return a request; `tag` is 1 to 255 and comes back with the reply."""
    row = BY_NAME[name]
    return bytes((row.op, tag)) + _pack(row.asked, values)


def answer(op: int, tag: int, status: int, *values: Any) -> bytes:
    """Return a reply: its fields when the status is OK, else one text that says why, or none."""
    if status == OK:
        return bytes((op | REPLY, tag, OK)) + _pack(BY_OP[op].answered, values)
    return bytes((op | REPLY, tag, status)) + str(values[0] if values else "").encode()


def tell(name: str, boot: int, event: int, age_ms: int, *values: Any) -> bytes:
    """Return an event."""
    op, fields = TOLD_BY_NAME[name]
    return bytes((op, 0)) + _pack(_EVENT + fields, (boot, event, age_ms) + values)


def starts(boot: int) -> int:
    """Return how often a board has started since its flash was new, by its boot number.

    Above these 16 bits are 15 that were drawn when it was new: events are named by the number of
    their boot, and a board that is given a new flash must not begin with names that it has used.
    """
    return boot & _STARTS


def identity(*values: Any) -> bytes:
    """Return who a board is, as its greeting says it."""
    return _pack(IDENTITY, values)


def identified(greeting: bytes) -> tuple[Any, ...]:
    """Return the fields of a board's greeting; raises FrameError."""
    return _unpack(IDENTITY, greeting)


def asked(message: bytes) -> tuple[int, int, tuple[Any, ...]]:
    """Return a request's op, tag and values; raises FrameError for what is none of the table."""
    row = BY_OP.get(message[0])
    if len(message) < _ASK_HEAD or row is None:
        raise FrameError("no such request")
    return row.op, message[1], _unpack(row.asked, message[2:])


def answered(message: bytes) -> tuple[int, int, tuple[Any, ...]]:
    """Return a reply's tag, status and values (or its one text); raises FrameError."""
    row = BY_OP.get(message[0] & ~REPLY)
    if len(message) < _ANSWER_HEAD or row is None or not message[0] & REPLY:
        raise FrameError("no such reply")
    if message[2] == OK:
        return message[1], OK, _unpack(row.answered, message[3:])
    return message[1], message[2], (_text(message[3:]),)


def told(message: bytes) -> tuple[str, int, int, int, tuple[Any, ...]]:
    """Return an event's name, boot number, id, age in ms and values; raises FrameError."""
    row = TOLD_BY_OP.get(message[0])
    if len(message) < _ASK_HEAD or row is None:
        raise FrameError("no such event")
    values = _unpack(_EVENT + row[1], message[2:])
    return row[0], values[0], values[1], values[2], values[3:]


def _pack(fields: str, values: tuple[Any, ...]) -> bytes:
    if not fields.endswith("*"):
        return struct.pack("<" + fields, *values)
    return struct.pack("<" + fields[:-1], *values[:-1]) + bytes(values[-1])


def _unpack(fields: str, data: bytes) -> tuple[Any, ...]:
    rest = fields.endswith("*")
    fixed = "<" + (fields[:-1] if rest else fields)
    size = struct.calcsize(fixed)
    if len(data) < size or (len(data) > size and not rest):
        raise FrameError(f"{len(data)} bytes where {size} belong")
    values = struct.unpack(fixed, data[:size])
    return values + (bytes(data[size:]),) if rest else values


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeError:
        return "?"
