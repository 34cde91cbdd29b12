"""The dashboard's API: what programs read, and what its pages ask for."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import ServerSentEvent

from provisioning.controller.access import needs, person_of
from provisioning.controller.answers import NEWEST, AnyRequest
from provisioning.controller.board import Asked
from provisioning.controller.branches import Need, Scope, reach_of
from provisioning.controller.metrics import CONTENT_TYPE
from provisioning.controller.overview import EVERYTHING, BoxSummary, Summary
from provisioning.controller.queries import StoredEvent
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms

_LONGEST = 64


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """Stored events upwards from `after`; the next page begins after `next_after`."""

    events: tuple[StoredEvent, ...]
    next_after: int


def api(rooms: Rooms) -> list[Any]:
    """Return the routes of the API."""
    return [*_reading(rooms), *_live(rooms)]


def _reading(rooms: Rooms) -> list[Any]:
    @get("/api/summary", guards=[needs(Right.SEE)])
    async def summary(
        request: AnyRequest, unit: Annotated[str, QueryParameter(max_length=_LONGEST)] = ""
    ) -> Summary:
        """Return what you may see of the province, or of a unit of it, in a few numbers."""
        return rooms.overview.summary(rooms.overview.branches.scope(_reach(request), unit))

    @get("/api/boxes", guards=[needs(Right.SEE)])
    async def boxes(
        request: AnyRequest,
        unit: Annotated[str, QueryParameter(max_length=_LONGEST)] = "",
        need: FromQuery[Need | None] = None,
        after: Annotated[str, QueryParameter(max_length=_LONGEST)] = "",
        limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
    ) -> list[BoxSummary]:
        """Return boxes by name; the next page begins after the last one's name."""
        asked = Asked(unit=unit, need=need, after=after)
        scope = rooms.overview.branches.scope(_reach(request), unit)
        return rooms.overview.cards(rooms.board.names(scope, asked, limit))

    @get("/api/boxes/{box:str}", guards=[needs(Right.SEE)])
    async def one_box(request: AnyRequest, box: FromPath[str]) -> BoxSummary:
        """Return a box."""
        rooms.reach.check(request, Right.SEE, box)
        return rooms.overview.box(box)

    @get("/api/events", guards=[needs(Right.SEE)])
    async def events(
        request: AnyRequest,
        box: FromQuery[str] = "",
        after: Annotated[int, QueryParameter(ge=0, lt=NEWEST)] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
    ) -> EventPage:
        """Return stored events in the order of their arrival; of all boxes if you may see all."""
        if box or _reach(request) != EVERYTHING:
            rooms.reach.check(request, Right.SEE, box)
        found = await rooms.queries.do(rooms.store.events, box=box, after=after, limit=limit)
        return EventPage(events=tuple(found), next_after=found[-1].id if found else after)

    return [summary, boxes, one_box, events]


def _live(rooms: Rooms) -> list[Any]:

    @get("/api/stream", include_in_schema=False, guards=[needs(Right.SEE)])
    async def stream(
        request: AnyRequest, box: Annotated[str, QueryParameter(max_length=_LONGEST)] = ""
    ) -> ServerSentEvent:
        if not box:
            return rooms.overview.stream(_reach(request))
        rooms.reach.check(request, Right.SEE, box)
        return rooms.overview.stream_of(box)

    @get("/metrics", include_in_schema=False)
    async def metrics() -> Response[bytes]:
        return Response(rooms.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    return [stream, metrics]


def _reach(request: AnyRequest) -> Scope:
    return reach_of(person_of(request), Right.SEE)
