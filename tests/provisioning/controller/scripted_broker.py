"""A broker that says the bytes it is told to, in pieces of any size, and keeps what it hears.

A real one never cuts a packet where a test wants it cut, and sends nothing malformed.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

WITHIN_S = 10.0
_CONNACK = b"\x20\x03\x00\x00\x00"


class ScriptedBroker:
    """Takes one client and one subscription of one filter (MQTT 5), then does as it is told."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(WITHIN_S)
        self.port = int(self._listener.getsockname()[1])
        self._subscribed = threading.Event()
        self._thread = threading.Thread(target=self._welcome)
        self._line: socket.socket | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.join(WITHIN_S)
        self.hang_up()
        self._listener.close()

    def say(self, spoken: bytes, *, piece: int = 1 << 20) -> None:
        """Send it, each piece in a segment of its own."""
        for at in range(0, len(spoken), piece):
            self._to_client().sendall(spoken[at : at + piece])

    @contextlib.contextmanager
    def saying(self, spoken: bytes, *, piece: int = 1 << 20) -> Iterator[None]:
        """Send it while the block runs: more than the kernel holds, or slowly."""
        thread = threading.Thread(target=self.say, args=(spoken,), kwargs={"piece": piece})
        thread.start()
        yield
        thread.join(WITHIN_S)
        assert not thread.is_alive()

    def hears(self, size: int) -> bytes:
        """Return the next so many bytes; fewer when no more come within a moment."""
        line = self._to_client()
        line.settimeout(0.3)
        heard = b""
        with contextlib.suppress(TimeoutError):
            while len(heard) < size and (more := line.recv(size - len(heard))):
                heard += more
        line.settimeout(WITHIN_S)
        return heard

    def hang_up(self) -> None:
        """End the line."""
        if self._line is not None:
            self._line.close()

    def _to_client(self) -> socket.socket:
        assert self._subscribed.wait(WITHIN_S)
        assert self._line is not None
        return self._line

    def _welcome(self) -> None:
        line, _ = self._listener.accept()
        line.settimeout(WITHIN_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line = line
        _packet(line)
        line.sendall(_CONNACK)
        subscribe = _packet(line)
        line.sendall(b"\x90\x04" + subscribe[:2] + b"\x00\x01")
        self._subscribed.set()


def publish(
    topic: bytes,
    payload: bytes,
    *,
    number: int = 0,
    retained: bool = False,
    properties: bytes = b"",
) -> bytes:
    """Return a PUBLISH (MQTT 5 §3.3): QoS 1 when it has a number, else QoS 0."""
    body = struct.pack("!H", len(topic)) + topic
    body += struct.pack("!H", number) if number else b""
    body += bytes([len(properties)]) + properties + payload
    return bytes([0x30 | bool(number) << 1 | retained]) + length(len(body)) + body


def length(size: int) -> bytes:
    """Return a Variable Byte Integer (MQTT 5 §1.5.5)."""
    spelled = b""
    while size > 0x7F:
        spelled += bytes([size & 0x7F | 0x80])
        size >>= 7
    return spelled + bytes([size])


def _packet(line: socket.socket) -> bytes:
    """Return what is in the next packet, of less than 16,384 bytes."""
    line.recv(1)
    size = line.recv(1)[0]
    if size & 0x80:
        size = size & 0x7F | line.recv(1)[0] << 7
    body = b""
    while len(body) < size:
        body += line.recv(size - len(body))
    return body
