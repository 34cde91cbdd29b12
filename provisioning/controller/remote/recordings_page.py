"""The page of recorded terminals: by box and day, as far as somebody's rights reach."""

from datetime import date
from typing import Annotated, Any

from litestar import MediaType, Response, get
from litestar.params import QueryParameter

from provisioning.controller.access import needs, person_of
from provisioning.controller.answers import AnyRequest, html, language_of
from provisioning.controller.pages import Pages
from provisioning.controller.remote.recordings import Recorded, Sought
from provisioning.controller.rights import Person, Right
from provisioning.controller.rooms import Rooms

PAGE = 50
_Name = Annotated[str, QueryParameter(max_length=64)]


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""

    @get(
        "/shells",
        media_type=MediaType.HTML,
        include_in_schema=False,
        guards=[needs(Right.PROVISION)],
    )
    async def page(
        request: AnyRequest, box: _Name = "", day: _Name = "", before: _Name = ""
    ) -> Response[str]:
        language, person = language_of(request), person_of(request)
        sought = Sought(box=_plain(box), day=_day(day), before=_plain(before))
        found = await _within_reach(rooms, person, sought)
        more = len(found) > PAGE
        kept = {"box": sought.box, "day": sought.day.isoformat() if sought.day else ""}
        drawn = pages.draw(
            "remote_shells.html",
            language,
            rooms.clock.now(),
            person=person,
            here="shells",
            found=found[:PAGE],
            named=rooms.named.name,
            kept={key: value for key, value in kept.items() if value},
            sought=sought,
            more=found[PAGE - 1].record.name if more else "",
        )
        return html(drawn, language)

    return [page]


async def _within_reach(rooms: Rooms, person: Person, sought: Sought) -> list[Recorded]:
    recordings = rooms.remote.recordings
    boxes = None
    if not person.may(Right.PROVISION, ()):  # not everywhere
        boxes = rooms.reach.among(person, Right.PROVISION, await recordings.boxes())
    return await recordings.found(sought, boxes, PAGE + 1)


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
