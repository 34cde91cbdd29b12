"""The pages of enrolment: who waits, who is expected, which box has which certificate."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from litestar import MediaType, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from devices.contract.errors import BadPayloadError, MotcuaError, NotAllowedError
from provisioning.claims import tidy_serial
from provisioning.controller.access import Reach, needs, person_of
from provisioning.controller.answers import AnyRequest, Number, html, language_of
from provisioning.controller.forms import Form, form_of
from provisioning.controller.pages import Pages
from provisioning.controller.registry.errors import NoSuchBoxError, NotAcceptedYetError
from provisioning.controller.registry.records import Asking, BoxRecord, Claimed, Expected, Place
from provisioning.controller.registry.registrar import Registrar
from provisioning.controller.registry.sheet import read_list
from provisioning.controller.registry.stick import answered
from provisioning.controller.registry.view import ROLES, Told, View, days_left, told
from provisioning.controller.rights import Named, Right
from provisioning.controller.rooms import Rooms
from provisioning.controller.texts import word
from provisioning.stick import ANSWER_FILE, MOST_BYTES, read_request, written

_GUARD = [needs(Right.PROVISION)]
_MOST_LIST = 2 << 20
_PLACE = "/enrolment"


_Multipart = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]


class _Room:
    """The handlers' common ground: their rooms, and the pages they draw."""

    def __init__(self, registrar: Registrar, named: Named, reach: Reach, pages: Pages) -> None:
        self.registrar = registrar
        self.registry = registrar.registry
        self.reach = reach
        self.view = View(self.registry, named)
        self._pages = pages

    async def overview(
        self, request: AnyRequest, *, wrong: Told | None = None, query: str = "", after: str = ""
    ) -> Response[str]:
        """Return the page of all, with what went wrong."""
        person = person_of(request)
        asking = self.view.asking(person, await self.registrar.worker.do(self.registry.asking))
        boxes, more = self.view.boxes(person, query, after)
        return self._drawn(
            request,
            "registry_enrolment.html",
            wrong=wrong,
            asking=[one for one in asking if not one.refused_at],
            refused=[one for one in asking if one.refused_at],
            refusable={one.id for one in asking if self.view.may_refuse(person, one)},
            boxes=boxes,
            more=more,
            query=query,
            gate=self.registrar.doors.gate,
            fingerprint=self.registrar.authority.fingerprint,
        )

    async def one(
        self, request: AnyRequest, box: str, *, wrong: Told | None = None
    ) -> Response[str]:
        """Return the page of a box."""
        return self._drawn(
            request,
            "registry_box.html",
            wrong=wrong,
            box=self.known(box),
            certificates=await self.registrar.worker.do(self.registry.certificates, box),
            holders=await self.registrar.worker.do(self.registry.holders, box),
        )

    def sheet(self, request: AnyRequest, claims: list[Claimed]) -> Response[str]:
        """Return the sheet of claims, which is shown once."""
        return self._drawn(request, "registry_sheet.html", slips=self.view.slips(claims))

    def known(self, box: str) -> BoxRecord:
        """Return a box; raises NoSuchBoxError."""
        record = self.registry.known(box)
        if record is None:
            raise NoSuchBoxError
        return record

    async def overview_again(self, request: AnyRequest, error: MotcuaError) -> Response[str]:
        """Return the page of all with what went wrong."""
        answer = await self.overview(request, wrong=told(language_of(request), error))
        answer.status_code = 403 if isinstance(error, NotAllowedError) else 400
        return answer

    async def one_again(self, request: AnyRequest, box: str, error: MotcuaError) -> Response[str]:
        """Return the page of a box with what went wrong."""
        answer = await self.one(request, box, wrong=told(language_of(request), error))
        answer.status_code = 403 if isinstance(error, NotAllowedError) else 400
        return answer

    def _drawn(self, request: AnyRequest, name: str, **facts: Any) -> Response[str]:
        language, now = language_of(request), self.registrar.clock.now()
        return html(
            self._pages.draw(
                name,
                language,
                now,
                person=person_of(request),
                here="enrolment",
                roles=ROLES,
                days_left=lambda until: days_left(now, until),
                over=lambda until: until <= now,
                **facts,
            ),
            language,
        )


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    return handlers(rooms.registrar, rooms.named, rooms.reach, pages)


