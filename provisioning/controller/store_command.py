"""`motcua store`: the province's store backed up, brought back, brought up to date, moved."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from devices.contract.errors import MotcuaError
from devices.runtime.process import load
from provisioning.controller import backup
from provisioning.controller.config import ControllerConfig, store_url
from provisioning.controller.copying import copy
from provisioning.controller.database import Database

_FAILED = 1


class Action(StrEnum):
    """What to do with the store."""

    BACKUP = "backup"
    RESTORE = "restore"
    MIGRATE = "migrate"
    COPY = "copy"


def main(
    action: Annotated[Action, typer.Argument(help="What to do.")],
    config: Annotated[Path, typer.Option(help="The controller's configuration.")],
    *,
    to: Annotated[str, typer.Option(help="backup: a new file; copy: another store's URL.")] = "",
    source: Annotated[str, typer.Option("--from", help="restore: the file of a backup.")] = "",
    force: Annotated[bool, typer.Option(help="restore: replace what is there.")] = False,
) -> None:
    """Back up, restore, migrate or copy the province's store. Stop the controller to restore."""
    try:
        url = store_url(load(config, ControllerConfig))
        said = _done(action, url, to=to, source=source, force=force)
    except MotcuaError as error:
        print(error.sentence, file=sys.stderr)  # noqa: T201 - this is the answer
        raise typer.Exit(_FAILED) from error
    typer.echo(said)


def _done(action: Action, url: str, *, to: str, source: str, force: bool) -> str:
    match action:
        case Action.BACKUP:
            backup.backup(url, Path(_given(to, "--to")))
            return f"backed up: {to}"
        case Action.RESTORE:
            backup.restore(url, Path(_given(source, "--from")), force=force)
            return f"restored: {source}"
        case Action.MIGRATE:
            Database(url).close()
            return "up to date"
        case Action.COPY:
            return _copied(url, _given(to, "--to"))


def _copied(url: str, to: str) -> str:
    old = Database(url)
    try:
        rows = copy(old, to)
    finally:
        old.close()
    return f"copied: {sum(rows.values())} rows of {len(rows)} tables"


def _given(value: str, option: str) -> str:
    if not value:
        raise typer.BadParameter(f"{option} is needed")
    return value
