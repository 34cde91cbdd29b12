"""Recording without a second encode: every picture, chapters, crashes, a full disk."""

import asyncio
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tests.vc.server.held_part import hold_up, let_go
from tests.vc.server.tape import FRAME_US, chapters, numbers, sound_s, tape
from vc.engine.port import MediaPacket
from vc.server.api import RecordingRow
from vc.server.record.errors import DiskFullError, NoRecordingError, RecordingTakenError
from vc.server.record.recorder import Recorder

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.fixture
async def recorder(tmp_path: Path) -> AsyncIterator[Recorder]:
    async with Recorder(tmp_path, min_free_bytes=0) as started:
        yield started


async def begin(recorder: Recorder, recording: str = "hop") -> RecordingRow:
    return await recorder.start(recording, "Giao ban", conference="giao-ban", now=NOW)


def files(directory: Path) -> list[Path]:
    return sorted(directory.iterdir())


def spoil(path: Path) -> None:
    path.write_bytes(b"no film at all")


def put(recorder: Recorder, packets: Iterable[MediaPacket]) -> None:
    for packet in packets:
        recorder.put(packet)


async def test_every_picture_and_all_sound_is_in_both_files(
    recorder: Recorder, tmp_path: Path
) -> None:
    assert (await begin(recorder)).under_way
    put(recorder, tape(100))
    row = await recorder.stop()
    assert (row.lasts_s, row.parts, row.under_way) == (4.0, 1, False)
    for kind in ("mkv", "mp4"):
        path = tmp_path / f"hop.{kind}"
        assert numbers(path) == list(range(100))
        assert sound_s(path) == pytest.approx(4.0, abs=0.05)
    assert recorder.file("hop", "mkv") == tmp_path / "hop.mkv"
    assert recorder.file("../hop", "mkv") is None
    assert {one.name for one in files(tmp_path)} == {"hop.json", "hop.mkv", "hop.mp4"}


async def test_chapters_begin_where_the_floor_changed(recorder: Recorder, tmp_path: Path) -> None:
    await begin(recorder)
    packets = tape(100)
    put(recorder, packets[:150])
    recorder.chapter("Huyện Gio Linh")
    put(recorder, packets[150:225])
    recorder.chapter("Bấm nhầm")
    recorder.chapter("Huyện Hướng Hóa")
    put(recorder, packets[225:])
    row = await recorder.stop()
    expected = [(0.0, "Giao ban"), (1.96, "Huyện Gio Linh"), (2.96, "Huyện Hướng Hóa")]
    assert [(one.at_s, one.title) for one in row.chapters] == expected
    for kind in ("mkv", "mp4"):
        assert chapters(tmp_path / f"hop.{kind}") == expected


@pytest.mark.real
async def test_ffprobe_reads_what_was_recorded(recorder: Recorder, tmp_path: Path) -> None:
    await begin(recorder)
    put(recorder, tape(50))
    recorder.chapter("Huyện Đakrông")
    put(recorder, tape(50, start_us=7_000_000, number=50))
    await recorder.stop()
    for kind in ("mkv", "mp4"):
        told = ffprobe(tmp_path / f"hop.{kind}")
        streams = {one.codec_name: one for one in told.streams}
        assert {"h264", "opus"} <= set(streams)
        assert streams["h264"].nb_read_frames == "100"
        assert [one.tags["title"] for one in told.chapters] == ["Giao ban", "Huyện Đakrông"]
        assert float(told.format["duration"]) == pytest.approx(4.0, abs=0.1)


class ToldStream(msgspec.Struct):
    codec_name: str = ""
    nb_read_frames: str = ""


class ToldChapter(msgspec.Struct):
    tags: dict[str, str]


class Told(msgspec.Struct):
    streams: list[ToldStream]
    chapters: list[ToldChapter]
    format: dict[str, str]


def ffprobe(path: Path) -> Told:
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_chapters"]
    try:
        done = subprocess.run(
            [*command, "-show_entries", "format=duration", "-of", "json", path],
            capture_output=True,
            check=True,
            timeout=60,
        )
    except FileNotFoundError:
        pytest.fail("ffprobe is missing: apt-get install ffmpeg")
    assert done.stderr == b""
    return msgspec.json.decode(done.stdout, type=Told)


def child(directory: Path, frames: int, limit: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.vc.server.recording_child",
            directory,
            str(frames),
            str(limit),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )


def killed_amid(directory: Path, frames: int) -> None:
    with child(directory, frames) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.kill()


