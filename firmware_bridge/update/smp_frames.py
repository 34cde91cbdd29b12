"""SMP over a console's serial line: messages as lines of base64, among whatever else is printed.

The framing is Zephyr's ("SMP transport: UART/serial and console"; MCUboot's serial recovery has the
same): a first line begins with 06 09, each further one with 04 14, and each ends with a line feed;
in their base64 there are a length, the message, and a CRC-16 (XMODEM) over it. Nothing is ever
repeated by this framing: what is damaged is counted and thrown away.
"""

import binascii
import struct

LINE_BYTES = 128  # what a server's line buffer holds, by convention
ROOM_BYTES = (LINE_BYTES - 3) // 4 * 3 - 4  # a message that is one line
_BASE64_BYTES = (LINE_BYTES - 3) // 4 * 4
_FIRST, _FURTHER = b"\x06\x09", b"\x04\x14"
_LENGTH = struct.Struct(">H")
_CRC_BYTES = 2
_MOST_LINE_BYTES = 4096
_MOST_MESSAGE_BYTES = 16_384


def encoded(message: bytes) -> bytes:
    """Return the lines of a message."""
    crc = _LENGTH.pack(binascii.crc_hqx(message, 0))
    body = _LENGTH.pack(len(message) + _CRC_BYTES) + message + crc
    text = binascii.b2a_base64(body, newline=False)
    lines = [text[at : at + _BASE64_BYTES] for at in range(0, len(text), _BASE64_BYTES)]
    return _FIRST + (b"\n" + _FURTHER).join(lines) + b"\n"


class Frames:
    """Finds the messages in what comes; `damaged` counts those that were lost in it."""

    def __init__(self) -> None:
        self.damaged = 0
        self._line = b""
        self._body: bytearray | None = None  # of the message under way

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that are whole now."""
        *lines, self._line = (self._line + data).split(b"\n")
        if len(self._line) > _MOST_LINE_BYTES:
            self._line = b""
        return [message for line in lines if (message := self._put(line)) is not None]

    def _put(self, line: bytes) -> bytes | None:
        """Take a line; returns the message that it ends."""
        first, further = line.rfind(_FIRST), line.rfind(_FURTHER)
        if first >= 0:
            self._drop()
            self._body = bytearray()
        elif further < 0 or self._body is None:
            return None  # a line for people, or what is left of a message that is lost
        try:
            text = line[max(first, further) + 2 :].rstrip(b"\r")
            self._body += binascii.a2b_base64(text, strict_mode=True)
        except binascii.Error:
            self._drop()
            return None
        return self._whole(self._body)

    def _whole(self, body: bytearray) -> bytes | None:
        if len(body) < _LENGTH.size:
            return None
        size = _LENGTH.unpack_from(body)[0] + _LENGTH.size
        if len(body) < size <= _MOST_MESSAGE_BYTES:
            return None
        message = bytes(body[_LENGTH.size :])  # the CRC over it and its CRC is 0
        if len(body) != size or len(message) < _CRC_BYTES or binascii.crc_hqx(message, 0):
            self._drop()
            return None
        self._body = None
        return message[:-_CRC_BYTES]

    def _drop(self) -> None:
        """Count the message under way as lost."""
        if self._body is not None:
            self.damaged += 1
            self._body = None
