"""The door as a page: signing in, in one step or two, and out."""

from typing import Any

from litestar import MediaType, Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from devices.contract.errors import MotcuaError
from devices.web.limits import TooOftenError
from provisioning.controller.accounts.cookies import with_session, without_session
from provisioning.controller.accounts.door import SignedIn
from provisioning.controller.accounts.gate import client_of, known_of, own_place
from provisioning.controller.accounts.records import (
    CodeNeededError,
    WrongCodeError,
    WrongSignInError,
)
from provisioning.controller.answers import AnyRequest, html, language_of, set_language
from provisioning.controller.forms import Form, form_of
from provisioning.controller.pages import Pages
from provisioning.controller.rooms import Rooms
from provisioning.controller.texts import Language

_REFUSED = (WrongSignInError, WrongCodeError, TooOftenError)


class _DoorPage:
    def __init__(self, rooms: Rooms, pages: Pages) -> None:
        self._rooms = rooms
        self._pages = pages

    async def drawn(
        self, language: Language, to: str, *, ticket: str = "", error: MotcuaError | None = None
    ) -> Response[str]:
        rooms = self._rooms
        is_empty = not await rooms.queries.do(rooms.accounts.people.exist)
        page = self._pages.draw(
            "accounts_sign_in.html",
            language,
            rooms.clock.now(),
            to=own_place(to),
            ticket=ticket,
            error=error,
            wait_s=error.wait_s if isinstance(error, TooOftenError) else 0,
            is_empty=is_empty,
        )
        response = html(page, language)
        if error is not None:
            response.status_code = 429 if isinstance(error, TooOftenError) else 401
        if isinstance(error, TooOftenError):
            response.headers["retry-after"] = str(error.wait_s)
        return response

    async def signed_in(self, request: AnyRequest) -> Response[Any]:
        """Take a step, and lead on to where somebody was going, or show the door again."""
        form, language = await form_of(request), language_of(request)
        to = form.one("to")
        try:
            signed_in = await self._step(request, form)
        except CodeNeededError as needed:
            return await self.drawn(language, to, ticket=needed.ticket)
        except _REFUSED as error:
            ticket = "" if isinstance(error, WrongSignInError) else form.one("ticket")
            return await self.drawn(language, to, ticket=ticket, error=error)
        gate = self._rooms.accounts.gate
        if old := request.cookies.get(gate.cookie):
            await self._rooms.queries.do(self._rooms.accounts.door.sessions.end, old)
        response = Redirect(own_place(to), status_code=303)
        set_language(response, signed_in.language)
        return with_session(response, gate, signed_in.token)

    async def _step(self, request: AnyRequest, form: Form) -> SignedIn:
        client, door = client_of(request), self._rooms.accounts.door
        if ticket := form.one("ticket"):
            return await door.second_step(ticket, form.one("code"), client)
        return await door.sign_in(form.one("login"), form.one("password"), client)


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    door = _DoorPage(rooms, pages)

    @get("/sign-in", media_type=MediaType.HTML, include_in_schema=False)
    async def page(request: AnyRequest, to: FromQuery[str] = "/") -> Response[Any]:
        if request.scope.get("user") is not None:
            return Redirect(own_place(to), status_code=303)
        return await door.drawn(language_of(request), to)

    @post("/sign-in", media_type=MediaType.HTML, include_in_schema=False, status_code=200)
    async def sign_in(request: AnyRequest) -> Response[Any]:
        return await door.signed_in(request)

    @post("/sign-out", include_in_schema=False, status_code=303)
    async def sign_out(request: AnyRequest) -> Response[Any]:
        await rooms.accounts.door.sign_out(known_of(request), client_of(request))
        return without_session(Redirect("/sign-in", status_code=303), rooms.accounts.gate)

    return [page, sign_in, sign_out]
