"""Terminals on record are found by box, day and branch, page by page; gone recordings are told."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert

from devices.contract.clock import LOCAL
from devices.runtime.worker import Worker
from provisioning.controller.database import Database
from provisioning.controller.remote.recordings import Recordings, ShellRecord, Sought
from provisioning.controller.remote.tables import SHELL
from provisioning.controller.remote.terminal import Recording, replayed

MIDNIGHT = datetime(2026, 11, 22, tzinfo=LOCAL)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def recordings(database: Database, tmp_path: Path) -> AsyncIterator[Recordings]:
    async with Worker("files") as files:
        yield Recordings(database, tmp_path, files)


def opened(database: Database, number: int, box: str, at: datetime) -> str:
    record = ShellRecord(
        name=f"{number:024x}",
        box=box,
        actor="ky-thuat",
        reason="xem đồng hồ",
        opened_at=at,
        ended_at=at + A_MINUTE,
        why="person",
    )
    with database.writing() as db:
        db.execute(insert(SHELL).values(msgspec.structs.asdict(record)))
    return record.name


async def names(
    recordings: Recordings, sought: Sought, boxes: list[str] | None = None, limit: int = 50
) -> list[str]:
    return [one.record.name for one in await recordings.found(sought, boxes, limit)]


async def test_a_day_is_a_day_in_viet_nam(database: Database, recordings: Recordings) -> None:
    opened(database, 1, "box-1", MIDNIGHT - A_MINUTE)
    first = opened(database, 2, "box-1", MIDNIGHT)
    last = opened(database, 3, "box-1", MIDNIGHT + timedelta(days=1) - A_MINUTE)
    opened(database, 4, "box-1", MIDNIGHT + timedelta(days=1))
    assert await names(recordings, Sought(day=MIDNIGHT.date())) == [last, first]


async def test_pages_follow_each_other_without_a_gap_also_within_one_moment(
    database: Database, recordings: Recordings
) -> None:
    every = [opened(database, n, "box-1", MIDNIGHT + (n // 3) * A_MINUTE) for n in range(10)]
    seen: list[str] = []
    while page := await names(recordings, Sought(before=seen[-1] if seen else ""), limit=3):
        seen += page
    assert seen == every[::-1]
    assert await names(recordings, Sought(before="f" * 24)) == seen, "nothing there: from the first"


async def test_a_branch_sees_its_own_boxes_and_full_pages_of_them(
    database: Database, recordings: Recordings
) -> None:
    own = opened(database, 1, "box-1", MIDNIGHT)
    for number in range(2, 9):
        opened(database, number, "box-2", MIDNIGHT + number * A_MINUTE)
    assert sorted(await recordings.boxes()) == ["box-1", "box-2"]
    assert await names(recordings, Sought(), ["box-1"], limit=3) == [own]
    assert await names(recordings, Sought(box="box-2"), ["box-1"]) == []
    assert await names(recordings, Sought(), []) == []
    assert len(await names(recordings, Sought(box="box-2"))) == 7


async def test_a_recording_that_is_gone_is_told_and_its_terminal_stays_on_record(
    database: Database, recordings: Recordings
) -> None:
    name = opened(database, 1, "box-1", MIDNIGHT)
    recordings.file(name).write_text("{}")
    (kept,) = await recordings.found(Sought(), None, 10)
    assert kept.size_bytes == 2
    recordings.file(name).unlink()
    (gone,) = await recordings.found(Sought(), None, 10)
    assert (gone.size_bytes, gone.record.name) == (0, name)


def test_of_a_long_recording_the_end_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "long.cast"
    recording = Recording(path, 80, 24, MIDNIGHT, "flood")
    recording.wrote(MIDNIGHT, "the first line\r\n")
    short = replayed(path)
    while recording.size_bytes < 2**19:
        recording.wrote(MIDNIGHT, "y" * 70 * 100 + "\r\n")
    recording.wrote(MIDNIGHT, "\r\nthe last line\r\n")
    recording.close()
    long = replayed(path)
    assert (short.whole, long.whole) == (True, False)
    assert "the first line" in short.text
    assert "the first line" not in long.text
    assert long.text.endswith("the last line\n")
