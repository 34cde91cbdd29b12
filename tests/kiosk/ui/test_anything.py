"""Whatever comes in whatever state: the session goes on, a screen is drawn, time moves forward."""

from datetime import UTC, datetime
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from devices.chip.messages import ChipProgress
from devices.contract.message import DeviceReport, Health
from devices.contract.notice import BoxNotice
from devices.messages import ScanKind, Scanned
from devices.scan.messages import Crop
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.of_day import DayCatalogue
from kiosk.domain.steps import TicketState
from kiosk.ui.events import (
    AnyAction,
    BoxSeen,
    CatalogueSeen,
    CounterLost,
    DevicesSeen,
    Event,
    SiteSeen,
    SlipNotPrinted,
    SlipPrinted,
    TimePassed,
    Touched,
)
from kiosk.ui.flows.appointment.pages import AboutAppointment, AppointmentTold, AppointmentUntold
from kiosk.ui.flows.chip.pages import ChipSeen, ChipTold, ChipTrouble, ChipUntold
from kiosk.ui.flows.dossier.pages import AboutDossier, DossierTold, DossierUntold
from kiosk.ui.flows.feedback.answer_pages import FeedbackRatingTold, FeedbackTold, FeedbackUntold
from kiosk.ui.flows.feedback.pages import (
    AboutFeedback,
    FeedbackNotOffered,
    FeedbackNotStored,
    FeedbackOffered,
    FeedbackPart,
    FeedbackPhotoMissing,
    FeedbackPhotoTaken,
    FeedbackStored,
)
from kiosk.ui.flows.fees.pages import AboutFees, FeeHeard, FeesTold, FeesUntold
from kiosk.ui.flows.help.pages import AboutHelp, CallStage, HelpEnded, Helping, HelpIs
from kiosk.ui.flows.menu.pages import HeadphonesSeen, Heard
from kiosk.ui.flows.number.pages import NotPrinted, NumberRefused, NumberTaken, Printed
from kiosk.ui.flows.prepare.pages import (
    FormField,
    Unsent,
)
from kiosk.ui.flows.prepare.wishes import (
    DeskSeen,
    DeskTrouble,
    FilingKept,
    FilingNotKept,
    FilingOpened,
    FilingRefused,
    PageTaken,
    PaperBound,
    PaperNotBound,
)
from kiosk.ui.flows.procedures.pages import Subject
from kiosk.ui.flows.visit.pages import Found, NotFound, NotFoundReason, RatingRefused, RatingStored
from kiosk.ui.keyboard.keys import Act, Method
from kiosk.ui.keyboard.signs import Sign
from kiosk.ui.scan_link import ScanTrouble
from kiosk.ui.session import next_time, step
from kiosk.ui.state import AnyPage, Home, Rest, State
from kiosk.ui.view import view
from kiosk.ui.world import ChipState, Headphones, PrinterState, ScannerState
from tests.kiosk.ui.appointments import BOOKED, TOLD, given_with
from tests.kiosk.ui.chips import FOUND, with_chip
from tests.kiosk.ui.dossiers import CODE, LOOKUPS
from tests.kiosk.ui.feedback import ANSWERS, OFFER, PHOTO, TAKEN
from tests.kiosk.ui.feedback import CODE as FOLLOWED
from tests.kiosk.ui.fees import CANCELLED, FEES, OTHER, PENDING
from tests.kiosk.ui.filings import MIDNIGHT, captured, draft_taken, preview
from tests.kiosk.ui.site import (
    CARD,
    CATALOGUE,
    DAY,
    ROOM,
    SERVICES,
    SITE,
    every_page,
    open_state,
    ticket,
)

