"""An alert, and what became of alerts in a step. Pure."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.rules import Severity


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something somebody should know. `boxes` are those of an area's alert, else empty.

    `within` is the unit of the larger area that an area was taken up into, while that one is open.
    """

    key: Key
    severity: Severity
    since: datetime
    value: float = 1.0
    code: str = ""
    text: str = ""
    boxes: tuple[str, ...] = ()
    within: str = ""

    @property
    def is_area(self) -> bool:
        """Whether it is of a unit, not of a box."""
        return bool(self.boxes)

    def among(self, reached: Callable[[str], bool]) -> "Alert | None":
        """Return an area's alert with those of its boxes that are reached; None without any."""
        boxes = tuple(box for box in self.boxes if reached(box))
        if not boxes:
            return None
        return msgspec.structs.replace(self, boxes=boxes, value=float(len(boxes)))


class News(msgspec.Struct, frozen=True):
    """What became of the alerts in a step."""

    raised: tuple[Alert, ...] = ()
    cleared: tuple[Key, ...] = ()
    changed: tuple[Alert, ...] = ()  # an area that grew, was taken up, or came back to its own

    def __bool__(self) -> bool:
        return bool(self.raised or self.cleared or self.changed)
