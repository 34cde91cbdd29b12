"""The machine under the box: which start of it this is, and to start it anew."""

import asyncio
import secrets
from pathlib import Path
from typing import Protocol

from devices.contract.config import Config
from devices.contract.errors import MotcuaError
from devices.runtime.boot import write_durably

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_WITHIN_S = 120.0
_LAST_CHARACTERS = 300


class RebootFailedError(MotcuaError):
    """The machine did not go down."""

    code = "machine.not_rebooted"
    retry = True


class Machine(Protocol):
    """A machine that can be started anew."""

    def boot(self) -> str:
        """Return a name of this start of the machine: another one after each. Blocking."""
        ...

    async def reboot(self) -> None:
        """Have the machine go down, and this process with it.

        Raises RebootFailedError when it still stands after two minutes, or refuses.
        """
        ...


class MachineConfig(Config, frozen=True, kw_only=True, tag_field="driver"):
    """Base of the drivers' configurations."""


class SystemdMachineConfig(MachineConfig, frozen=True, kw_only=True, tag="systemd"):
    """A machine that systemd runs."""

    def build(self) -> Machine:
        """Return the machine."""
        return SystemdMachine()


class SimulatedMachineConfig(MachineConfig, frozen=True, kw_only=True, tag="simulated"):
    """The twin: the name of this start stands in `boot_file`; another one begins a new start.

    `faults_file` with a word in it makes it refuse.
    """

    boot_file: str
    faults_file: str = ""

    def build(self) -> Machine:
        """Return the machine."""
        return SimulatedMachine(Path(self.boot_file), self.faults_file)


AnyMachine = SystemdMachineConfig | SimulatedMachineConfig
"""The union of the drivers' configurations is the registry."""


class SystemdMachine:
    """`systemctl reboot`, which ends every part in order."""

    def boot(self) -> str:
        """Return the kernel's name of this start."""
        return _BOOT.read_text().strip()

    async def reboot(self) -> None:
        """Tell systemd; raises RebootFailedError."""
        try:
            process = await asyncio.create_subprocess_exec(
                *("systemctl", "--no-ask-password", "reboot"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise RebootFailedError(f"systemctl: {error.strerror}") from error
        try:
            async with asyncio.timeout(_WITHIN_S):
                _, said = await process.communicate()
                if process.returncode:
                    words = said.decode(errors="replace").strip()[-_LAST_CHARACTERS:]
                    raise RebootFailedError(f"systemctl: {words}")
                await asyncio.Event().wait()  # until SIGTERM, which comes with the end of all
        except TimeoutError:
            raise RebootFailedError from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


class SimulatedMachine:
    """The twin. It starts anew at once, and this process is left to be ended."""

    def __init__(self, boot_file: Path, faults_file: str) -> None:
        self._boot_file = boot_file
        self._faults_file = faults_file

    def boot(self) -> str:
        """Return the name of this start."""
        try:
            return self._boot_file.read_text().split()[-1]
        except (OSError, IndexError):
            return "first"

    async def reboot(self) -> None:
        """Begin a new start, and wait for the end; raises RebootFailedError."""
        await asyncio.to_thread(self._begin)
        await asyncio.Event().wait()

    def _begin(self) -> None:
        if self._faults_file and Path(self._faults_file).exists():
            raise RebootFailedError("The twin was told to refuse.")
        try:
            before = self._boot_file.read_text()
        except OSError:
            before = ""
        write_durably(self._boot_file, f"{before}{secrets.token_hex(8)}\n".encode())
