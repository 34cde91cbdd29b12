"""How a process of the box is started anew: its drivers, chosen by configuration."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Annotated, Protocol

import msgspec

from devices.contract.config import Config
from devices.contract.errors import MotcuaError

_LAST_CHARACTERS = 300
_POLL_S = 0.02
_OWN_END_S = 30.0


class RestartFailedError(MotcuaError):
    """The process could not be started anew."""

    code = "part.not_restarted"
    retry = True


class Restart(Protocol):
    """Starts one process anew."""

    async def restart(self) -> None:
        """Have it end in order and begin again; raises RestartFailedError."""
        ...


class RestartConfig(Config, frozen=True, kw_only=True, tag_field="driver"):
    """Base of the drivers' configurations."""


class SystemdConfig(RestartConfig, frozen=True, kw_only=True, tag="systemd"):
    """A unit of systemd; an empty `unit` is `motcua-{part}.service`."""

    unit: Annotated[str, msgspec.Meta(pattern=r"^$|^motcua-[a-z0-9-]+\.service\Z")] = ""
    within_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 60.0

    def build(self, part: str) -> "SystemdRestart":
        """Return the driver."""
        return SystemdRestart(self.unit or f"motcua-{part}.service", self.within_s)


class SignalConfig(RestartConfig, frozen=True, kw_only=True, tag="signal"):
    """A process that somebody tends: told to end, it is started again by whoever tends it."""

    pid_file: str
    within_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 30.0

    def build(self, part: str) -> "SignalRestart":
        """Return the driver."""
        return SignalRestart(part, Path(self.pid_file), self.within_s)


class SystemdRestart:
    """`systemctl restart`, which returns once the unit says that it is ready."""

    def __init__(self, unit: str, within_s: float) -> None:
        self._unit = unit
        self._within_s = within_s

    async def restart(self) -> None:
        """Have systemd restart the unit; raises RestartFailedError."""
        try:
            process = await asyncio.create_subprocess_exec(
                *("systemctl", "--no-ask-password", "restart", self._unit),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise RestartFailedError(f"{self._unit}: systemctl: {error.strerror}") from error
        try:
            async with asyncio.timeout(self._within_s):
                _, said = await process.communicate()
        except TimeoutError as error:
            raise RestartFailedError(f"{self._unit}: not in {self._within_s:g} s") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            last = said.decode(errors="replace").strip()[-_LAST_CHARACTERS:]
            raise RestartFailedError(f"{self._unit}: {last}")


class SignalRestart:
    """SIGTERM to the process whose number stands in a file; whoever tends it starts it again."""

    def __init__(self, part: str, pid_file: Path, within_s: float) -> None:
        self._part = part
        self._pid_file = pid_file
        self._within_s = within_s

    async def restart(self) -> None:
        """Have the process end; raises RestartFailedError when there is none or it does not."""
        try:
            pid = int(self._pid_file.read_text())
            if pid <= 1:
                raise ProcessLookupError(0, f"{pid} is no process of ours")
            os.kill(pid, signal.SIGTERM)
            async with asyncio.timeout(self._within_s):
                while _runs(pid):  # noqa: ASYNC110 - somebody else's child
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as error:
            raise RestartFailedError(f"{self._part}: not in {self._within_s:g} s") from error
        except (OSError, ValueError) as error:
            raise RestartFailedError(f"{self._part}: {error}") from error


class OwnRestart:
    """The agent itself: it ends in order, and whoever tends it starts it again."""

    async def restart(self) -> None:
        """End this process; raises RestartFailedError when it is still there."""
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(_OWN_END_S)  # until it is cancelled
        raise RestartFailedError(f"The agent did not end in {_OWN_END_S:g} s.")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


AnyRestart = SystemdConfig | SignalConfig
"""The union of the drivers' configurations is the registry."""
