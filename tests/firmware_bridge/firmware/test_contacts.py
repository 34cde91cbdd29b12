"""Levels that bounce."""

from random import Random

from firmware_bridge.firmware.contacts import PRESS_MS, SWITCH_MS, Contact, bits


def test_a_press_that_bounces_is_one_press() -> None:
    chance = Random(1)
    button = Contact(0, PRESS_MS)
    changes = []
    for now in range(0, 1000, 5):
        steady = 1 if 100 <= now < 300 else 0
        bounces = 100 <= now < 120 or 300 <= now < 320
        if button.turn(chance.randrange(2) if bounces else steady, now):
            changes.append((now, button.level))
    assert [level for _, level in changes] == [1, 0]
    assert 100 + PRESS_MS <= changes[0][0] <= 120 + PRESS_MS


def test_a_spike_is_no_press() -> None:
    button = Contact(0, PRESS_MS)
    assert not any(button.turn(int(now % 100 < PRESS_MS - 5), now) for now in range(0, 5000, 5))


def test_without_a_settling_time_every_bounce_would_be_a_press() -> None:
    button = Contact(0, 0)
    assert sum(button.turn(now // 5 % 2, now) for now in range(0, 100, 5)) > 10


def test_a_door_that_is_open_at_the_start_is_told() -> None:
    door = Contact(1, SWITCH_MS)
    changed = [now for now in range(0, 1000, 5) if door.turn(0, now)]
    assert changed == [SWITCH_MS]


def test_levels_are_bits_the_first_one_lowest() -> None:
    contacts = [Contact(level, 0) for level in (1, 0, 0, 1)]
    assert bits(contacts) == 0b1001
