"""Where recordings lie: `{id}.json` beside `{id}.parts/001.mkv ...`, then `{id}.mkv` and `.mp4`."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from vc.server.api import Chapter, RecordingRow
from vc.server.record.durable import replace_file
from vc.server.record.errors import NoRecordingError
from vc.state import Slug

Format = Literal["mkv", "mp4"]
FORMATS: Final[tuple[Format, ...]] = ("mkv", "mp4")


class Mark(msgspec.Struct, frozen=True):
    """A chapter's beginning, in seconds of its part (parts count from 1)."""

    part: int
    at_s: float
    title: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a recording beside its media.

    `chapters` and `lasts_s` hold once it is `joined`; until then `marks` do.
    """

    id: Slug
    conference: Slug
    title: str
    started_at: datetime
    parts: int = 0
    marks: tuple[Mark, ...] = ()
    joined: bool = False
    lasts_s: float = 0.0
    chapters: tuple[Chapter, ...] = ()


class Shelf:
    """The directory of recordings; a disk that refuses raises OSError."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all recordings."""
        return tuple(sorted(path.stem for path in self._directory.glob("[!.]*.json")))

    def card(self, recording: str) -> Card:
        """Return a recording's card; raises NoRecordingError."""
        try:
            return msgspec.json.decode(self._card_path(recording).read_bytes(), type=Card)
        except (FileNotFoundError, msgspec.DecodeError):
            raise NoRecordingError from None

    def keep(self, card: Card) -> None:
        """Write a recording's card, whole."""
        self._directory.mkdir(parents=True, exist_ok=True)
        replace_file(self._card_path(card.id), msgspec.json.encode(card))

    def forget(self, recording: str) -> None:
        """Take away a recording that holds nothing."""
        shutil.rmtree(self.folder(recording), ignore_errors=True)
        self._card_path(recording).unlink(missing_ok=True)

    def part(self, recording: str, number: int) -> Path:
        """Return where a part is; its folder is there afterwards."""
        folder = self.folder(recording)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{number:03}.mkv"

    def parts(self, recording: str) -> tuple[Path, ...]:
        """Return the parts that are there, in order."""
        return tuple(sorted(self.folder(recording).glob("[0-9]*.mkv")))

    def folder(self, recording: str) -> Path:
        """Return where the parts are."""
        return self._directory / f"{recording}.parts"

    def whole(self, recording: str, kind: Format) -> Path:
        """Return where the joined file is, or will be."""
        return self._directory / f"{recording}.{kind}"

    def row(self, recording: str, *, under_way: bool = False) -> RecordingRow:
        """Return a recording as the pages list it; raises NoRecordingError."""
        card = self.card(recording)
        files = (self.whole(card.id, "mkv"),) if card.joined else self.parts(card.id)
        return RecordingRow(
            id=card.id,
            conference=card.conference,
            title=card.title,
            started_at=card.started_at,
            lasts_s=card.lasts_s,
            bytes=sum(path.stat().st_size for path in files if path.exists()),
            parts=card.parts,
            under_way=under_way,
            chapters=card.chapters,
        )

    def _card_path(self, recording: str) -> Path:
        return self._directory / f"{recording}.json"
