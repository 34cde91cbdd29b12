"""The eye on the screen."""

from datetime import timedelta

import pytest

from devices.contract.clock import SimulatedClock
from devices.contract.message import Health
from tests.vc.example import STARTS_AT
from vc.endpoint.glass_watch import STUCK, GlassStuckError, GlassWatch
from vc.endpoint.surface import NoScreen


class SlowGlass(NoScreen):
    """A screen that draws when it likes."""

    behind = 0.0

    def behind_s(self) -> float:
        return self.behind


def test_a_screen_that_draws_late_is_a_fault_and_heals() -> None:
    clock, glass = SimulatedClock(STARTS_AT), SlowGlass()
    watch = GlassWatch(glass, clock, "kivy")
    told = []
    for behind in (0.9, 6.0, 9.0, 0.1):
        clock.move(timedelta(seconds=1))
        glass.behind = behind
        watch.look()
        told.append((watch.report.health, watch.report.code, watch.report.since))
    fell = STARTS_AT + timedelta(seconds=2)
    assert told == [
        (Health.READY, "", STARTS_AT),
        (Health.FAULT, STUCK, fell),
        (Health.FAULT, STUCK, fell),
        (Health.READY, "", STARTS_AT + timedelta(seconds=4)),
    ]


def test_a_screen_that_is_stuck_ends_the_process() -> None:
    glass = SlowGlass()
    glass.behind = 21.0
    with pytest.raises(GlassStuckError):
        GlassWatch(glass, SimulatedClock(STARTS_AT), "kivy").look()
