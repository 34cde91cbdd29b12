"""The pages of all boxes and of one, as far as somebody's rights reach."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from litestar import MediaType, Response, get
from litestar.params import FromPath, FromQuery

from provisioning.controller.access import needs, person_of
from provisioning.controller.answers import NEWEST, AnyRequest, html, language_of
from provisioning.controller.board import Asked
from provisioning.controller.branches import Need, reach_of
from provisioning.controller.drawn import Drawn
from provisioning.controller.history.plot import Range, plots, since
from provisioning.controller.pages import BoxFacts, Pages
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms

Panel = Callable[[Rooms, Pages, AnyRequest, str], Awaitable[str]]
"""Draws a part of the page of a box that somebody may see."""
_PAGE_EVENTS = 25
_DRAWN_FOR_S = 15  # waiting times grow by themselves
_LONGEST = 64
_LAND = '<svg xmlns="http://www.w3.org/2000/svg"><path id="land" d="{}"/></svg>'
_KEPT = "private, max-age=31536000, immutable"
_sees = needs(Right.SEE)


def routes(rooms: Rooms, pages: Pages, panels: Sequence[Panel] = ()) -> list[Any]:
    """Return the route handlers; `panels` are other rooms' parts of a box's page."""
    drawn = Drawn()
    born = int(rooms.clock.now().timestamp())

    @get("/", media_type=MediaType.HTML, include_in_schema=False, guards=[_sees])
    async def overview_page(request: AnyRequest) -> Response[str]:
        language, person, asked = language_of(request), person_of(request), _asked(request)
        reach = reach_of(person, Right.SEE)
        now = rooms.clock.now()
        version = (rooms.overview.revision, int(now.timestamp()) // _DRAWN_FOR_S)
        tag = f'W/"{born}-{version[0]}-{version[1]}-{language}-{person.id}"'
        if request.headers.get("if-none-match") == tag:
            return Response("", status_code=304, media_type=MediaType.HTML)
        main = drawn.get(
            (reach, asked, language),
            version,
            lambda: pages.overview_main(language, rooms.board.view(reach, asked)),
        )
        page = html(pages.overview(language, now, asked, main, person), language)
        page.headers["ETag"] = tag
        return page

    @get("/map.svg", include_in_schema=False, guards=[_sees])
    async def land(request: AnyRequest) -> Response[str]:
        """Return the pale dots below a map. Kept by browsers: another land has another address."""
        query, reach = request.query_params, reach_of(person_of(request), Right.SEE)
        drawn = rooms.board.land(reach, query.get("unit", "")[:_LONGEST])
        kept = drawn is not None and query.get("v") == drawn.version
        return Response(
            _LAND.format(drawn.path if drawn else ""),
            media_type="image/svg+xml",
            headers={"Cache-Control": _KEPT if kept else "no-store"},
        )

    @get("/boxes/{box:str}", media_type=MediaType.HTML, include_in_schema=False, guards=[_sees])
    async def box_page(
        request: AnyRequest, box: FromPath[str], span: FromQuery[Range] = Range.DAY
    ) -> Response[str]:
        language, now = language_of(request), rooms.clock.now()
        person = rooms.reach.check(request, Right.SEE, box)
        known = rooms.overview.box(box)
        query = rooms.queries.do
        events = await query(rooms.store.events, box=box, before=NEWEST, limit=_PAGE_EVENTS)
        samples = await query(rooms.history.read, box, since(span, now))
        facts = BoxFacts(
            box=known,
            way=tuple((code, rooms.board.unit_name(code)) for code in known.path),
            record=rooms.registrar.registry.known(box),
            events=events,
            plots=plots(samples, span, now),
            span=span,
            panels=[await panel(rooms, pages, request, box) for panel in panels],
        )
        return html(pages.box(language, now, person, facts), language)

    return [overview_page, land, box_page]


def _asked(request: AnyRequest) -> Asked:
    """Return what the address asks for; what it means by nothing we know is left out."""
    query = request.query_params
    need = query.get("need", "")
    name, words = (query.get(key, "")[:_LONGEST] for key in ("unit", "words"))
    return Asked(
        unit=name,
        need=Need(need) if need in set(Need) else None,
        words=words.strip(),
        after=query.get("after", "")[:_LONGEST],
        before=query.get("before", "")[:_LONGEST],
    )
