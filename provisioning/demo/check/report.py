"""What was expected and what was seen, step by step."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from devices.contract.errors import MotcuaError


class MissedError(MotcuaError):
    """What was expected did not come; the sentence says what was seen instead."""

    code = "check.missed"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was tried."""

    who: str
    expected: str
    seen: str
    seconds: float
    ok: bool


class Report:
    """Collects steps, telling each as it is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.steps: list[Step] = []

    @property
    def missed(self) -> int:
        """How many steps did not show what was expected."""
        return sum(not step.ok for step in self.steps)

    async def step(self, who: str, expected: str, work: Callable[[], Awaitable[str]]) -> None:
        """Do a step and keep what it saw; a miss is kept, too, and the story goes on.

        So does it where a step stumbles over what a missed one did not leave.
        """
        began = time.monotonic()
        try:
            seen, ok = await work(), True
        except MotcuaError as error:
            seen, ok = error.sentence, False
        except (LookupError, ValueError, OSError) as error:
            seen, ok = f"{type(error).__name__}: {error}", False
        step = Step(who=who, expected=expected, seen=seen, seconds=time.monotonic() - began, ok=ok)
        self.steps.append(step)
        mark = "[green]ok[/green]" if ok else "[red]missed[/red]"
        self._console.print(f"  {mark:<8} {who}: {escape(expected)}")

    def table(self) -> Table:
        """Return everything as a table."""
        table = Table(title="make demo CHECK=1", show_lines=False)
        for name in ("who", "expected", "seen"):
            table.add_column(name, overflow="fold")
        table.add_column("s", justify="right")
        table.add_column("ok")
        for step in self.steps:
            mark = "[green]yes[/green]" if step.ok else "[bold red]NO[/bold red]"
            said = (escape(step.expected), escape(step.seen))
            table.add_row(step.who, *said, f"{step.seconds:.1f}", mark)
        return table


async def until(
    holds: Callable[[], Awaitable[str]], what: str, *, within_s: float = 15.0, every_s: float = 0.1
) -> str:
    """Return what `holds` saw as soon as it is not empty; raises MissedError."""
    try:
        async with asyncio.timeout(within_s):
            while not (seen := await holds()):  # noqa: ASYNC110 - what others show has no event
                await asyncio.sleep(every_s)
            return seen
    except TimeoutError as error:
        raise MissedError(f"within {within_s:g} s never: {what}") from error
