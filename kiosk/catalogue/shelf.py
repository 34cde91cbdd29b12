"""The catalogue in force on a box: that of its folders, or the last good one when they are damaged.

A good catalogue is kept beside, whole, so that it also stands after a restart. One damaged file is
enough to stay with what was: a catalogue that is half new tells citizens half of the truth.
"""

import contextlib
import os
from enum import StrEnum
from pathlib import Path

import msgspec

from devices.contract.afar import CatalogueFolder
from devices.contract.config import Config, Problem
from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.files import SAMPLE, BadCatalogueError, read_folders


class CatalogueConfig(Config, frozen=True, kw_only=True):
    """Where a box has its catalogue. `folder` lies over the sample, or is alone (`sample`)."""

    folder: CatalogueFolder = ""
    sample: bool = True

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders, the lowest first."""
        return (SAMPLE,) * self.sample + ((Path(self.folder),) if self.folder else ())


class Source(StrEnum):
    """Where a catalogue in force is from."""

    FOLDERS = "folders"
    LAST_GOOD = "last_good"
    NOWHERE = "nowhere"


class Shelved(msgspec.Struct, frozen=True):
    """What is in force, and why it is not what lies in the folders."""

    catalogue: Catalogue
    source: Source
    problems: tuple[Problem, ...] = ()


class _Kept(msgspec.Struct, frozen=True):
    """The last good catalogue, and of which folders it is: of others it says nothing."""

    folders: tuple[str, ...]
    catalogue: Catalogue


class Shelf:
    """Reads the folders and keeps the last good catalogue in `kept` (none: in memory only).

    Blocking: its calls belong on a worker, one at a time.
    """

    def __init__(self, config: CatalogueConfig, kept: Path | None = None) -> None:
        self._folders = config.folders
        self._path = kept
        self._good: _Kept | None = None
        self._on_disk: _Kept | None = None

    def read(self) -> Shelved:
        """Return what is in force now. Never raises for what lies on the disk."""
        try:
            catalogue = read_folders(self._folders)
        except BadCatalogueError as error:
            self._good = self._good or self._last_good()
            if self._good is None:
                return Shelved(Catalogue(), Source.NOWHERE, error.problems)
            return Shelved(self._good.catalogue, Source.LAST_GOOD, error.problems)
        self._good = _Kept(tuple(map(str, self._folders)), catalogue)
        problems = () if self._good == self._on_disk else self._keep(self._good)
        return Shelved(catalogue, Source.FOLDERS, problems)

    def _last_good(self) -> _Kept | None:
        if self._path is None:
            return None
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            return None
        return kept if kept.folders == tuple(map(str, self._folders)) else None

    def _keep(self, good: _Kept) -> tuple[Problem, ...]:
        if self._path is None:
            return ()
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            with part.open("wb") as file:
                file.write(msgspec.json.encode(good))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            return (Problem(str(self._path), f"the last good catalogue is not kept: {error}"),)
        self._on_disk = good
        return ()
