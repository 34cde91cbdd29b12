"""Pages and API of settings: profiles, previews, approvals, and each box's document."""

from typing import Annotated, Any

import msgspec
from litestar import MediaType, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Redirect

from devices.contract.config import Problem
from devices.contract.errors import NotFoundError
from provisioning.controller.access import needs, person_of
from provisioning.controller.answers import NEWEST, AnyRequest, Number, html, language_of
from provisioning.controller.origins import own_origin
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms
from provisioning.controller.settings import views, writing
from provisioning.controller.settings.facts import BoxSettings
from provisioning.controller.settings.profiles import Draft, Key, Level, StaleDraftError, State
from provisioning.controller.settings.views import TARGET, Text, Written
from provisioning.controller.settings.writing import BadProfileError

_Form = Body(media_type=RequestEncodingType.URL_ENCODED)
Why = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Why a change is rejected."""

    verdict: Why


class AskCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Judge a profile's text."""

    text: Text


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a text, and what no part of this version knows."""

    wrong: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()


class UnknownPartError(NotFoundError):
    """No part of a box has this name."""


_MAY = [needs(Right.PROVISION)]
_MAY_POST = [needs(Right.PROVISION), own_origin]


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    drawn = views.Views(rooms, pages)
    return [
        *_looking(rooms, drawn),
        *_editing(rooms, drawn),
        *_deciding(rooms),
        *_api(rooms),
    ]


def _looking(rooms: Rooms, drawn: views.Views) -> list[Any]:
    settings = rooms.settings.settings

    @get("/settings", media_type=MediaType.HTML, include_in_schema=False, guards=_MAY)
    async def page(request: AnyRequest) -> Response[str]:
        return html(await drawn.home(request), language_of(request))

    @get("/settings/profile", media_type=MediaType.HTML, include_in_schema=False, guards=_MAY)
    async def profile(
        request: AnyRequest,
        level: FromQuery[Level],
        target: Annotated[str, QueryParameter(pattern=TARGET)],
        take: Annotated[int, QueryParameter(ge=0, le=NEWEST)] = 0,
        said: Annotated[str, QueryParameter(max_length=16)] = "",
    ) -> Response[str]:
        key = Key(level, target)
        settings.check(person_of(request), Right.PROVISION, key)
        page = await drawn.editor(request, key, take=take, said=said)
        return html(page, language_of(request))

    @get(
        "/settings/changes/{number:int}",
        media_type=MediaType.HTML,
        include_in_schema=False,
        guards=_MAY,
    )
    async def change(request: AnyRequest, number: Number) -> Response[str]:
        return html(await drawn.change(request, number), language_of(request))

    @get(
        "/settings/boxes/{box:str}",
        media_type=MediaType.HTML,
        include_in_schema=False,
        guards=_MAY,
    )
    async def of_box(request: AnyRequest, box: FromPath[str]) -> Response[str]:
        rooms.reach.check(request, Right.PROVISION, box)
        return html(await drawn.box(request, box), language_of(request))

    return [page, profile, change, of_box]


def _editing(rooms: Rooms, drawn: views.Views) -> list[Any]:
    settings = rooms.settings.settings

    @post(
        "/settings/preview",
        media_type=MediaType.HTML,
        include_in_schema=False,
        guards=_MAY_POST,
        status_code=200,
    )
    async def preview(request: AnyRequest, data: Annotated[Written, _Form]) -> Response[str]:
        settings.check(person_of(request), Right.PROVISION, data.key)
        try:
            page = await drawn.preview(request, data)
        except BadProfileError as error:
            page = await drawn.again(request, data, error)
        return html(page, language_of(request))

    @post(
        "/settings/edit",
        media_type=MediaType.HTML,
        include_in_schema=False,
        guards=_MAY_POST,
        status_code=200,
    )
    async def edit(request: AnyRequest, data: Annotated[Written, _Form]) -> Response[str]:
        settings.check(person_of(request), Right.PROVISION, data.key)
        page = await drawn.again(request, data, None)
        return html(page, language_of(request))

    @post("/settings/save", include_in_schema=False, guards=_MAY_POST, status_code=303)
    async def save(
        request: AnyRequest, data: Annotated[Written, _Form]
    ) -> Redirect | Response[str]:
        person = person_of(request)
        settings.check(person, Right.PROVISION, data.key)
        try:
            change = await rooms.queries.do(settings.save, _draft(data), person.login)
        except (BadProfileError, StaleDraftError) as error:
            page = await drawn.again(request, data, error)
            response = html(page, language_of(request))
            response.status_code = 409
            return response
        rooms.settings.tell()
        said = "proposed" if change.state is State.PENDING else "saved"
        return _back(data.key, said)

    @get(
        ["/settings/preview", "/settings/edit", "/settings/save"],
        include_in_schema=False,
        guards=_MAY,
        status_code=303,
    )
    async def begin_again(request: AnyRequest) -> Redirect:
        """Lead whoever follows an address of these (another language, a reload) to the start."""
        return Redirect(f"/settings?lang={language_of(request)}", status_code=303)

    return [preview, edit, save, begin_again]


def _deciding(rooms: Rooms) -> list[Any]:
    settings = rooms.settings.settings

    @post(
        "/settings/changes/{number:int}/approve",
        include_in_schema=False,
        guards=[needs(Right.APPROVE), own_origin],
        status_code=303,
    )
    async def approve(request: AnyRequest, number: Number) -> Redirect:
        person = person_of(request)
        key = (await rooms.queries.do(settings.profiles.change, number)).key
        settings.check(person, Right.APPROVE, key)
        await rooms.queries.do(settings.approve, number, person.login)
        rooms.settings.tell()
        return _back(key, "saved")

    @post(
        "/settings/changes/{number:int}/reject",
        include_in_schema=False,
        guards=_MAY_POST,
        status_code=303,
    )
    async def reject(
        request: AnyRequest, number: Number, data: Annotated[Verdict, _Form]
    ) -> Redirect:
        person = person_of(request)
        change = await rooms.queries.do(settings.profiles.change, number)
        if change.author != person.login:
            settings.check(person, Right.APPROVE, change.key)
        await rooms.queries.do(settings.profiles.reject, number, person.login, data.verdict)
        return Redirect("/settings", status_code=303)

    @post(
        "/settings/boxes/{box:str}/again",
        include_in_schema=False,
        guards=_MAY_POST,
        status_code=303,
    )
    async def again(request: AnyRequest, box: FromPath[str]) -> Redirect:
        person = rooms.reach.check(request, Right.PROVISION, box)
        await rooms.queries.do(settings.again, box, person.login)
        rooms.settings.tell()
        return Redirect(f"/settings/boxes/{box}", status_code=303)

    return [approve, reject, again]


def _api(rooms: Rooms) -> list[Any]:
    @get("/api/settings/boxes/{box:str}", guards=_MAY)
    async def of_box(request: AnyRequest, box: FromPath[str]) -> BoxSettings:
        """Return a box's document, the origin of each property, and what the box made of it."""
        rooms.reach.check(request, Right.PROVISION, box)
        return await rooms.settings.box(box)

    @get("/api/settings/schema/{part:str}", guards=_MAY)
    async def schema(part: FromPath[str]) -> dict[str, Any]:
        """Return the JSON schema of a part's settings, of this version."""
        if part not in writing.KINDS:
            raise UnknownPartError
        return writing.schema(part)

    @post("/api/settings/check", guards=_MAY_POST, status_code=200)
    async def check(data: JSONBody[AskCheck]) -> Checked:
        """Return what is wrong with a profile's text; nothing is kept."""
        try:
            return Checked(doubts=tuple(writing.doubts(writing.read(data.text))))
        except BadProfileError as error:
            return Checked(wrong=error.problems)

    return [of_box, schema, check]


def _draft(data: Written) -> Draft:
    """Return what is to be saved; raises BadProfileError, also without a reason."""
    why = data.why.strip()
    if not why:
        raise BadProfileError((Problem("why", "is missing"),))
    return Draft(key=data.key, document=writing.read(data.text), why=why, base=data.base)


def _back(key: Key, said: str) -> Redirect:
    return Redirect(
        "/settings/profile",
        query_params={"level": str(key.level), "target": key.target, "said": said},
        status_code=303,
    )
