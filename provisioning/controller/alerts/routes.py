"""The page and API of alerts: what is open, who has seen it, what is muted, what was."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from litestar import MediaType, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter
from litestar.response import Redirect

from devices.contract.errors import NotAllowedError
from devices.runtime.worker import Worker
from provisioning.controller.access import needs, person_of
from provisioning.controller.alerts.alerts import Alerts
from provisioning.controller.alerts.records import Mute, Record
from provisioning.controller.alerts.rules import Kind, Severity
from provisioning.controller.alerts.sentences import matter
from provisioning.controller.answers import NEWEST, AnyRequest, Number, html, language_of
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Named, Person, Right
from provisioning.controller.rooms import Rooms
from provisioning.controller.texts import Language

_PAST = 50
_READ, _MOST_READS = 250, 20
_WORST_FIRST = tuple(reversed(Severity))
_Form = Body(media_type=RequestEncodingType.URL_ENCODED)
Text = Annotated[str, msgspec.Meta(max_length=300)]


class Acknowledge(msgspec.Struct, frozen=True, kw_only=True):
    """Say that an alert was seen."""

    note: Text = ""


class AskMute(msgspec.Struct, frozen=True, kw_only=True):
    """Let nobody be told of a place's alerts, of a kind or of all, for some hours."""

    place: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    kind: Literal["", *(kind.value for kind in Kind)] = ""  # type: ignore[valid-type]  # every kind, or all
    hours: Annotated[int, msgspec.Meta(ge=1, le=31 * 24)] = 1
    why: Text = ""


class OpenAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as the page and the API show it."""

    record: Record
    name: str
    matter: str
    muted: bool


class _View:
    """What a person sees of the alerts, and where they may do something about them."""

    def __init__(self, alerts: Alerts, named: Named) -> None:
        self._alerts = alerts
        self._named = named

    def shown(self, request: AnyRequest, records: Iterable[Record]) -> list[OpenAlert]:
        """Return those within reach, in words."""
        person, language = person_of(request), language_of(request)
        seen = (self._as_seen(person, record) for record in records)
        return [self._in_words(language, one) for one in seen if one is not None]

    def worst_first(self, request: AnyRequest) -> list[OpenAlert]:
        """Return the open alerts within reach: the muted last, the critical first, then by age."""
        return sorted(self.open(request), key=_urgency)

    def open(self, request: AnyRequest) -> list[OpenAlert]:
        """Return the open alerts within reach, oldest first."""
        person = person_of(request)
        sees = partial(self._sees, person)
        return self.shown(request, self._alerts.open_to(sees))

    async def past(
        self, request: AnyRequest, queries: Worker, before: int
    ) -> tuple[list[OpenAlert], int]:
        """Return a page of what was, and before which number the next one begins (0: none does).

        Others' alerts are read over, 5,000 at most: then the page is not full, and goes on.
        """
        found: list[OpenAlert] = []
        for _ in range(_MOST_READS):
            read = await queries.do(self._alerts.past, before, _READ)
            found += self.shown(request, read)
            if len(found) > _PAST:
                return found[:_PAST], found[_PAST - 1].record.id
            if len(read) < _READ:
                return found, 0
            before = read[-1].id
        return found, before

    def mutes(self, person: Person) -> list[tuple[Mute, str]]:
        """Return the mutes within reach, and what their places are called."""
        return [
            (mute, self._named.name(mute.place))
            for mute in self._alerts.mutes
            if self._sees(person, mute.place)
        ]

    def operator(self, request: AnyRequest, place: str) -> Person:
        """Return who asks, if they may operate at the place; raises NotAllowedError."""
        person = person_of(request)
        if not person.may(Right.OPERATE, self._named.path(place)):
            raise NotAllowedError(f"This needs the right to operate at {place}.")
        return person

    def _as_seen(self, person: Person, record: Record) -> Record | None:
        """Return an alert within reach; of an area above that reach only the boxes within it."""
        if self._sees(person, record.alert.key.where):
            return record
        own = record.alert.among(partial(self._sees, person))
        return msgspec.structs.replace(record, alert=own) if own else None

    def _sees(self, person: Person, place: str) -> bool:
        return person.may(Right.SEE, self._named.path(place))

    def _in_words(self, language: Language, record: Record) -> OpenAlert:
        place = record.alert.key.where
        path = self._named.path(place)
        return OpenAlert(
            record=record,
            name=self._named.name(place),
            matter=matter(language, record.alert),
            muted=any(mute.covers(record.alert, path) for mute in self._alerts.mutes),
        )


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    view = _View(rooms.alerts, rooms.named)
    return [*_reading(rooms, pages, view), *_acting(rooms, view)]


def _reading(rooms: Rooms, pages: Pages, view: _View) -> list[Any]:
    @get("/alerts", media_type=MediaType.HTML, include_in_schema=False, guards=[needs(Right.SEE)])
    async def page(
        request: AnyRequest,
        before: Annotated[int, QueryParameter(ge=1, le=NEWEST)] = NEWEST,
    ) -> Response[str]:
        language = language_of(request)
        person = person_of(request)
        past, older = await view.past(request, rooms.queries, before)
        drawn = pages.draw(
            "alerts.html",
            language,
            rooms.clock.now(),
            person=person,
            here="alerts",
            open=view.worst_first(request),
            mutes=view.mutes(person),
            past=past,
            older=older,
            may_operate=Right.OPERATE in person.rights,
            is_first=before == NEWEST,
        )
        return html(drawn, language)

    @get("/api/alerts", guards=[needs(Right.SEE)])
    async def open_alerts(request: AnyRequest) -> list[OpenAlert]:
        """Return the open alerts within reach, oldest first."""
        return view.open(request)

    return [page, open_alerts]


def _acting(rooms: Rooms, view: _View) -> list[Any]:
    alerts = rooms.alerts

    @post("/alerts/{number:int}/acknowledge", guards=[needs(Right.OPERATE)], status_code=303)
    async def acknowledge(
        request: AnyRequest, number: Number, data: Annotated[Acknowledge, _Form]
    ) -> Redirect:
        """Say that an alert was seen."""
        record = await rooms.queries.do(alerts.book.alert, number)
        person = view.operator(request, record.alert.key.where)
        await alerts.acknowledge(number, person.login, data.note)
        return Redirect("/alerts", status_code=303)

    @post("/alerts/mute", guards=[needs(Right.OPERATE)], status_code=303)
    async def mute(request: AnyRequest, data: Annotated[AskMute, _Form]) -> Redirect:
        """Let nobody be told of a place's alerts for a while."""
        person = view.operator(request, data.place)
        until = rooms.clock.now() + timedelta(hours=data.hours)
        asked = Mute(place=data.place, kind=data.kind, until=until, by=person.login, why=data.why)
        await alerts.mute(asked)
        return Redirect("/alerts", status_code=303)

    @post("/alerts/mutes/{number:int}/end", guards=[needs(Right.OPERATE)], status_code=303)
    async def unmute(request: AnyRequest, number: Number) -> Redirect:
        """Tell of these alerts again."""
        for one in alerts.mutes:
            if one.id == number:
                view.operator(request, one.place)
        await alerts.unmute(number)
        return Redirect("/alerts", status_code=303)

    return [acknowledge, mute, unmute]


def _urgency(one: OpenAlert) -> tuple[bool, int, datetime]:
    alert = one.record.alert
    return one.muted, _WORST_FIRST.index(alert.severity), alert.since
