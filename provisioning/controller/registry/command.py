"""`motcua enrol sign`: a USB stick of a box without a line, answered at the province's server."""

import contextlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from devices.contract.clock import SystemClock
from devices.contract.config import BadConfigError
from devices.contract.errors import BadPayloadError, MotcuaError
from devices.runtime.process import EX_BUG, EX_CONFIG, load
from devices.runtime.worker import Worker
from provisioning.broker.files import READABLE, written
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.people import COMMAND_LINE
from provisioning.controller.config import ControllerConfig, store_url
from provisioning.controller.database import Database
from provisioning.controller.registry.errors import NotAcceptedYetError
from provisioning.controller.registry.kick import NoBroker
from provisioning.controller.registry.opening import open_authority, open_registrar
from provisioning.controller.registry.records import Place
from provisioning.controller.registry.registrar import Registrar
from provisioning.controller.registry.stick import answered
from provisioning.stick import ANSWER_FILE, MOST_BYTES, StickRequest, read_request
from provisioning.stick import written as as_file


class Deed(StrEnum):
    """What to do."""

    SIGN = "sign"


@contextlib.contextmanager
def opened(config: ControllerConfig) -> Iterator[Registrar]:
    """Yield the registry's room of a controller that may be running; it looks every 10 s."""
    Path(config.state_dir).mkdir(parents=True, exist_ok=True)
    database = Database(store_url(config))
    try:
        clock = SystemClock()
        yield open_registrar(
            open_authority(Path(config.state_dir), config.gate, clock),
            config.gate,
            database=database,
            broker=NoBroker(),  # the controller itself puts into force what was revoked
            worker=Worker("enrolment"),
            clock=clock,
            audit=Audit(database, clock),
            province=config.box,
            broker_port=config.broker.tls_port,
        )
    finally:
        database.close()


def sign(registrar: Registrar, csr: Path, out: Path, box: str, place: Place) -> str:
    """Write the answer to a stick's request into `out`; returns what to tell.

    With `box` a box that nobody expected is accepted under this name. Raises MotcuaError.
    """
    asked = _read(csr)
    try:
        answer = answered(registrar, asked)
    except NotAcceptedYetError as waiting:
        if not box:
            raise
        (one,) = [each for each in registrar.registry.asking() if each.words == waiting.words]
        registrar.registry.accept(one.id, box, place, COMMAND_LINE)
        answer = answered(registrar, asked)
    path = out / ANSWER_FILE
    written(path, as_file(answer), mode=READABLE)
    return f"{path}: {answer.box}, serial number {answer.serial}"


def main(
    what: Annotated[Deed, typer.Argument(help="`sign` answers a stick's request.")],
    config: Annotated[Path, typer.Option(help="The controller's configuration.")],
    csr: Annotated[Path, typer.Option(help="motcua/request.json of the stick.")],
    out: Annotated[Path, typer.Option(help="The folder for answer.json: motcua of the stick.")],
    *,
    box: Annotated[str, typer.Option(help="Accept a box nobody expected, under this name.")] = "",
    unit: Annotated[str, typer.Option(help="Its unit's code.")] = "",
    site: Annotated[str, typer.Option(help="Its site's code.")] = "",
    role: Annotated[str, typer.Option(help="kiosk, counter, room or conference.")] = "",
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
) -> None:
    """Answer the USB stick of a box that has no line to the province."""
    del what  # there is one
    place = Place(role=role, unit=unit, site=site, name=name)
    try:
        with opened(load(config, ControllerConfig)) as registrar:
            typer.echo(sign(registrar, csr, out, box, place))
    except BadConfigError as error:
        typer.echo(f"{config}: {error.sentence}", err=True)
        raise typer.Exit(EX_CONFIG) from error
    except MotcuaError as error:
        typer.echo(f"{csr}: {error.sentence}", err=True)
        raise typer.Exit(EX_BUG) from error


def _read(csr: Path) -> StickRequest:
    try:
        with csr.open("rb") as file:
            return read_request(file.read(MOST_BYTES + 1))
    except OSError as error:
        raise BadPayloadError(f"cannot be read: {error}") from error
