"""What feedback may be about here, how soon it is answered, and how long it is kept."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.api.site_feedback import LONGEST_PLACE, Latitude, Longitude
from kiosk.api.words import Id, Names
from kiosk.domain.deadline import Duration, TimeUnit

_Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class CategoryConfig(Config, frozen=True, kw_only=True):
    """A tile of the kiosk.

    `service` is its code in the province's system, the `id` when empty; `answers` are what that
    system asks beside the text, by their codes there (Open311 attributes).
    """

    id: Id
    names: Names
    icon: str = "speech"
    service: Annotated[str, msgspec.Meta(max_length=200)] = ""
    answers: dict[_Short, _Short] = msgspec.field(default_factory=dict)
    answered_within: Duration = Duration(amount=5, unit=TimeUnit.WORKING_DAYS)

    @property
    def service_code(self) -> str:
        """What the province's system calls it."""
        return self.service or self.id


class PlaceConfig(Config, frozen=True, kw_only=True):
    """A place of the commune that is suggested while a citizen types."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_PLACE)]
    lat: Latitude | None = None
    long: Longitude | None = None

    def __post_init__(self) -> None:
        """Refuse half a point (ValueError)."""
        if (self.lat is None) != (self.long is None):
            raise ValueError(f"{self.name}: lat and long go together")


class FeedbackConfig(Config, frozen=True, kw_only=True):
    """Feedback at this site.

    `read_at` are the counters whose officers may read it, all when empty: a complaint may be about
    one of them. Texts, photos and senders are destroyed `contents_days` after the answer, all the
    rest after `keep_days`. What is not answered yet may take `most_mb`. The province's system is
    asked for answers every `look_every_s`, and ever more rarely; what it has not answered in
    `asks_for_days` is asked for only when its citizen looks, and goes `keep_days` after that.
    """

    categories: Annotated[tuple[CategoryConfig, ...], msgspec.Meta(min_length=1, max_length=40)]
    places: Annotated[tuple[PlaceConfig, ...], msgspec.Meta(max_length=500)] = ()
    read_at: Annotated[tuple[Id, ...], msgspec.Meta(max_length=60)] = ()
    contents_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 90
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 730
    rating_scale: Annotated[int, msgspec.Meta(ge=2, le=10)] = 3
    most_mb: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 200
    asks_for_days: Annotated[int, msgspec.Meta(ge=30, le=3650)] = 400
    look_every_s: Annotated[float, msgspec.Meta(ge=0.05, le=86_400)] = 600.0

    def __post_init__(self) -> None:
        """Refuse what does not fit together (ValueError, every problem in it)."""
        ids = [one.id for one in self.categories]
        problems = [f"categories: {one!r} is there twice" for one in set(ids) if ids.count(one) > 1]
        problems += [
            f"categories.{one.id}.names: 'vi' is missing"
            for one in self.categories
            if not one.names.get("vi")
        ]
        problems += [
            f"categories.{one.id}.answered_within: the unit is missing"
            for one in self.categories
            if one.answered_within.unit is None
        ]
        if self.keep_days < self.contents_days:
            problems.append("keep_days: is shorter than contents_days")
        if problems:
            raise ValueError("; ".join(sorted(problems)))

    def category(self, category: str) -> CategoryConfig | None:
        """Return the category of this id."""
        return next((one for one in self.categories if one.id == category), None)

    def names_of(self, category: str) -> Names:
        """Return a category's names, also of one that is configured no more."""
        found = self.category(category)
        return found.names if found else {"vi": category}
