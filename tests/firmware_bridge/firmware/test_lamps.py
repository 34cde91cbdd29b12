"""Lamps burn, blink and are dark."""

import pytest

from firmware_bridge.firmware.lamps import HALF_MS, Lamps
from firmware_bridge.frames import BLINKS, BURNS, DARK

MOMENTS = range(0, 4 * HALF_MS, HALF_MS)


def lit(lamps: Lamps, lamp: int) -> list[bool]:
    return [lamps.lit(lamp, now) for now in MOMENTS]


def test_each_lamp_does_what_it_was_told() -> None:
    lamps = Lamps(3)
    lamps.set(0, BURNS)
    lamps.set(1, BLINKS)
    assert lit(lamps, 0) == [True] * 4
    assert lit(lamps, 1) == [True, False, True, False]
    assert lit(lamps, 2) == [False] * 4
    lamps.set(0, DARK)
    assert lit(lamps, 0) == [False] * 4


def test_all_can_be_made_dark() -> None:
    lamps = Lamps(2)
    lamps.set(1, BURNS)
    lamps.clear()
    assert lit(lamps, 1) == [False] * 4


@pytest.mark.parametrize(("lamp", "state"), [(2, BURNS), (0, 3)])
def test_what_there_is_not_is_refused(lamp: int, state: int) -> None:
    with pytest.raises(ValueError, match="no such"):
        Lamps(2).set(lamp, state)
