"""Have a revoked box off the broker at once: somebody with its name takes its session over.

mosquitto reads a new revocation list when told to, but leaves live sessions alone. So the authority
signs a certificate of the same CN for some minutes, connects with it and a clean start (MQTT 5
§3.1.4: the older session is ended), and leaves.
"""

import asyncio
import contextlib
import ssl
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Protocol

from devices.contract.clock import Clock
from devices.contract.errors import LineDownError
from provisioning.broker import LOOPBACK
from provisioning.pki.authority import Authority, write_secret
from provisioning.pki.certificates import process_certificate

_WITHIN_S = 4.0
_SYSTEM_READS_S = 2.0
_DAYS = 10 / (24 * 60)
_CONNACK, _DISCONNECT = 0x20, b"\xe0\x00"


class Broker(Protocol):
    """The province's broker, as whoever enforces revocations needs it."""

    async def read_revocations(self) -> None:
        """Have it read its revocation list again; raises LineDownError."""
        ...

    async def kick(self, box: str) -> None:
        """Have nobody connected as this box any more; raises LineDownError."""
        ...


class NoBroker:
    """A province whose broker asks for no certificates: nothing to do."""

    async def read_revocations(self) -> None:
        """Do nothing."""

    async def kick(self, box: str) -> None:
        """Do nothing."""
        del box


class Mosquitto:
    """A mosquitto with a door for boxes at `host` of this machine; told by `reload`."""

    def __init__(
        self,
        authority: Authority,
        clock: Clock,
        *,
        port: int,
        reload: Callable[[], Awaitable[None]],
        host: str = LOOPBACK,
    ) -> None:
        self._authority = authority
        self._clock = clock
        self._host = host
        self._port = port
        self._reload = reload

    async def read_revocations(self) -> None:
        """Have it read its files again; raises MotcuaError when it does not."""
        await self._reload()

    async def kick(self, box: str) -> None:
        """Take the box's session over and leave."""
        await take_over(self._authority, self._clock, box, host=self._host, port=self._port)


async def system_reads() -> None:
    """Wait while the system's mosquitto is told: a path unit of systemd saw the new list.

    `motcua broker config` writes that unit. It copies the list and reloads, well within this time.
    """
    await asyncio.sleep(_SYSTEM_READS_S)


async def take_over(authority: Authority, clock: Clock, box: str, *, host: str, port: int) -> None:
    """Connect as the box with a clean start and leave; raises LineDownError within some seconds."""
    with _context(authority, clock, box) as context:
        try:
            async with asyncio.timeout(_WITHIN_S):
                await _visit(context, box, host, port)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise LineDownError(f"{box} could not be taken over: {error!r}") from error


async def _visit(context: ssl.SSLContext, box: str, host: str, port: int) -> None:
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        writer.write(_connect(box))
        first = await reader.readexactly(4)  # type, length, flags, reason (MQTT 5 §3.2)
        if first[0] != _CONNACK or first[3]:
            raise LineDownError(f"the broker did not let us in as {box}: reason {first[3]:#x}")
        writer.write(_DISCONNECT)
        await writer.drain()
    finally:
        writer.close()


def _connect(box: str) -> bytes:
    """Return CONNECT (MQTT 5 §3.1): clean start, no will, the session ends with the line."""
    name = box.encode()
    body = b"\x00\x04MQTT\x05\x02\x00\x0a\x00" + len(name).to_bytes(2, "big") + name
    return bytes((0x10, len(body))) + body  # a name has 64 letters at most: one byte of length


@contextlib.contextmanager
def _context(authority: Authority, clock: Clock, box: str) -> Iterator[ssl.SSLContext]:
    certificate, key = process_certificate(authority, box, clock.now(), days=_DAYS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # our own machine, by address; its CA is ours
    context.load_verify_locations(cadata=authority.pem.decode())
    with tempfile.TemporaryDirectory() as folder:  # the ssl module reads keys from files only
        both = Path(folder, "both.pem")
        write_secret(both, certificate + key)
        context.load_cert_chain(both)
    yield context