def handlers(registrar: Registrar, named: Named, reach: Reach, pages: Pages) -> list[Any]:
    """Return the same of these rooms alone."""
    room = _Room(registrar, named, reach, pages)
    return [*_queue(room), *_expecting(room), *_stick(room), *_boxes(room), *_ending(room)]


def _queue(room: _Room) -> list[Any]:
    @get(_PLACE, media_type=MediaType.HTML, include_in_schema=False, guards=_GUARD)
    async def page(
        request: AnyRequest, q: FromQuery[str] = "", after: FromQuery[str] = ""
    ) -> Response[str]:
        return await room.overview(request, query=q[:100], after=after[:64])

    @get("/api/enrolment", guards=_GUARD)
    async def asking(request: AnyRequest) -> list[Asking]:
        """Return the boxes that ask to come in, the oldest first; refused ones too."""
        found = await room.registrar.worker.do(room.registry.asking)
        return room.view.asking(person_of(request), found)

    @post(_PLACE + "/requests/{number:int}/accept", include_in_schema=False, guards=_GUARD)
    async def accept(request: AnyRequest, number: Number) -> Response[Any]:
        form = await form_of(request)
        box, place = form.one("box").strip(), _place(form)
        try:
            there = room.registry.known(box)
            if there:
                room.reach.check(request, Right.PROVISION, box)
            unit = place.unit or (there.unit if there else "")
            person = room.view.check_unit(request, unit)
            await room.registrar.worker.do(room.registry.accept, number, box, place, person.login)
        except MotcuaError as error:
            return await room.overview_again(request, error)
        return Redirect(_PLACE, status_code=303)

    @post(_PLACE + "/requests/{number:int}/refuse", include_in_schema=False, guards=_GUARD)
    async def refuse(request: AnyRequest, number: Number) -> Response[Any]:
        reason, do = (await form_of(request)).one("reason"), room.registrar.worker.do
        try:
            person = room.view.check_waiting(request, await do(room.registry.waiting, number))
            await do(room.registry.refuse, number, reason, person.login)
        except MotcuaError as error:
            return await room.overview_again(request, error)
        return Redirect(_PLACE, status_code=303)

    return [page, asking, accept, refuse]


def _expecting(room: _Room) -> list[Any]:
    async def expect(
        request: AnyRequest, read: Callable[[], Awaitable[list[Expected]]]
    ) -> Response[str]:
        try:
            expected = await read()
            person = room.view.check_list(request, expected)
            claims = await room.registrar.worker.do(
                room.registry.preauthorise, expected, person.login
            )
        except MotcuaError as error:
            return await room.overview_again(request, error)
        return room.sheet(request, claims)

    @post(_PLACE + "/expect", include_in_schema=False, guards=_GUARD, status_code=200)
    async def one(request: AnyRequest) -> Response[str]:
        async def read() -> list[Expected]:
            form = await form_of(request)
            box, serial = form.one("box").strip(), form.one("serial")
            return [Expected(serial=serial, box=box, claim=form.one("claim"), place=_place(form))]

        return await expect(request, read)

    @post(
        _PLACE + "/list",
        include_in_schema=False,
        guards=_GUARD,
        status_code=200,
        request_max_body_size=_MOST_LIST,
    )
    async def many(request: AnyRequest, data: _Multipart) -> Response[str]:
        async def read() -> list[Expected]:
            return read_list(_text(await _file(data)))

        return await expect(request, read)

    return [one, many]


