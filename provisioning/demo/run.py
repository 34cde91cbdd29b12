"""A plan brought to life: lines, then layers of children; ended in reverse."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from devices.runtime.alongside import alongside
from provisioning.broker import LOOPBACK
from provisioning.demo.child import Child, ChildRefusedError
from provisioning.demo.line import Line
from provisioning.demo.people import seed
from provisioning.demo.plan import Layer, Plan
from provisioning.demo.screen import Screen

_READY_S = 60.0


@dataclass(frozen=True, slots=True)
class Province:
    """What runs: children by name; lines to the province and kiosks' screens by box."""

    plan: Plan
    children: Mapping[str, Child]
    lines: Mapping[str, Line]
    screens: Mapping[str, Screen]


def _silent(_: Layer) -> None:
    return


@contextlib.asynccontextmanager
async def standing(
    plan: Plan, *, starting: Callable[[Layer], None] = _silent
) -> AsyncIterator[Province]:
    """Run the plan for as long as the context lasts; yields when every child is in service.

    `starting` is told each layer. Raises ChildRefusedError, ChildMissingError, and OSError when
    a port is taken.
    """
    for directory in {
        *plan.directories,
        *(path.parent for path in (*plan.files, *plan.first_files)),
    }:
        directory.mkdir(parents=True, exist_ok=True)
    for path, text in plan.files.items():
        path.write_text(text, encoding="utf-8")
    for path, text in plan.first_files.items():
        if not path.exists():
            path.write_text(text, encoding="utf-8")
    for path, shipped in plan.folders.items():
        shutil.copytree(shipped, path, dirs_exist_ok=True)
    if plan.dashboard is not None:
        await asyncio.to_thread(seed, plan.dashboard)
    lines = {line.box: Line(line.to_port) for line in plan.lines}
    screens = {box: Screen(screen) for box, screen in plan.screens.items()}
    children: dict[str, Child] = {}
    async with contextlib.AsyncExitStack() as stack:
        for planned in plan.lines:
            line = lines[planned.box]
            await stack.enter_async_context(line.standing(LOOPBACK, planned.port))
        for layer in plan.layers:
            starting(layer)
            begun = [Child(child, plan.logs) for child in layer.children]
            children |= {child.name: child for child in begun}
            tending = alongside(*(child.tend() for child in begun), name=layer.name)
            await stack.enter_async_context(tending)
            await asyncio.gather(*(_in_service(child) for child in begun))
        yield Province(plan, children, lines, screens)


async def _in_service(child: Child) -> None:
    try:
        async with asyncio.timeout(_READY_S):
            await child.wait_ready()
    except TimeoutError as error:
        raise ChildRefusedError(
            f"{child.name} is not ready after {_READY_S:g} s: {child.last_words()}"
        ) from error
