"""A terminal for a technician afar: bash on a pty, its bytes over two requests to the gate.

Off unless the box's configuration allows it. It ends at its deadline, when the gate ends either
request, or when bash does. Whatever runs in its session ends with it.
"""

import asyncio
import contextlib
import os
import pwd
import signal
import struct
from base64 import b64decode
from collections.abc import AsyncIterator
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import httpx
import msgspec
import structlog

from devices.contract.errors import BusyError, MotcuaError
from provisioning.agent.remote.config import ShellConfig
from provisioning.agent.remote.door import Door
from provisioning.commands import OpenShell, ShellOpened

_SILENT_AFTER_S = 45.0  # the gate says something every 15 s
_HANG_UP_S = 2.0
_CHUNK_BYTES = 16 * 1024
_LIMIT_BYTES = 64 * 1024
_PATH = "/usr/local/bin:/usr/bin:/bin"
_log = structlog.get_logger()


class ShellNotAllowedError(MotcuaError):
    """This box's configuration does not allow a terminal (remote.shell.allowed)."""

    code = "shell.not_allowed"


class ShellUserError(MotcuaError):
    """There is no user for the terminal, or it would be root."""

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

    async def open(self, order: OpenShell) -> ShellOpened:
        """Begin a terminal; raises ShellNotAllowedError, ShellUserError, BusyError."""
        if not self._config.allowed:
            raise ShellNotAllowedError
        if self._busy:
            raise BusyError("A terminal is open on this box.")
        user = _user(self._config.user)
        self._busy = True
        try:
            pty = await Pty.begun(user, order.columns, order.lines)
        except BaseException:
            self._busy = False
            raise
        self._begun.put_nowait((order, pty))
        return ShellOpened(user=user.pw_name)

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
                await pty.kill()
                self._busy = False
            _log.info("shell.ended", order=order.order)

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
                    await asyncio.wait((out,), timeout=_HANG_UP_S)  # its last words
            finally:
                for task in tasks:
                    task.cancel()
                ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end


class Pty:
    """bash on a pseudo terminal, in a session of its own."""

    def __init__(self, process: asyncio.subprocess.Process, master: int) -> None:
        self._process = process
        self._master = master
        self._reader = asyncio.StreamReader(limit=_LIMIT_BYTES)
        self._transport: asyncio.ReadTransport | None = None

    @classmethod
    async def begun(cls, user: pwd.struct_passwd, columns: int, lines: int) -> "Pty":
        """Begin a login shell of the user; raises ShellFailedError."""
        master, slave = os.openpty()
        try:
            ioctl(slave, TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            other = user.pw_uid != os.getuid()
            process = await asyncio.create_subprocess_exec(
                *("setsid", "--ctty", "--wait", "bash", "-l"),
                stdin=slave,
                stdout=slave,
                stderr=slave,
                cwd=await asyncio.to_thread(_home, user),
                env={
                    "TERM": "linux",
                    "HOME": user.pw_dir,
                    "USER": user.pw_name,
                    "LOGNAME": user.pw_name,
                    "PATH": _PATH,
                    "LANG": "C.UTF-8",
                },
                user=user.pw_uid if other else None,
                group=user.pw_gid if other else None,
                extra_groups=os.getgrouplist(user.pw_name, user.pw_gid) if other else None,
            )
        except (OSError, ValueError) as error:
            os.close(master)
            raise ShellFailedError(f"bash: {error}") from error
        finally:
            os.close(slave)
        pty = cls(process, master)
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
        """Wait for the end of bash."""
        await self._process.wait()

    async def kill(self) -> None:
        """End bash and all of its session; may be called twice."""
        for number in (signal.SIGHUP, signal.SIGKILL):
            await asyncio.to_thread(_kill_session, self._process.pid, number)
            if self._process.returncode is None:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_HANG_UP_S):
                        await self._process.wait()
        if self._transport:
            self._transport.close()
            self._transport = None
            os.close(self._master)


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


def _user(name: str) -> pwd.struct_passwd:
    """Return whose terminal it is; raises ShellUserError."""
    try:
        user = pwd.getpwnam(name) if name else pwd.getpwuid(os.getuid())
    except KeyError:
        raise ShellUserError(f"This box has no user {name!r}.") from None
    if user.pw_uid == 0:
        raise ShellUserError("A terminal of root is not given: name a user in remote.shell.user.")
    if os.getuid() not in (0, user.pw_uid):
        raise ShellUserError(f"The agent may not become {user.pw_name!r}.")
    return user


def _home(user: pwd.struct_passwd) -> Path:
    home = Path(user.pw_dir)
    return home if home.is_dir() else Path("/")


def _kill_session(leader: int, number: int) -> None:
    """Signal every process of bash's session, background jobs too (`/proc/PID/stat`)."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            words = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
            if int(words[3]) == leader:
                os.kill(int(process.name), number)