def _stick(room: _Room) -> list[Any]:
    @post(_PLACE + "/stick", include_in_schema=False, guards=_GUARD, status_code=200)
    async def sign(request: AnyRequest, data: _Multipart) -> Response[Any]:
        try:
            asked = read_request((await _file(data))[: MOST_BYTES + 1])
            if expected := room.registry.by_serial(tidy_serial(asked.serial)):
                room.reach.check(request, Right.PROVISION, expected.box)
            answer = await room.registrar.worker.do(answered, room.registrar, asked)
        except NotAcceptedYetError as error:
            text = word(language_of(request), "registry.stick_waits")
            return await room.overview(request, wrong=Told(text=text, sentence=error.words))
        except MotcuaError as error:
            return await room.overview_again(request, error)
        headers = {"Content-Disposition": f'attachment; filename="{ANSWER_FILE}"'}
        return Response(written(answer), media_type="application/json", headers=headers)

    return [sign]


def _boxes(room: _Room) -> list[Any]:
    @get(
        _PLACE + "/boxes/{box:str}",
        media_type=MediaType.HTML,
        include_in_schema=False,
        guards=_GUARD,
    )
    async def page(request: AnyRequest, box: FromPath[str]) -> Response[str]:
        room.reach.check(request, Right.PROVISION, room.known(box).box)
        return await room.one(request, box)

    @post(_PLACE + "/boxes/{box:str}/place", include_in_schema=False, guards=_GUARD)
    async def put(request: AnyRequest, box: FromPath[str]) -> Response[Any]:
        there = room.known(box)
        person = room.reach.check(request, Right.PROVISION, there.box)
        place = _place(await form_of(request))
        try:
            room.view.check_site(request, place, there.unit)
            await room.registrar.worker.do(room.registry.put, box, place, person.login)
        except MotcuaError as error:
            return await room.one_again(request, box, error)
        return Redirect(f"{_PLACE}/boxes/{box}", status_code=303)

    return [page, put]


def _ending(room: _Room) -> list[Any]:
    """Return what ends a piece of hardware's time as a box, or begins it anew."""

    async def confirmed(request: AnyRequest, box: str) -> tuple[Form, str]:
        person = room.reach.check(request, Right.PROVISION, room.known(box).box)
        form = await form_of(request)
        if form.one("confirm").strip() != box:
            raise BadPayloadError(word(language_of(request), "registry.not_confirmed"))
        return form, person.login

    @post(
        _PLACE + "/boxes/{box:str}/claim", include_in_schema=False, guards=_GUARD, status_code=200
    )
    async def claim(request: AnyRequest, box: FromPath[str]) -> Response[str]:
        person = room.reach.check(request, Right.PROVISION, room.known(box).box)
        expected = Expected(serial=room.known(box).serial, box=box)
        try:
            claims = await room.registrar.worker.do(
                room.registry.preauthorise, [expected], person.login
            )
        except MotcuaError as error:
            return await room.one_again(request, box, error)
        return room.sheet(request, claims)

    @post(
        _PLACE + "/boxes/{box:str}/replace",
        include_in_schema=False,
        guards=_GUARD,
        status_code=200,
    )
    async def replace(request: AnyRequest, box: FromPath[str]) -> Response[str]:
        try:
            form, who = await confirmed(request, box)
            claimed = await room.registrar.worker.do(
                room.registry.replace, box, form.one("serial"), who
            )
        except MotcuaError as error:
            return await room.one_again(request, box, error)
        return room.sheet(request, [claimed])

    @post(_PLACE + "/boxes/{box:str}/retire", include_in_schema=False, guards=_GUARD)
    async def retire(request: AnyRequest, box: FromPath[str]) -> Response[Any]:
        try:
            _, who = await confirmed(request, box)
            await room.registrar.worker.do(room.registry.retire, box, who)
        except MotcuaError as error:
            return await room.one_again(request, box, error)
        return Redirect(f"{_PLACE}/boxes/{box}", status_code=303)

    return [claim, replace, retire]


def _place(form: Form) -> Place:
    fields = {name: form.one(name).strip() for name in ("role", "unit", "site", "name")}
    return Place(**fields)


async def _file(data: dict[str, Any]) -> bytes:
    """Return what the form's file holds; raises BadPayloadError."""
    file = data.get("file")
    if not isinstance(file, UploadFile):
        raise BadPayloadError("No file was chosen.")
    return await file.read()


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadPayloadError("The list is not in UTF-8: save it as “CSV UTF-8”.") from error
