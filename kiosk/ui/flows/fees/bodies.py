"""How the pages of fees look."""

from collections.abc import Iterator

from devices.contract.clock import LOCAL
from kiosk.api.fees import FeeTold
from kiosk.api.payments import FeeState
from kiosk.domain.vietqr import encode
from kiosk.papers.payment import PaymentAsk
from kiosk.papers.sheet import money
from kiosk.ui.flows.fees import steps
from kiosk.ui.flows.fees.pages import (
    AskFeeCode,
    ChooseFee,
    FeesOf,
    OneFee,
    PrintFee,
    ShowFeePart,
    ShowFees,
)
from kiosk.ui.flows.fees.texts import FEES
from kiosk.ui.flows.slips import head
from kiosk.ui.flows.typing import keyboard
from kiosk.ui.paging import clipped, lines_of, parts, shown
from kiosk.ui.room import Room
from kiosk.ui.screen import Button, Listing, Message, Pair, Row, Sheet, Tone, Writing
from kiosk.ui.state import State
from kiosk.ui.world import PrinterState, ScannerState

_BESIDE_QR = 0.55
_LABEL, _VALUE = 0.33, 0.58
_TONES = {
    FeeState.PENDING: Tone.WARN,
    FeeState.CONFIRMED: Tone.GOOD,
    FeeState.CANCELLED: Tone.BAD,
}


def ask(state: State, page: AskFeeCode, room: Room) -> Writing | Message:
    """Ask for the code, or say that somebody was asked."""
    words = FEES.of(state)
    if page.asked:
        line = words.looking_note.format(code=page.asked)
        return Message(icon="money", tone=Tone.PLAIN, title=words.looking, lines=(line,))
    scans = state.world.scanner is ScannerState.READY
    prompt = words.prompt if scans else words.prompt_typed
    return keyboard(page.typing, room, prompt=prompt, hint=words.hint)


def fees_of(state: State, page: FeesOf, room: Room) -> Listing:
    """Show what is asked for a dossier."""
    words = FEES.of(state)
    states = {
        FeeState.PENDING: words.pending,
        FeeState.CONFIRMED: words.confirmed,
        FeeState.CANCELLED: words.cancelled,
    }
    some, then = shown(page.fees, page.first, room.rows)
    rows = tuple(
        Row(
            action=ChooseFee(reference=fee.reference),
            icon="money",
            title=money(fee.amount_vnd, head(state)),
            note=clipped(fee.what, int(room.letters * 0.5)),
            badge=states[fee.state],
        )
        for fee in some
    )
    more = None
    if then is not None:
        more = Button(action=ShowFees(first=then), text=words.more, icon="more")
    return Listing(prompt=words.choose.format(code=page.dossier), rows=rows, foot=more)


def one_fee(state: State, page: OneFee, room: Room) -> Sheet:
    """Show how a fee is paid and how it stands; the symbol stays while the facts are turned."""
    words, fee = FEES.of(state), page.fee
    asked = steps.payment_of(fee)
    titles = {
        FeeState.PENDING: words.pending_title,
        FeeState.CONFIRMED: words.confirmed_title,
        FeeState.CANCELLED: words.cancelled_title,
    }
    title = titles[fee.state].format(amount=money(fee.amount_vnd, head(state)))
    divided = parts(_measured(state, fee, asked, room), _lines(title, room, asked))
    part = page.part if page.part < len(divided) else 0
    prints = state.world.printer is not PrinterState.NONE
    paper = Button(action=PrintFee(), text=words.print_it, tone=Tone.MAIN, icon="print")
    foot = paper if asked and prints else None
    if part + 1 < len(divided):
        foot = Button(action=ShowFeePart(part=part + 1), text=words.more, icon="more")
    return Sheet(
        icon="money",
        title=title,
        tone=_TONES[fee.state],
        pairs=tuple(one for one in divided[part] if isinstance(one, Pair)),
        notes=tuple(one for one in divided[part] if isinstance(one, str)),
        qr=encode(asked.transfer) if asked else "",
        qr_caption=words.qr_caption if asked else "",
        foot=foot,
    )


def _measured(
    state: State, fee: FeeTold, asked: PaymentAsk | None, room: Room
) -> Iterator[tuple[Pair | str, int]]:
    beside = bool(asked) and not room.upright
    letters = int(room.letters * _BESIDE_QR) if beside else room.letters
    for one in _facts(state, fee, asked):
        if isinstance(one, Pair):
            label = lines_of(one.label, int(letters * _LABEL))
            yield one, max(label, lines_of(one.value, int(letters * _VALUE)))
        else:
            yield one, lines_of(one, letters)


def _lines(title: str, room: Room, asked: PaymentAsk | None) -> int:
    """Return the lines beside the symbol, or above it on a standing panel."""
    lines = room.lines - 2 * (lines_of(title, int(room.letters * 0.7)) > 1)
    return lines // 2 if asked and room.upright else lines


def _facts(state: State, fee: FeeTold, asked: PaymentAsk | None) -> Iterator[Pair | str]:
    words, site = FEES.of(state), state.world.site
    if not fee.live:
        yield words.old.format(time=f"{fee.told_at.astimezone(LOCAL):%H:%M %d/%m}")
    if asked and site and site.sample_data:
        yield words.sample
    if asked:
        yield words.unchanged
        yield Pair(label=words.memo, value=asked.transfer.purpose)
        yield Pair(label=words.account, value=asked.transfer.account)
        yield Pair(label=words.bank, value=asked.bank)
        yield Pair(label=words.holder, value=asked.holder)
    else:
        yield {
            FeeState.PENDING: words.no_account,
            FeeState.CONFIRMED: words.settled,
            FeeState.CANCELLED: words.cancelled_help,
        }[fee.state]
    if fee.what:
        yield Pair(label=words.what, value=fee.what)
    yield words.of_dossier.format(code=fee.dossier)
    if asked:
        yield words.later
