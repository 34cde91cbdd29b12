"""What is on record of alerts, of mutes, and of what is to be told. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from devices.contract.errors import MotcuaError, NotFoundError
from provisioning.controller.alerts.alert import Alert


class NoSuchAlertError(NotFoundError):
    """There is no alert, or no mute, of this number."""


class BadMuteError(MotcuaError):
    """A mute that ends in the past or in more than 31 days, or one too many."""

    code = "alerts.bad_mute"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in the book."""

    id: int
    alert: Alert
    raised_at: datetime
    cleared_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    note: str = ""


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody is told of alerts of a place and a kind until then; both empty is of all."""

    id: int = 0
    place: str = ""
    kind: str = ""
    until: datetime
    by: str
    why: str = ""

    def covers(self, alert: Alert, path: Sequence[str]) -> bool:
        """Whether it is about this alert, whose place stands at the end of this path of units."""
        return (not self.kind or self.kind == alert.key.kind) and (
            not self.place or self.place == alert.key.where or self.place in path
        )


Whom = Callable[[Alert, Sequence[Mute]], Mapping[str, datetime | None]]
"""Names the channels that shall hear of an alert, and until when these mutes keep it from each."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Something to tell on a channel: `what` is raised or cleared."""

    id: int
    channel: str
    what: str
    tries: int
    record: Record
