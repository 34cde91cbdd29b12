"""Terminals on record, open and ended: who opened them and why, and what was recorded."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Select, select, tuple_

from devices.contract.clock import LOCAL
from devices.contract.errors import NotFoundError, StorageError
from devices.runtime.worker import Worker
from provisioning.commands import OrderId
from provisioning.controller.database import Database
from provisioning.controller.remote.tables import SHELL
from provisioning.controller.remote.terminal import Replayed, replayed


class NoSuchShellError(NotFoundError):
    """There is no such terminal, or it has ended."""


class ShellRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A terminal on record."""

    name: str
    box: str
    actor: str
    reason: str
    opened_at: datetime
    ended_at: datetime | None = None
    why: str = ""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A terminal in the list; `size_bytes` is its recording's, 0 when that is gone."""

    record: ShellRecord
    size_bytes: int


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which terminals: of a box, of a day in Viet Nam, older than the one named `before`."""

    box: str = ""
    day: date | None = None
    before: str = ""


class Recordings:
    """The terminals of all boxes. Its thread is the one of files."""

    def __init__(self, database: Database, folder: Path, files: Worker) -> None:
        self._database = database
        self._folder = folder
        self._files = files

    async def on_record(self, name: str) -> ShellRecord:
        """Return a terminal on record; raises NoSuchShellError."""
        return await self._files.do(self._read, name)

    def replay(self, name: str) -> Replayed:
        """Return what a terminal showed, as text; raises NoSuchShellError.

        Blocking, for seconds: not for the thread of files, which draws the open ones.
        """
        try:
            return replayed(self.file(name))
        except (OSError, msgspec.DecodeError) as error:
            raise NoSuchShellError("The recording is not here any more.") from error

    def file(self, name: str) -> Path:
        """Return where a recording stands (asciicast v2)."""
        return self._folder / f"{msgspec.convert(name, OrderId)}.cast"

    async def boxes(self) -> list[str]:
        """Return the boxes that have any."""
        return await self._files.do(self._boxes)

    async def found(
        self, sought: Sought, boxes: Sequence[str] | None, limit: int
    ) -> list[Recorded]:
        """Return terminals of these boxes (None: of all), newest first."""
        return await self._files.do(self._found, sought, boxes, limit)

    def sweep(self, now: datetime, *, days: int) -> None:
        """Let go of old recordings; who opened what stays on record. Blocking."""
        old = (now - timedelta(days=days)).timestamp()
        try:
            for path in self._folder.glob("*.cast"):
                if path.stat().st_mtime < old:
                    path.unlink()
        except OSError as error:
            raise StorageError(f"the recordings: {error.strerror}") from error

    def _boxes(self) -> list[str]:
        with self._database.reading() as db:
            return list(db.execute(select(SHELL.c.box).distinct()).scalars())

    def _read(self, name: str) -> ShellRecord:
        for record in self._records(_rows().where(SHELL.c.name == name)):
            return record
        raise NoSuchShellError

    def _found(self, sought: Sought, boxes: Sequence[str] | None, limit: int) -> list[Recorded]:
        rows = _rows().order_by(SHELL.c.opened_at.desc(), SHELL.c.name.desc()).limit(limit)
        if sought.box:
            rows = rows.where(SHELL.c.box == sought.box)
        if boxes is not None:
            rows = rows.where(SHELL.c.box.in_(boxes))
        if sought.day:
            begins = datetime.combine(sought.day, time_of_day.min, LOCAL)
            ends = begins + timedelta(days=1)
            rows = rows.where(SHELL.c.opened_at >= begins, SHELL.c.opened_at < ends)
        with contextlib.suppress(NoSuchShellError):
            if sought.before:
                last = self._read(sought.before)
                key = tuple_(SHELL.c.opened_at, SHELL.c.name)
                rows = rows.where(key < (last.opened_at, last.name))
        return [Recorded(record=one, size_bytes=self._size(one)) for one in self._records(rows)]

    def _size(self, record: ShellRecord) -> int:
        try:
            return self.file(record.name).stat().st_size
        except OSError:
            return 0

    def _records(self, rows: Select[Any]) -> Iterator[ShellRecord]:
        with self._database.reading() as db:
            for row in db.execute(rows).mappings():
                yield ShellRecord(**{str(key): value for key, value in row.items()})


def _rows() -> Select[Any]:
    return select(*(SHELL.c[field] for field in ShellRecord.__struct_fields__))
