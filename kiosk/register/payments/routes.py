"""Fees by API, signed notices of banks (docs/openapi/payment.yaml), and the officers' pages."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import (
    Body,
    FromPath,
    FromQuery,
    HeaderParameter,
    JSONBody,
    QueryParameter,
)
from litestar.response import Redirect

from devices.contract.clock import Clock, local_day
from devices.contract.errors import BadPayloadError
from devices.contract.message import Refused, decode
from devices.runtime.worker import Worker
from kiosk.api import payments as wire
from kiosk.backoffice.notices import NoticeKey, NoticeRefusedError
from kiosk.register.access import OFFICER, OPEN, for_client
from kiosk.register.errors import BadRequestError
from kiosk.register.oauth import Tokens
from kiosk.register.pages import AnyRequest, Pages, led
from kiosk.register.payments.cashbook import YEARS, Cashbook, DayOfMoney
from kiosk.register.payments.config import PaymentsConfig
from kiosk.register.payments.errors import NoticeUnsignedError
from kiosk.register.payments.rows import FeeRow, Outcome
from kiosk.register.payments.sheet import sheet
from kiosk.register.scopes import Scope

BASE = "/api/payments"
_MOST_NOTICE_BYTES = 65_536
_MOST_VND = 9_999_999_999_999
_TAGS = ["payments"]
_KEY = r"^[A-Za-z0-9._-]{1,128}$"
Key = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        description="The fee itself tells a repeated request: dossier, amount and reference.",
        pattern=_KEY,
    ),
]


class PaymentsDesk:
    """The room: what its routes ask for. Key files are read when it is made (BadConfigError)."""

    def __init__(
        self, config: PaymentsConfig, book: Cashbook, worker: Worker, clock: Clock
    ) -> None:
        self.book = book
        self.worker = worker
        self.clock = clock
        self._keys = {one.id: NoticeKey(one.key.text()) for one in config.senders}

    def sender(self, headers: Any, body: bytes) -> str:
        """Return who signed the notice; raises NoticeUnsignedError."""
        for sender, key in self._keys.items():
            try:
                key.judged(headers, body, self.clock)
            except NoticeRefusedError:
                continue
            return sender
        raise NoticeUnsignedError


class _NoticeOperation(Operation):
    """The description of a notice: its raw bytes are what is signed."""

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.STRING, min_length=1, max_length=64)
        moment = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE_TIME)
        notice = Schema(
            type=OpenAPIType.OBJECT,
            properties={
                "amount_vnd": Schema(type=OpenAPIType.INTEGER, minimum=1, maximum=_MOST_VND),
                "reference": Schema(type=OpenAPIType.STRING, pattern="^[A-Za-z0-9 ]{1,25}$"),
                "transaction": text,
                "paid_at": moment,
                "dossier": Schema(type=OpenAPIType.STRING, max_length=64),
            },
            required=["amount_vnd", "reference", "transaction", "paid_at"],
        )
        content = {"application/json": OpenAPIMediaType(schema=notice)}
        self.request_body = RequestBody(required=True, content=content)


Desk = NamedDependency[PaymentsDesk]


@get("/fees/{reference:str}", tags=_TAGS, **for_client(Scope.PAYMENTS_READ))
async def look_up(reference: FromPath[str], payments_desk: Desk) -> wire.Fee:
    """Return a fee by what stands in its transfer's memo."""
    return _told(await payments_desk.worker.do(payments_desk.book.fee, reference))


@get("/fees", tags=_TAGS, **for_client(Scope.PAYMENTS_READ))
async def of_dossier(
    payments_desk: Desk,
    dossier: Annotated[str, QueryParameter(min_length=1, max_length=64)],
) -> list[wire.Fee]:
    """Return the fees asked for a dossier, oldest first; none when none was asked."""
    rows = await payments_desk.worker.do(payments_desk.book.of_dossier, dossier)
    return [_told(row) for row in rows]


@post("/fees", tags=_TAGS, **for_client(Scope.PAYMENTS_ASK))
async def ask(
    request: AnyRequest, data: JSONBody[wire.AskFee], payments_desk: Desk, key: Key
) -> wire.Fee:
    """Ask a fee for a dossier; the same dossier, amount and reference is the same fee."""
    del key
    book = payments_desk.book
    return _told(await payments_desk.worker.do(book.ask, data, f"client:{request.auth.client}"))


