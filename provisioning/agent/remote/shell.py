"""A terminal for a technician afar: the pty of a user without secrets, its bytes to the gate.

Off unless the box's configuration allows it. It ends at its deadline, when the gate ends either
request, or when bash does. Whatever runs in its session ends with it (`terminal.py`).
"""

import asyncio
import contextlib
import os
import socket
import struct
from base64 import b64decode
from collections.abc import AsyncIterator
from fcntl import ioctl
from termios import TIOCSWINSZ

import httpx
import msgspec
import structlog

from devices.contract.errors import BusyError, MotcuaError
from provisioning.agent.remote.config import ShellConfig
from provisioning.agent.remote.door import Door
from provisioning.agent.remote.terminal import HANG_UP_S, Begun
from provisioning.commands import OpenShell, ShellOpened

_SILENT_AFTER_S = 45.0  # the gate says something every 15 s
_BEGUN_WITHIN_S = 20.0  # a Pi's Python takes some seconds
_CHUNK_BYTES = 16 * 1024
_LIMIT_BYTES = 64 * 1024
_FIRST_BYTES = 4096
_log = structlog.get_logger()


class ShellNotAllowedError(MotcuaError):
    """This box's configuration does not allow a terminal (remote.shell.allowed)."""

    code = "shell.not_allowed"


class ShellUserError(MotcuaError):
    """Nobody gives a terminal on this box (`motcua-shell.socket`)."""

    code = "shell.user"


class ShellFailedError(MotcuaError):
    """The terminal could not be begun."""

    code = "shell.failed"


class Typed(msgspec.Struct, frozen=True):
    """A line of what the gate sends: keys in base64; empty to say that it is there."""

    keys: str = ""


class Shells:
    """At most one terminal. `run` is its life."""

    def __init__(self, config: ShellConfig, door: Door) -> None:
        self._config = config
        self._door = door
        self._begun: asyncio.Queue[tuple[OpenShell, Pty]] = asyncio.Queue(1)
        self._busy = False
        self._ending: asyncio.Event | None = None

    async def open(self, order: OpenShell) -> ShellOpened:
        """Begin a terminal.

        Raises ShellNotAllowedError, ShellUserError, ShellFailedError, BusyError.
        """
        if not self._config.allowed:
            raise ShellNotAllowedError
        if self._ending:  # the one before: it takes a moment
            await self._ending.wait()
        if self._busy:
            raise BusyError("A terminal is open on this box.")
        self._busy = True
        try:
            pty = await Pty.begun(self._config.socket, order.columns, order.lines)
        except BaseException:
            self._busy = False
            raise
        self._begun.put_nowait((order, pty))
        return ShellOpened(user=pty.user)

    async def run(self) -> None:
        """Carry the bytes of what was begun; never returns."""
        while True:
            order, pty = await self._begun.get()
            minutes = min(order.minutes, self._config.most_minutes)
            _log.info("shell.opened", order=order.order, minutes=minutes)
            try:
                await self._carry(order.order, pty, within_s=minutes * 60)
            except (httpx.HTTPError, MotcuaError) as error:
                _log.info("shell.cut", order=order.order, why=type(error).__name__)
            finally:
                await self._end(pty)
            _log.info("shell.ended", order=order.order)

    async def _end(self, pty: "Pty") -> None:
        self._ending = asyncio.Event()
        try:
            await pty.kill()
        finally:
            self._busy = False
            self._ending.set()
            self._ending = None

    async def _carry(self, name: str, pty: "Pty", *, within_s: float) -> None:
        """Carry bytes both ways until bash, either way or the time ends."""
        async with self._door.through(read_within_s=_SILENT_AFTER_S) as client:
            out = asyncio.create_task(_send(client, name, pty))
            into = asyncio.create_task(_receive(client, name, pty))
            bash = asyncio.create_task(pty.ended())
            tasks = (out, into, bash)
            try:
                await asyncio.wait(tasks, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
                if bash.done():
                    await asyncio.wait((out,), timeout=HANG_UP_S)  # its last words
            finally:
                for task in tasks:
                    task.cancel()
                ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end


class Pty:
    """A terminal as whoever asked for it holds it: the pty, and the connection it lives by."""

    def __init__(self, connection: socket.socket, master: int, user: str) -> None:
        self.user = user
        self._connection = connection
        self._master = master
        self._reader = asyncio.StreamReader(limit=_LIMIT_BYTES)
        self._transport: asyncio.ReadTransport | None = None

    @classmethod
    async def begun(cls, path: str, columns: int, lines: int) -> "Pty":
        """Ask at the socket for a terminal; raises ShellUserError, ShellFailedError."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.setblocking(False)
            begun, master = await _asked(connection, path)
        except BaseException:
            connection.close()
            raise
        pty = cls(connection, master, begun.user)
        ioctl(master, TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        await pty._open()
        return pty

    async def _open(self) -> None:
        os.set_blocking(self._master, False)
        own = os.fdopen(os.dup(self._master), "rb", 0)
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self._reader), own
        )

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield what stands on the terminal, until bash has ended."""
        with contextlib.suppress(OSError):  # EIO: nobody has it open any more
            while chunk := await self._reader.read(_CHUNK_BYTES):
                yield chunk

    def type(self, keys: bytes) -> None:
        """Type; what a terminal that reads nothing cannot hold is dropped."""
        with contextlib.suppress(OSError):
            os.write(self._master, keys)

    async def ended(self) -> None:
        """Wait for the end of bash, and of whoever held it."""
        with contextlib.suppress(ConnectionError):
            while await asyncio.get_running_loop().sock_recv(self._connection, 1):
                pass

    async def kill(self) -> None:
        """End bash and all of its session; may be called twice."""
        if self._transport is None:
            return
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3 * HANG_UP_S):
                await self.ended()
        self._transport.close()
        self._transport = None
        os.close(self._master)
        self._connection.close()


async def _asked(connection: socket.socket, path: str) -> tuple[Begun, int]:
    """Return what the far end says first, and the pty; raises ShellUserError, ShellFailedError."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_BEGUN_WITHIN_S):
            await loop.sock_connect(connection, path)
            await _readable(connection)
        said, handles, _, _ = socket.recv_fds(connection, _FIRST_BYTES, 1)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise ShellUserError(f"{path}: {error.strerror}") from error
    except OSError as error:  # TimeoutError is one
        raise ShellFailedError(f"{path}: {str(error) or 'no answer'}") from error
    begun = _read(said)
    if not handles:
        raise ShellFailedError(begun.trouble or f"{path}: ended at once")
    return begun, handles[0]


def _read(said: bytes) -> Begun:
    try:
        return msgspec.json.decode(said, type=Begun)
    except msgspec.DecodeError:
        return Begun()


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(connection, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(connection)


async def _send(client: httpx.AsyncClient, name: str, pty: Pty) -> None:
    """Send what stands on the terminal; raises httpx.HTTPError, GateRefusedError."""
    answer = await client.post(
        f"/box/shells/{name}/output",
        content=pty.chunks(),
        headers={"content-type": "application/octet-stream"},
        timeout=httpx.Timeout(_SILENT_AFTER_S, read=None),  # answered at its end
    )
    answer.raise_for_status()


async def _receive(client: httpx.AsyncClient, name: str, pty: Pty) -> None:
    """Type what the gate sends, until it ends; raises httpx.HTTPError."""
    async with client.stream("GET", f"/box/shells/{name}/input") as answer:
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            with contextlib.suppress(msgspec.DecodeError, ValueError):
                pty.type(b64decode(msgspec.json.decode(line, type=Typed).keys))
