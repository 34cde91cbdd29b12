"""What the board has to tell waits until the box has it on disk."""

from typing import Any

from firmware_bridge import frames
from firmware_bridge.firmware.events import EventRing

BOOT = 7


def sent(ring: EventRing, now_ms: int = 1_000_000) -> list[tuple[Any, ...]]:
    """Send all that is to be sent; returns it as the box reads it."""
    out: list[tuple[Any, ...]] = []
    while (message := ring.next(now_ms)) is not None:
        out.append(frames.told(message))
        ring.sent()
    return out


def presses(ring: EventRing, count: int) -> None:
    for number in range(count):
        ring.put(number, "pressed", number % 6)


def test_events_are_sent_once_in_order_with_their_age() -> None:
    ring = EventRing(BOOT)
    ring.put(1_000, "pressed", 3)
    ring.put(2_000, "switched", 0, 1)
    assert sent(ring, 5_000) == [
        ("pressed", BOOT, 1, 4_000, (3,)),
        ("switched", BOOT, 2, 3_000, (0, 1)),
    ]
    assert sent(ring) == []


def test_a_new_session_gets_again_what_is_not_stored() -> None:
    ring = EventRing(BOOT)
    presses(ring, 5)
    first = sent(ring)
    ring.stored(BOOT, 3)
    ring.again()
    assert sent(ring)[0][2] == 4
    assert [event[2] for event in first] == [1, 2, 3, 4, 5]
    assert len(ring) == 2


def test_what_another_boot_stored_says_nothing_about_this_one() -> None:
    ring = EventRing(BOOT)
    presses(ring, 3)
    ring.stored(BOOT - 1, 100)
    assert len(ring) == 3


def test_what_finds_no_place_is_told_where_it_is_missing() -> None:
    ring = EventRing(BOOT, size=30)
    presses(ring, 100)
    first = sent(ring)
    assert len(ring) <= 30
    ring.stored(BOOT, first[-1][2])
    presses(ring, 2)
    events = first + sent(ring)
    assert [event[2] for event in events] == list(range(1, len(events) + 1))
    lost = [event for event in events if event[0] == "lost"]
    assert sum(event[4][0] for event in lost) + len(events) - len(lost) == 102
    assert events[-3][0] == "lost"


def test_presses_leave_room_for_what_is_worth_more() -> None:
    ring = EventRing(BOOT, size=30)
    presses(ring, 100)
    ring.put(0, "power_cycled", 60, 1)
    assert [event[0] for event in sent(ring)][-2:] == ["lost", "power_cycled"]


def test_a_storm_of_everything_stays_within_its_bound() -> None:
    ring = EventRing(BOOT, size=30)
    for number in range(10_000):
        ring.put(number, "pressed", 1)
        ring.put(number, "switched", 0, number % 2)
    assert len(ring) <= 30
    ring.stored(BOOT, 30)
    events = sent(ring)
    assert [event[0] for event in events] == ["lost"]


def test_a_very_old_event_has_the_greatest_age() -> None:
    ring = EventRing(BOOT)
    presses(ring, 1)
    assert sent(ring, 1 << 40)[0][3] == 0xFFFFFFFF
