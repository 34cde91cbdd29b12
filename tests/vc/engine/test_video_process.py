"""The video process itself, over real sockets and the real clock."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import av
import msgspec
import pytest
from PIL import Image

from tests.waiting import until
from vc.engine.focus.process import Child, Program, socket_pair, start
from vc.engine.focus.video_pictures import VideoConfig
from vc.engine.focus.wire import (
    HEADER,
    KEYFRAME,
    VP8,
    Answer,
    AnyReport,
    Arrange,
    CloseLeg,
    Kind,
    Ready,
    ShowStill,
    Tap,
)
from vc.engine.port import EngineFigures, Tile, VideoCodec, View
from vc.media import timecode
from vc.media.clip import SMALL, Clip, ClipPlayer
from vc.media.video import Decoder
from vc.media.yuv import planes

PROGRAM = Program(name="video", module="vc.engine.focus.video", config=VideoConfig())
MAIN, GUESTS, FIRST, SECOND = 1, 2, 11, 12
NUMBERS = {"main": MAIN, "guests": GUESTS, "dong-ha": FIRST, "dakrong": SECOND}
VIEW = View(
    name="main",
    width=640,
    height=180,
    bitrate_kbps=800,
    tiles=(
        Tile(source="dong-ha", x=0, y=0, width=320, height=180, title="Đông Hà"),
        Tile(source="dakrong", x=320, y=0, width=320, height=180, title="Đakrông"),
    ),
)
PLACES = {FIRST: (0, 0, 320, 180), SECOND: (320, 0, 320, 180)}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Clip]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        slot: Clip.make(folder, replace(SMALL, seed=slot, seconds=2)) for slot in (FIRST, SECOND)
    }


class Running:
    """A video process: what it said, what it sent, and cameras that send to it."""

    def __init__(self, clips: dict[int, Clip]) -> None:
        self.players = {slot: ClipPlayer(clip) for slot, clip in clips.items()}
        self.silent: set[int] = set()
        self.spoilt: set[int] = set()
        self.reports: list[object] = []
        self.tapped: list[bytes] = []
        self.sent: list[bytes] = []
        self.filmed = 0
        self._looked = 0
        self.child: Child
        self.rtp, self.theirs = socket_pair()
        self.rtp.setblocking(False)

    def received(self, _: Child, datagram: memoryview) -> None:
        if datagram[0] == Kind.FRAME:
            self.tapped.append(bytes(datagram))
        else:
            self.reports.append(msgspec.msgpack.decode(datagram, type=AnyReport))

    def heard(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while datagram := self.rtp.recv(2**20):
                self.sent.append(datagram)
            asyncio.get_running_loop().remove_reader(self.rtp)

    async def film(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            wanted = self.newly_asked()
            for slot, player in self.players.items():
                unit = player.next(keyframe=slot in wanted)
                if slot not in self.silent:
                    data = unit.data[:40] if slot in self.spoilt else unit.data
                    self.send(Kind.FRAME, slot, data, KEYFRAME * unit.keyframe)
            self.filmed += 1
            await asyncio.sleep(max(0.0, began + self.filmed * 0.04 - loop.time()))

    def newly_asked(self) -> set[int]:
        """Return whose keyframe was asked for since the last look."""
        asked, self._looked = self.asks()[self._looked :], len(self.asks())
        return {HEADER.unpack_from(one)[2] for one in asked}

    def asks(self) -> list[bytes]:
        return [one for one in self.sent if one[0] == Kind.KEYFRAME_WANTED]

    def send(self, kind: Kind, number: int, data: bytes = b"", flags: int = 0) -> None:
        head = HEADER.pack(kind, flags, number, time.monotonic_ns() // 1000, 0)
        with contextlib.suppress(OSError):
            self.rtp.send(head + data)

    def frames(self, number: int = MAIN) -> list[bytes]:
        return [
            one
            for one in self.sent
            if one[0] == Kind.FRAME and HEADER.unpack_from(one)[2] == number
        ]

    def pictures(self, number: int = MAIN) -> list[av.VideoFrame]:
        """Return all pictures of a view since its first keyframe, decoded."""
        frames = self.frames(number)
        vp8 = HEADER.unpack_from(frames[0])[1] & VP8
        decoder = Decoder("vp8" if vp8 else "h264")
        return [shown for one in frames for shown in decoder.decode(one[HEADER.size :])]

    def last(self, kind: type) -> object:
        return next((one for one in reversed(self.reports) if isinstance(one, kind)), None)

    def dropped(self) -> float:
        """Return how many pictures were thrown away as too old."""
        told = (one.figures for one in self.reports if isinstance(one, EngineFigures))
        return sum(figures.get("video_dropped", 0.0) for figures in told)

    async def arrange(self, *views: View) -> None:
        self.child.send(Arrange(views=views, numbers=NUMBERS))
        before = len(self.sent)
        await until(lambda: len(self.sent) > before + 15, "pictures")


@contextlib.asynccontextmanager
async def running(clips: dict[int, Clip]) -> AsyncIterator[Running]:
    one = Running(clips)
    loop = asyncio.get_running_loop()
    one.child = await start(PROGRAM, [one.theirs], one.received)
    one.theirs.close()
    loop.add_reader(one.rtp, one.heard)
    filming = asyncio.create_task(one.film())
    try:
        await until(lambda: one.last(Ready) is not None, "the process is ready", within_s=20)
        yield one
    finally:
        filming.cancel()
        loop.remove_reader(one.rtp)
        one.rtp.close()
        one.child.kill()
        await one.child.gone()


def numbers_in(pictures: list[av.VideoFrame], slot: int) -> list[int | None]:
    return [timecode.read(planes(one)[0], PLACES[slot]) for one in pictures]


async def test_every_site_is_seen_moving_in_its_tile(clips: dict[int, Clip]) -> None:
    async with running(clips) as process:
        await process.arrange(VIEW)
        await until(lambda: len(process.frames()) > 60, "two seconds of pictures")
        for slot, clip in clips.items():
            seen = numbers_in(process.pictures(), slot)[-25:]
            assert None not in seen
            assert len(set(seen)) > 3, "it moves"
            assert set(seen) <= {unit.number for unit in clip.units}


async def test_a_site_that_falls_silent_is_not_shown_as_if_it_were_there(
    clips: dict[int, Clip],
) -> None:
    async with running(clips) as process:
        await process.arrange(VIEW)
        await until(lambda: len(process.frames()) > 30, "pictures")
        process.silent.add(FIRST)
        await until(
            lambda: numbers_in(process.pictures()[-1:], FIRST) == [None], "the card", within_s=6
        )
        assert numbers_in(process.pictures()[-1:], SECOND) != [None]
        process.silent.clear()
        await until(lambda: numbers_in(process.pictures()[-1:], FIRST) != [None], "it is back")


async def test_a_session_that_ended_is_off_the_wall_at_once(clips: dict[int, Clip]) -> None:
    async with running(clips) as process:
        await process.arrange(VIEW)
        await until(lambda: len(process.frames()) > 30, "pictures")
        process.silent.add(FIRST)
        process.send(Kind.GONE, FIRST)
        mark = len(process.frames())
        await until(lambda: len(process.frames()) > mark + 12, "half a second")
        assert numbers_in(process.pictures()[-1:], FIRST) == [None]


async def test_viewers_who_ask_together_get_one_keyframe(clips: dict[int, Clip]) -> None:
    async with running(clips) as process:
        await process.arrange(VIEW)
        await until(lambda: len(process.frames()) > 40, "pictures")
        mark = len(process.frames())
        for _ in range(20):
            process.send(Kind.KEYFRAME_WANTED, MAIN)
        await until(lambda: len(process.frames()) > mark + 20, "most of a second")
        flags = [HEADER.unpack_from(one)[1] & KEYFRAME for one in process.frames()[mark:]]
        assert sum(flags) == 1
        assert KEYFRAME in flags[:3], "at once"


async def test_spoilt_pictures_ask_the_member_for_a_keyframe_not_too_often(
    clips: dict[int, Clip],
) -> None:
    async with running(clips) as process:
        await process.arrange(VIEW)
        await until(lambda: len(process.frames()) > 30, "pictures")
        before = len(process.asks())
        began = time.monotonic()
        process.spoilt.add(FIRST)
        await until(lambda: len(process.asks()) >= before + 3, "it asks again")
        assert {HEADER.unpack_from(one)[2] for one in process.asks()[before:]} == {FIRST}
        assert time.monotonic() - began > 0.9
        process.spoilt.clear()
        await until(lambda: numbers_in(process.pictures()[-1:], FIRST) != [None], "healed")


async def test_guests_see_the_same_picture_in_their_codec(clips: dict[int, Clip]) -> None:
    guests = msgspec.structs.replace(VIEW, name="guests", codec=VideoCodec.VP8)
    async with running(clips) as process:
        await process.arrange(VIEW, guests)
        await until(lambda: len(process.frames(GUESTS)) > 30, "pictures for guests")
        assert HEADER.unpack_from(process.frames(GUESTS)[0])[1] == KEYFRAME | VP8
        assert None not in numbers_in(process.pictures(GUESTS)[-5:], SECOND)
        await process.arrange(VIEW)
        mark = len(process.frames(GUESTS))
        await process.arrange(VIEW)
        assert len(process.frames(GUESTS)) == mark, "a view that is not named is encoded no more"


async def test_a_page_is_the_picture_of_its_source(clips: dict[int, Clip], tmp_path: Path) -> None:
    page = tmp_path / "page.png"
    Image.new("RGB", (960, 540), "#ffffff").save(page)
    async with running(clips) as process:
        process.silent.add(FIRST)
        process.child.send(ShowStill(slot=FIRST, path=str(page)))
        await process.arrange(VIEW)
        luma = planes(process.pictures()[-1])[0]
        assert luma[60:100, 40:280].min() > 225
        process.child.send(ShowStill(slot=FIRST, path=""))
        await until(
            lambda: planes(process.pictures()[-1])[0][60:100, 40:280].min() < 120, "no page"
        )


async def test_a_missing_page_is_refused_by_its_name(clips: dict[int, Clip]) -> None:
    async with running(clips) as process:
        process.child.send(ShowStill(id=7, slot=FIRST, path="/nowhere/page.png"))
        await until(lambda: process.last(Answer) is not None, "an answer")
        answer = process.last(Answer)
        assert isinstance(answer, Answer)
        assert (answer.id, answer.code) == (7, "picture.unusable")


async def test_what_waited_while_the_process_was_held_up_is_thrown_away(
    clips: dict[int, Clip],
) -> None:
    async with running(clips) as process:
        await process.arrange(VIEW)
        await until(lambda: len(process.frames()) > 30, "pictures")
        os.kill(process.child.pid, signal.SIGSTOP)
        mark = process.filmed
        await until(lambda: process.filmed > mark + 25, "a second of film")
        before = len(process.asks())
        os.kill(process.child.pid, signal.SIGCONT)
        await until(lambda: process.dropped() > 25, "old pictures are thrown away")
        await until(lambda: len(process.asks()) > before, "keyframes are asked for")
        await until(
            lambda: None not in [numbers_in(process.pictures()[-1:], slot)[0] for slot in PLACES],
            "all are seen again",
        )


async def test_a_tap_begins_with_a_keyframe_and_holds_what_viewers_get(
    clips: dict[int, Clip],
) -> None:
    async with running(clips) as process:
        await process.arrange(VIEW)
        process.child.send(Tap(view="main"))
        await until(lambda: len(process.tapped) > 30, "what is tapped")
        process.child.send(Tap(view="main", on=False))
        flags = [HEADER.unpack_from(one)[1] & KEYFRAME for one in process.tapped[:30]]
        assert KEYFRAME in flags
        assert set(process.tapped[:20]) <= set(process.sent)


async def test_tapped_again_it_makes_another_keyframe(clips: dict[int, Clip]) -> None:
    def keyframes() -> int:
        return sum(HEADER.unpack_from(one)[1] & KEYFRAME == KEYFRAME for one in process.tapped)

    async with running(clips) as process:
        await process.arrange(VIEW)
        process.child.send(Tap(view="main"))
        await until(lambda: len(process.tapped) > 30, "what is tapped")
        before = keyframes()
        await until(lambda: len(process.tapped) > 60, "a second without a wish")
        assert keyframes() == before
        process.child.send(Tap(view="main"))
        await until(lambda: keyframes() == before + 1, "a keyframe")


async def test_it_tells_its_figures(clips: dict[int, Clip]) -> None:
    async with running(clips) as process:
        await process.arrange(VIEW)
        process.reports.clear()
        await until(lambda: process.last(EngineFigures) is not None, "figures")
        process.reports.clear()
        await until(lambda: process.last(EngineFigures) is not None, "figures again")
        told = process.last(EngineFigures)
        assert isinstance(told, EngineFigures)
        assert told.figures["video_fps"] > 0
        assert told.figures["video_decoded_fps"] > 0
        assert told.figures["video_encode_ms"] > 0
        assert told.figures["video_through_p95_ms"] > 0


async def test_orders_and_views_that_are_none_change_nothing(clips: dict[int, Clip]) -> None:
    bad = msgspec.structs.replace(VIEW, width=64)
    async with running(clips) as process:
        await process.arrange(VIEW)
        process.child.send(CloseLeg(id=3, leg="x"))
        process.child.send(Arrange(id=4, views=(bad,), numbers=NUMBERS))
        process.rtp.send(b"\x01")
        process.rtp.send(b"\xff" * 40)
        mark = len(process.frames())
        await until(lambda: len(process.frames()) > mark + 20, "it goes on")
        refused = {one.id: one.code for one in process.reports if isinstance(one, Answer)}
        assert set(refused) == {3, 4}
        assert all(refused.values())


@pytest.mark.parametrize("end", ["control", "rtp"])
async def test_the_process_ends_when_its_socket_does(end: str) -> None:
    pairs = {"control": socket_pair(), "rtp": socket_pair()}
    handed = [theirs.fileno() for _, theirs in pairs.values()]
    config = msgspec.json.encode(VideoConfig()).decode()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vc.engine.focus.video", *map(str, handed), config),
        pass_fds=handed,
    )
    for _, theirs in pairs.values():
        theirs.close()
    try:
        pairs[end][0].close()
        async with asyncio.timeout(20):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        for ours, _ in pairs.values():
            ours.close()
