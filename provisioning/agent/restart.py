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

    def build(self, part: str) -> "SignalRestart":
        """Return the driver."""
        return SignalRestart(part, Path(self.pid_file))


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
    """SIGTERM to the process whose number stands in a file."""

    def __init__(self, part: str, pid_file: Path) -> None:
        self._part = part
        self._pid_file = pid_file

    async def restart(self) -> None:
        """Tell the process to end; raises RestartFailedError when there is none."""
        try:
            pid = int(self._pid_file.read_text())
            if pid > 1:
                os.kill(pid, signal.SIGTERM)
                return
        except (OSError, ValueError) as error:
            raise RestartFailedError(f"{self._part}: {error}") from error
        raise RestartFailedError(f"{self._part}: {pid} is no process of ours")


AnyRestart = SystemdConfig | SignalConfig
"""The union of the drivers' configurations is the registry."""
