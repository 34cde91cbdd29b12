"""The parts of this box as its agent sees them: a settings file each, and a way to begin anew."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from devices.contract.config import Config
from devices.contract.errors import MotcuaError
from provisioning.agent.restart import AnyRestart, Restart, SystemdConfig


class NoSuchPartError(MotcuaError):
    """The box has no part of this name."""

    code = "part.none"


class PartConfig(Config, frozen=True, kw_only=True):
    """A part of this box: its settings file, and how it is started anew."""

    config_file: str
    restart: AnyRestart = SystemdConfig()


class Parts(Protocol):
    """The parts of a box. A part's name is also the word of the `motcua` command that runs it."""

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in the order of the configuration."""
        ...

    def config_file(self, part: str) -> Path:
        """Return where the part's settings stand; raises NoSuchPartError."""
        ...

    async def restart(self, part: str) -> None:
        """Start the part anew; raises NoSuchPartError, RestartFailedError."""
        ...


class ConfiguredParts:
    """The parts that the agent's configuration names."""

    def __init__(self, parts: Mapping[str, PartConfig]) -> None:
        self._parts = dict(parts)
        self._restarts: dict[str, Restart] = {
            name: part.restart.build(name) for name, part in parts.items()
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in the order of the configuration."""
        return tuple(self._parts)

    def config_file(self, part: str) -> Path:
        """Return where the part's settings stand; raises NoSuchPartError."""
        return Path(self._of(part).config_file)

    async def restart(self, part: str) -> None:
        """Start the part anew; raises NoSuchPartError, RestartFailedError."""
        self._of(part)
        await self._restarts[part].restart()

    def _of(self, part: str) -> PartConfig:
        if part not in self._parts:
            raise NoSuchPartError(f"This box has no {part!r}; it has {', '.join(self._parts)}.")
        return self._parts[part]
