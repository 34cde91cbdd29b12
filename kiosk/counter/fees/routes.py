"""The kiosks' way to a fee, and the officers' reconciliation."""

from datetime import date
from typing import Annotated

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec.structs import replace

from devices.contract.clock import local_day
from devices.scanner.classify import LONGEST_DOSSIER_CODE
from kiosk.api.fees import ActOnFee, FeeOfDay, FeesOfDay, FeesOfDossier, FeeTold, ShowFee
from kiosk.api.payments import FeeState
from kiosk.counter.fees.book import FeeRow
from kiosk.counter.fees.desk import FeesDesk
from kiosk.counter.fees.facing import FeesFacing
from kiosk.counter.fees.sheet import sheet
from kiosk.counter.guards import kiosk_only, signed_in
from kiosk.counter.live import LiveSite

MOST_LISTED = 1000
Desk = NamedDependency[FeesDesk]
Facing = NamedDependency[FeesFacing]
Site = NamedDependency[LiveSite]
SignedIn = NamedDependency[str]
Day = FromQuery[date | None]


@get("/api/fees")
async def of_dossier(
    dossier: Annotated[str, QueryParameter(min_length=1, max_length=LONGEST_DOSSIER_CODE)],
    fees: Desk,
) -> FeesOfDossier:
    """Return what is asked for a dossier, by its code as scanned or typed."""
    return await fees.of_dossier(dossier)


@get("/api/fees/{reference:str}")
async def one_fee(reference: FromPath[str], fees: Desk) -> FeeTold:
    """Return a fee that a kiosk has shown, as it stands now."""
    return await fees.fee(reference)


@get("/fees")
async def of_day(counter: SignedIn, fees: Desk, site: Site, day: Day = None) -> FeesOfDay:
    """Return a day's reconciliation, today's without a day; the latest thousand are listed."""
    del counter
    told = await _of_day(fees, site, day)
    listed = told.fees[-MOST_LISTED:]
    return replace(told, fees=listed, not_listed=len(told.fees) - len(listed))


@get("/fees.csv")
async def csv_of_day(counter: SignedIn, fees: Desk, site: Site, day: Day = None) -> Response[bytes]:
    """Return the same for a spreadsheet, all of it."""
    del counter
    told = await _of_day(fees, site, day)
    name = f'attachment; filename="le-phi-{told.day.isoformat()}.csv"'
    return Response(sheet(told), media_type="text/csv", headers={"content-disposition": name})


@post("/fees/confirm", status_code=200)
async def confirm(
    data: JSONBody[ActOnFee], counter: SignedIn, fees: Desk, fees_facing: Facing, site: Site
) -> FeeOfDay:
    """Say that the money has come."""
    row = await site.change(fees.book.confirm, data.reference, counter, data.reason)
    await fees_facing.acted(data.reference)
    return _row(row)


@post("/fees/undo", status_code=200)
async def undo(
    data: JSONBody[ActOnFee], counter: SignedIn, fees: Desk, fees_facing: Facing, site: Site
) -> FeeOfDay:
    """Take that back, with a reason."""
    row = await site.change(fees.book.undo, data.reference, counter, data.reason)
    await fees_facing.acted(data.reference)
    return _row(row)


@post("/fees/facing", status_code=204)
async def face(data: JSONBody[ShowFee], counter: SignedIn, fees_facing: Facing) -> None:
    """Show a fee on the counter's second screen."""
    await fees_facing.show(counter, data.reference)


def fee_routes(site_key: str) -> list[Router]:
    """Return the routes: a kiosk shows the site's key, an officer is signed in."""
    of_officers = [of_day, csv_of_day, confirm, undo, face]
    return [
        Router(path="/", route_handlers=[of_dossier, one_fee], guards=[kiosk_only(site_key)]),
        Router(
            path="/api/officer",
            route_handlers=of_officers,
            dependencies={"counter": Provide(signed_in)},
        ),
    ]


async def _of_day(fees: FeesDesk, site: LiveSite, day: date | None) -> FeesOfDay:
    shown = day or local_day(site.clock.now())
    rows = [_row(row) for row in await site.do(fees.book.of_day, shown)]
    return FeesOfDay(
        day=shown,
        connected=fees.connected,
        fees=tuple(rows),
        asked_vnd=_sum(rows, FeeState.PENDING, FeeState.CONFIRMED),
        confirmed_vnd=_sum(rows, FeeState.CONFIRMED),
    )


def _sum(rows: list[FeeOfDay], *states: FeeState) -> int:
    return sum(row.amount_vnd for row in rows if row.state in states)


def _row(row: FeeRow) -> FeeOfDay:
    by_officer = row.act and row.state is FeeState.PENDING
    return FeeOfDay(
        reference=row.reference,
        dossier=row.dossier,
        amount_vnd=row.amount_vnd,
        what=row.what,
        state=row.standing,
        shown_at=row.shown_at,
        told_at=row.told_at,
        confirmed_at=row.settled_at,
        confirmed_by="officer" if by_officer else row.confirmed_by,
        by_officer=(row.act_by or "") if by_officer else "",
        reason=row.act_reason or "",
    )
