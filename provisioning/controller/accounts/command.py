"""`motcua person`: accounts from the server's own command line, which may do anything.

The first administrator is made so, and auditors: who audits administrators is not made by them.
"""

import contextlib
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from devices.contract.clock import SystemClock
from devices.contract.config import BadConfigError
from devices.contract.errors import MotcuaError
from devices.runtime.process import EX_CONFIG, load
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.passwords import PasswordConfig, Passwords, made_up
from provisioning.controller.accounts.people import COMMAND_LINE, People
from provisioning.controller.accounts.records import Account
from provisioning.controller.config import ControllerConfig, store_url
from provisioning.controller.database import Database
from provisioning.controller.organisation.organisation import Organisation
from provisioning.controller.rights import EVERYWHERE, Grant, Role


class Deed(StrEnum):
    """What to do."""

    ADD = "add"
    LIST = "list"
    RESET = "reset"
    DISABLE = "disable"
    ENABLE = "enable"


@contextlib.contextmanager
def opened(config: ControllerConfig) -> Iterator[People]:
    """Yield the people of a controller's store; it may be running."""
    Path(config.state_dir).mkdir(parents=True, exist_ok=True)
    database = Database(store_url(config))
    try:
        clock = SystemClock()
        audit = Audit(database, clock)
        yield People(database, audit, clock, Organisation(database, clock, audit))
    finally:
        database.close()


def add(
    people: People,
    config: PasswordConfig,
    login: str,
    password: str,
    *,
    name: str = "",
    grants: tuple[Grant, ...],
) -> Account:
    """Add somebody whose password is known already; raises as `People.add`, WeakPasswordError."""
    passwords = Passwords(config)
    passwords.judge(password, login, name)
    hashed = passwords.hash(password)
    return people.add(COMMAND_LINE, login, name or login, grants, hashed, fresh=False)


def main(
    deed: Annotated[Deed, typer.Argument(help="What to do.")],
    login: Annotated[str, typer.Argument(help="Whose account.")] = "",
    *,
    config: Annotated[Path, typer.Option(help="The controller's configuration.")],
    role: Annotated[list[Role] | None, typer.Option(help="add: a role; may be repeated.")] = None,
    unit: Annotated[str, typer.Option(help="add: the code of the roles' unit.")] = EVERYWHERE,
    name: Annotated[str, typer.Option(help="add: the full name.")] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="add, reset: read the password here; - is the input.")
    ] = None,
) -> None:
    """Add, list, reset, disable or enable the accounts of the dashboard."""
    try:
        loaded = load(config, ControllerConfig)
        with opened(loaded) as people:
            if deed is Deed.LIST:
                _list(people)
                return
            if not login:
                raise typer.BadParameter("whose account?", param_hint="LOGIN")
            if deed is Deed.ADD:
                grants = tuple(Grant(unit=unit, role=one) for one in role or ())
                password = _asked(password_file)
                add(people, loaded.accounts.password, login, password, name=name, grants=grants)
            else:
                _change(people, deed, login, loaded.accounts.password, password_file)
    except BadConfigError as error:
        for problem in error.problems:
            typer.echo(f"{config}: {problem}", err=True)
        raise typer.Exit(EX_CONFIG) from error
    except MotcuaError as error:
        typer.echo(error.sentence, err=True)
        raise typer.Exit(1) from error


def _list(people: People) -> None:
    for account in people.all():
        roles = ", ".join(f"{one.role}@{one.unit or '*'}" for one in account.person.grants)
        factor = "2FA" if account.second_factor else "-"
        person = account.person
        typer.echo(f"{person.login}\t{account.state}\t{factor}\t{roles}\t{person.name}")


def _change(
    people: People, deed: Deed, login: str, config: PasswordConfig, file: Path | None
) -> None:
    account = people.named(login)
    number = account.person.id
    if deed is Deed.DISABLE:
        people.disable(COMMAND_LINE, number)
    elif deed is Deed.ENABLE:
        people.enable(COMMAND_LINE, number)
    else:
        passwords, given = Passwords(config), _asked(file) if file else made_up()
        if file:
            passwords.judge(given, login, account.person.name)
        people.reset(COMMAND_LINE, number, passwords.hash(given))
        if not file:
            typer.echo(f"{given}  (to be changed at the first sign-in)")


def _asked(file: Path | None) -> str:
    if file is None:
        answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return answer
    text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8")
    return text.partition("\n")[0].rstrip("\r")
