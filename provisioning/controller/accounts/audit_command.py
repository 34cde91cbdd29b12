"""`motcua audit`: the audit log's chain checked from the server's own command line."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from devices.contract.config import BadConfigError
from devices.contract.errors import MotcuaError
from devices.runtime.process import EX_CONFIG, load
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.chain import Verdict
from provisioning.controller.config import ControllerConfig, store_url
from provisioning.controller.database import Database


class Deed(StrEnum):
    """What to do."""

    VERIFY = "verify"


def main(
    deed: Annotated[Deed, typer.Argument(help="`verify` walks the whole chain.")],
    config: Annotated[Path, typer.Option(help="The controller's configuration.")],
) -> None:
    """Check that no record was changed or taken out; ends with 1 where one was."""
    del deed  # there is one
    try:
        database = Database(store_url(load(config, ControllerConfig)))
        try:
            verdict = Audit(database).verify()
        finally:
            database.close()
    except BadConfigError as error:
        for problem in error.problems:
            typer.echo(f"{config}: {problem}", err=True)
        raise typer.Exit(EX_CONFIG) from error
    except MotcuaError as error:
        typer.echo(error.sentence, err=True)
        raise typer.Exit(1) from error
    _tell(verdict)


def _tell(verdict: Verdict) -> None:
    if verdict.broken_at is not None:
        typer.echo(f"broken at record {verdict.broken_at}: {verdict.why}", err=True)
        raise typer.Exit(1)
    typer.echo(f"whole: {verdict.records} records, the end is {verdict.head}")
    if cut := verdict.cut_at:
        typer.echo(f"cut at {cut}: up to {verdict.cut.last}, as record {verdict.cut.record} says")
