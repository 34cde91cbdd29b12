"""The `motcua` command.

A word's code is imported when the word is spoken: a box of 1 GB must not load Kivy to scan a
picture, nor the controller's database to print a ticket.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

Run = Callable[..., None]


class BrokerWord(StrEnum):
    """What `motcua broker` does."""

    CONFIG = "config"


class Word(msgspec.Struct, frozen=True):
    """A sub-command: what it does, and how its function is had."""

    help: str
    load: Callable[[], Run]


class Group(msgspec.Struct, frozen=True):
    """A sub-command with commands of its own."""

    help: str
    load: Callable[[], typer.Typer]


def _devices() -> Run:
    from devices.main import main as run

    return run


def _kiosk() -> Run:
    from kiosk.ui.main import main as run

    return run


def _counter() -> Run:
    from kiosk.counter.main import main as run

    return run


def _register() -> Run:
    from kiosk.register.main import main as run

    return run


def _controller() -> Run:
    from provisioning.controller.main import main as run

    return run


def _ingest() -> Run:
    from provisioning.controller.ingest_main import main as run

    return run


def _store() -> Run:
    from provisioning.controller.store_command import main as run

    return run


def _agent() -> Run:
    from provisioning.agent.main import main as run

    return run


def _terminal() -> Run:
    from provisioning.agent.remote.terminal import hold

    def run() -> None:
        hold(socket.socket(fileno=os.dup(sys.stdin.fileno())))

    return run


def _install() -> Run:
    from provisioning.image.main import main as run

    return run


def _room() -> Run:
    from vc.endpoint.main import main as run

    return run


def _conference() -> Run:
    from vc.server.main import main as run

    return run


def _broker() -> Run:
    from devices.contract.clock import SystemClock
    from devices.contract.errors import MotcuaError
    from devices.runtime.process import load
    from provisioning.controller.broker_files import write_broker_files
    from provisioning.controller.config import ControllerConfig

    def run(
        what: Annotated[BrokerWord, typer.Argument(help="`config` writes its files.")],
        config: Annotated[Path, typer.Option(help="The controller's configuration.")],
        out: Annotated[Path, typer.Option(help="The folder to write into.")],
        installed: Annotated[
            Path, typer.Option(help="Where they will lie on the broker's machine.")
        ] = Path("/etc/mosquitto/motcua"),
    ) -> None:
        del what  # there is one
        try:
            loaded = load(config, ControllerConfig)
            typer.echo(write_broker_files(loaded, out, installed, SystemClock()))
        except MotcuaError as error:
            typer.echo(f"{config}: {error.sentence}", err=True)
            raise typer.Exit(78) from error

    return run


def _person() -> Run:
    from provisioning.controller.accounts.command import main as run

    return run


def _audit() -> Run:
    from provisioning.controller.accounts.audit_command import main as run

    return run


def _enrol() -> Run:
    from provisioning.controller.registry.command import main as run

    return run


def _board() -> typer.Typer:
    from provisioning.boards.command import app

    return app


def _demo() -> Run:
    from provisioning.demo.main import main as run

    return run


def _scan() -> Run:
    from devices.scanner.scan_command import scan_files

    def run(
        files: Annotated[list[Path], typer.Argument(help="Pictures of cards or codes.")],
        *,
        show: Annotated[bool, typer.Option(help="Do not mask personal data.")] = False,
    ) -> None:
        raise typer.Exit(scan_files(files, show=show))

    return run


def _ticket() -> Run:
    from kiosk.sample import write_sample_ticket

    def run(
        out: Annotated[Path, typer.Option(help="The raw bytes; FILE.png is the drawing.")],
        *,
        sample: Annotated[bool, typer.Option(help="Write the sample ticket.")] = False,
    ) -> None:
        if not sample:
            raise typer.BadParameter("only --sample tickets can be written without a counter")
        write_sample_ticket(out)

    return run


def _voice_pack() -> Run:
    from devices.contract.errors import DeviceError
    from devices.speaker.clips import CALL_WORDS_VI, build_pack
    from devices.speaker.voice import EspeakSettings, EspeakVoice

    def run(
        folder: Annotated[Path, typer.Argument(help="The voice pack; its clips are kept.")],
    ) -> None:
        try:
            written = asyncio.run(
                build_pack(folder, EspeakVoice(EspeakSettings()), "vi", CALL_WORDS_VI)
            )
        except DeviceError as error:
            raise typer.BadParameter(error.sentence) from error
        typer.echo(f"{len(written)} / {len(CALL_WORDS_VI)} clips: {folder}")

    return run


WORDS: dict[str, Word | Group] = {
    "devices": Word("Run a box's devices: printer, scanner, panel, speaker, camera.", _devices),
    "kiosk": Word("Run the touchscreen.", _kiosk),
    "counter": Word("Run a site's counter server: queue, console, TV board.", _counter),
    "register": Word("Run a commune's own register of dossiers.", _register),
    "controller": Word("Run the province's controller.", _controller),
    "agent": Word("Run a box's agent: identity, settings, commands.", _agent),
    "ingest": Word("Take boxes' events into the store, beside the controller.", _ingest),
    "store": Word("Back up, restore, migrate or copy the province's store.", _store),
    "terminal": Word("Give a terminal to a box's agent (systemd starts it).", _terminal),
    "install": Word("Make this machine, or an image's tree, a box.", _install),
    "room": Word("Run a conference room: camera, microphone, screen.", _room),
    "conference": Word("Run the conference server and its pages.", _conference),
    "broker": Word("Write what the province's mosquitto needs.", _broker),
    "person": Word("Add, list, reset or disable accounts of the dashboard.", _person),
    "audit": Word("Check the audit log's chain.", _audit),
    "enrol": Word("Answer the USB stick of a box without a line.", _enrol),
    "board": Group("Look at, update and watch the board at this box's port.", _board),
    "demo": Word("Run a whole province on this machine.", _demo),
    "scan": Word("Read the codes in pictures, one JSON line each.", _scan),
    "voice-pack": Word("Begin a folder of spoken words, for recordings to replace.", _voice_pack),
    "ticket": Word("Write a sample ticket as a printer gets it, and as a picture.", _ticket),
}


def main() -> None:
    """Run the word of the command line."""
    spoken = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    app = typer.Typer(no_args_is_help=True, add_completion=False, help="motcua-edge")
    for name, word in WORDS.items():
        if isinstance(word, Group) and name == spoken:
            app.add_typer(word.load(), name=name, help=word.help)
        else:
            run = word.load() if isinstance(word, Word) and name == spoken else _unspoken
            app.command(name, help=word.help)(run)
    app()


def _unspoken() -> None:
    """Stand for a word that is only listed."""


if __name__ == "__main__":
    main()
