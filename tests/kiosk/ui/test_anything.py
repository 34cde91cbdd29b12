"""Whatever comes in whatever state: the session goes on, a screen is drawn, time moves forward."""

from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from devices.contract.notice import BoxNotice
from devices.messages import ScanKind, Scanned
from kiosk.api import TicketState
from kiosk.ui.events import (
    AnyAction,
    BoxSeen,
    CounterLost,
    DevicesSeen,
    Event,
    Found,
    NotFound,
    NotFoundReason,
    NotPrinted,
    NumberRefused,
    NumberTaken,
    Printed,
    RatingRefused,
    RatingStored,
    SiteSeen,
    TimePassed,
    Touched,
)
from kiosk.ui.session import next_time, step
from kiosk.ui.state import AnyPage, Home, PrinterState, Rest, ScannerState, State
from kiosk.ui.view import view
from tests.kiosk.ui.site import CARD, SERVICES, SITE, every_page, open_state, ticket

TICKETS = st.builds(ticket, st.sampled_from(["A012", "UA013"]), st.sampled_from(TicketState))
WORDS = {
    "service": st.sampled_from(["ho-tich", "dat-dai", "none"]),
    "priority_class": st.sampled_from(["thuong", "nguoi_cao_tuoi", "none"]),
    "language": st.sampled_from(["vi", "en", "fr"]),
    "first": st.integers(-1, 9),
    "key": st.sampled_from("UA01"),
    "value": st.integers(1, 3),
    "scale": st.just(3),
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
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Touched, action=st.none() | ACTIONS),
    st.builds(Touched, action=ACTIONS),
    st.just(TimePassed()),
    st.builds(SiteSeen, site=SITES),
    st.just(CounterLost()),
    st.builds(BoxSeen, notice=BOXES),
    st.builds(DevicesSeen, printer=PRINTERS, scanner=st.sampled_from(ScannerState)),
    st.builds(
        Scanned,
        kind=st.sampled_from(ScanKind),
        text=st.sampled_from(["", "http://x/t/7F3K9QXT"]),
        card=st.none() | st.just(CARD),
    ),
    st.builds(NumberTaken, ask=st.integers(1, 4), ticket=TICKETS),
    st.builds(NumberRefused, ask=st.integers(1, 4), retry=st.booleans()),
    st.builds(Printed, ticket=TICKETS.map(lambda each: each.id)),
    st.builds(NotPrinted, ticket=TICKETS.map(lambda each: each.id), printer=PRINTERS),
    st.builds(Found, ticket=TICKETS),
    st.builds(NotFound, reason=st.sampled_from(NotFoundReason)),
    st.builds(RatingStored, ticket=TICKETS.map(lambda each: each.id)),
    st.builds(RatingRefused, ticket=TICKETS.map(lambda each: each.id), already=st.booleans()),
)
STEPS = st.lists(st.tuples(EVENTS, st.sampled_from([0.0, 0.1, 1.0, 30.0, 200.0])), max_size=40)


BEGINNINGS = st.sampled_from(
    [State()] + [replace(open_state(), page=page, touched_at=1000.0) for page in every_page()]
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
        assert view(state, 6).name == type(state.page).__name__
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
