"""Pages and API of this room: orders to boxes, what came of them, the files they brought."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter
from litestar.response import Redirect

from devices.messages import DeviceTested, Kind
from devices.web.ranges import ranged
from provisioning.controller.access import needs
from provisioning.controller.answers import AnyRequest
from provisioning.controller.forms import form_of
from provisioning.controller.origins import own_origin
from provisioning.controller.pages import Pages
from provisioning.controller.remote import recordings_page, shell_routes
from provisioning.controller.remote.asks import AnyAsk, AskBoardUpdate, AskTest, of_form, right_for
from provisioning.controller.remote.records import OrderRecord, State, device_tested
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms

_NEWEST = 2**53
_TESTED_WITHIN_S = 30.0  # a person waits at the button; the order itself goes on
_Name = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{24}$")]


class TestOne(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one device exercised."""

    __test__ = False

    device: Kind


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order for programs: `reply` is the box's own, as it came."""

    name: str
    box: str
    kind: str
    actor: str
    reason: str
    state: State
    code: str
    text: str
    order: msgspec.Raw
    reply: msgspec.Raw | None


def view_of(record: OrderRecord) -> OrderView:
    """Return the order as programs see it."""
    return OrderView(
        name=record.name,
        box=record.box,
        kind=record.kind,
        actor=record.actor,
        reason=record.reason,
        state=record.state,
        code=record.code,
        text=record.text,
        order=msgspec.Raw(record.body),
        reply=msgspec.Raw(record.reply) if record.answer else None,
    )


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    return [
        *_asking(rooms),
        *_reading(rooms),
        *shell_routes.routes(rooms, pages),
        *recordings_page.routes(rooms, pages),
    ]


def _asking(rooms: Rooms) -> list[Any]:
    async def given(request: AnyRequest, box: str, ask: AnyAsk) -> OrderRecord:
        person = rooms.reach.check(request, right_for(ask), box)
        rooms.overview.box(box)  # one that nobody knows is not asked
        if isinstance(ask, AskBoardUpdate):
            await rooms.remote.files.do(rooms.shelf.release, ask.release)
        return await rooms.remote.orders.give(box, ask, person.login)

    @post(
        "/api/boxes/{box:str}/orders",
        guards=[needs(Right.OPERATE), own_origin],
        status_code=202,
    )
    async def ask(request: AnyRequest, box: FromPath[str], data: JSONBody[AnyAsk]) -> OrderView:
        """Order something of a box; what came of it is to be read under the order's name."""
        return view_of(await given(request, box, data))

    @post("/api/boxes/{box:str}/test", guards=[needs(Right.OPERATE), own_origin], status_code=200)
    async def test(
        request: AnyRequest, box: FromPath[str], data: JSONBody[TestOne]
    ) -> DeviceTested:
        """Have a device of a box exercised, and return what it really did."""
        order = await given(request, box, AskTest(devices=(data.device,)))
        ended = await rooms.remote.orders.ended(order.name, within_s=_TESTED_WITHIN_S)
        return device_tested(ended)

    @post(
        "/boxes/{box:str}/orders/{what:str}",
        guards=[needs(Right.OPERATE), own_origin],
        include_in_schema=False,
        status_code=303,
    )
    async def ask_by_form(request: AnyRequest, box: FromPath[str], what: FromPath[str]) -> Redirect:
        ask = of_form(what, await form_of(request))
        await given(request, box, ask)
        return Redirect(f"/boxes/{box}#orders", status_code=303)

    @post(
        "/orders/{name:str}/cancel",
        guards=[needs(Right.OPERATE), own_origin],
        include_in_schema=False,
        status_code=303,
    )
    async def cancel(request: AnyRequest, name: _Name) -> Redirect:
        record = await rooms.queries.do(rooms.remote.orders.ledger.order, name)
        person = rooms.reach.check(request, Right.OPERATE, record.box)
        await rooms.remote.orders.cancel(name, person.login)
        return Redirect(f"/boxes/{record.box}#orders", status_code=303)

    return [ask, test, ask_by_form, cancel]


def _reading(rooms: Rooms) -> list[Any]:
    @get("/api/boxes/{box:str}/orders", guards=[needs(Right.SEE)])
    async def orders(
        request: AnyRequest,
        box: FromPath[str],
        before: Annotated[int, QueryParameter(ge=1, le=_NEWEST)] = _NEWEST,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 20,
    ) -> list[OrderView]:
        """Return what was ordered of a box, newest first."""
        rooms.reach.check(request, Right.SEE, box)
        ledger = rooms.remote.orders.ledger
        found = await rooms.queries.do(ledger.of_box, box, before=before, limit=limit)
        return [view_of(one) for one in found]

    @get("/api/orders/{name:str}", guards=[needs(Right.SEE)])
    async def order(request: AnyRequest, name: _Name) -> OrderView:
        """Return an order."""
        record = await rooms.queries.do(rooms.remote.orders.ledger.order, name)
        rooms.reach.check(request, Right.SEE, record.box)
        return view_of(record)

    @get("/api/orders/{name:str}/file", guards=[needs(Right.OPERATE)])
    async def file(request: AnyRequest, name: _Name) -> Response[Any]:
        """Return the file that an order brought, or a range of it (RFC 9110 §14)."""
        stored = await rooms.queries.do(rooms.remote.uploads.stored, name)
        rooms.reach.check(request, Right.OPERATE, stored.box)
        how = "inline" if stored.media_type == "image/png" else "attachment"
        answer = ranged(stored.path, request.headers.get("range", ""), stored.media_type)
        answer.headers["content-disposition"] = f'{how}; filename="{stored.file_name}"'
        return answer

    return [orders, order, file]
