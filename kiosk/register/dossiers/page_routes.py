"""The officers' pages of dossiers: lists, one dossier, its papers."""

import secrets
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from devices.contract.clock import local_day
from kiosk.domain.deadline import TimeUnit
from kiosk.domain.forms import Form
from kiosk.register.access import OFFICER
from kiosk.register.config import OfficerConfig, Role
from kiosk.register.dossiers import written
from kiosk.register.dossiers.acts import RULES, Note, allowed
from kiosk.register.dossiers.book import CHANNELS, PAGE, Line, Part
from kiosk.register.dossiers.forms import form_day, printable
from kiosk.register.dossiers.office import Office
from kiosk.register.dossiers.rows import DossierRow
from kiosk.register.dossiers.words import names
from kiosk.register.pages import AnyRequest, Pages, language_of, led

Here = NamedDependency[Office]
Draws = NamedDependency[Pages]


@get("/", opt=OFFICER, include_in_schema=False)
async def first_page() -> Redirect:
    """Lead to the list."""
    return led("/dossiers")


@get("/dossiers", opt=OFFICER, include_in_schema=False)
async def listing(request: AnyRequest, office: Here, pages: Draws) -> Response[str]:
    """Show a list under the figures of the day."""
    wanted = written.wanted(request.query_params)
    found = await office.store.do(office.book.lines, wanted.part, wanted.unit, wanted.page)
    return await _listed(request, office, pages, wanted, found)


@post("/dossiers", opt=OFFICER, status_code=200, include_in_schema=False)
async def search(
    request: AnyRequest,
    data: Annotated[written.SearchForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
    office: Here,
    pages: Draws,
) -> Response[str]:
    """Show what was searched for: no name and no number stands in an address."""
    wanted = written.Wanted(text=written.tidy(data.q))
    lines = await office.store.do(office.book.search, wanted.text)
    return await _listed(request, office, pages, wanted, (lines, len(lines)))


@get("/receive", opt=OFFICER, include_in_schema=False)
async def receive_page(request: AnyRequest, office: Here, pages: Draws) -> Response[str]:
    """Show the form on which an officer writes down a dossier."""
    today = office.catalogue.on(local_day(office.clock.now()))
    return pages.show(
        request,
        "receive.html",
        procedures=today.procedures,
        key=secrets.token_hex(16),
        channels=CHANNELS,
    )


@get("/dossiers/{code:str}", opt=OFFICER, include_in_schema=False)
async def dossier_page(
    request: AnyRequest, code: FromPath[str], office: Here, pages: Draws
) -> Response[str]:
    """Show a dossier: what it holds, its history, what may be done."""
    row = await office.store.do(office.shelf.known, code)
    line = await office.store.do(office.book.line, row)
    steps = await office.store.do(office.shelf.steps, row.code)
    officer: OfficerConfig = request.user
    head = officer.role is Role.HEAD
    return pages.show(
        request,
        "dossier.html",
        line=line,
        row=row,
        content=line.content,
        steps=[(step, office.shelf.why(step)) for step in reversed(steps)],
        seen=sum(step.act != Note.PRINTED for step in steps),
        stored={one.id: one for one in await office.store.do(office.papers.of, row.code)},
        acts=allowed(row.state, head=head, received=row.received_at is not None),
        rules=RULES,
        term=office.desk.usual_term(row.form),
        time_units=tuple(TimeUnit),
        units=office.config.units,
        head=head,
        doubtful=", ".join(map(str, office.book.doubtful_years(row))),
        may_extend=head and not row.extra and row.due_day and not row.ended_at,
        forms=_forms(office, row),
        **names(office.config, language_of(request), pages),
    )


@get("/dossiers/{code:str}/papers/{paper:str}", opt=OFFICER, include_in_schema=False)
async def paper(code: FromPath[str], paper: FromPath[str], office: Here) -> Response[bytes]:
    """Open a paper."""
    row = await office.store.do(office.desk.paper, code, paper)

    def whole() -> bytes:
        return b"".join(office.papers.read(row.id))

    content = await office.files.do(whole)
    ending = row.media_type.rpartition("/")[2]
    name = f'inline; filename="{code}-{row.id[:8]}.{ending}"'
    return Response(content, media_type=row.media_type, headers={"content-disposition": name})


ROUTES = (first_page, listing, search, receive_page, dossier_page, paper)


async def _listed(
    request: AnyRequest,
    office: Office,
    pages: Pages,
    wanted: written.Wanted,
    found: tuple[list[Line], int],
) -> Response[str]:
    lines, count = found
    return pages.show(
        request,
        "list.html",
        totals=await office.store.do(office.book.totals),
        lines=lines,
        count=count,
        more=(wanted.page + 1) * PAGE < count and not wanted.text,
        wanted=wanted,
        parts=tuple(Part),
        units=office.config.units,
        **names(office.config, language_of(request), pages),
    )


def _forms(office: Office, row: DossierRow) -> list[Form]:
    known = (office.forms.of(kind, form_day(row)) for kind in printable(row))
    return [form for form in known if form]
