"""`motcua board`: list, info, flash, logs and watch, for a board whose port nobody else holds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from devices.contract.clock import LOCAL, SystemClock
from firmware_bridge.board import Board
from firmware_bridge.errors import BoardBusyError, BoardError
from provisioning.boards import facts, flashing, shown, words
from provisioning.boards import mcuboot as in_mcuboot
from provisioning.boards.ports import BY_ID, NoPortError, chosen, holder, ports

T = TypeVar("T")

_OPEN_WITHIN_S = 3.0
_LIST_WITHIN_S = 1.5
_LOOK_EVERY_S = 0.5
_CTRL_C = 130

Port = Annotated[str, typer.Option(help="A path, or a part of a name below /dev/serial/by-id.")]
Baud = Annotated[int, typer.Option(help="The port's speed.")]
Folder = Annotated[Path, typer.Option(help="Where lasting names of ports are.", hidden=True)]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("list")
def list_boards(
    *,
    baud: Baud = 115_200,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    folder: Folder = BY_ID,
) -> None:
    """Find the boards, and ask each who it is."""
    console = Console()
    answers = asyncio.run(facts.who(ports(folder), baud=baud, within_s=_LIST_WITHIN_S))
    if as_json:
        typer.echo(msgspec.json.encode([_plain(one) for one in answers]).decode())
    elif answers:
        console.print(shown.boards(answers))
    else:
        console.print(Text("Không thấy cổng nào. Kiểm tra cáp USB, cắm lại bo mạch.", "yellow"))
    if not any(one.identity for one in answers):
        raise typer.Exit(words.UNAVAILABLE)


@app.command()
def info(*, port: Port = "", baud: Baud = 115_200, folder: Folder = BY_ID) -> None:
    """Show everything a board says of itself."""

    async def ask(path: Path) -> None:
        async with Board(str(path), baud=baud, within_s=_OPEN_WITHIN_S) as board:
            Console().print(shown.sheet(await facts.facts(board)))

    _with(port, folder, ask)


@app.command()
def logs(
    *,
    port: Port = "",
    baud: Baud = 115_200,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    folder: Folder = BY_ID,
) -> None:
    """Print the board's own log."""

    async def read(path: Path) -> None:
        async with Board(str(path), baud=baud, within_s=_OPEN_WITHIN_S) as board:
            async for text in facts.log(board, follow=follow):
                typer.echo(shown.plain(text), nl=False)

    _with(port, folder, read)


@app.command()
def watch(*, port: Port = "", baud: Baud = 115_200, folder: Folder = BY_ID) -> None:
    """Show events, buttons, switches and health live; the watchdog holds still meanwhile."""
    console = Console()

    async def look(path: Path) -> None:
        async with Board(str(path), baud=baud, within_s=_OPEN_WITHIN_S) as board:
            with Live(shown.watching(path.name, None), console=console) as live:
                await _look_on(board, path, live)

    _with(port, folder, look)


@app.command()
def flash(
    image: Annotated[Path, typer.Argument(help="The firmware's image.")],
    *,
    manifest: Annotated[
        Path | None, typer.Option(help="Its signed manifest; IMAGE.json if not given.")
    ] = None,
    keys: Annotated[
        Path, typer.Option(help="A folder of trusted keys (PEM), or one of them.")
    ] = flashing.KEYS,
    mcuboot: Annotated[
        bool, typer.Option("--mcuboot", help="A board with MCUboot and an SMP server.")
    ] = False,
    kind: Annotated[
        str, typer.Option(help="With --mcuboot: what kind of board this is; it cannot say.")
    ] = "",
    one_way: Annotated[
        bool,
        typer.Option("--one-way", help="With --mcuboot: even if its bootloader never goes back."),
    ] = False,
    unsigned: Annotated[
        bool,
        typer.Option("--unsigned", help="With --mcuboot, in a laboratory: ask for no manifest."),
    ] = False,
    prove: Annotated[
        float, typer.Option(min=0.2, max=60, help="Seconds that it must answer before it stays.")
    ] = 5.0,
    port: Port = "",
    baud: Baud = 115_200,
    folder: Folder = BY_ID,
) -> None:
    """Bring new firmware onto a board; interrupted, the same command goes on where it stopped."""
    if (kind or one_way or unsigned) and not mcuboot:
        raise typer.BadParameter("--kind, --one-way and --unsigned go with --mcuboot")
    if unsigned and manifest:
        raise typer.BadParameter("--unsigned asks for no manifest")

    async def write(path: Path) -> None:
        way = flashing.Way(path, baud, Console(), prove_s=prove)
        if unsigned:
            await in_mcuboot.flash_unsigned(way, image.read_bytes(), one_way=one_way)
            return
        envelope = manifest or image.with_name(f"{image.name}.json")
        release = flashing.released(image, envelope, keys, SystemClock().now())
        if mcuboot:
            await in_mcuboot.flash(way, release, kind=kind, one_way=one_way)
        else:
            await flashing.flash(way, release)

    _with(port, folder, write)