@post(
    "/notices",
    tags=_TAGS,
    opt=OPEN,
    status_code=200,
    operation_class=_NoticeOperation,
    request_max_body_size=_MOST_NOTICE_BYTES,
    responses={
        400: ResponseSpec(Refused, description="The body is no notice.", generate_examples=False),
        401: ResponseSpec(
            Refused, description="Not signed, or older than five minutes.", generate_examples=False
        ),
        403: ResponseSpec(
            Refused, description="The token does not allow this.", generate_examples=False
        ),
        413: ResponseSpec(Refused, description="Too large.", generate_examples=False),
    },
)
async def notice(
    request: AnyRequest, payments_desk: Desk, tokens: NamedDependency[Tokens]
) -> wire.NoticeTaken:
    """Take a notice that money has come; a repeated one changes nothing.

    A bank signs it as Standard Webhooks say; a province's platform shows a token instead.
    """
    body = await request.body()
    if "authorization" in request.headers:
        sender = tokens.judge(request.headers, Scope.PAYMENTS_NOTICE).client
    else:
        sender = payments_desk.sender(request.headers, body)
    try:
        told = decode(body, wire.PaymentNotice)
    except BadPayloadError as error:
        raise BadRequestError from error
    if told.paid_at.tzinfo is None or told.paid_at.year not in YEARS:
        raise BadRequestError
    row = await payments_desk.worker.do(payments_desk.book.told, told, sender)
    if row.outcome is Outcome.UNMATCHED:
        return wire.NoticeTaken(matched=False)
    fee = await payments_desk.worker.do(payments_desk.book.fee, row.reference)
    return wire.NoticeTaken(matched=row.outcome is not Outcome.TWICE, state=fee.state)


class SettleForm(msgspec.Struct, frozen=True, kw_only=True):
    """An officer's act on a fee."""

    state: wire.FeeState


class AskForm(msgspec.Struct, frozen=True, kw_only=True):
    """A fee that an officer asks."""

    dossier: wire.DossierText
    amount_vnd: wire.Vnd
    reference: wire.Reference
    what: Annotated[str, msgspec.Meta(max_length=200)] = ""


@get("/payments", opt=OFFICER, include_in_schema=False)
async def payments_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    payments_desk: Desk,
    day: FromQuery[date | None] = None,
) -> Response[str]:
    """Show what is pending, and a day's reconciliation."""
    shown = day or local_day(payments_desk.clock.now())

    def found() -> tuple[list[FeeRow], DayOfMoney]:
        return payments_desk.book.pending(), payments_desk.book.day(shown)

    pending, of_day = await payments_desk.worker.do(found)
    return pages.show(request, "payments.html", pending=pending, of_day=of_day, day=shown)


@post("/payments", opt=OFFICER, include_in_schema=False)
async def ask_by_officer(
    request: AnyRequest,
    data: Annotated[AskForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
    payments_desk: Desk,
) -> Redirect:
    """Ask a fee from the page."""
    fee = msgspec.convert(data, wire.AskFee, from_attributes=True)
    await payments_desk.worker.do(payments_desk.book.ask, fee, f"officer:{request.user.id}")
    return led("/payments")


@post("/payments/fees/{reference:str}", opt=OFFICER, include_in_schema=False)
async def settle(
    request: AnyRequest,
    reference: FromPath[str],
    data: Annotated[SettleForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
    payments_desk: Desk,
) -> Redirect:
    """Confirm or cancel a pending fee."""
    book = payments_desk.book
    await payments_desk.worker.do(book.settle, reference, data.state, request.user.id)
    return led("/payments")


@get("/payments.csv", opt=OFFICER, include_in_schema=False)
async def payments_sheet(
    payments_desk: Desk, day: FromQuery[date | None] = None
) -> Response[bytes]:
    """Return a day's reconciliation."""
    shown = day or local_day(payments_desk.clock.now())
    of_day = await payments_desk.worker.do(payments_desk.book.day, shown)
    name = f'attachment; filename="doi-soat-{shown.isoformat()}.csv"'
    return Response(sheet(of_day), media_type="text/csv", headers={"content-disposition": name})


def payments_routes() -> list[Any]:
    """Return API and pages."""
    api = Router(path=BASE, route_handlers=[look_up, of_dossier, ask, notice])
    return [api, payments_page, ask_by_officer, settle, payments_sheet]


def _told(row: FeeRow) -> wire.Fee:
    confirmed = row.state is wire.FeeState.CONFIRMED
    return wire.Fee(
        dossier=row.dossier,
        amount_vnd=row.amount_vnd,
        reference=row.reference,
        what=row.what,
        state=row.state,
        asked_at=row.asked_at,
        confirmed_at=row.settled_at if confirmed else None,
        confirmed_by=row.settled_by.partition(":")[0] if confirmed else "",
    )
