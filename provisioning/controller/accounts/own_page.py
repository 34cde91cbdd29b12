"""One's own account: password, second factor, sessions, language."""

from typing import Any

from litestar import MediaType, Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from devices.contract.errors import MotcuaError
from provisioning.controller.accounts.cookies import with_session
from provisioning.controller.accounts.door import Offer
from provisioning.controller.accounts.gate import ACCOUNT, client_of, known_of
from provisioning.controller.accounts.records import (
    Known,
    WeakPasswordError,
    WrongCodeError,
    WrongPasswordError,
)
from provisioning.controller.answers import AnyRequest, html, language_of, set_language
from provisioning.controller.forms import form_of
from provisioning.controller.pages import Pages
from provisioning.controller.rooms import Rooms
from provisioning.controller.texts import LANGUAGES, word

_WRONG = (WrongPasswordError, WeakPasswordError, WrongCodeError)
_MOST_DIGITS = 18
_DONE = ("password", "factor_removed", "sessions", "language")


class RepeatedError(MotcuaError):
    """The new password was not repeated the same."""

    code = "password.repeated"


class _Own:
    def __init__(self, rooms: Rooms, pages: Pages) -> None:
        self._rooms = rooms
        self._pages = pages
        self.door = rooms.accounts.door
        self.gate = rooms.accounts.gate

    async def drawn(
        self,
        request: AnyRequest,
        *,
        done: str = "",
        error: MotcuaError | None = None,
        offer: Offer | None = None,
        codes: tuple[str, ...] = (),
    ) -> Response[Any]:
        rooms, door = self._rooms, self.door
        known, language = known_of(request), language_of(request)
        if codes:  # the second factor came with this request
            known = await _anew(rooms, request, known)
        page = self._pages.draw(
            "accounts_own.html",
            language,
            rooms.clock.now(),
            person=request.scope["user"],
            known=known,
            grants=_named_grants(rooms, known),
            sessions=await rooms.queries.do(door.sessions.of, known.person.id),
            owes=door.owes(known),
            must_have_factor=door.must_have_second_factor,
            codes_left=await door.codes_left(known) if known.second_factor else 0,
            offer=offer,
            codes=codes,
            done=done if done in _DONE else "",
            error=word(language, f"accounts.error.{error.code}", error.sentence) if error else "",
        )
        response = html(page, language)
        response.status_code = 400 if error else 200
        return response


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    own = _Own(rooms, pages)

    @get(ACCOUNT, media_type=MediaType.HTML, include_in_schema=False)
    async def page(request: AnyRequest, done: FromQuery[str] = "") -> Response[Any]:
        return await own.drawn(request, done=done)

    return [page, _password(own), *_factor(own), *_others(own)]


def _password(own: _Own) -> Any:
    @post(f"{ACCOUNT}/password", include_in_schema=False)
    async def password(request: AnyRequest) -> Response[Any]:
        known, form = known_of(request), await form_of(request)
        if form.one("fresh") != form.one("repeated"):
            return await own.drawn(request, error=RepeatedError())
        try:
            signed_in = await own.door.change_password(
                known, form.one("password"), form.one("fresh"), client_of(request)
            )
        except _WRONG as error:
            return await own.drawn(request, error=error)
        return with_session(_done("password"), own.gate, signed_in.token)

    return password


def _factor(own: _Own) -> list[Any]:
    @post(f"{ACCOUNT}/second-factor", include_in_schema=False)
    async def offer(request: AnyRequest) -> Response[Any]:
        known, form = known_of(request), await form_of(request)
        try:
            offered = await own.door.offer_key(known, form.one("password"), client_of(request))
        except _WRONG as error:
            return await own.drawn(request, error=error)
        return await own.drawn(request, offer=offered)

    @post(f"{ACCOUNT}/second-factor/confirm", include_in_schema=False)
    async def confirm(request: AnyRequest) -> Response[Any]:
        known, form = known_of(request), await form_of(request)
        try:
            codes = await own.door.confirm_key(known, form.one("code"), client_of(request))
        except _WRONG as error:
            return await own.drawn(request, offer=await own.door.offered(known), error=error)
        return await own.drawn(request, codes=codes)

    @post(f"{ACCOUNT}/second-factor/remove", include_in_schema=False)
    async def remove(request: AnyRequest) -> Response[Any]:
        known, form = known_of(request), await form_of(request)
        try:
            await own.door.remove_key(known, form.one("password"), client_of(request))
        except _WRONG as error:
            return await own.drawn(request, error=error)
        return _done("factor_removed")

    return [offer, confirm, remove]


def _others(own: _Own) -> list[Any]:
    @post(f"{ACCOUNT}/sessions", include_in_schema=False)
    async def end_sessions(request: AnyRequest) -> Response[Any]:
        only = (await form_of(request)).one("only")
        number = int(only) if only.isdecimal() and len(only) < _MOST_DIGITS else 0
        await own.door.end_sessions(known_of(request), client_of(request), only=number)
        return _done("sessions")

    @post(f"{ACCOUNT}/language", include_in_schema=False)
    async def language(request: AnyRequest) -> Response[Any]:
        asked = (await form_of(request)).one("language")
        chosen = next((one for one in LANGUAGES if one == asked), LANGUAGES[0])
        await own.door.set_language(known_of(request), chosen)
        response = _done("language")
        set_language(response, chosen)
        return response

    return [end_sessions, language]


async def _anew(rooms: Rooms, request: AnyRequest, known: Known) -> Known:
    token = request.cookies.get(rooms.accounts.gate.cookie, "")
    return await rooms.accounts.door.known(token, used=False) or known


def _named_grants(rooms: Rooms, known: Known) -> list[tuple[str, str]]:
    """Return the person's roles, each with its unit's name."""
    return [
        (grant.role.value, rooms.organisation.name_of(grant.unit)) for grant in known.person.grants
    ]


def _done(what: str) -> Response[Any]:
    return Redirect(f"{ACCOUNT}?done={what}", status_code=303)