def _with(named: str, folder: Path, work: Callable[[Path], Awaitable[None]]) -> None:
    """Do the work at the port that is meant; whatever goes wrong is told, and is the exit."""
    complaints = Console(stderr=True)
    try:
        port = chosen(named, folder)
    except NoPortError as error:
        _no_port(complaints, error)
        raise typer.Exit(words.UNAVAILABLE) from error
    try:
        asyncio.run(_awaited(work(port)))
    except BoardError as error:
        held_by = holder(port) if isinstance(error, BoardBusyError) else None
        raise typer.Exit(shown.trouble(complaints, error, held_by)) from error
    except OSError as error:
        complaints.print(Text(f"{error.filename}: {error.strerror}", "bold red"))
        raise typer.Exit(words.BAD_DATA) from error
    except KeyboardInterrupt as stop:
        raise typer.Exit(_CTRL_C) from stop


async def _awaited(work: Awaitable[None]) -> None:
    await work


def _no_port(console: Console, error: NoPortError) -> None:
    if error.args:
        console.print(Text("Có nhiều bo mạch; chọn một bằng --port:", "bold red"))
        for name in error.args:
            console.print(Text(f"  {name}"))
    else:
        console.print(Text("Không thấy bo mạch ở cổng nào.", "bold red"))
        console.print(Text("→ Kiểm tra cáp USB, cắm lại; hoặc ghi rõ --port /dev/ttyACM0."))


async def _look_on(board: Board, path: Path, live: Live) -> None:
    """Show what the board tells and how it is, until it is gone; raises BoardError."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_tell(board, live), name="events")
            group.create_task(facts.keep_held(board), name="watchdog")
            group.create_task(_show(board, path, live), name="health")
    except ExceptionGroup as errors:
        raise _first(errors) from errors


def _first(errors: ExceptionGroup[Exception]) -> BoardError:
    """Return the board's error among what ended the tasks; raises the group when there is none."""
    found = [error for error in errors.exceptions if isinstance(error, BoardError)]
    if len(found) != len(errors.exceptions):
        raise errors
    return found[0]


async def _tell(board: Board, live: Live) -> None:
    async for event in board.events():  # only read: the device process gets them all again
        live.console.print(shown.event(event, datetime.now(LOCAL)))


async def _show(board: Board, path: Path, live: Live) -> None:
    while True:
        live.update(shown.watching(path.name, await facts.facts(board)))
        await asyncio.sleep(_LOOK_EVERY_S)


def _plain(answer: facts.Answer) -> dict[str, object]:
    who = answer.identity
    return {
        "port": str(answer.port),
        "uid": who.uid if who else None,
        "version": who.version if who else None,
        "slot": who.slot if who else None,
        "confirmed": who.confirmed if who else None,
        "boot": who.boot if who else None,
        "reset": who.reset if who else None,
        "code": answer.error.code if answer.error else "",
        "held_by": answer.held_by.pid if answer.held_by else None,
    }
