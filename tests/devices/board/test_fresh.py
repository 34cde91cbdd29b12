"""A press as a signal: once, and only while somebody would still wait for it."""

from devices.board.fresh import FRESH_S, FreshPresses
from firmware_bridge.board import Event


def press(id_: int, boot: int = 1, age_ms: int = 0) -> Event:
    return Event("pressed", boot, id_, age_ms, (0,))


def test_it_is_given_once_and_bears_its_events_name() -> None:
    presses = FreshPresses()
    assert presses.told("b1", press(3), "call-1", 0)
    assert not presses.told("b1", press(3), "call-1", 1), "told again"
    first = presses.next(1)
    assert first
    assert (first.button, first.press) == ("call-1", "b1-1-3")
    assert presses.next(1) is None


def test_another_boot_and_another_board_are_other_presses() -> None:
    presses = FreshPresses()
    assert presses.told("b1", press(3), "call-1", 0)
    assert presses.told("b1", press(1, boot=2), "call-1", 0)
    assert presses.told("b2", press(1, boot=2), "call-1", 0)


def test_an_old_one_is_no_signal() -> None:
    presses = FreshPresses()
    assert not presses.told("b1", press(1, age_ms=int(FRESH_S * 1000)), "call-1", 0)
    assert presses.told("b1", press(2, age_ms=9_000), "call-1", 0)
    assert presses.next(2) is None, "it grew old while it waited"
