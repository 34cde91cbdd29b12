"""A box that speaks MQTT as it likes: packets of our own making, also those no library sends."""

import asyncio
import ssl
import struct
from dataclasses import dataclass, field
from typing import Self

CONNECT, CONNACK, PUBLISH, SUBSCRIBE, PINGREQ, PINGRESP = 0x10, 0x20, 0x30, 0x82, 0xC0, 0xD0
BRIDGE = 0x80
"""mosquitto's `try_private`: this bit in the protocol's version says that a bridge connects."""
_WITHIN_S = 10


@dataclass(frozen=True)
class Try:
    """One attempt: how it connects, what it subscribes to, what it says.

    `lives` is how often others speak while it listens.
    """

    client_id: str = ""
    version: int = 5
    user: str = ""
    clean: bool = True
    will: str = ""
    retain: bool = False
    qos: int = 0
    filters: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    answer_to: str = ""
    payload: bytes = b"evil"
    lives: int = 1


@dataclass
class Caught:
    """What it got: whether the broker took it, topics and payloads that were delivered."""

    connected: bool = False
    packets: list[tuple[str, bytes]] = field(default_factory=list)


class Intruder:
    """One connection; leave it without a goodbye, so that its will is said."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext, attempt: Try) -> None:
        self._where = (host, port, tls)
        self._try = attempt
        self._v5 = attempt.version & 0x7F == 5
        self._open = False
        self.caught = Caught()

    async def __aenter__(self) -> Self:
        host, port, tls = self._where
        async with asyncio.timeout(_WITHIN_S):
            self._in, self._out = await asyncio.open_connection(host, port, ssl=tls)
            self._out.write(self._connect())
            await self._read_until(CONNACK)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._out.transport.abort()

    async def attack(self) -> None:
        """Send what the attempt holds, and wait until the broker has dealt with it."""
        if not self._open:
            return
        for at, filter_ in enumerate(self._try.filters, start=1):
            props = b"\0" if self._v5 else b""
            options = bytes([min(self._try.qos, 2)])
            self._send(SUBSCRIBE, struct.pack(">H", at) + props + _text(filter_) + options)
        for at, topic in enumerate(self._try.topics, start=100):
            self._send(*self._publish(topic, at))
        await self.settle()

    async def settle(self) -> None:
        """Wait until all the broker has for us by now has come, or it has hung up."""
        if self._open:
            self._send(PINGREQ, b"")
            async with asyncio.timeout(_WITHIN_S):
                await self._read_until(PINGRESP)

    def _connect(self) -> bytes:
        one = self._try
        old = one.version & 0x7F == 3
        flags = (0x02 if one.clean else 0) | (0x80 if one.user else 0)
        body = _text(one.client_id)
        if one.will:
            flags |= 0x04 | (min(one.qos, 2) << 3) | (0x20 if one.retain else 0)
            props = b"\0" if self._v5 else b""
            body += props + _text(one.will) + struct.pack(">H", len(one.payload)) + one.payload
        if one.user:
            body += _text(one.user)
        expiry = b"\x05\x11\0\0\x0e\x10" if self._v5 else b""  # the session stays for an hour
        name = _text("MQIsdp" if old else "MQTT")
        head = name + bytes([one.version, flags]) + struct.pack(">H", 60) + expiry
        return _packet(CONNECT, head + body)

    def _publish(self, topic: str, packet_id: int) -> tuple[int, bytes]:
        one = self._try
        kind = PUBLISH | (min(one.qos, 2) << 1) | (1 if one.retain else 0)
        body = _text(topic) + (struct.pack(">H", packet_id) if one.qos else b"")
        if self._v5:
            answer = b"\x08" + _text(one.answer_to) if one.answer_to else b""
            correlation = b"\x09\0\x01x" if one.answer_to else b""
            body += _length(len(answer + correlation)) + answer + correlation
        return kind, body + one.payload

    def _send(self, kind: int, body: bytes) -> None:
        self._out.write(_packet(kind, body))

    async def _read_until(self, wanted: int) -> None:
        try:
            kind = -1
            while kind != wanted:
                kind, body = await self._read()
                if kind == CONNACK:
                    self.caught.connected = self._open = body[1] == 0
                elif kind & 0xF0 == PUBLISH:
                    (size,) = struct.unpack(">H", body[:2])
                    self.caught.packets.append((body[2 : 2 + size].decode(), body[2 + size :]))
        except (OSError, asyncio.IncompleteReadError):
            self._open = False

    async def _read(self) -> tuple[int, bytes]:
        kind = (await self._in.readexactly(1))[0]
        size = shift = 0
        while True:
            byte = (await self._in.readexactly(1))[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return kind, await self._in.readexactly(size)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack(">H", len(encoded)) + encoded


def _length(size: int) -> bytes:
    out = b""
    while True:
        size, low = divmod(size, 128)
        out += bytes([low | (0x80 if size else 0)])
        if not size:
            return out


def _packet(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _length(len(body)) + body
