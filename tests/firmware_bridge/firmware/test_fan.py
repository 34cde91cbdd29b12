"""The fan follows the temperature, and does not flutter."""

import pytest

from firmware_bridge.firmware.fan import Fan
from firmware_bridge.frames import BY_TEMPERATURE, NO_TEMPERATURE


def speeds(fan: Fan, *degrees: float) -> list[int]:
    out = []
    for each in degrees:
        fan.turn(int(each * 1000))
        out.append(fan.percent)
    return out


def test_it_turns_faster_as_it_gets_warmer_and_slower_only_when_it_is_clearly_cooler() -> None:
    assert speeds(Fan(), 20, 44.9, 45, 54, 55, 66, 62, 60.1, 59.9, 51, 49, 41, 39) == [
        *(0, 0, 40, 40, 70, 100),
        *(100, 100, 70, 70, 40, 40, 0),
    ]


def test_it_does_not_flutter_about_a_limit() -> None:
    assert len(set(speeds(Fan(), 45.1, *([44.9, 45.1] * 50)))) == 1


def test_it_turns_as_it_is_told_until_it_is_told_to_follow_again() -> None:
    fan = Fan()
    fan.tell(30)
    assert speeds(fan, 20, 80) == [30, 30]
    fan.tell(BY_TEMPERATURE)
    assert speeds(fan, 80, 20) == [100, 0]


def test_it_turns_without_a_sensor() -> None:
    fan = Fan()
    fan.turn(NO_TEMPERATURE)
    assert fan.percent == 50


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="percent"):
        Fan().tell(101)
