"""Fees of a dossier: the field, the answer, the transfer, the confirmation."""

from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from devices.scanner.classify import LONGEST_DOSSIER_CODE as LONGEST_CODE
from kiosk.api.fees import FeeTold
from kiosk.api.payments import FeeState
from kiosk.domain.dossier import asked_text
from kiosk.domain.vietqr import BadTransferError, Transfer, encode, memo
from kiosk.papers.payment import PaymentAsk, payment_slip
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.flows import slips, typing
from kiosk.ui.flows.fees.pages import (
    PAYMENT,
    AboutFees,
    AskFeeCode,
    ChooseFee,
    FeeHeard,
    FeesOf,
    FeesTold,
    FeesUntold,
    FindFees,
    ForgetFee,
    OneFee,
    PrintFee,
    ShowFeePart,
    ShowFees,
    WatchFee,
)
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import Typing, field
from kiosk.ui.moves import Step, leave, stay, tell, turn
from kiosk.ui.state import Home, State

_CODES = (ScanKind.DOSSIER, ScanKind.LOCAL_DOSSIER)


def is_offered(state: State) -> bool:
    """Return whether somebody can be asked."""
    site = state.world.site
    return bool(state.world.reachable and site and PAYMENT in site.connected)


def begin(state: State) -> Step:
    """Ask for the code."""
    return turn(state, AskFeeCode(typing=_code()))


def open_fees(state: State, dossier: str) -> Step:
    """Look for the fees of a dossier whose code is known: the way in from other flows."""
    return _look_up(state, dossier) if is_offered(state) and asked_text(dossier) else stay(state)


def scanned(state: State, event: Scanned) -> Step | None:
    """Look for the fees of the code that was shown, on the page that asks for one."""
    page = state.page
    if not isinstance(page, AskFeeCode) or not is_offered(state):
        return None
    opaque = event.kind is ScanKind.UNKNOWN and "|" not in event.text
    meant = opaque and len(event.text) <= LONGEST_CODE
    if not (event.kind in _CODES or meant) or not asked_text(event.text):
        return None
    return _look_up(state, event.text)


def ask(state: State, page: AskFeeCode, action: AnyAction) -> Step:
    """Act on the keyboard, or on the wait."""
    match action:
        case Back() if page.asked:
            return turn(state, replace(page, asked="", ask=0))
        case Back() | Leave():
            return turn(state, Home())
        case _ if page.asked:
            return stay(state)
        case _ if typing.is_done(action):
            return _look_up(state, page.typing.text) if page.typing.text.strip() else stay(state)
        case _:
            typed = typing.typed(page.typing, action)
            return turn(state, replace(page, typing=typed)) if typed else stay(state)


def fees_of(state: State, page: FeesOf, action: AnyAction) -> Step:
    """Act on the fees of a dossier."""
    match action:
        case ChooseFee(reference=reference):
            chosen = next((fee for fee in page.fees if fee.reference == reference), None)
            return _show(state, chosen, page.fees) if chosen else stay(state)
        case ShowFees(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case Back():
            return begin(state)
        case Leave():
            return leave(state)
        case _:
            return stay(state)


def one_fee(state: State, page: OneFee, action: AnyAction, now: float) -> Step:
    """Act on a fee."""
    match action:
        case ShowFeePart(part=part):
            return turn(state, replace(page, part=max(0, part)))
        case Back() if page.part:
            return turn(state, replace(page, part=page.part - 1))
        case Back():
            several = FeesOf(dossier=page.fee.dossier, fees=page.among)
            before = several if len(page.among) > 1 else AskFeeCode(typing=_code())
            return turn(state, before, ForgetFee())
        case Leave():
            return leave(state)
        case PrintFee() if asked := payment_of(page.fee):
            return slips.print_slip(state, now, payment_slip(asked, slips.head(state)))
        case _:
            return stay(state)


def told(state: State, event: FeesTold, now: float) -> Step:
    """Show what is asked, to whoever still waits for it."""
    page = state.page
    if not isinstance(page, AskFeeCode) or page.ask != event.ask:
        return stay(state)
    if not event.fees:
        state = replace(state, page=replace(page, asked="", ask=0))
        return stay(tell(state, now, AboutFees.NONE_ASKED))
    if len(event.fees) == 1:
        return _show(state, event.fees[0], event.fees)
    return turn(state, FeesOf(dossier=event.fees[0].dossier, fees=event.fees))


def untold(state: State, event: FeesUntold, now: float) -> Step:
    """Say why, and keep what was typed."""
    page = state.page
    if not isinstance(page, AskFeeCode) or page.ask != event.ask:
        return stay(state)
    state = replace(state, page=replace(page, asked="", ask=0))
    return stay(tell(state, now, event.about))


def heard(state: State, event: FeeHeard, now: float) -> Step:
    """Show how the fee stands now, on the page that shows it; the same again changes nothing."""
    page, fee = state.page, event.fee
    if not isinstance(page, OneFee) or page.fee.reference != fee.reference:
        return stay(state)
    among = tuple(fee if one.reference == fee.reference else one for one in page.among)
    came = fee.state is FeeState.CONFIRMED and page.fee.state is not FeeState.CONFIRMED
    state = replace(state, page=replace(page, fee=fee, among=among, part=0 if came else page.part))
    return stay(tell(state, now, AboutFees.CONFIRMED) if came else state)


def payment_of(fee: FeeTold) -> PaymentAsk | None:
    """Return the transfer to be made; None when none is to be made, or none can be offered.

    A transfer of 0 would be one whose payer puts in the amount: that is nobody's fee.
    """
    if fee.state is not FeeState.PENDING or fee.pay_to is None or fee.amount_vnd == 0:
        return None
    try:
        transfer = Transfer(
            bank=fee.pay_to.bank,
            account=fee.pay_to.account,
            amount=fee.amount_vnd,
            purpose=memo(fee.reference),
        )
        encode(transfer)
    except BadTransferError:
        return None
    return PaymentAsk(
        dossier=fee.dossier,
        bank=fee.pay_to.bank_name,
        holder=fee.pay_to.holder,
        transfer=transfer,
    )


def _show(state: State, fee: FeeTold, among: tuple[FeeTold, ...]) -> Step:
    page = OneFee(fee=fee, among=among)
    settled = fee.state is not FeeState.PENDING
    return turn(state, page) if settled else turn(state, page, WatchFee(reference=fee.reference))


def _look_up(state: State, text: str) -> Step:
    asked, ask = asked_text(text), state.asks + 1
    page = AskFeeCode(typing=_code().filled(asked.upper()), asked=asked, ask=ask)
    return turn(replace(state, asks=ask), page, FindFees(ask=ask, code=asked))


def _code() -> Typing:
    return field(Kind.CODE, max_length=LONGEST_CODE)
