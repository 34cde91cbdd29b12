"""Whether a box's clock is believed, and how it is set."""

from datetime import timedelta
from pathlib import Path

import pytest

from provisioning.agent.clock import (
    SOFTWARE_FROM,
    ClockNotSetError,
    SimulatedTime,
    SimulatedTimeConfig,
    SystemTime,
    Timekeeper,
)

NOW = SOFTWARE_FROM + timedelta(days=30)
LONG_AGO = SOFTWARE_FROM - timedelta(days=1500)


class KeptRight:
    """A clock in the hands of NTP."""

    def __init__(self) -> None:
        self.moved: list[timedelta] = []

    def is_sure(self) -> bool:
        return True

    def move(self, by: timedelta) -> None:
        self.moved.append(by)


@pytest.fixture
def off(tmp_path: Path) -> Path:
    path = tmp_path / "off"
    path.write_text("-100")
    return path


def simulated(off: Path) -> SimulatedTime:
    return SimulatedTimeConfig(file=str(off)).build()


def test_a_clock_that_nobody_keeps_is_believed_once_the_gate_was_asked(off: Path) -> None:
    keeper = Timekeeper(simulated(off))
    assert not keeper.believed(NOW)
    keeper.told(NOW + timedelta(seconds=100), NOW)
    assert keeper.believed(NOW)
    assert float(off.read_text()) == 0
    assert keeper.offset_s == 0
    keeper.doubt()
    assert not keeper.believed(NOW)


def test_a_small_error_is_measured_and_left(off: Path) -> None:
    keeper = Timekeeper(simulated(off))
    keeper.told(NOW - timedelta(seconds=1.5), NOW)
    assert off.read_text() == "-100"
    assert keeper.offset_s == 1.5


def test_a_clock_that_ntp_keeps_is_never_moved_unless_it_is_impossible() -> None:
    ntp = KeptRight()
    keeper = Timekeeper(ntp)
    assert keeper.believed(NOW)
    keeper.told(NOW + timedelta(days=400), NOW)
    assert ntp.moved == []
    assert not keeper.believed(LONG_AGO)
    keeper.told(NOW, LONG_AGO)
    assert ntp.moved == [NOW - LONG_AGO]


def test_a_clock_that_cannot_be_set_is_not_believed(tmp_path: Path) -> None:
    keeper = Timekeeper(simulated(tmp_path / "none"))
    with pytest.raises(ClockNotSetError):
        keeper.told(NOW, LONG_AGO)
    assert not keeper.believed(NOW)


def test_the_kernel_says_whether_its_clock_is_kept() -> None:
    assert SystemTime().is_sure() in {True, False}
