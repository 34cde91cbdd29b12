"""What feedback may be about, who may send it, and how soon it is answered."""

from typing import Annotated, Literal

import msgspec

from devices.contract.config import Config
from kiosk.api.feedback import DataType
from kiosk.api.words import Id, Names
from kiosk.domain.deadline import Duration, TimeUnit

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class ApiKey(Config, frozen=True, kw_only=True):
    """Who may send: `sha256` is of the random key, in hexadecimal (`sha256sum`)."""

    id: Id
    sha256: Sha256


class Choice(Config, frozen=True, kw_only=True):
    """One of the values of a list."""

    key: Id
    names: Names


class Question(Config, frozen=True, kw_only=True):
    """Something that a category asks beside the description."""

    code: Id
    names: Names
    datatype: DataType = DataType.STRING
    required: bool = False
    choices: Annotated[tuple[Choice, ...], msgspec.Meta(max_length=100)] = ()


class CategoryConfig(Config, frozen=True, kw_only=True):
    """A field (lĩnh vực). With `type = "batch"` a sender gets a token first."""

    id: Id
    names: Names
    about: Names = msgspec.field(default_factory=dict)
    group: str = ""
    keywords: str = ""
    type: Literal["realtime", "batch"] = "realtime"
    answered_within: Duration = Duration(amount=5, unit=TimeUnit.WORKING_DAYS)
    questions: Annotated[tuple[Question, ...], msgspec.Meta(max_length=20)] = ()


OTHER = (CategoryConfig(id="khac", names={"vi": "Khác", "en": "Other"}),)


class FeedbackConfig(Config, frozen=True, kw_only=True):
    """Feedback of a commune. `contacts_days` after its answer a sender's contact is destroyed."""

    jurisdiction: Annotated[str, msgspec.Meta(max_length=200)] = ""
    commune: Annotated[str, msgspec.Meta(max_length=8)] = ""
    categories: Annotated[tuple[CategoryConfig, ...], msgspec.Meta(min_length=1, max_length=60)] = (
        OTHER
    )
    keys: Annotated[tuple[ApiKey, ...], msgspec.Meta(max_length=60)] = ()
    notice: Names = msgspec.field(default_factory=dict)
    most_photos: Annotated[int, msgspec.Meta(ge=0, le=5)] = 3
    contacts_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 90

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
        problems += [
            f"categories.{one.id}.questions.{question.code}: 'vi' is missing"
            for one in self.categories
            for question in one.questions
            for names in (question.names, *(choice.names for choice in question.choices))
            if not names.get("vi")
        ]
        if problems:
            raise ValueError("; ".join(sorted(problems)))

    def category(self, category: str) -> CategoryConfig | None:
        """Return the category of this id."""
        return next((one for one in self.categories if one.id == category), None)
