"""What officers print: numbered forms by their own act (DOS-9), and the logbook (DOS-13)."""

import base64
from datetime import date, timedelta
from typing import Annotated

import segno
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from devices.contract.clock import LOCAL, local_day
from kiosk.domain.forms import FormKind
from kiosk.register.access import OFFICER
from kiosk.register.dossiers import written
from kiosk.register.dossiers.acts import Act, Note
from kiosk.register.dossiers.book import COLUMNS, as_csv, logbook_cells
from kiosk.register.dossiers.forms import form_day
from kiosk.register.dossiers.office import Office
from kiosk.register.dossiers.words import names
from kiosk.register.errors import BadRequestError
from kiosk.register.pages import AnyRequest, Pages, language_of, led

Here = NamedDependency[Office]
Draws = NamedDependency[Pages]
_LONGEST_LOGBOOK = timedelta(days=366)
_CSV = "text/csv; charset=utf-8; header=present"
_FORM = Body(media_type=RequestEncodingType.URL_ENCODED)
_TOLD_BY = {
    FormKind.RECEPTION: (Act.ACCEPT,),
    FormKind.CONTROL: (),
    FormKind.SUPPLEMENT: (Act.ASK_PAPERS,),
    FormKind.REFUSAL: (Act.REFUSE,),
    FormKind.HALT: (Act.HALT,),
    FormKind.APOLOGY: (Note.EXTENDED,),
    FormKind.REGISTER: (),
}
"""Which step's reason stands on a form."""


@post("/dossiers/{code:str}/print", opt=OFFICER, include_in_schema=False)
async def print_form(
    request: AnyRequest,
    code: FromPath[str],
    data: Annotated[written.PrintForm, _FORM],
    office: Here,
) -> Redirect:
    """Write down that this officer prints a form, and lead to it."""
    kind = _kind(data.form)
    step = await office.store.do(office.desk.printed, request.user, code, kind)
    return led(f"/dossiers/{code}/print/{step.serial}")


@get("/dossiers/{code:str}/print/{serial:int}", opt=OFFICER, include_in_schema=False)
async def printed_form(
    request: AnyRequest, code: FromPath[str], serial: FromPath[int], office: Here, pages: Draws
) -> Response[str]:
    """Show a form as it was printed by an officer's act (DOS-9)."""
    row = await office.store.do(office.shelf.known, code)
    steps = await office.store.do(office.shelf.steps, row.code)
    step = next((one for one in steps if (one.serial, one.act) == (serial, Note.PRINTED)), None)
    if step is None:
        raise BadRequestError
    kind = _kind(office.shelf.why(step))
    line = await office.store.do(office.book.line, row)
    reasons = [(one, office.shelf.why(one)) for one in steps if one.act in _TOLD_BY[kind]]
    return pages.show(
        request,
        "form.html",
        kind=kind,
        form=office.forms.of(kind, form_day(row)),
        line=line,
        row=row,
        content=line.content,
        step=step,
        at=step.at.astimezone(LOCAL),
        received=row.received_at.astimezone(LOCAL) if row.received_at else None,
        reason=reasons[-1][1] if reasons else "",
        steps=steps,
        agency=office.config.agency,
        results_at=office.config.dossiers.results_at,
        qr=_qr(row.code),
        **names(office.config, language_of(request), pages),
    )


@get("/logbook", opt=OFFICER, include_in_schema=False)
async def logbook(
    request: AnyRequest,
    office: Here,
    pages: Draws,
    first: FromQuery[str] = "",
    last: FromQuery[str] = "",
) -> Response[str]:
    """Show the logbook of some days (DOS-13)."""
    begin, end = _days(office, first, last)
    lines = await office.store.do(office.book.logbook, begin, end)
    return pages.show(
        request,
        "logbook.html",
        form=office.forms.of(FormKind.REGISTER, end),
        first=begin,
        last=end,
        columns=COLUMNS,
        rows=[logbook_cells(line) for line in lines],
    )


@get("/logbook.csv", opt=OFFICER, include_in_schema=False)
async def logbook_csv(
    office: Here, first: FromQuery[str] = "", last: FromQuery[str] = ""
) -> Response[str]:
    """Give the logbook of some days as a file (RFC 4180)."""
    begin, end = _days(office, first, last)
    lines = await office.store.do(office.book.logbook, begin, end)
    name = f'attachment; filename="so-theo-doi-{begin}-{end}.csv"'
    return Response(as_csv(lines), media_type=_CSV, headers={"content-disposition": name})


ROUTES = (print_form, printed_form, logbook, logbook_csv)


def _kind(text: str) -> FormKind:
    if text not in list(FormKind):
        raise BadRequestError
    return FormKind(text)


def _days(office: Office, first: str, last: str) -> tuple[date, date]:
    today = local_day(office.clock.now())
    end = written.day(last) or today
    begin = written.day(first) or end.replace(day=1)
    if begin > end or end - begin > _LONGEST_LOGBOOK:
        raise BadRequestError
    return begin, end


def _qr(code: str) -> str:
    """Return the code's QR as an address of a picture."""
    picture = segno.make(code, error="m").svg_inline(scale=3, border=2)
    return f"data:image/svg+xml;base64,{base64.b64encode(_with_space(picture).encode()).decode()}"


def _with_space(picture: str) -> str:
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
