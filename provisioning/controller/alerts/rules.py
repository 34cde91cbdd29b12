"""What is worth an alert, and when: thresholds with hysteresis and with patience. Pure."""

from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.config import Config

Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class Kind(StrEnum):
    """What an alert is about."""

    OFFLINE = "offline"
    AREA = "area"  # many boxes of a unit at once
    PART = "part"  # a process of a box that is otherwise heard
    PAPER = "paper"
    SCANNER = "scanner"
    DEVICE = "device"  # any other device
    BOARD = "board"  # the board with buttons, lamps and the watchdog
    TAMPER = "tamper"  # somebody opened the box
    DOOR = "door"  # its door stands open
    POWER_CYCLED = "power_cycled"  # its board took its power, because it had hung
    DISK = "disk"
    TEMPERATURE = "temperature"
    CERTIFICATE = "certificate"
    CLOCK = "clock"
    QUEUE = "queue"
    LINE = "line"


class Severity(StrEnum):
    """How much an alert hurts."""

    WARNING = "warning"
    CRITICAL = "critical"


class Rule(Config, frozen=True, kw_only=True):
    """An alert is raised at `raise_at` or worse for `after_s`, cleared at `clear_at` or better.

    Higher is worse, unless `clear_at` is above `raise_at`: then lower is. A flapping reading raises
    one alert: it must be good for `clear_after_s`.
    """

    raise_at: float = 1.0
    clear_at: float = 0.0
    after_s: Seconds = 0.0
    clear_after_s: Seconds = 30.0
    severity: Severity = Severity.WARNING
    enabled: bool = True

    def is_bad(self, value: float) -> bool:
        """Whether the reading is at or beyond the point of alarm."""
        return value <= self.raise_at if self.lower_is_worse else value >= self.raise_at

    def is_good(self, value: float) -> bool:
        """Whether the reading is back; between bad and good nothing changes."""
        return value >= self.clear_at if self.lower_is_worse else value <= self.clear_at

    @property
    def lower_is_worse(self) -> bool:
        """Which way the reading hurts."""
        return self.clear_at > self.raise_at


class AreaRule(Config, frozen=True, kw_only=True):
    """Many boxes of one unit gone within a while are one alert: a power cut, a cable."""

    least_boxes: Annotated[int, msgspec.Meta(ge=2, le=10_000)] = 3
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.6
    within_s: Seconds = 180.0


class Rules(Config, frozen=True, kw_only=True):
    """All rules, with what an office of the province would begin with."""

    offline: Rule = Rule(after_s=60, severity=Severity.CRITICAL)
    part: Rule = Rule(after_s=60)
    paper: Rule = Rule(after_s=5, clear_after_s=5, severity=Severity.CRITICAL)
    scanner: Rule = Rule(after_s=30)
    device: Rule = Rule(after_s=30)
    board: Rule = Rule(after_s=30)
    tamper: Rule = Rule(severity=Severity.CRITICAL)
    door: Rule = Rule(after_s=300)
    power_cycled: Rule = Rule()
    disk: Rule = Rule(raise_at=0.08, clear_at=0.12, after_s=60)
    temperature: Rule = Rule(raise_at=80, clear_at=72, after_s=120)
    certificate: Rule = Rule(raise_at=14, clear_at=15)
    clock: Rule = Rule(raise_at=30, clear_at=5, after_s=120)
    queue: Rule = Rule(raise_at=45, clear_at=30, after_s=120)
    line: Rule = Rule(after_s=60)
    area: AreaRule = AreaRule()

    def of(self, kind: Kind) -> Rule:
        """Return the rule of a kind of reading; an area has none."""
        rule: Rule = getattr(self, kind.value)
        return rule
