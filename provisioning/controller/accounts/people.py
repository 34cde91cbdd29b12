"""Accounts and their roles. Every change is in the audit log, in the same transaction.

Blocking, as `Database` says. `by` is who does it: an administrator, who gives and takes only what
he holds in his branch; or a word for the server's own command line, which may do anything.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from devices.contract.clock import Clock
from devices.contract.errors import NotAllowedError
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.records import (
    LOGIN_PATTERN,
    Account,
    BadLoginError,
    BadPersonError,
    LastAdministratorError,
    LoginTakenError,
    State,
    UnknownPersonError,
)
from provisioning.controller.accounts.tables import ACCOUNT, GRANT, RECOVERY, SESSION
from provisioning.controller.database import Database
from provisioning.controller.rights import EVERYWHERE, Grant, Person, Role, UnitPaths

COMMAND_LINE = "motcua person"
_MOST_NAME = 100
_MOST_GRANTS = 50
_WHOLE = Grant(role=Role.ADMINISTRATOR)
By = Person | str


class People:
    """Everybody with an account."""

    def __init__(self, database: Database, audit: Audit, clock: Clock, units: UnitPaths) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._units = units

    def all(self) -> list[Account]:
        """Return everybody, by login."""
        with self._database.reading() as db:
            return _accounts(db)

    def exist(self) -> bool:
        """Whether anybody has an account."""
        with self._database.reading() as db:
            return db.execute(select(ACCOUNT.c.id).limit(1)).first() is not None

    def one(self, number: int) -> Account:
        """Return an account; raises UnknownPersonError."""
        with self._database.reading() as db:
            return _account(db, ACCOUNT.c.id == number)

    def named(self, login: str) -> Account:
        """Return the account with this login; raises UnknownPersonError."""
        with self._database.reading() as db:
            return _account(db, ACCOUNT.c.login == login.lower())

    def add(
        self,
        by: By,
        login: str,
        name: str,
        grants: Sequence[Grant],
        password: str,
        *,
        fresh: bool = True,
    ) -> Account:
        """Add somebody with a password's hash; a fresh one has to be changed at the first sign-in.

        Raises BadLoginError, BadPersonError, LoginTakenError, NotAllowedError.
        """
        login = login.lower()
        if not re.fullmatch(LOGIN_PATTERN, login):
            raise BadLoginError
        name = self._judged(by, name, grants)
        with self._audit.writing(_actor(by), "person.added", login, _told(grants)) as db:
            if db.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.login == login)).first():
                raise LoginTakenError
            row = {
                "login": login,
                "name": name,
                "password": password,
                "fresh_password": fresh,
                "state": State.ACTIVE.value,
                "language": "vi",
                "totp_key": "",
                "totp_pending": "",
                "totp_step": 0,
                "made_at": self._clock.now(),
            }
            number = db.execute(insert(ACCOUNT).values(row)).inserted_primary_key[0]  # type: ignore[index]  # one row went in
            _put_grants(db, number, grants)
            return _account(db, ACCOUNT.c.id == number)

    def change(self, by: By, number: int, name: str, grants: Sequence[Grant]) -> Account:
        """Give somebody this name and these roles instead; other roles end the sessions.

        Raises as `add` does, UnknownPersonError, LastAdministratorError.
        """
        before = self._reached(by, number)
        name = self._judged(by, name, grants)
        if (name, set(grants)) == (before.person.name, set(before.person.grants)):
            return before
        told = f"{name}: {_told(before.person.grants)} -> {_told(grants)}"
        with self._audit.writing(_actor(by), "person.changed", before.person.login, told) as db:
            db.execute(update(ACCOUNT).where(ACCOUNT.c.id == number).values(name=name))
            if set(grants) != set(before.person.grants):
                db.execute(delete(GRANT).where(GRANT.c.account == number))
                _put_grants(db, number, grants)
                _end_sessions(db, number)
                _administrator_left(db, before)
            return _account(db, ACCOUNT.c.id == number)

    def disable(self, by: By, number: int) -> Account:
        """Close an account and end its sessions.

        Raises UnknownPersonError, NotAllowedError, LastAdministratorError.
        """
        return self._set_state(by, number, State.DISABLED)

    def enable(self, by: By, number: int) -> Account:
        """Open a closed account again; raises UnknownPersonError, NotAllowedError."""
        return self._set_state(by, number, State.ACTIVE)

    def reset(self, by: By, number: int, password: str, *, fresh: bool = True) -> Account:
        """Put a password's hash in place, forget the second factor and end the sessions.

        Raises UnknownPersonError, NotAllowedError.
        """
        login = self._reached(by, number).person.login
        with self._audit.writing(_actor(by), "person.reset", login) as db:
            values = {"password": password, "fresh_password": fresh}
            no_factor = {"totp_key": "", "totp_pending": ""}
            db.execute(update(ACCOUNT).where(ACCOUNT.c.id == number).values(values | no_factor))
            db.execute(delete(RECOVERY).where(RECOVERY.c.account == number))
            _end_sessions(db, number)
            return _account(db, ACCOUNT.c.id == number)

    def in_reach(self, by: Person, account: Account) -> bool:
        """Whether this person may change that account."""
        return by.may_give(account.person.grants, self._units)

    def _set_state(self, by: By, number: int, state: State) -> Account:
        before = self._reached(by, number)
        if before.state is state:
            return before
        action = "person.disabled" if state is State.DISABLED else "person.enabled"
        with self._audit.writing(_actor(by), action, before.person.login) as db:
            db.execute(update(ACCOUNT).where(ACCOUNT.c.id == number).values(state=state.value))
            _end_sessions(db, number)
            _administrator_left(db, before)
            return _account(db, ACCOUNT.c.id == number)

    def _reached(self, by: By, number: int) -> Account:
        account = self.one(number)
        if isinstance(by, Person) and not self.in_reach(by, account):
            raise NotAllowedError(
                f"{account.person.login} may do more, or elsewhere, than you may."
            )
        return account

    def _judged(self, by: By, name: str, grants: Sequence[Grant]) -> str:
        name = " ".join(name.replace("\0", " ").split())
        if not 0 < len(name) <= _MOST_NAME or not 0 < len(grants) <= _MOST_GRANTS:
            raise BadPersonError
        for grant in grants:
            if grant.unit != EVERYWHERE and not self._units.path_of(grant.unit):
                raise BadPersonError(f"There is no unit {grant.unit!r}.")
        if isinstance(by, Person) and not by.may_give(grants, self._units):
            raise NotAllowedError("You can give only what you hold, in your own branch.")
        return name


def grants_of(db: Connection, numbers: Iterable[int]) -> dict[int, tuple[Grant, ...]]:
    """Return everybody's roles by account, in the caller's transaction."""
    found: dict[int, list[Grant]] = {number: [] for number in numbers}
    rows = db.execute(
        select(GRANT).where(GRANT.c.account.in_(list(found))).order_by(GRANT.c.unit, GRANT.c.role)
    )
    for row in rows:
        found[row.account].append(Grant(unit=row.unit, role=Role(row.role)))
    return {number: tuple(grants) for number, grants in found.items()}


def _account(db: Connection, condition: object) -> Account:
    found = _accounts(db, condition)
    if not found:
        raise UnknownPersonError
    return found[0]


def _accounts(db: Connection, condition: object = None) -> list[Account]:
    asked = select(ACCOUNT).order_by(ACCOUNT.c.login)
    if condition is not None:
        asked = asked.where(condition)  # type: ignore[arg-type]  # a column's comparison
    rows = db.execute(asked).all()
    grants = grants_of(db, [row.id for row in rows])
    count = select(SESSION.c.account, func.count()).group_by(SESSION.c.account)
    sessions: dict[int, int] = {row[0]: row[1] for row in db.execute(count)}
    return [_read(row, grants[row.id], sessions.get(row.id, 0)) for row in rows]


def _read(row: Row[tuple[object, ...]], grants: tuple[Grant, ...], sessions: int) -> Account:
    return Account(
        person=Person(id=row.id, login=row.login, name=row.name, grants=grants),
        state=State(row.state),
        language=row.language,
        second_factor=bool(row.totp_key),
        fresh_password=row.fresh_password,
        made_at=row.made_at,
        signed_in_at=row.signed_in_at,
        sessions=sessions,
    )


def _put_grants(db: Connection, number: int, grants: Sequence[Grant]) -> None:
    rows = [
        {"account": number, "unit": grant.unit, "role": grant.role.value} for grant in set(grants)
    ]
    db.execute(insert(GRANT), rows)


def _end_sessions(db: Connection, number: int) -> None:
    db.execute(delete(SESSION).where(SESSION.c.account == number))


def _administrator_left(db: Connection, before: Account) -> None:
    """Raise LastAdministratorError, and so take it all back, when this one was the last."""
    if _WHOLE not in before.person.grants or before.state is State.DISABLED:
        return
    left = (
        select(ACCOUNT.c.id)
        .join(GRANT, GRANT.c.account == ACCOUNT.c.id)
        .where(
            ACCOUNT.c.state == State.ACTIVE.value,
            GRANT.c.unit == EVERYWHERE,
            GRANT.c.role == Role.ADMINISTRATOR.value,
        )
    )
    if db.execute(left.limit(1)).first() is None:
        raise LastAdministratorError


def _actor(by: By) -> str:
    return by.login if isinstance(by, Person) else by


def _told(grants: Sequence[Grant]) -> str:
    words = sorted(f"{grant.role}@{grant.unit or '*'}" for grant in grants)
    return msgspec.json.encode(words).decode()
