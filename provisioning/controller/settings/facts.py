"""What the pages show of settings: what a draft would do, and how far a box is. Pure."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import msgspec

from devices.contract.config import Problem
from provisioning.controller.settings import merge
from provisioning.controller.settings.documents import Heard, Standing, Versioned
from provisioning.controller.settings.merge import Merged
from provisioning.desired import Property, Reported, joined, properties


class Progress(StrEnum):
    """How far a box is with its newest document."""

    IN_FORCE = "in_force"
    PENDING = "pending"
    REFUSED = "refused"
    OFFLINE = "offline"  # pending, and nobody to hear it
    NONE = "none"  # no profile is the box's


class BoxesChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft does to these boxes, the same to each; `problems` they would have with it."""

    boxes: tuple[str, ...]
    changes: tuple[merge.Change, ...]
    problems: tuple[Problem, ...]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft would do. `doubts` are of the profile itself; the boxes have the last word."""

    doubts: tuple[Problem, ...]
    groups: tuple[BoxesChange, ...]

    @property
    def count(self) -> int:
        """How many boxes change."""
        return sum(len(group.boxes) for group in self.groups)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A property of a box: what is wanted, whence, and what the box made of it.

    `wanted` is JSON, empty where only the box knows the key; `answer` is None while it has not
    said.
    """

    key: str
    wanted: str
    origin: str
    answer: Property | None = None


class BoxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A box's settings as its page shows them."""

    box: str
    progress: Progress
    document: Versioned | None
    heard: Heard | None
    lines: tuple[Line, ...] = ()


def progress(standing: Standing, *, online: bool) -> Progress:
    """Return how far a box is."""
    if not standing.newest:
        return Progress.NONE
    if standing.in_force == standing.newest:
        return Progress.IN_FORCE
    if standing.judged >= standing.newest:
        return Progress.REFUSED
    return Progress.PENDING if online else Progress.OFFLINE


def standing_of(document: Versioned | None, heard: Heard | None) -> Standing:
    """Return the same in numbers."""
    return Standing(
        newest=document.version if document else 0,
        judged=heard.reported.version if heard else 0,
        in_force=heard.reported.in_force if heard else 0,
    )


def lines_of(merged: Merged, reported: Reported | None) -> Iterator[Line]:
    """Yield every property of a box by key, and what is wrong where no profile says anything."""
    answers = _answers(reported)
    values = properties(merged.document)
    for key in sorted(values.keys() | answers.keys()):
        wanted = _json(values[key]) if key in values else ""
        answer = answers.get(key)
        if wanted or (answer and answer.ad):
            yield Line(key=key, wanted=wanted, origin=merged.origins.get(key, ""), answer=answer)


def _answers(reported: Reported | None) -> dict[str, Property]:
    if reported is None:
        return {}
    return {
        f"{joined('', part)}.{key}": answer
        for part, answers in reported.parts.items()
        for key, answer in answers.items()
    }


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
