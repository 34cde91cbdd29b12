"""A room process against a conference server of the tests, over a real broker and real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from devices.runtime.alongside import alongside
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker
from tests.vc.endpoint.centre import BOX, FOOTAGE, MEMBER, PLAN, Centre, centre_on
from tests.waiting import until
from vc.endpoint.camera.simulated import SimulatedCameraConfig
from vc.endpoint.config import NoScreenConfig, ProbeConfig, RoomConfig
from vc.endpoint.main import build
from vc.endpoint.probe import Shown, Turned, read_probe
from vc.endpoint.surface import NoScreen
from vc.endpoint.view import Live
from vc.messages import RoomNotice
from vc.state import Phase

pytestmark = pytest.mark.real

NOTICE = RoomNotice(
    revision=1,
    conference=PLAN.id,
    member=MEMBER,
    title=PLAN.title,
    starts_at=datetime.now(UTC) - timedelta(minutes=1),
    phase=Phase.LIVE,
    site_name="Thành phố Đông Hà",
    delegates=PLAN.sites[1].delegates,
)


class Room:
    """A room that runs, with what it shows and what it wrote down."""

    def __init__(self, centre: Centre, surface: NoScreen, probe: Path) -> None:
        self.centre = centre
        self.surface = surface
        self._probe = probe

    @property
    def states(self) -> list[str]:
        """Every state the call has been in."""
        return [line.state for line in read_probe(self._probe) if isinstance(line, Turned)]

    @property
    def codes(self) -> list[int | None]:
        """The numbers read from the conference's picture."""
        lines = [line for line in read_probe(self._probe) if isinstance(line, Shown)]
        return [line.codes["whole"] for line in lines]

    async def shows(self, head: str) -> None:
        """Wait until this stands in the middle of the screen."""

        def there() -> bool:
            words = self.surface.screen.words
            return words is not None and words.head == head

        await until(there, f"{head} is shown, not {self.surface.screen.words}")

    async def is_live(self) -> None:
        await until(lambda: self.surface.screen.live is Live.NOW, "a live picture is shown")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(RealBroker(tmp_path / "broker"))
        centre = await stack.enter_async_context(centre_on(broker.port, tmp_path / "clips"))
        yield await stack.enter_async_context(running(broker.port, centre, tmp_path))


@asynccontextmanager
async def running(port: int, centre: Centre, directory: Path) -> AsyncIterator[Room]:
    probe = directory / "probe.jsonl"
    config = RoomConfig(
        box=BOX,
        state_dir=str(directory),
        bus=BusConfig(port=port),
        camera=SimulatedCameraConfig(
            clip_dir=str(directory / "clips"), seed=3, width_px=320, height_px=180,
            bitrate_kbps=300, seconds=2,
        ),
        screen=NoScreenConfig(),
        status_every_s=0.5,
        probe=ProbeConfig(
            file=str(probe), tiles={"whole": (0, 0, FOOTAGE.width, FOOTAGE.height)}
        ),
    )  # fmt: skip
    surface, ready = NoScreen(), asyncio.Event()
    async with alongside(build(config, surface)(ready.set), name="room"):
        await ready.wait()
        yield Room(centre, surface, probe)


async def test_a_room_joins_when_it_is_told_and_both_sides_see_each_other(room: Room) -> None:
    async with room.centre.serving():
        await room.centre.calls()
        site = await room.centre.has_the_room()
        assert site.source == MEMBER
        await room.is_live()
        await until(lambda: 3 in {n and n >> 12 for n in site.numbers}, "the camera's seed is read")
        await until(lambda: 7 in {n and n >> 12 for n in room.codes}, "the view's seed is read")


async def test_a_room_joins_by_itself_when_the_notice_says_it_is_time(room: Room) -> None:
    async with room.centre.serving():
        await room.centre.notice(NOTICE)
        await room.centre.has_the_room()


async def test_a_room_that_is_expected_later_says_when(room: Room) -> None:
    async with room.centre.serving():
        starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
        planned = {"phase": Phase.PLANNED, "starts_at": starts}
        await room.centre.notice(msgspec.structs.replace(NOTICE, **planned))
        await until(
            lambda: (
                room.surface.screen.words is not None
                and room.surface.screen.words.head.startswith("Đang chờ hội nghị lúc ")
            ),
            "it waits",
        )


async def test_a_room_that_lost_its_server_joins_anew_when_it_is_back(room: Room) -> None:
    await room.centre.notice(NOTICE)
    async with room.centre.serving():
        await room.centre.has_the_room()
        await room.is_live()
    await room.shows("Mất đường truyền – đang nối lại")
    assert room.surface.screen.live is Live.NONE
    async with room.centre.serving():
        await room.centre.has_the_room(within_s=10)
        await room.is_live()
    assert room.states[-1] != "left"


async def test_a_room_leaves_when_it_is_told_and_stays_out(room: Room) -> None:
    await room.centre.notice(NOTICE)
    async with room.centre.serving():
        await room.centre.has_the_room()
        joined = len(room.centre.joined)
        await room.centre.sends_away()
        await room.shows("Đã rời hội nghị")
        await until(lambda: room.centre.site is None, "the session is closed")
        await room.centre.notice(msgspec.structs.replace(NOTICE, revision=2))
        await asyncio.sleep(1.0)
        assert len(room.centre.joined) == joined


async def test_a_room_that_is_kept_out_says_why(room: Room) -> None:
    room.centre.locked = True
    async with room.centre.serving():
        await room.centre.notice(NOTICE)
        await room.shows("Chưa vào được hội nghị")
        words = room.surface.screen.words
        assert words is not None
        assert words.note == "The chair has locked the meeting."
        room.centre.locked = False
        await room.centre.calls()
        await room.centre.has_the_room()


async def test_a_picture_that_stands_still_does_not_pass_for_live(room: Room) -> None:
    async with room.centre.serving():
        await room.centre.notice(NOTICE)
        await room.centre.has_the_room()
        await room.is_live()
        room.centre.frozen = True
        await room.shows("Hình ảnh bị gián đoạn")
        assert room.surface.screen.live is Live.OLD
        room.centre.frozen = False
        await room.is_live()
        assert "lost" not in room.states, "it healed by itself"
        joined = len(room.centre.joined)
        room.centre.frozen = True
        await until(lambda: len(room.centre.joined) > joined, "it joins anew", within_s=15)
