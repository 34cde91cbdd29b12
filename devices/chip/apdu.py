"""Commands and answers of a chip (ISO/IEC 7816-4 §5.1), short and extended. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from devices.chip.errors import BadAnswerError

Transmit = Callable[[bytes], bytes]
"""Carries one command to the chip and returns its answer, status word last; raises ChipError."""

Noise = Callable[[int], bytes]
"""Gives so many random bytes. Tests give those of the standard's examples."""

DONE = 0x9000
SHORTEST_ANSWER = 2
_SHORT_DATA, _SHORT_LE = 255, 256


@dataclass(frozen=True, slots=True, repr=False)
class CommandApdu:
    """A command. `le` is how many bytes are awaited at most, None when none."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None

    @property
    def header(self) -> bytes:
        """Class, instruction and parameters."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def is_extended(self) -> bool:
        """Whether it is too long for lengths of one byte."""
        return len(self.data) > _SHORT_DATA or (self.le or 0) > _SHORT_LE

    def encoded(self) -> bytes:
        """Return it as it goes to the chip."""
        if not self.is_extended:
            lc = bytes((len(self.data),)) if self.data else b""
            le = b"" if self.le is None else bytes((self.le % _SHORT_LE,))
            return self.header + lc + self.data + le
        lc = b"\0" + len(self.data).to_bytes(2, "big") if self.data else b""
        le = b"" if self.le is None else (self.le % 0x10000).to_bytes(2 if lc else 3, "big")
        return self.header + lc + self.data + le


@dataclass(frozen=True, slots=True, repr=False)
class ResponseApdu:
    """An answer: data, and the status word."""

    data: bytes
    status: int

    def encoded(self) -> bytes:
        """Return it as it comes from the chip."""
        return self.data + self.status.to_bytes(2, "big")


def answer_of(raw: bytes) -> ResponseApdu:
    """Take an answer apart; raises BadAnswerError."""
    if len(raw) < SHORTEST_ANSWER:
        raise BadAnswerError("The chip's answer has no status word.")
    return ResponseApdu(raw[:-2], int.from_bytes(raw[-2:], "big"))


def command_of(raw: bytes) -> CommandApdu:
    """Take a command apart; raises BadAnswerError."""
    if len(raw) < 4:  # noqa: PLR2004 - the header
        raise BadAnswerError("A command is shorter than its header.")
    header, body = raw[:4], raw[4:]
    if len(body) > 1 and body[0] == 0:
        data, le = _extended(body[1:])
    else:
        data, le = _short(body)
    cla, ins, p1, p2 = header
    return CommandApdu(cla, ins, p1, p2, data, le)


def _short(body: bytes) -> tuple[bytes, int | None]:
    if len(body) <= 1:
        return b"", (body[0] or _SHORT_LE) if body else None
    return _with_le(body[1:], body[0], 1)


def _extended(body: bytes) -> tuple[bytes, int | None]:
    if len(body) == 2:  # noqa: PLR2004 - only Le
        return b"", int.from_bytes(body, "big") or 0x10000
    return _with_le(body[2:], int.from_bytes(body[:2], "big"), 2)


def _with_le(rest: bytes, lc: int, le_size: int) -> tuple[bytes, int | None]:
    data, le = rest[:lc], rest[lc:]
    if len(data) != lc or len(le) not in (0, le_size):
        raise BadAnswerError("A command has a length that cannot be.")
    return data, (int.from_bytes(le, "big") or 256**le_size) if le else None
