"""Another program, run to its end within a deadline, and killed when nobody waits for it."""

import asyncio
import contextlib
import os
import shutil
import signal
from dataclasses import dataclass

from devices.contract.errors import MuteError
from devices.speaker.errors import ProgramMissingError

_GONE_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended."""

    status: int
    output: bytes
    complaint: str


def require(name: str) -> None:
    """Raise ProgramMissingError unless the program is installed."""
    if shutil.which(name) is None:
        raise ProgramMissingError(f"{name} is not installed")


async def run(*argv: str, given: bytes, within_s: float) -> Outcome:
    """Run a program with `given` as its input.

    Raises ProgramMissingError, or MuteError after `within_s`. What it started ends with it, and one
    that hangs in its driver is left behind, killed, after another second.
    """
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
    except OSError as error:
        raise ProgramMissingError(f"{argv[0]}: {error.strerror}") from error
    try:
        async with asyncio.timeout(within_s):
            output, complaint = await process.communicate(given)
    except TimeoutError as error:
        raise MuteError(f"{argv[0]} did not end within {within_s:.0f} s") from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also what it started: it holds our pipes
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GONE_WITHIN_S):
                    await process.wait()
    return Outcome(process.returncode or 0, output, complaint.decode(errors="replace").strip())