TICKETS = st.builds(ticket, st.sampled_from(["A012", "UA013"]), st.sampled_from(TicketState))
CHECK_INS = st.sampled_from(list(TOLD.values())) | st.builds(given_with, TICKETS)
WORDS = {
    "service": st.sampled_from(["ho-tich", "dat-dai", "none"]),
    "priority_class": st.sampled_from(["thuong", "nguoi_cao_tuoi", "none"]),
    "language": st.sampled_from(["vi", "en", "fr"]),
    "first": st.integers(-1, 9),
    "key": st.sampled_from("UA01"),
    "sign": st.sampled_from(Sign),
    "act": st.sampled_from(Act),
    "text": st.sampled_from(["", "Gio Linh"]),
    "value": st.integers(1, 3),
    "scale": st.just(3),
    "part": st.integers(-1, 4),
    "sector": st.sampled_from(["ho-tich", "none"]),
    "code": st.sampled_from(["1.001193", "2.000815", "1.013992", "none"]),
    "case": st.sampled_from(["", "qua-han", "none"]),
    "subject": st.sampled_from(Subject),
    "category": st.sampled_from(["den-duong", "none"]),
    "method": st.sampled_from(Method),
    "place": st.sampled_from(["Chợ Cầu, xã Gio Linh", "none"]),
    "what": st.sampled_from(FeedbackPart),
    "procedure": st.sampled_from(["", "1.001193", "none"]),
    "line": st.sampled_from(FormField),
    "sex": st.sampled_from(["Nam", "Nữ", "x"]),
    "paper": st.integers(-1, 5),
    "crop": st.sampled_from(Crop),
    "dossier": st.sampled_from(["", CODE]),
    "reference": st.sampled_from([PENDING.reference, OTHER.reference, "none"]),
}
ACTIONS = st.one_of(
    [
        st.builds(kind, **{name: WORDS[name] for name in kind.__struct_fields__})
        for kind in get_args(AnyAction)
    ]
)
PRINTERS = st.sampled_from(PrinterState)
SITES = st.sampled_from(
    [
        SITE,
        replace(SITE, open=False),
        replace(SITE, chip_reading=True),
        replace(SITE, services=(), priority_classes=(), counters=()),
        replace(SITE, services=SERVICES * 3),
    ]
)
BOXES = st.builds(
    BoxNotice,
    code=st.just("x"),
    words=st.sampled_from(["", "lusab-babad-gutih-tugad"]),
    claim=st.sampled_from(["", "MC1:1:lusab"]),
    serves=st.sampled_from([None, True, False]),
    retired=st.booleans(),
)
CATALOGUES = st.sampled_from([CATALOGUE, DayCatalogue(Catalogue(), DAY)])
REPORT = DeviceReport(
    name="catalogue",
    kind="tables",
    driver="files",
    health=Health.READY,
    since=datetime(2026, 11, 23, tzinfo=UTC),
)
ASKS, TROUBLES = st.integers(1, 4), st.sampled_from(ScanTrouble)
FILINGS: st.SearchStrategy[Event] = st.one_of(
    st.builds(FilingOpened, ask=ASKS, keeps_until=st.just(MIDNIGHT), sent_on=st.booleans()),
    st.builds(FilingRefused, ask=ASKS),
    st.builds(DeskSeen, look=ASKS, seen=st.sampled_from([preview(), preview(found=False)])),
    st.builds(DeskTrouble, look=ASKS, trouble=TROUBLES),
    st.builds(PageTaken, look=ASKS, taken=st.just(captured(pages=2))),
    st.builds(PaperBound, ask=ASKS, paper=st.just("chung-sinh"), pages=st.integers(1, 3)),
    st.builds(PaperNotBound, ask=ASKS, paper=st.just("chung-sinh"), trouble=TROUBLES),
    st.builds(FilingKept, ask=ASKS, told=TICKETS.map(draft_taken)),
    st.builds(FilingNotKept, ask=ASKS, why=st.sampled_from(Unsent)),
)
CHIPS: st.SearchStrategy[Event] = st.one_of(
    st.builds(ChipProgress, percent=st.integers(0, 100)),
    st.builds(ChipSeen, chip=st.sampled_from(ChipState), takes_can=st.booleans()),
    st.builds(ChipTold, ask=ASKS, found=st.just(FOUND)),
    st.builds(ChipUntold, ask=ASKS, trouble=st.sampled_from(ChipTrouble)),
)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Touched, action=st.none() | ACTIONS),
    st.builds(Touched, action=ACTIONS),
    st.just(TimePassed()),
    st.builds(SiteSeen, site=SITES),
    st.just(CounterLost()),
    st.just(SlipPrinted()),
    st.builds(SlipNotPrinted, printer=PRINTERS),
    st.builds(BoxSeen, notice=BOXES),
    st.builds(HeadphonesSeen, headphones=st.sampled_from(Headphones)),
    st.builds(Heard, last=st.booleans()),
    st.builds(CatalogueSeen, catalogue=CATALOGUES, report=st.just(REPORT)),
    st.builds(DevicesSeen, printer=PRINTERS, scanner=st.sampled_from(ScannerState)),
    st.builds(
        Scanned,
        kind=st.sampled_from(ScanKind),
        text=st.sampled_from([FOLLOWED, "", "http://x/t/7F3K9QXT", CODE, BOOKED]),
        card=st.none() | st.just(CARD),
    ),
    st.builds(NumberTaken, ask=st.integers(1, 4), ticket=TICKETS),
    st.builds(NumberRefused, ask=st.integers(1, 4), retry=st.booleans()),
    st.builds(Printed, ticket=TICKETS.map(lambda each: each.id)),
    st.builds(NotPrinted, ticket=TICKETS.map(lambda each: each.id), printer=PRINTERS),
    st.builds(Found, ask=ASKS, ticket=TICKETS),
    st.builds(AppointmentTold, ask=ASKS, told=CHECK_INS),
    st.builds(AppointmentUntold, ask=ASKS, about=st.sampled_from(AboutAppointment)),
    st.builds(DossierTold, ask=ASKS, told=st.sampled_from([*LOOKUPS.values()])),
    st.builds(DossierUntold, ask=ASKS, about=st.sampled_from(AboutDossier)),
    st.builds(
        FeesTold,
        ask=ASKS,
        fees=st.sampled_from([(), (PENDING,), (PENDING, OTHER), (CANCELLED,)]),
    ),
    st.builds(FeesUntold, ask=ASKS, about=st.sampled_from(AboutFees)),
    st.builds(FeeHeard, fee=st.sampled_from([*FEES.values()])),
    st.builds(HelpIs, ask=st.integers(1, 4), stage=st.sampled_from(CallStage)),
    st.builds(HelpEnded, ask=st.integers(1, 4), about=st.sampled_from(AboutHelp)),
    st.builds(FeedbackOffered, ask=ASKS, offer=st.just(OFFER), takes_photos=st.booleans()),
    st.builds(FeedbackNotOffered, ask=ASKS),
    st.builds(FeedbackPhotoTaken, ask=ASKS, photo=st.just(PHOTO)),
    st.builds(FeedbackPhotoMissing, ask=ASKS),
    st.builds(FeedbackStored, ask=st.integers(1, 4), taken=st.just(TAKEN)),
    st.builds(FeedbackNotStored, ask=st.integers(1, 4), about=st.sampled_from(AboutFeedback)),
    st.builds(FeedbackTold, ask=ASKS, told=st.sampled_from([*ANSWERS.values()])),
    st.builds(FeedbackUntold, ask=ASKS, about=st.sampled_from(AboutFeedback)),
    st.builds(FeedbackRatingTold, ask=ASKS, about=st.sampled_from(AboutFeedback)),
    st.builds(NotFound, ask=ASKS, reason=st.sampled_from(NotFoundReason)),
    st.builds(RatingStored, ask=ASKS),
    st.builds(RatingRefused, ask=ASKS, already=st.booleans()),
    FILINGS,
    CHIPS,
)
STEPS = st.lists(st.tuples(EVENTS, st.sampled_from([0.0, 0.1, 1.0, 30.0, 200.0])), max_size=40)


