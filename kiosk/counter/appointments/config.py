"""When somebody with an appointment may take the number, and what being late means."""

from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.api.words import Id


class Late(StrEnum):
    """What who comes too late gets."""

    QUEUE = "queue"
    REFUSE = "refuse"


class AppointmentsConfig(Config, frozen=True, kw_only=True):
    """`services` leads from the booking system's services to the site's where ids differ.

    A number is given from `early_min` before the appointment. Who comes more than `late_min` after
    its beginning waits like all others (`late = "queue"`), or gets none (`"refuse"`).
    """

    early_min: Annotated[int, msgspec.Meta(ge=0, le=720)] = 60
    late_min: Annotated[int, msgspec.Meta(ge=0, le=720)] = 15
    late: Late = Late.QUEUE
    services: dict[Id, Id] = msgspec.field(default_factory=dict)
