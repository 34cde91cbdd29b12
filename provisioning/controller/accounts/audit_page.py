"""The audit log as a page, as JSON and as CSV; and whether its chain is whole."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Response, get, post
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from devices.contract.clock import LOCAL
from provisioning.controller.access import needs_everywhere
from provisioning.controller.accounts.audit import Looked
from provisioning.controller.accounts.chain import AuditRecord, Verdict
from provisioning.controller.answers import AnyRequest, html, language_of
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Right
from provisioning.controller.rooms import Rooms

_PAGE = 50
_CSV_PAGE = 500
_NEWEST = 2**53
_VERIFY_S = 120.0
Before = Annotated[int, QueryParameter(ge=0, le=_NEWEST)]


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """Records, newest first; the next page ends before `next_before` (0: there is none)."""

    records: tuple[AuditRecord, ...]
    next_before: int


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """The page's filter as it was written; days are whole days in Viet Nam, both included."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""

    def looked(self) -> Looked:
        """Return what to look for; a day that is none is left out."""
        return Looked(
            actor=self.actor.strip(),
            action=self.action.strip(),
            subject=self.subject.strip(),
            since=_begin(self.since),
            until=_begin(self.until, plus=timedelta(days=1)),
        )


def routes(rooms: Rooms, pages: Pages) -> list[Any]:
    """Return the route handlers."""
    guards = [needs_everywhere(Right.AUDIT)]  # the log is one, of all branches

    async def drawn(
        request: AnyRequest, sought: Sought, before: int, verdict: Verdict | None
    ) -> Response[Any]:
        language = language_of(request)
        found = await rooms.queries.do(
            rooms.audit.records, sought.looked(), before=before or _NEWEST, limit=_PAGE + 1
        )
        more = found[_PAGE - 1].id if len(found) > _PAGE else 0
        fields = {name: getattr(sought, name) for name in sought.__struct_fields__}
        page = pages.draw(
            "accounts_audit.html",
            language,
            rooms.clock.now(),
            person=request.scope["user"],
            here="audit",
            records=[(one, _moment(one.at)) for one in found[:_PAGE]],
            sought=sought,
            kept={name: value for name, value in fields.items() if value},
            before=before,
            more=more,
            verdict=verdict,
            cut_at=_moment(verdict.cut_at) if verdict and verdict.cut_at else None,
        )
        return html(page, language)

    @get("/audit", media_type=MediaType.HTML, include_in_schema=False, guards=guards)
    async def page(
        request: AnyRequest,
        *,
        actor: FromQuery[str] = "",
        action: FromQuery[str] = "",
        subject: FromQuery[str] = "",
        since: FromQuery[str] = "",
        until: FromQuery[str] = "",
        before: Before = 0,
    ) -> Response[Any]:
        sought = Sought(actor=actor, action=action, subject=subject, since=since, until=until)
        return await drawn(request, sought, before, None)

    @post("/audit/verify", include_in_schema=False, guards=guards, status_code=200)
    async def verify(request: AnyRequest) -> Response[Any]:
        verdict = await rooms.papers.within(_VERIFY_S, rooms.audit.verify)
        return await drawn(request, Sought(), 0, verdict)

    @get("/api/audit", guards=guards)
    async def records(
        *,
        actor: FromQuery[str] = "",
        action: FromQuery[str] = "",
        subject: FromQuery[str] = "",
        since: FromQuery[str] = "",
        until: FromQuery[str] = "",
        before: Before = 0,
    ) -> AuditPage:
        """Return records of the audit log, newest first."""
        sought = Sought(actor=actor, action=action, subject=subject, since=since, until=until)
        found = await rooms.queries.do(
            rooms.audit.records, sought.looked(), before=before or _NEWEST, limit=_PAGE
        )
        return AuditPage(
            records=tuple(found), next_before=found[-1].id if len(found) == _PAGE else 0
        )

    @get("/audit.csv", include_in_schema=False, guards=guards)
    async def table(
        *,
        actor: FromQuery[str] = "",
        action: FromQuery[str] = "",
        subject: FromQuery[str] = "",
        since: FromQuery[str] = "",
        until: FromQuery[str] = "",
    ) -> Stream:
        sought = Sought(actor=actor, action=action, subject=subject, since=since, until=until)
        disposition = 'attachment; filename="audit.csv"'
        return Stream(
            _lines(rooms, sought.looked()),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )

    return [page, verify, records, table]


async def _lines(rooms: Rooms, looked: Looked) -> AsyncIterator[bytes]:
    """Yield the log as CSV, page by page, with the mark by which spreadsheets know UTF-8."""
    yield "\ufeffid,at,actor,action,subject,detail,hash\r\n".encode()
    before = _NEWEST
    while True:
        found = await rooms.papers.do(rooms.audit.records, looked, before=before, limit=_CSV_PAGE)
        if not found:
            return
        before = found[-1].id
        out = io.StringIO()
        rows = csv.writer(out)
        for one in found:
            texts = (one.at, one.actor, one.action, one.subject, one.detail, one.hash)
            rows.writerow((one.id, *(_cell(text) for text in texts)))
        yield out.getvalue().encode()


def _cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _begin(day: str, plus: timedelta = timedelta()) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day) + plus, time(), LOCAL)
    except (ValueError, OverflowError):
        return None
