"""Words of one flow in every language: built in, or from a pack laid over the Vietnamese ones."""

import dataclasses
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Generic, TypeVar

from kiosk.ui.state import Note, Pack, State

T = TypeVar("T")


class Words(Generic[T]):
    """One flow's words; `T` is a dataclass of sentences and, under `notes`, one for each `About`.

    `{...}` are places to fill, the same ones in every language.
    """

    def __init__(self, flow: str, *, vi: T, en: T, good: tuple[StrEnum, ...] = ()) -> None:
        self.flow = flow
        self._built_in = {"vi": vi, "en": en}
        self._good = good

    def of(self, state: State) -> T:
        """Return the words in the language of the state."""
        if built_in := self._built_in.get(state.language):
            return built_in
        pack = next((each for each in state.packs if each.code == state.language), None)
        return self._laid(pack) if pack else self._built_in["vi"]

    def built_in(self) -> dict[str, T]:
        """Return the words that need no pack, by language."""
        return dict(self._built_in)

    def keys(self) -> dict[str, str]:
        """Return every key a pack may give, with its Vietnamese sentence."""
        return dict(_sentences(self._built_in["vi"]))

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence, and whether it is good news; None when it is another flow's."""
        notes: dict[StrEnum, str] = getattr(self.of(state), "notes", {})
        known = {type(about) for about in notes}
        if type(note.about) not in known:
            return None
        return notes[note.about].format(**note.values), note.about in self._good

    def _laid(self, pack: Pack) -> T:
        given = pack.words.get(self.flow, {})
        vietnamese: Any = self._built_in["vi"]
        said: dict[str, Any] = {}
        for field in dataclasses.fields(vietnamese):
            value = getattr(vietnamese, field.name)
            if isinstance(value, str):
                said[field.name] = given.get(field.name, value)
            else:
                said[field.name] = {
                    key: given.get(f"{field.name}.{key}", text) for key, text in value.items()
                }
        laid: T = dataclasses.replace(vietnamese, **said)
        return laid


def _sentences(texts: Any) -> Iterator[tuple[str, str]]:
    for field in dataclasses.fields(texts):
        value = getattr(texts, field.name)
        if isinstance(value, str):
            yield field.name, value
        else:
            yield from ((f"{field.name}.{about}", text) for about, text in value.items())
