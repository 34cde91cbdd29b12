"""Call buttons on the officers' desks: each press once, and only where somebody is signed in."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.api.errors import (
    CounterPausedError,
    NobodyAtDeskError,
    NothingCalledError,
    RepeatedPressError,
    TooSoonError,
)
from kiosk.counter.config import Act, CallButtonConfig
from kiosk.counter.main import DATABASE
from kiosk.counter.presses import REST_S, Presses
from kiosk.counter.store import Store
from tests.kiosk.counter.site import MONDAY, Desk, opened, sample_config

NEXT = CallButtonConfig(button="call-1", counter="1")
AGAIN = CallButtonConfig(button="again-1", counter="1", act=Act.RECALL)
SERVED = CallButtonConfig(button="served-1", counter="1", act=Act.FINISH)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as one:
        one.store.add_session("token", "1", MONDAY.date(), 3)
        yield one


def presses_of(desk: Desk) -> Presses:
    return Presses(desk.store, desk.desks, desk.clock)


def test_one_button_calls_the_next_calls_again_and_finishes(desk: Desk) -> None:
    first, second = desk.take(), desk.take()
    presses = presses_of(desk)
    call = presses.carry_out(NEXT, "b-1-1")
    assert call
    assert (call.ticket, call.again) == (first, False)
    again = presses.carry_out(AGAIN, "b-1-2")
    assert again
    assert (again.ticket, again.again) == (first, True)
    desk.clock.move(timedelta(seconds=REST_S))
    call = presses.carry_out(NEXT, "b-1-3")
    assert call
    assert call.ticket == second
    assert desk.state(first) == "served"
    assert presses.carry_out(SERVED, "b-1-4") is None
    assert desk.state(second) == "served"
    with pytest.raises(NothingCalledError):
        presses.carry_out(AGAIN, "b-1-5")


def test_a_press_that_is_told_twice_calls_once_also_over_a_restart(desk: Desk) -> None:
    first, second = desk.take(), desk.take()
    presses_of(desk).carry_out(NEXT, "b-1-1")
    desk.clock.move(timedelta(minutes=1))
    with pytest.raises(RepeatedPressError):
        presses_of(desk).carry_out(NEXT, "b-1-1")
    assert (desk.state(first), desk.state(second)) == ("called", "waiting")
    presses_of(desk).carry_out(NEXT, "b-1-2")
    assert desk.state(second) == "called", "another press does"


def test_buttons_without_names_for_their_presses_work_too(desk: Desk) -> None:
    _, second = desk.take(), desk.take()
    presses = presses_of(desk)
    presses.carry_out(NEXT, "")
    desk.clock.move(timedelta(seconds=REST_S))
    presses.carry_out(NEXT, "")
    assert desk.state(second) == "called"


def test_a_finger_that_presses_twice_calls_one(desk: Desk) -> None:
    first, second = desk.take(), desk.take()
    presses = presses_of(desk)
    presses.carry_out(NEXT, "b-1-1")
    with pytest.raises(TooSoonError):
        presses.carry_out(NEXT, "b-1-2")
    assert (desk.state(first), desk.state(second)) == ("called", "waiting")


def test_where_nobody_is_signed_in_a_press_does_nothing(desk: Desk) -> None:
    ticket = desk.take()
    for counter, day in (("2", "b-1-1"), ("3", "b-1-2")):
        with pytest.raises(NobodyAtDeskError):
            presses_of(desk).carry_out(CallButtonConfig(button="x", counter=counter), day)
    assert desk.state(ticket) == "waiting"
    assert desk.told() == ["ticket.issued"]


def test_a_paused_counter_calls_nobody_and_an_empty_hall_is_no_error(desk: Desk) -> None:
    presses = presses_of(desk)
    assert presses.carry_out(NEXT, "b-1-1") is None
    desk.take()
    desk.desks.pause("1")
    desk.clock.move(timedelta(seconds=REST_S))
    with pytest.raises(CounterPausedError):
        presses.carry_out(NEXT, "b-1-2")


def test_only_so_many_presses_are_remembered(tmp_path: Path) -> None:
    with Store(tmp_path / DATABASE) as store:
        for number in range(1100):
            assert store.note_press(f"b-1-{number}")
        assert not store.note_press("b-1-1099")
        assert store.note_press("b-1-0"), "a thousand presses ago"


def test_a_configuration_that_does_not_fit_together_says_so(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    counters = tuple(msgspec.structs.replace(one, lamp="lamp-1") for one in config.counters[:2])
    bad = {
        "counters": (*counters, *config.counters[2:]),
        "buttons": (NEXT, NEXT, CallButtonConfig(button="other", counter="99")),
    }
    with pytest.raises(ValueError, match="buttons: 'call-1' is there twice") as refused:
        msgspec.structs.replace(config, **bad)
    for problem in ("lamps: 'lamp-1' is there twice", "buttons.other: '99' is no counter"):
        assert problem in str(refused.value)
