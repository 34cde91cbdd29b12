"""mosquitto as a child process."""

import asyncio
import contextlib
import math
import os
import pwd
import resource
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from devices.contract.errors import MotcuaError
from provisioning.broker.files import written

_OUTSIDE_PATH = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"  # Debian keeps it off a user's PATH
_WITHIN_S = 10.0
_STOP_S = 5.0
_POLL_S = 0.02
_ASK_AGAIN_S = 0.5
_LAST_LINES = 5
_LONGEST_LOG = 8 << 20
_RUNNING, _RELOADED = " running", "Reloading config."


class NoMosquittoError(MotcuaError):
    """mosquitto is not installed: apt-get install mosquitto."""

    code = "broker.missing"


class BrokerEndedError(MotcuaError):
    """The broker ended, or did not start."""

    code = "broker.ended"
    retry = True


class Mosquitto:
    """A mosquitto that runs; its log is `mosquitto.log` of this start."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log
        self._log_grows = asyncio.Lock()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    async def ended(self) -> None:
        """Wait until it ends, and then raise BrokerEndedError with its last words."""
        code = await self._process.wait()
        last = self._log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
        raise BrokerEndedError(f"mosquitto ended with {code}: {'; '.join(last)}")

    async def reload(self) -> None:
        """Have it read the ACL, the CRL and the server's certificate again; sessions stay.

        Whoever connects after this returns is judged by the new ones. A new CA, port or bridge
        needs a restart. Raises BrokerEndedError.
        """
        async with self._log_grows:
            for _ in range(2):  # the second time begins when the first has ended
                await self._begin_again()

    async def _begin_again(self) -> None:
        """Have it begin to read its files: a signal that comes while it reads them is lost."""
        before = self._count(_RELOADED)
        asked = -math.inf

        def begun() -> bool:
            nonlocal asked
            if time.monotonic() - asked > _ASK_AGAIN_S:
                asked = time.monotonic()
                with contextlib.suppress(ProcessLookupError):  # `_until` sees that it ended
                    self._process.send_signal(signal.SIGHUP)
            return self._count(_RELOADED) > before

        await self._until(begun, "has not read its files")

    async def listens(self) -> None:
        """Wait until it listens; raises BrokerEndedError."""
        await self._until(lambda: self._count(_RUNNING) > 0, "is not ready")

    async def trim_log(self) -> None:
        """Empty the log when it is long: strangers at a door must not fill the disk."""
        async with self._log_grows:
            if self._log.stat().st_size > _LONGEST_LOG:
                os.truncate(self._log, 0)

    async def stop(self) -> None:
        """End it, in order if it can."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(_STOP_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _until(self, said: Callable[[], bool], missing: str) -> None:
        ended = asyncio.ensure_future(self.ended())
        try:
            async with asyncio.timeout(_WITHIN_S):
                while not said():
                    await asyncio.wait((ended,), timeout=_POLL_S)
                    if ended.done():
                        ended.result()
        except TimeoutError as error:
            raise BrokerEndedError(f"mosquitto {missing} after {_WITHIN_S:.0f} s") from error
        finally:
            ended.cancel()

    def _count(self, word: str) -> int:
        lines = self._log.read_text(errors="replace").splitlines()
        return sum(line.endswith(word) for line in lines)


@contextlib.asynccontextmanager
async def started_mosquitto(config: str, directory: Path) -> AsyncIterator[Mosquitto]:
    """Run mosquitto for as long as the context lasts; yields when it listens.

    It ends with us even when we are killed. Raises NoMosquittoError, BrokerEndedError.
    """
    path = directory / "mosquitto.conf"
    user = pwd.getpwuid(os.getuid()).pw_name  # it keeps ours, so that it can write where we can
    written(path, f"user {user}\n{config}".encode())
    log = directory / "mosquitto.log"
    log.write_bytes(b"")
    with log.open("ab") as stderr:  # appended: it may be emptied under the writer
        process = await asyncio.create_subprocess_exec(
            *_command(path), stdin=asyncio.subprocess.DEVNULL, stderr=stderr
        )
    _allow_files(process.pid)
    broker = Mosquitto(process, log)
    try:
        await broker.listens()
        yield broker
    finally:
        await broker.stop()


def _allow_files(pid: int) -> None:
    """Let it have as many connections as the system lets us: a file each, and 1,024 by default."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, AttributeError):  # it has ended, or this is no Linux
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, most))


def _command(config: Path) -> Sequence[str]:
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path=_OUTSIDE_PATH)
    if program is None:
        raise NoMosquittoError
    setpriv = shutil.which("setpriv")
    ends_with_us = (setpriv, "--pdeathsig", "TERM") if setpriv else ()
    return (*ends_with_us, program, "-c", str(config))
