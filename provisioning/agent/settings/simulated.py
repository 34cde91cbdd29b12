"""A box's parts in this process: judged by their own kinds, started anew, and failing as parts do.

One twin stands behind three ports (`Parts`, `Checking`, `Births`), because one process does in a
real box: what it makes of its settings file decides whether it is born.
"""

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from devices.contract.afar import judge_afar
from devices.contract.config import BadConfigError, Problem, parse_toml
from devices.runtime.settings import ProcessConfig
from provisioning.agent.parts import NoSuchPartError
from provisioning.agent.restart import RestartFailedError


class Fate(StrEnum):
    """What a document does to its part, whatever `--check` said of it."""

    NOT_STARTED = "not_started"  # whoever starts it says that it did not
    NEVER_READY = "never_ready"
    FALLS = "falls"  # ready, and ended again at once


class SimulatedParts:
    """`running` is the document each part began with; `restarts` counts.

    `fates` are what becomes of a part whose document has this `log_level`. Without `trials` the box
    takes no drivers for demos and tests.
    """

    def __init__(
        self,
        folder: Path,
        kinds: Mapping[str, type[ProcessConfig]],
        fates: Mapping[str, Fate] | None = None,
        *,
        trials: bool = True,
    ) -> None:
        self.running: dict[str, dict[str, Any]] = {}
        self.restarts = 0
        self._folder = folder
        self._kinds = kinds
        self._fates = fates or {}
        self._trials = trials
        self._boots: dict[str, int] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self._kinds)

    def config_file(self, part: str) -> Path:
        """Return where the part's settings stand; raises NoSuchPartError."""
        if part not in self._kinds:
            raise NoSuchPartError
        return self._folder / f"{part}.toml"

    async def restart(self, part: str) -> None:
        """Begin anew with what the settings file says now; raises RestartFailedError."""
        self.restarts += 1
        self.running[part] = tomllib.loads(self.config_file(part).read_text(encoding="utf-8"))
        if self._fate(part) is Fate.NOT_STARTED:
            raise RestartFailedError(f"{part}: simulated")
        self._boots[part] = self._boots.get(part, 0) + 1

    async def problems(self, part: str, candidate: Path) -> tuple[Problem, ...]:
        """Return what the part's kind has against the candidate."""
        return _problems(candidate, self._kinds[part], trials=self._trials)

    async def known(self, parts: Iterable[str], within_s: float) -> dict[str, int]:
        """Return each part's newest boot."""
        del within_s
        return {part: self._boots.get(part, 0) for part in parts}

    async def late(self, after: Mapping[str, int], within_s: float) -> tuple[str, ...]:
        """Return those that are not ready with a newer boot."""
        del within_s
        return tuple(
            part
            for part, boot in after.items()
            if self._boots.get(part, 0) <= boot or self._fate(part) is Fate.NEVER_READY
        )

    async def fallen(self, parts: Iterable[str], steady_s: float) -> tuple[str, ...]:
        """Return those that ended again."""
        del steady_s
        return tuple(part for part in parts if self._fate(part) is Fate.FALLS)

    def _fate(self, part: str) -> Fate | None:
        return self._fates.get(str(self.running.get(part, {}).get("log_level")))


def _problems(candidate: Path, kind: type[ProcessConfig], *, trials: bool) -> tuple[Problem, ...]:
    try:
        wanted = parse_toml(candidate.read_text(encoding="utf-8"), kind)
    except BadConfigError as error:
        return error.problems
    return tuple(judge_afar(wanted, trials=trials))
