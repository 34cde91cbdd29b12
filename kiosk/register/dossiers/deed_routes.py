"""What officers do at the pages of dossiers: each deed is a form that leads back to a page."""

from typing import Annotated

import structlog
from litestar import post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from kiosk.register.access import HEAD, OFFICER
from kiosk.register.config import OfficerConfig
from kiosk.register.dossiers import written
from kiosk.register.dossiers.acts import Act
from kiosk.register.dossiers.desk import Reason
from kiosk.register.dossiers.office import Office
from kiosk.register.errors import BadRequestError
from kiosk.register.pages import AnyRequest, led

Here = NamedDependency[Office]
_log = structlog.get_logger()
_FORM = Body(media_type=RequestEncodingType.URL_ENCODED)


@post("/receive", opt=OFFICER, include_in_schema=False)
async def receive(
    request: AnyRequest, data: Annotated[written.ReceiveForm, _FORM], office: Here
) -> Redirect:
    """Store what was written down; received at once when the officer says so."""
    officer: OfficerConfig = request.user
    wish = written.by_hand(data)
    row = await office.store.do(office.intake.by_hand, officer, data.key, wish)
    if data.accept_now and row.received_at is None:
        term = office.desk.usual_term(row.form)
        await office.store.do(office.desk.accept, officer, row.code, 1, term, Reason())
    return led(_at(row.code))


@post("/dossiers/{code:str}/accept", opt=OFFICER, include_in_schema=False)
async def accept(
    request: AnyRequest,
    code: FromPath[str],
    data: Annotated[written.AcceptForm, _FORM],
    office: Here,
) -> Redirect:
    """Receive a dossier with the time that the officer has seen."""
    seen, term, reason = written.number(data.seen), written.term(data), written.reason(data)
    await office.store.do(office.desk.accept, request.user, code, seen, term, reason)
    return led(_at(code))


@post("/dossiers/{code:str}/act", opt=OFFICER, include_in_schema=False)
async def carry_out(
    request: AnyRequest, code: FromPath[str], data: Annotated[written.ActForm, _FORM], office: Here
) -> Redirect:
    """Move a dossier."""
    if data.act not in list(Act):
        raise BadRequestError
    seen, reason = written.number(data.seen), written.reason(data)
    await office.store.do(
        office.desk.carry_out, request.user, code, seen=seen, act=Act(data.act), reason=reason
    )
    return led(_at(code))


@post("/dossiers/{code:str}/hand-over", opt=OFFICER, include_in_schema=False)
async def hand_over(
    request: AnyRequest,
    code: FromPath[str],
    data: Annotated[written.HandOverForm, _FORM],
    office: Here,
) -> Redirect:
    """Give a dossier to another unit."""
    seen, reason = written.number(data.seen), written.reason(data)
    await office.store.do(
        office.desk.hand_over, request.user, code, seen=seen, unit=data.unit, reason=reason
    )
    return led(_at(code))


@post("/dossiers/{code:str}/extend", opt=HEAD, include_in_schema=False)
async def extend(
    request: AnyRequest,
    code: FromPath[str],
    data: Annotated[written.ExtendForm, _FORM],
    office: Here,
) -> Redirect:
    """Give a dossier more time."""
    seen, extra, reason = (
        written.number(data.seen),
        written.number(data.extra),
        written.reason(data),
    )
    await office.store.do(
        office.desk.extend, request.user, code, seen=seen, extra=extra, reason=reason
    )
    return led(_at(code))


@post("/dossiers/{code:str}/papers", opt=OFFICER, include_in_schema=False)
async def add_papers(
    request: AnyRequest,
    code: FromPath[str],
    data: Annotated[written.PapersForm, _FORM],
    office: Here,
) -> Redirect:
    """Add papers that a citizen brought."""
    papers = written.paper_lines(data.papers)
    if not papers:
        raise BadRequestError
    await office.store.do(office.intake.add_by_hand, request.user, code, papers)
    return led(_at(code))


@post("/dossiers/{code:str}/delete", opt=HEAD, include_in_schema=False)
async def delete(
    request: AnyRequest,
    code: FromPath[str],
    data: Annotated[written.DeleteForm, _FORM],
    office: Here,
) -> Redirect:
    """Delete a dossier, its history and papers."""
    row = await office.store.do(office.shelf.known, code)
    if data.confirmed.strip() != row.code:
        raise BadRequestError
    await office.store.do(office.keeping.delete, row.code)
    officer: OfficerConfig = request.user
    _log.warning("dossier.deleted", dossier=row.code, officer=officer.id)
    return led("/dossiers")


ROUTES = (receive, accept, carry_out, hand_over, extend, add_papers, delete)


def _at(code: str) -> str:
    return f"/dossiers/{code}"
