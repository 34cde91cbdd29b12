"""The network from the box's side: its addresses, and how it reaches the broker and the gate."""

import asyncio
import socket
import ssl
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from provisioning.commands import Address, Probe

T = TypeVar("T")
_STEP_WITHIN_S = 5.0
_QUESTION_WITHIN_S = 2.0
_MOST = 32
_TIME = "/time"


class _Held(msgspec.Struct, frozen=True):
    family: str = ""
    local: str = ""
    prefixlen: int = 0
    scope: str = ""


class _Interface(msgspec.Struct, frozen=True):
    ifname: str = ""
    mtu: int = 0
    operstate: str = ""
    flags: list[str] = []
    addr_info: list[_Held] = []


class _Route(msgspec.Struct, frozen=True):
    gateway: str = ""
    dev: str = ""


class _Time(msgspec.Struct, frozen=True):
    """The gate's `/time`."""

    now: datetime


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A place that speaks TLS. The context decides who is believed."""

    host: str
    port: int


def target_of(url: str) -> Target:
    """Return where an https URL leads."""
    parts = urlsplit(url)
    return Target(host=parts.hostname or "", port=parts.port or 443)


async def addresses() -> tuple[Address, ...]:
    """Return the box's addresses but loopback's; none when `ip` cannot say."""
    text = await _output("ip", "-json", "address")
    try:
        found = msgspec.json.decode(text or b"[]", type=list[_Interface])
    except msgspec.DecodeError:
        return ()
    return tuple(
        Address(
            interface=one.ifname,
            address=f"{held.local}/{held.prefixlen}",
            mtu_bytes=one.mtu,
            up="LOWER_UP" in one.flags or one.operstate == "UP",
        )
        for one in found
        if "LOOPBACK" not in one.flags
        for held in one.addr_info
        if held.local
    )[:_MOST]


async def gateways() -> tuple[str, ...]:
    """Return the default routes as `gateway dev interface`."""
    found: list[_Route] = []
    for family in ("-4", "-6"):
        text = await _output("ip", "-json", family, "route", "show", "default")
        try:
            found += msgspec.json.decode(text or b"[]", type=list[_Route])
        except msgspec.DecodeError:
            continue
    return tuple(f"{route.gateway or '-'} dev {route.dev}" for route in found)[:_MOST]


def name_servers(path: Path = Path("/etc/resolv.conf")) -> tuple[str, ...]:
    """Return the name servers; none when there is no such file. Blocking."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return ()
    words = [line.split() for line in lines]
    return tuple(one[1] for one in words if len(one) > 1 and one[0] == "nameserver")[:_MOST]


async def probe(target: Target, context: ssl.SSLContext) -> Probe:
    """Return how a place is reached: its name, TCP, TLS. What fails ends it, and says so."""
    name = f"{target.host}:{target.port}"
    loop = asyncio.get_running_loop()
    seen = Probe(target=name)
    try:
        resolve_ms, found = await _timed(
            lambda: loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        )
        seen = msgspec.structs.replace(seen, resolve_ms=resolve_ms)
        where = found[0][4][:2]
        connect_ms, (_, writer) = await _timed(lambda: asyncio.open_connection(*where))
        writer.close()
        seen = msgspec.structs.replace(seen, connect_ms=connect_ms)
        both_ms, (_, writer) = await _timed(
            lambda: asyncio.open_connection(*where, ssl=context, server_hostname=target.host)
        )
        writer.close()
        return msgspec.structs.replace(seen, tls_ms=max(0.0, round(both_ms - connect_ms, 2)))
    except ssl.SSLCertVerificationError as error:
        return msgspec.structs.replace(seen, text=f"TLS: {error.verify_message}")
    except TimeoutError:
        return msgspec.structs.replace(seen, text=f"no answer within {_STEP_WITHIN_S:g} s")
    except OSError as error:  # ssl.SSLError and socket.gaierror are some
        return msgspec.structs.replace(seen, text=error.strerror or str(error))


async def questions(
    client: httpx.AsyncClient, seen: Probe, tries: int, clock: Clock
) -> tuple[Probe, float | None]:
    """Ask the gate for its time so often; returns what was seen, and the clock's offset in ms.

    The offset is the gate's clock less the box's, at the middle of the quickest question.
    """
    took: list[tuple[float, float | None]] = []
    for _ in range(tries):
        sent_at, began = clock.now(), time.perf_counter()
        try:
            async with asyncio.timeout(_QUESTION_WITHIN_S):
                answer = await client.get(_TIME)
        except (httpx.HTTPError, TimeoutError, MotcuaError):
            continue
        took_s = time.perf_counter() - began
        told = _told(answer)
        middle = sent_at.timestamp() + took_s / 2
        took.append((took_s, (told.timestamp() - middle) * 1000 if told else None))
    loss = round(1 - len(took) / tries, 3)
    if not took:
        return msgspec.structs.replace(seen, loss=loss, text=seen.text or "no answer"), None
    times = [seconds for seconds, _ in took]
    full = msgspec.structs.replace(
        seen,
        loss=loss,
        round_trip_ms=round(statistics.median(times) * 1000, 2),
        worst_ms=round(max(times) * 1000, 2),
    )
    offset = min(took)[1]
    return full, None if offset is None else round(offset, 1)


def _told(answer: httpx.Response) -> datetime | None:
    try:
        told = msgspec.json.decode(answer.content, type=_Time)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return told.now if told.now.tzinfo else None


async def _timed(step: Callable[[], Awaitable[T]]) -> tuple[float, T]:
    """Return the milliseconds that the step took, and what came; raises TimeoutError."""
    began = time.perf_counter()
    async with asyncio.timeout(_STEP_WITHIN_S):
        came = await step()
    return round((time.perf_counter() - began) * 1000, 2), came


async def _output(*command: str) -> bytes:
    """Return what a program says; nothing when it is missing, fails or hangs."""
    null = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=null, stdout=asyncio.subprocess.PIPE, stderr=null
        )
    except OSError:
        return b""
    try:
        async with asyncio.timeout(_STEP_WITHIN_S):
            output, _ = await process.communicate()
    except TimeoutError:
        return b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return b"" if process.returncode else output
