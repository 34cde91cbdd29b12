"""Reports and exports: a page, files to download."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from litestar import MediaType, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from devices.contract.clock import local_day
from devices.contract.errors import NotAllowedError, NotFoundError
from devices.papers.pdf import write_pdf
from provisioning.controller.access import needs, person_of
from provisioning.controller.answers import AnyRequest, html, language_of
from provisioning.controller.pages import Pages
from provisioning.controller.reports import exports
from provisioning.controller.reports.build import unit_month
from provisioning.controller.reports.config import ReportsConfig
from provisioning.controller.reports.document import document_of, sheets_of
from provisioning.controller.reports.facts import UnitMonth
from provisioning.controller.reports.gather import gather
from provisioning.controller.reports.month import Month, month_of, read_month
from provisioning.controller.reports.workbook import write_ods, write_xlsx
from provisioning.controller.rights import EVERYWHERE, Person, Right
from provisioning.controller.rooms import Rooms

_MONTHS = 24
_UNIT = Annotated[str, QueryParameter(max_length=64)]
_MONTH = Annotated[str, QueryParameter(max_length=7)]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_WRITE_S = 60.0
_MOST_SHOWN = 300  # rows of a table on the page; the files have all


class NoSuchFileError(NotFoundError):
    """There is no report or export of this name."""


class _Desk:
    """Makes reports of what a person may see."""

    def __init__(self, rooms: Rooms, config: ReportsConfig) -> None:
        self._rooms = rooms
        self._config = config

    def boxes(self, person: Person, unit: str) -> dict[str, str]:
        """Return the boxes of a unit within reach, and what people call them.

        Raises NotAllowedError when the unit itself is not within reach.
        """
        named = self._rooms.named
        if unit and not (named.path(unit) and person.may(Right.SEE, named.path(unit))):
            raise NotAllowedError(f"This needs the right to see {unit}.")
        known = (str(state.box) for state, _ in self._rooms.overview.states())
        return {
            box: named.name(box)
            for box in known
            if person.may(Right.SEE, path := named.path(box)) and (not unit or unit in path)
        }

    def units(self, person: Person) -> list[tuple[str, str]]:
        """Return the units with boxes within reach: code and name, from the root down."""
        named = self._rooms.named
        paths = {named.path(box) for box in self.boxes(person, EVERYWHERE)}
        codes = {path[: at + 1] for path in paths for at in range(len(path))}
        return [
            (path[-1], f"{'  ' * (len(path) - 1)}{named.name(path[-1])}")
            for path in sorted(codes)
            if person.may(Right.SEE, path)
        ]

    async def report(self, person: Person, unit: str, month: Month) -> UnitMonth:
        """Return the month of a unit."""
        named = self._rooms.named
        now = self._rooms.clock.now()
        boxes = self.boxes(person, unit)
        units = {box: (named.path(box) or (EVERYWHERE,))[-1] for box in boxes}
        names = {code: named.name(code) for code in {unit, *units.values()}}
        names[EVERYWHERE] = "Toàn tỉnh"

        def made() -> UnitMonth:
            promised_s = self._config.promised_wait_min * 60.0
            return unit_month(
                unit,
                month,
                gather(self._rooms.database, month, promised_s, now),
                boxes=boxes,
                unit_of=units.__getitem__,
                name=names.__getitem__,
                config=self._config,
                now=now,
            )

        return await self._rooms.papers.within(_WRITE_S, made)

    def month(self, asked: str) -> Month:
        """Return the month asked for, or the one before this; raises BadMonthError."""
        return read_month(asked) if asked else self.this_month.before

    @property
    def this_month(self) -> Month:
        """The month of today."""
        return month_of(local_day(self._rooms.clock.now()))


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    desk = _Desk(rooms, rooms.reports)
    return [_page(rooms, pages, desk), *_files(rooms, desk)]


def _page(rooms: Rooms, pages: Pages, desk: _Desk) -> Any:
    @get("/reports", media_type=MediaType.HTML, include_in_schema=False, guards=[needs(Right.SEE)])
    async def page(request: AnyRequest, unit: _UNIT = "", month: _MONTH = "") -> Response[str]:
        language, person = language_of(request), person_of(request)
        asked = desk.month(month)
        months = [desk.this_month]
        while len(months) < _MONTHS:
            months.append(months[-1].before)
        report = await desk.report(person, unit, asked)
        drawn = pages.draw(
            "reports.html",
            language,
            rooms.clock.now(),
            person=person,
            here="reports",
            report=report,
            sheets=sheets_of(report),
            most=_MOST_SHOWN,
            unit=unit,
            units=desk.units(person),
            month=str(asked),
            months=[str(one) for one in months],
        )
        return html(drawn, language)

    return page


def _files(rooms: Rooms, desk: _Desk) -> list[Any]:
    @get("/reports/{form:str}", include_in_schema=False, guards=[needs(Right.SEE)])
    async def report_file(
        request: AnyRequest, form: FromPath[str], unit: _UNIT = "", month: _MONTH = ""
    ) -> Response[bytes]:
        asked = desk.month(month)
        if form not in _WRITERS:
            raise NoSuchFileError(f"No report is written as {form!r}.")
        report = await desk.report(person_of(request), unit, asked)
        media, write = _WRITERS[form]
        body = await rooms.papers.within(_WRITE_S, write, report, rooms)
        return _file(body, media, f"bao-cao-{unit or 'toan-tinh'}-{asked}.{form}")

    @get("/exports/{name:str}", include_in_schema=False, guards=[needs(Right.SEE)])
    async def export(
        request: AnyRequest, name: FromPath[str], unit: _UNIT = "", month: _MONTH = ""
    ) -> Stream:
        person = person_of(request)
        boxes = desk.boxes(person, unit)

        def sees(place: str) -> bool:
            path = rooms.named.path(place)
            return person.may(Right.SEE, path) and (not unit or unit in (*path, place))

        lines: dict[str, Callable[[], AsyncIterator[str]]] = {
            "tickets.csv": lambda: exports.tickets_csv(
                rooms.database, rooms.papers, desk.month(month), boxes
            ),
            "events.csv": lambda: exports.events_csv(rooms.database, rooms.papers, sorted(boxes)),
            "alerts.csv": lambda: exports.alerts_csv(rooms.database, rooms.papers, sees),
        }
        if name not in lines:
            raise NoSuchFileError(f"No export is called {name!r}.")
        return Stream(lines[name](), media_type="text/csv", headers=_attached(name))

    return [report_file, export]


def _pdf(report: UnitMonth, rooms: Rooms) -> bytes:
    return write_pdf(document_of(report, rooms.clock.now()))


def _xlsx(report: UnitMonth, _: Rooms) -> bytes:
    return write_xlsx(sheets_of(report))


def _ods(report: UnitMonth, _: Rooms) -> bytes:
    return write_ods(sheets_of(report))


_WRITERS: dict[str, tuple[str, Callable[[UnitMonth, Rooms], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "xlsx": (_XLSX, _xlsx),
    "ods": (_ODS, _ods),
}


def _file(body: bytes, media: str, name: str) -> Response[bytes]:
    return Response(body, media_type=media, headers=_attached(name))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