async def test_what_was_recorded_before_a_kill_plays_and_goes_on_as_a_second_part(
    recorder: Recorder, tmp_path: Path
) -> None:
    killed_amid(tmp_path, 250)
    (part,) = files(tmp_path / "hop.parts")
    before = numbers(part)
    assert len(before) >= 250 - 2 * 25, "two seconds are lost at most"
    assert before == list(range(len(before)))
    assert await recorder.mend(spare="hop") == ()
    await begin(recorder)
    recorder.chapter("Cam Lộ")
    put(recorder, tape(50, number=9_000))
    row = await recorder.stop()
    assert row.parts == 2
    whole = before + list(range(9_000, 9_050))
    joint = len(before) * FRAME_US / 1e6
    for kind in ("mkv", "mp4"):
        path = tmp_path / f"hop.{kind}"
        assert numbers(path) == whole
        assert sound_s(path) == pytest.approx(row.lasts_s, abs=1.1)
        assert chapters(path) == [(0.0, "Gio Linh"), (pytest.approx(joint), "Cam Lộ")]


async def test_what_a_crash_left_is_joined_at_the_next_start(
    recorder: Recorder, tmp_path: Path
) -> None:
    killed_amid(tmp_path, 100)
    (row,) = await recorder.mend()
    assert (row.id, row.parts, row.under_way) == ("hop", 1, False)
    assert len(numbers(tmp_path / "hop.mkv")) * FRAME_US / 1e6 == pytest.approx(row.lasts_s)
    assert await recorder.mend() == ()


async def test_a_disk_that_is_full_stops_the_recording_and_nothing_else(tmp_path: Path) -> None:
    """The file may not grow beyond 300 kB in that process: a real write fails."""
    with child(tmp_path, 5_000, limit=300_000) as process:
        told, _ = process.communicate(timeout=60)
    assert told == "record.disk_full\n"
    async with Recorder(tmp_path, min_free_bytes=0) as recorder:
        (row,) = await recorder.mend() or await recorder.recordings()
    kept = numbers(tmp_path / "hop.mkv")
    assert kept == list(range(len(kept)))
    assert row.lasts_s > 2


async def test_a_recording_is_not_begun_without_room(tmp_path: Path) -> None:
    async with Recorder(tmp_path, min_free_bytes=1 << 60) as recorder:
        with pytest.raises(DiskFullError):
            await begin(recorder)
        put(recorder, tape(5))
        assert await recorder.recordings() == ()


async def test_nothing_is_kept_before_the_first_keyframe(
    recorder: Recorder, tmp_path: Path
) -> None:
    await begin(recorder)
    put(recorder, tape(60)[30:])
    await recorder.stop()
    assert numbers(tmp_path / "hop.mkv") == list(range(25, 60))


async def test_what_does_not_fit_is_dropped_up_to_a_keyframe(tmp_path: Path) -> None:
    async with Recorder(tmp_path, min_free_bytes=0, queue_packets=4) as recorder:
        await begin(recorder)
        put(recorder, tape(500, keyframe_every=10))
        await recorder.stop()
        assert recorder.dropped > 0
    kept = numbers(tmp_path / "hop.mkv")
    assert kept, "the first picture had room"
    assert all(one is not None for one in kept), "no picture leans on a dropped one"
    assert all(
        later == one + 1 or later % 10 == 0
        for one, later in itertools.pairwise(kept)
        if one is not None and later is not None
    )


@pytest.mark.parametrize(
    "second",
    [
        tape(25, start_us=0, number=100),
        tape(25, start_us=60_000_000, number=100),
        tape(25, start_us=6_000_000, number=100, size=(640, 360)),
    ],
    ids=["the clock goes back", "a long gap", "another size"],
)
async def test_another_picture_or_time_begins_a_part(
    recorder: Recorder, tmp_path: Path, second: list[MediaPacket]
) -> None:
    await begin(recorder)
    put(recorder, tape(25))
    put(recorder, second)
    row = await recorder.stop()
    assert (row.parts, row.lasts_s) == (2, 2.0)
    assert numbers(tmp_path / "hop.mkv") == [*range(25), *range(100, 125)]


async def test_one_recording_is_under_way_at_a_time_and_a_finished_one_stays(
    recorder: Recorder,
) -> None:
    with pytest.raises(NoRecordingError):
        await recorder.stop()
    await begin(recorder)
    assert (await begin(recorder)).under_way
    with pytest.raises(RecordingTakenError):
        await begin(recorder, "khac")
    put(recorder, tape(25))
    await recorder.stop()
    with pytest.raises(RecordingTakenError):
        await begin(recorder)
    await begin(recorder, "khac")
    assert [(one.id, one.under_way) for one in await recorder.recordings()] == [
        ("hop", False),
        ("khac", True),
    ]
    with pytest.raises(NoRecordingError):
        await recorder.stop()