CALL = Helping(ask=1, stage=CallStage.TALKING, officer="Trần Thị Bình", shows=True)
BEGINNINGS = st.sampled_from(
    [State()]
    + [replace(with_chip(open_state()), page=page, touched_at=1000.0) for page in every_page()]
    + [replace(open_state(), page=page, touched_at=1000.0, helpline=True) for page in every_page()]
    + [
        replace(open_state(), page=page, touched_at=1000.0, helpline=True, help=CALL)
        for page in every_page()
    ]
)


def test_the_beginnings_are_every_page() -> None:
    """The control: a property over pages that are never reached would prove nothing."""
    assert {type(page) for page in every_page()} == set(get_args(AnyPage))


@settings(max_examples=400, deadline=None)
@given(steps=STEPS, begin=BEGINNINGS)
def test_every_event_in_every_state_has_a_screen(
    steps: list[tuple[Event, float]], begin: State
) -> None:
    state, now = begin, 1000.0
    for event, wait in steps:
        now += wait
        state, _ = step(state, event, now)
        assert view(state, ROOM).name == type(state.page).__name__
        if isinstance(state.page, Home | Rest):
            assert "0451" not in repr(state)


@settings(max_examples=400, deadline=None)
@given(steps=STEPS, begin=BEGINNINGS)
def test_left_alone_every_state_comes_to_rest(
    steps: list[tuple[Event, float]], begin: State
) -> None:
    """And each time that is due moves on: no state is busy for nothing."""
    state, now = begin, 1000.0
    for event, wait in steps:
        now += wait
        state, _ = step(state, event, now)
    for _ in range(120):
        due = next_time(state)
        if due is None:
            break
        now = max(now, due)
        state, _ = step(state, TimePassed(), now)
    assert next_time(state) is None
    assert state.page == Rest()
    assert state.owed == ()
