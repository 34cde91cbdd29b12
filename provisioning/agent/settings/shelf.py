"""What must outlive a power cut: the plan under way, and what is in force. Blocking.

The plan is on the disk before the first settings file is touched, so that whatever happens between
two steps is finished or undone at the next start.
"""

import contextlib
import os
import shutil
from pathlib import Path

import msgspec
import structlog

from devices.contract.errors import StorageError
from devices.runtime.boot import write_durably
from provisioning.agent.settings.judging import Verdict
from provisioning.desired import Desired, Document

_MODE = 0o640
_FILE = "settings.json"
_log = structlog.get_logger()


class FilePlan(msgspec.Struct, frozen=True, kw_only=True):
    """A settings file to change; `before` is its text until now, None where there was no file."""

    before: str | None
    after: str | None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A version on its way into force, by part. `why` is set once it is being undone.

    `tries` counts the starts of it: a document that takes the box down with it is not tried for
    ever. `first` is the record's, once the version is in force.
    """

    desired: Desired
    files: dict[str, FilePlan]
    first: dict[str, str | None]
    tries: int = 1
    why: str = ""
    undone: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the box knows of the province's settings.

    `desired` is the newest version judged, `applied` the newest one whole in force; `first` are the
    settings files as the province found them: a part it no longer names gets its own back.
    """

    desired: Desired = Desired(version=0, parts={})
    verdict: Verdict = Verdict()
    in_force: int = 0
    applied: dict[str, Document] = {}
    first: dict[str, str | None] = {}
    plan: Plan | None = None


class Shelf:
    """The record on the disk, and the parts' settings files; each write is whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / _FILE

    def load(self) -> Record:
        """Return the record; an empty one where there is none, or none that can be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Record)
        except FileNotFoundError:
            return Record()
        except (OSError, msgspec.DecodeError, RecursionError) as error:
            _log.error("settings.record_lost", path=str(self._path), why=str(error))
            return Record()

    def keep(self, record: Record) -> None:
        """Put the record on the disk; raises StorageError, and then the old one stands."""
        try:
            self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            write_durably(self._path, msgspec.json.encode(record))
        except OSError as error:
            raise StorageError(f"The settings' record: {error}") from error

    def candidate(self, part: str, text: str) -> Path:
        """Write a candidate for a part's settings file, and return where; raises StorageError."""
        path = self._folder / f"{part}.candidate.toml"
        try:
            self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            path.touch(mode=_MODE)
            path.write_text(text, encoding="utf-8")
        except (OSError, UnicodeEncodeError) as error:
            raise StorageError(f"The candidate for {part}: {error}") from error
        return path

    def read(self, file: Path) -> str | None:
        """Return a settings file's text, or None where there is no file; raises StorageError."""
        try:
            return file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StorageError(f"{file}: {error}") from error

    def replace(self, file: Path, text: str | None) -> None:
        """Put a settings file in the place of another, with its mode and owner (rename, fsync).

        None takes the file away. Raises StorageError, and then the old one stands.
        """
        try:
            if text is None:
                file.unlink(missing_ok=True)
                return
            fresh = file.with_name(file.name + ".new")
            fresh.unlink(missing_ok=True)
            fresh.touch(mode=_MODE)
            with contextlib.suppress(FileNotFoundError):
                _look_like(file, fresh)
            with fresh.open("w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(file)
            _sync(file.parent)
        except OSError as error:
            raise StorageError(f"{file}: {error}") from error


def _look_like(old: Path, fresh: Path) -> None:
    known = old.stat()
    shutil.copymode(old, fresh)
    with contextlib.suppress(PermissionError):  # the group may read it, as the mode says
        os.chown(fresh, known.st_uid, known.st_gid)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
