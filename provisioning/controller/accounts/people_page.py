"""People as an administrator sees them: who there is, what each may do and where."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import MediaType, Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect
from litestar.types import Guard

from devices.contract.errors import MotcuaError, NotAllowedError
from provisioning.controller.access import needs, person_of
from provisioning.controller.accounts.passwords import made_up
from provisioning.controller.accounts.people import By
from provisioning.controller.accounts.records import (
    Account,
    BadLoginError,
    BadPersonError,
    LastAdministratorError,
    LoginTakenError,
)
from provisioning.controller.answers import AnyRequest, Number, html, language_of
from provisioning.controller.forms import Form, form_of
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Grant, Person, Right, Role
from provisioning.controller.rooms import Rooms
from provisioning.controller.texts import word

_REFUSED = (
    BadLoginError,
    BadPersonError,
    LastAdministratorError,
    LoginTakenError,
    NotAllowedError,
)
_SPARE_ROWS = 2
_DONE = ("changed", "disabled", "enabled")


class Given(msgspec.Struct, frozen=True):
    """A password that is shown once, to whoever made it."""

    login: str
    password: str


class Written(msgspec.Struct, frozen=True):
    """A form as it came, for showing it again."""

    login: str = ""
    name: str = ""
    rows: tuple[tuple[str, str], ...] = ()


class Row(msgspec.Struct, frozen=True):
    """An account in the list."""

    account: Account
    roles: list[tuple[str, str]]
    in_reach: bool


class _PeoplePage:
    def __init__(self, rooms: Rooms, pages: Pages) -> None:
        self.rooms = rooms
        self.people = rooms.accounts.people
        self.door = rooms.accounts.door
        self._pages = pages

    async def drawn(
        self,
        request: AnyRequest,
        *,
        account: Account | None = None,
        sought: str = "",
        written: Written | None = None,
        given: Given | None = None,
        error: MotcuaError | None = None,
        done: str = "",
    ) -> Response[Any]:
        language, by, rooms = language_of(request), person_of(request), self.rooms
        if written is None:
            written = _as_written(rooms, account) if account else Written()
        page = self._pages.draw(
            "accounts_person.html" if account else "accounts_people.html",
            language,
            rooms.clock.now(),
            person=by,
            here="people",
            rows=[] if account else await rooms.queries.do(self._listed, by, sought),
            sought=sought,
            account=account,
            is_self=account is not None and account.person.id == by.id,
            in_reach=account is None or self.people.in_reach(by, account),
            written=written,
            spare=range(_SPARE_ROWS),
            roles=[role.value for role in Role if role is not Role.AUDITOR or _audits(by.rights)],
            given=given,
            done=done if done in _DONE else "",
            error=word(language, f"accounts.error.{error.code}", error.sentence) if error else "",
        )
        response = html(page, language)
        if error is not None:
            response.status_code = 403 if isinstance(error, NotAllowedError) else 400
        return response

    async def acted(
        self, request: AnyRequest, number: int, act: Callable[[By, int], Account], done: str
    ) -> Response[Any]:
        """Do something to an account, and show it."""
        try:
            await self.rooms.queries.do(act, person_of(request), number)
        except _REFUSED as error:
            account = await self.rooms.queries.do(self.people.one, number)
            return await self.drawn(request, account=account, error=error)
        return Redirect(f"/people/{number}?done={done}", status_code=303)

    def _listed(self, by: Person, sought: str) -> list[Row]:
        found = sought.strip().casefold()
        return [
            Row(account, _roles(self.rooms, account), self.people.in_reach(by, account))
            for account in self.people.all()
            if found in f"{account.person.login} {account.person.name}".casefold()
        ]


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    page = _PeoplePage(rooms, pages)
    guards = [needs(Right.ADMINISTER)]
    return [*_all(page, guards), *_one(page, guards), *_keys(page, guards)]


def _all(shown: _PeoplePage, guards: list[Guard]) -> list[Any]:
    do = shown.rooms.queries.do

    @get("/people", media_type=MediaType.HTML, include_in_schema=False, guards=guards)
    async def page(request: AnyRequest, q: FromQuery[str] = "") -> Response[Any]:
        return await shown.drawn(request, sought=q[:100])

    @post("/people", include_in_schema=False, guards=guards, status_code=200)
    async def add(request: AnyRequest) -> Response[Any]:
        form, by = await form_of(request), person_of(request)
        login, name, password = form.one("login").strip(), form.one("name"), made_up()
        try:
            grants = _grants(form)
            hashed = await shown.door.hash_given(password)
            await do(shown.people.add, by, login, name, grants, hashed)
        except _REFUSED as error:
            return await shown.drawn(request, written=_as_sent(form), error=error)
        return await shown.drawn(request, given=Given(login.lower(), password))

    return [page, add]


def _one(shown: _PeoplePage, guards: list[Guard]) -> list[Any]:
    do = shown.rooms.queries.do

    @get("/people/{number:int}", media_type=MediaType.HTML, include_in_schema=False, guards=guards)
    async def one(request: AnyRequest, number: Number, done: FromQuery[str] = "") -> Response[Any]:
        account = await do(shown.people.one, number)
        return await shown.drawn(request, account=account, done=done)

    @post("/people/{number:int}", include_in_schema=False, guards=guards, status_code=303)
    async def change(request: AnyRequest, number: Number) -> Response[Any]:
        form, by = await form_of(request), person_of(request)
        try:
            grants = _grants(form)
            await do(shown.people.change, by, number, form.one("name"), grants)
        except _REFUSED as error:
            account = await do(shown.people.one, number)
            return await shown.drawn(request, account=account, written=_as_sent(form), error=error)
        return Redirect(f"/people/{number}?done=changed", status_code=303)

    return [one, change]


def _keys(shown: _PeoplePage, guards: list[Guard]) -> list[Any]:
    people = shown.people

    @post("/people/{number:int}/disable", include_in_schema=False, guards=guards, status_code=303)
    async def disable(request: AnyRequest, number: Number) -> Response[Any]:
        return await shown.acted(request, number, people.disable, "disabled")

    @post("/people/{number:int}/enable", include_in_schema=False, guards=guards, status_code=303)
    async def enable(request: AnyRequest, number: Number) -> Response[Any]:
        return await shown.acted(request, number, people.enable, "enabled")

    @post("/people/{number:int}/reset", include_in_schema=False, guards=guards, status_code=200)
    async def reset(request: AnyRequest, number: Number) -> Response[Any]:
        password, do = made_up(), shown.rooms.queries.do
        hashed = await shown.door.hash_given(password)
        try:
            account = await do(people.reset, person_of(request), number, hashed)
        except _REFUSED as error:
            account = await do(people.one, number)
            return await shown.drawn(request, account=account, error=error)
        return await shown.drawn(
            request, account=account, given=Given(account.person.login, password)
        )

    return [disable, enable, reset]


def _audits(rights: frozenset[Right]) -> bool:
    return Right.AUDIT in rights


def _roles(rooms: Rooms, account: Account) -> list[tuple[str, str]]:
    names = rooms.organisation
    return [(grant.role.value, names.name_of(grant.unit)) for grant in account.person.grants]


def _grants(form: Form) -> tuple[Grant, ...]:
    """Return the roles of a form; a row without a role is none. Raises BadPersonError."""
    roles, units = form.all("role"), form.all("unit")
    if len(roles) != len(units):
        raise BadPersonError
    found = []
    for role, unit in zip(roles, units, strict=True):
        if not role:
            continue
        if role not in [known.value for known in Role]:
            raise BadPersonError
        found.append(Grant(unit=_code(unit), role=Role(role)))
    return tuple(dict.fromkeys(found))


def _code(unit: str) -> str:
    """Return the code of a unit as the list offers it (`19495 Gio Linh`); empty is everywhere."""
    return unit.strip().partition(" ")[0][:64]


def _as_sent(form: Form) -> Written:
    rows = zip(form.all("role"), form.all("unit"), strict=False)
    kept = tuple((role, unit) for role, unit in rows if role or unit)
    return Written(form.one("login"), form.one("name"), kept)


def _as_written(rooms: Rooms, account: Account) -> Written:
    rows = tuple(
        (
            grant.role.value,
            f"{grant.unit} {rooms.organisation.name_of(grant.unit)}" if grant.unit else "",
        )
        for grant in account.person.grants
    )
    return Written(account.person.login, account.person.name, rows)