async def test_leaving_the_recorder_keeps_the_recording_for_the_next_one(tmp_path: Path) -> None:
    for number in (0, 100):
        async with Recorder(tmp_path, min_free_bytes=0) as recorder:
            await begin(recorder)
            put(recorder, tape(25, number=number))
    async with Recorder(tmp_path, min_free_bytes=0) as recorder:
        await recorder.mend()
    assert numbers(tmp_path / "hop.mkv") == [*range(25), *range(100, 125)]


async def test_a_recording_without_a_picture_leaves_nothing(
    recorder: Recorder, tmp_path: Path
) -> None:
    await begin(recorder)
    put(recorder, [one for one in tape(10) if one.kind == "audio"])
    with pytest.raises(NoRecordingError):
        await recorder.stop()
    assert files(tmp_path) == []
    await begin(recorder, "khac")
    assert await recorder.mend() == ()
    assert [one.id for one in await recorder.recordings()] == ["khac"]


async def test_a_part_that_cannot_be_read_does_not_spoil_the_others(
    recorder: Recorder, tmp_path: Path
) -> None:
    killed_amid(tmp_path, 50)
    spoil(tmp_path / "hop.parts" / "002.mkv")
    await begin(recorder)
    put(recorder, tape(25, number=9_000))
    row = await recorder.stop()
    assert row.parts == 2
    assert numbers(tmp_path / "hop.mkv")[-25:] == list(range(9_000, 9_025))


async def test_sound_that_goes_on_without_a_picture_is_kept_and_spoils_nothing(
    recorder: Recorder, tmp_path: Path
) -> None:
    packets = tape(50)
    spoken = [one for one in packets if one.kind == "audio"]
    await begin(recorder)
    put(recorder, packets)
    put(recorder, [later(one, 2_000_000) for one in spoken])
    put(recorder, [later(one, 10_000_000) for one in packets])
    row = await recorder.stop()
    assert (row.parts, row.lasts_s) == (2, 6.0)
    for kind in ("mkv", "mp4"):
        path = tmp_path / f"hop.{kind}"
        assert numbers(path) == [*range(50), *range(50)]
        assert sound_s(path) == pytest.approx(6.0, abs=0.1)


def later(packet: MediaPacket, by_us: int) -> MediaPacket:
    return msgspec.structs.replace(packet, pts_us=packet.pts_us + by_us)


async def test_the_next_recording_does_not_wait_until_the_last_one_is_joined(
    recorder: Recorder, tmp_path: Path
) -> None:
    held = hold_up(tmp_path / "hop.parts")
    await begin(recorder)
    put(recorder, tape(25))
    joined = asyncio.create_task(recorder.stop())
    await asyncio.sleep(0)
    with pytest.raises(RecordingTakenError):
        await begin(recorder)
    assert (await begin(recorder, "khac")).under_way
    put(recorder, tape(50))
    assert [one.lasts_s for one in await recorder.recordings() if one.id == "khac"] == [1.96]
    assert not joined.done()
    await let_go(held)
    assert (await joined).lasts_s == 1.0
    await recorder.end()
    assert [one.id for one in await recorder.mend()] == ["khac"]
    assert numbers(tmp_path / "khac.mkv") == list(range(50))


async def test_a_packet_nobody_can_write_costs_a_part_and_is_told(
    recorder: Recorder, tmp_path: Path
) -> None:
    await begin(recorder)
    put(recorder, tape(50))
    put(recorder, [MediaPacket(kind="audio", pts_us=1 << 70, keyframe=False, data=b"x")])
    put(recorder, tape(5, start_us=7_000_000))
    await recorder.recordings()
    assert recorder.trouble is not None
    assert recorder.trouble.code == "record.failed"
    await begin(recorder)
    put(recorder, tape(25, number=100))
    assert (await recorder.stop()).parts == 2
    assert numbers(tmp_path / "hop.mkv")[-25:] == list(range(100, 125))


async def test_what_cannot_be_joined_stays_in_parts_and_is_told(tmp_path: Path) -> None:
    killed_amid(tmp_path, 50)
    blocked = tmp_path / ".hop.mkv.new"
    blocked.mkdir()
    async with Recorder(tmp_path, min_free_bytes=0) as recorder:
        assert await recorder.mend() == ()
        assert recorder.unjoined is not None
        blocked.rmdir()
        assert [one.id for one in await recorder.mend()] == ["hop"]
        assert recorder.unjoined is None
