"""A child process, tended as systemd would: started, ready when it says so, started again.

It stands in a session of its own, so that a key pressed at the terminal reaches only us, and the
kernel ends it when we are killed.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog

from devices.contract.errors import MotcuaError
from devices.runtime.backoff import Backoff

STOP_S = 6.0
_READY_POLL_S = 0.05
_STEADY_S = 10.0
_LAST_LINES = 8
_LINE = 400
_CONFIG_EXIT = 78
_log = structlog.get_logger()


class ChildMissingError(MotcuaError):
    """A program that a child needs is not installed."""

    code = "demo.program_missing"


class ChildRefusedError(MotcuaError):
    """A child refused its configuration, or never became ready."""

    code = "demo.child_refused"


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """What to run, and in which environment (the whole of it).

    It is ready when it tells systemd so, or when the Unix socket `listens_at` answers. Its number
    stands in `pid_file`, for who may start it anew by ending it.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    listens_at: Path | None = None
    pid_file: Path | None = None
    ends_by: signal.Signals = signal.SIGTERM


class Child:
    """One tended process. `deaths` counts the times it ended without being told to."""

    def __init__(self, plan: ChildPlan, logs: Path) -> None:
        self.plan = plan
        self.log = logs / f"{plan.name}.log"
        self.deaths = 0
        self._process: asyncio.subprocess.Process | None = None
        self._ready = asyncio.Event()

    @property
    def name(self) -> str:
        """Its name in the plan."""
        return self.plan.name

    @property
    def pid(self) -> int:
        """The process's number; 0 while it does not run."""
        return self._process.pid if self._process and self._process.returncode is None else 0

    @property
    def is_ready(self) -> bool:
        """Whether it runs and has said that it is in service."""
        return self._ready.is_set()

    async def wait_ready(self) -> None:
        """Wait until it is in service."""
        await self._ready.wait()

    async def tend(self) -> None:
        """Keep it running until cancelled; then end it.

        Raises ChildRefusedError, ChildMissingError.
        """
        waits, tries = Backoff(), 0
        loop = asyncio.get_running_loop()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_bytes(b"")
        while True:
            began = loop.time()
            code = await self._live()
            self.deaths += 1
            if code == _CONFIG_EXIT:
                raise ChildRefusedError(f"{self.name}: {self.last_words()}")
            tries = 1 if loop.time() - began > _STEADY_S else tries + 1
            _log.warning("died", child=self.name, exit=code, last=self.last_words(1))
            await asyncio.sleep(waits.wait_s(tries))

    def last_words(self, lines: int = _LAST_LINES) -> str:
        """Return the end of its log."""
        with self.log.open(encoding="utf-8", errors="replace") as log:
            return "\n".join(line.rstrip()[:_LINE] for line in deque(log, lines))

    async def _live(self) -> int:
        """Run it once; returns how it ended."""
        with self.log.open("ab") as log, contextlib.closing(_Notice(self.name)) as notice:
            self._process = await self._start(log, notice.address)
            if self.plan.pid_file:
                self.plan.pid_file.write_text(str(self._process.pid))
            watch = asyncio.ensure_future(self._watch(notice))
            try:
                return await self._process.wait()
            finally:
                watch.cancel()
                self._ready.clear()
                await self._end()

    async def _start(self, log: BinaryIO, notify: str) -> asyncio.subprocess.Process:
        program = found(self.plan.argv[0])
        return await asyncio.create_subprocess_exec(
            *ends_with_us(self.plan.ends_by),
            program,
            *self.plan.argv[1:],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**self.plan.env, "NOTIFY_SOCKET": notify},
            start_new_session=True,
        )

    async def _watch(self, notice: "_Notice") -> None:
        if self.plan.listens_at is None:
            await notice.ready()
        else:
            while not _answers(self.plan.listens_at):  # noqa: ASYNC110 - another process's socket
                await asyncio.sleep(_READY_POLL_S)
        self._ready.set()

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        for order in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, order)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await process.wait()
                return


def found(program: str) -> str:
    """Return the program's path, also where Debian keeps servers; raises ChildMissingError."""
    path = _path_of(program)
    if path is None:
        raise ChildMissingError(f"{program} is not installed: apt-get install {program.lower()}")
    return path


def is_installed(program: str) -> bool:
    """Return whether the program can be found."""
    return _path_of(program) is not None


def _path_of(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")


def ends_with_us(order: signal.Signals) -> Sequence[str]:
    """Return what to put before a command to have it sent `order` when we die (prctl(2))."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", order.name.removeprefix("SIG")) if setpriv else ()


class _Notice:
    """A child's words to systemd (sd_notify(3)) on an abstract socket of ours."""

    def __init__(self, name: str) -> None:
        self.address = f"@motcua-demo/{os.getpid()}/{name}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.bind("\0" + self.address[1:])

    async def ready(self) -> None:
        """Wait until the child says READY=1."""
        loop = asyncio.get_running_loop()
        while b"READY=1" not in await loop.sock_recv(self._socket, 4096):
            pass

    def close(self) -> None:
        """Hear no more."""
        self._socket.close()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
