"""When one may come by appointment, for what, and how many at once."""

from datetime import time
from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.api.words import Id, Names


class HoursOfDay(Config, frozen=True, kw_only=True):
    """Appointments begin from `first` on, and the last ends at `last` at the latest."""

    first: time
    last: time

    def __post_init__(self) -> None:
        """Refuse an end before the beginning (ValueError)."""
        if self.last <= self.first:
            raise ValueError("last is not after first")


HALF_DAYS = (
    HoursOfDay(first=time(8), last=time(11, 30)),
    HoursOfDay(first=time(13, 30), last=time(16, 30)),
)


class BookableConfig(Config, frozen=True, kw_only=True):
    """Something that one may come for by appointment; `places` people at once."""

    id: Id
    names: Names
    slot_min: Annotated[int, msgspec.Meta(ge=5, le=240)] = 30
    places: Annotated[int, msgspec.Meta(ge=1, le=100)] = 2
    hours: Annotated[tuple[HoursOfDay, ...], msgspec.Meta(min_length=1, max_length=6)] = HALF_DAYS


class BookingsConfig(Config, frozen=True, kw_only=True):
    """Appointments up to `ahead_days` from today; names are destroyed `contacts_days` after."""

    services: Annotated[tuple[BookableConfig, ...], msgspec.Meta(max_length=40)] = ()
    ahead_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30
    contacts_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 30

    def __post_init__(self) -> None:
        """Refuse what does not fit together (ValueError)."""
        ids = [one.id for one in self.services]
        problems = [f"services: {one!r} is there twice" for one in set(ids) if ids.count(one) > 1]
        problems += [
            f"services.{one.id}.names: 'vi' is missing"
            for one in self.services
            if not one.names.get("vi")
        ]
        if problems:
            raise ValueError("; ".join(sorted(problems)))

    def service(self, service: str) -> BookableConfig | None:
        """Return the service of this id."""
        return next((one for one in self.services if one.id == service), None)
