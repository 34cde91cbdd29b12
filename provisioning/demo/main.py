"""ROOT of the demo: a whole province on this machine, until Ctrl-C."""

import asyncio
import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from devices.contract.errors import MotcuaError
from devices.runtime.alongside import alongside
from devices.runtime.process import log_as_json
from devices.runtime.worker import Worker
from devices.web.serve import served
from kiosk.counter.pin import hash_pin
from provisioning.broker import LOOPBACK
from provisioning.demo import sample
from provisioning.demo.child import is_installed
from provisioning.demo.page import Page
from provisioning.demo.plan import Layer, Plan
from provisioning.demo.ports import choose_ports
from provisioning.demo.run import standing
from provisioning.demo.screen import free_displays
from provisioning.demo.topology import Broker, Settings, province_plan
from provisioning.demo.web import Words, page_app
from provisioning.demo.world import World

_STATE = Path("var/demo")
_PRINT_S = 0.8
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOTES = {
    "mosquitto": "Không có mosquitto: mọi tiến trình dùng chung một môi giới MQTT tạm, không có"
    " đường truyền để cắt. · No mosquitto: all processes share one stand-in broker, and there is"
    " no line to cut. (apt-get install mosquitto)",
    "Xvfb": "Không có Xvfb: không có màn hình ki-ốt. · No Xvfb, so no kiosks."
    " (apt-get install xvfb)",
    "xdotool": "Không có xdotool: không chạm được màn hình. · No xdotool: kiosks cannot be touched."
    " (apt-get install xdotool)",
    "espeak-ng": "Không có espeak-ng: loa im lặng. · No espeak-ng: calls are not spoken."
    " (apt-get install espeak-ng)",
}


class AlreadyRunningError(MotcuaError):
    """A demo runs on this state directory already."""

    code = "demo.already_running"


def main(
    *,
    state: Annotated[Path, typer.Option(help="Where everything is kept.")] = _STATE,
    fresh: Annotated[bool, typer.Option(help="Forget the days before.")] = False,
    port: Annotated[int, typer.Option(help="The demo's page.")] = 8600,
    embedded: Annotated[bool, typer.Option(help="Use the stand-in broker.")] = False,
) -> None:
    """Run a whole province on this machine."""
    console = Console(highlight=False)
    log_as_json("error")
    if fresh:
        shutil.rmtree(state, ignore_errors=True)
    try:
        with alone(state):
            settings = choose(state.resolve(), page=port, embedded=embedded)
            raise typer.Exit(asyncio.run(_run(settings, console)))
    except MotcuaError as error:
        console.print(f"[red]{error.sentence}[/red]")
        raise typer.Exit(1) from error


def choose(root: Path, *, page: int, embedded: bool) -> Settings:
    """Return the settings that this machine allows."""
    displays = free_displays()
    real = is_installed("mosquitto") and not embedded
    return Settings(
        root=root,
        ports=choose_ports((sample.BOX_A, sample.BOX_B), page=page),
        displays=dict(zip((sample.BOX_A, sample.BOX_B), displays, strict=False))
        if is_installed("Xvfb")
        else {},
        broker=Broker.MOSQUITTO if real else Broker.EMBEDDED,
        python=sys.executable,
        env=dict(os.environ),
        user=pwd.getpwuid(os.getuid()).pw_name,
        pin_hash=hash_pin(sample.PIN),
        print_s=_PRINT_S,
    )


def missing_notes(settings: Settings) -> tuple[str, ...]:
    """Return what this machine lacks, and what is then missing."""
    lacking = [name for name in _NOTES if not is_installed(name)]
    if settings.broker is Broker.EMBEDDED and "mosquitto" not in lacking:
        lacking.append("mosquitto")
    return tuple(_NOTES[name] for name in lacking)


async def _run(settings: Settings, console: Console) -> int:
    told = asyncio.Event()
    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    plan = province_plan(settings)

    def starting(layer: Layer) -> None:
        console.print(f"  {layer.name}: {', '.join(child.name for child in layer.children)}")

    console.print("[bold]Một tỉnh trên máy này · A province on this machine[/bold]")
    work = asyncio.ensure_future(_serve(settings, plan, console, starting))
    ended = asyncio.ensure_future(told.wait())
    await asyncio.wait((work, ended), return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        console.print("\nĐang dừng · stopping ...")
        work.cancel()
    ended.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    return 0


async def _serve(
    settings: Settings, plan: Plan, console: Console, starting: Callable[[Layer], None]
) -> None:
    notes = missing_notes(settings)
    async with standing(plan, starting=starting) as province, Worker("demo page") as worker:
        words = Words(
            links=plan.links,
            boxes={box.box: box.name for box in plan.boxes.values()},
            pin=sample.PIN,
            notes=notes,
        )
        page = Page(World(province, worker), province.screens, worker)
        app = page_app(page, words)
        async with (
            alongside(page.tell(), name="demo page"),
            served(app, LOOPBACK, settings.ports.page) as port,
        ):
            _say_where(console, port, plan, notes)
            await asyncio.Event().wait()


def _say_where(console: Console, port: int, plan: Plan, notes: tuple[str, ...]) -> None:
    for note in notes:
        console.print(f"[yellow]{note}[/yellow]")
    console.print(f"\n[bold green]Mở · open  http://{LOOPBACK}:{port}[/bold green]")
    for name, link in plan.links.items():
        console.print(f"  {name:<10} {link}")
    console.print(f"  PIN        {sample.PIN}\n  logs       {plan.logs}\n\nCtrl-C: dừng · stop")


@contextlib.contextmanager
def alone(state: Path) -> Iterator[None]:
    """Hold the state directory; raises AlreadyRunningError when another demo does."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunningError(f"A demo runs on {state} already.") from error
        yield
