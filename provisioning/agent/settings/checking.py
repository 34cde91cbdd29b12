"""The judge of a document: the process that owns it, asked with `--check` as a child."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from devices.contract.config import Problem
from devices.contract.errors import StorageError
from devices.runtime.process import EX_CONFIG

_MOST_BYTES = 65_536
_MOST_PROBLEMS = 200
_LAST_CHARACTERS = 300
_KEYED = re.compile(r"([^\s:]+): (.*)", re.DOTALL)


class Checking(Protocol):
    """Judges a candidate for a part's settings file."""

    async def problems(self, part: str, candidate: Path) -> tuple[Problem, ...]:
        """Return what is wrong with it; nothing when the part would begin with it."""
        ...


class CommandCheck:
    """Asks `motcua PART --config CANDIDATE --check --afar`; `motcua` is the words that run that.

    `trials`: this box allows drivers for demos and tests.
    """

    def __init__(self, motcua: Sequence[str], within_s: float, *, trials: bool = False) -> None:
        self._motcua = tuple(motcua)
        self._within_s = within_s
        self._judge = ("--check", "--afar", *(("--trials",) if trials else ()))

    async def problems(self, part: str, candidate: Path) -> tuple[Problem, ...]:
        """Return what is wrong; raises StorageError when no child can be started."""
        try:
            child = await asyncio.create_subprocess_exec(
                *(*self._motcua, part, "--config", str(candidate), *self._judge),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise StorageError(f"{part} cannot be asked: {error}") from error
        try:
            async with asyncio.timeout(self._within_s):
                said = await _bounded(child.stderr)
                code = await child.wait()
        except TimeoutError:
            return (Problem("", f"no judgement within {self._within_s:g} s"),)
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if code == 0:
            return ()
        if code == EX_CONFIG and (found := _parsed(said, candidate)):
            return found
        return (Problem("", f"--check ended with {code}: {said.strip()[-_LAST_CHARACTERS:]}"),)


async def _bounded(stream: asyncio.StreamReader | None) -> str:
    """Return what a child says, to its end; what is beyond the bound is read and forgotten."""
    kept = bytearray()
    while stream and (some := await stream.read(_MOST_BYTES)):
        kept += some[: _MOST_BYTES - len(kept)]
    return kept.decode(errors="replace")


def _parsed(said: str, candidate: Path) -> tuple[Problem, ...]:
    """Take `FILE: key: text` apart; a line without the file goes on with the one before it."""
    entries = f"\n{said}".split(f"\n{candidate}: ")[1:]
    found = []
    for entry in entries[:_MOST_PROBLEMS]:
        keyed = _KEYED.fullmatch(entry.strip())
        found.append(Problem(*keyed.groups()) if keyed else Problem("", entry.strip()))
    return tuple(found)
