"""A room process against a conference server of the tests, over a real broker and real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec.structs import replace

from devices.contract.errors import MotcuaError
from devices.contract.message import RefusedError
from devices.messages import LampState
from devices.runtime.alongside import alongside
from devices.runtime.settings import BusConfig
from tests.counterparts.mosquitto import RealBroker
from tests.vc.endpoint.centre import BOX, FOOTAGE, MEMBER, PATIENT, PLAN, Centre, centre_on
from tests.waiting import until
from vc.acts import RequestSpeech
from vc.endpoint.camera.simulated import SimulatedCameraConfig
from vc.endpoint.config import NoScreenConfig, ProbeConfig, RoomConfig
from vc.endpoint.light_sound import LightSoundConfig
from vc.endpoint.main import build
from vc.endpoint.presses import PressSpeak
from vc.endpoint.probe import AnyLine, Heard, Shown, Turned, read_probe
from vc.endpoint.surface import NoScreen, Touches
from vc.endpoint.view import Live
from vc.messages import RoomNotice
from vc.state import Floor, Phase, SpeechRequest

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

REQUEST = SpeechRequest(id="r1", delegate=NOTICE.delegates[0].id, site=MEMBER, at=datetime.now(UTC))
L = TypeVar("L", bound=AnyLine)


class NotNowError(MotcuaError):
    """The delegate has not checked in."""

    code = "rules.not_checked_in"


class Room:
    """A room that runs, with what it shows and what it wrote down."""

    def __init__(self, centre: Centre, surface: NoScreen, touches: Touches, probe: Path) -> None:
        self.centre = centre
        self.touches = touches
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

    def lines(self, kind: type[L]) -> list[L]:
        """Return what was written down of a kind."""
        return [line for line in read_probe(self._probe) if isinstance(line, kind)]

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
        sound=LightSoundConfig(said="bursts"),
        screen=NoScreenConfig(),
        peer=PATIENT,
        status_every_s=0.5,
        table_lamp=True,
        probe=ProbeConfig(
            file=str(probe), tiles={"whole": (0, 0, FOOTAGE.width, FOOTAGE.height)}
        ),
    )  # fmt: skip
    surface, touches, ready = NoScreen(), Touches(), asyncio.Event()
    async with alongside(build(config, surface, touches)(ready.set), name="room"):
        await ready.wait()
        yield Room(centre, surface, touches, probe)


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
        await room.centre.notice(replace(NOTICE, **planned))
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
        await room.centre.notice(replace(NOTICE, revision=2))
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


async def test_what_is_pressed_reaches_the_server_and_a_refusal_the_room(room: Room) -> None:
    async with room.centre.serving():
        await room.centre.notice(NOTICE)
        await room.centre.has_the_room()
        delegate = NOTICE.delegates[0].id
        room.touches.put(PressSpeak(delegate=delegate))
        await until(lambda: len(room.centre.acts) == 1, "the act arrives")
        asked = room.centre.acts[0]
        assert isinstance(asked, RequestSpeech)
        assert asked.delegate == delegate
        room.centre.refuse = lambda _: NotNowError()
        await until(lambda: room.surface.screen.buttons[0].press is not None, "it can be pressed")
        room.touches.put(PressSpeak(delegate=delegate))
        note = "Chưa thực hiện được: The delegate has not checked in."
        await until(
            lambda: room.surface.screen.note is not None and room.surface.screen.note.text == note,
            "the refusal is shown",
        )
        assert len(room.centre.acts) == 1


async def test_the_button_on_the_table_asks_and_the_lamp_answers(room: Room) -> None:
    async with room.centre.serving(), room.centre.table() as table:
        await room.centre.notice(NOTICE)
        await room.centre.has_the_room()
        await table.press()
        await until(lambda: len(room.centre.acts) == 1, "the act arrives")
        await room.centre.notice(replace(NOTICE, requests=(REQUEST,)))
        await until(lambda: table.lamps[-1:] == [LampState.BLINKING], "the lamp blinks")
        floor = Floor(holder=MEMBER, since=datetime.now(UTC))
        await room.centre.notice(replace(NOTICE, floor=floor))
        await until(lambda: table.lamps[-1] is LampState.ON, "the lamp is steady")
        await room.centre.notice(NOTICE)
        await until(lambda: table.lamps[-1] is LampState.OFF, "the lamp is dark")


async def test_the_lamp_is_lit_again_after_its_process_and_never_on_air_without_a_line(
    room: Room,
) -> None:
    floor = Floor(holder=MEMBER, since=datetime.now(UTC))
    await room.centre.notice(replace(NOTICE, floor=floor))
    async with room.centre.table() as table:
        async with room.centre.serving():
            await room.centre.has_the_room()
            await until(lambda: table.lamps[-1:] == [LampState.ON], "the lamp is steady")
            table.lamps.clear()
            await table.begins_anew()
            await until(lambda: table.lamps == [LampState.ON], "it is lit again")
        await until(lambda: table.lamps[-1] is LampState.OFF, "nobody is on air now")


async def test_a_room_without_a_line_to_the_province_does_not_say_there_is_no_meeting(
    room: Room,
) -> None:
    await room.shows("Không có hội nghị")
    await room.centre.bridge(b"0")
    await room.shows("Chưa liên lạc được với trung tâm")
    await room.centre.bridge(b"1")
    await room.shows("Không có hội nghị")


async def test_a_line_test_measures_both_ways_while_the_room_is_in(room: Room) -> None:
    async with room.centre.serving():
        await room.centre.calls()
        await room.centre.has_the_room()
        await room.is_live()
        tested = await room.centre.tests_the_line(3.0)
        assert tested.took_s >= 3.0
        assert tested.up.bitrate_kbps > 50
        assert tested.down.bitrate_kbps > 50
        assert (tested.down.width, tested.down.height) == (FOOTAGE.width, FOOTAGE.height)
        assert tested.picture_moves
        assert "camera.missing" not in tested.problems


async def test_a_line_test_of_a_room_that_is_not_in_is_refused(room: Room) -> None:
    with pytest.raises(RefusedError) as refused:
        await room.centre.tests_the_line(1.0)
    assert refused.value.refused.code == "room.not_joined"


async def test_the_status_tells_figures_of_the_line_and_reports_of_the_devices(room: Room) -> None:
    async with room.centre.serving():
        await room.centre.calls()
        await room.centre.has_the_room()

        def told() -> bool:
            status = room.centre.statuses[-1]
            return status.figures.get("fps_in", 0) > 10 and status.figures["fps_out"] > 10

        await until(told, "figures of both directions", within_s=20)
        status = room.centre.statuses[-1]
        assert {device.kind for device in status.devices} == {"camera", "sound"}
        assert status.figures["in_conference"] == 1.0
        assert {"loss_up_percent", "round_trip_ms", "freezes", "audio_delay_ms"} <= set(
            status.figures
        )


async def test_the_conferences_sound_is_heard_and_the_rooms_is_sent(room: Room) -> None:
    async with room.centre.serving():
        await room.centre.calls()
        site = await room.centre.has_the_room()
        await until(lambda: len(site.sounds) > 50, "the room's sound arrives")

        def heard() -> bool:
            return sum(line.dbfs > -40 for line in room.lines(Heard)) > 20

        await until(heard, "the conference's tone is heard")


async def test_sound_that_comes_before_its_picture_is_held_back_until_it_does_not(
    room: Room,
) -> None:
    """What the sender says of its moments holds, not when it comes (`vc.media.sync`)."""
    room.centre.sound_ahead_us = 300_000
    async with room.centre.serving():
        await room.centre.calls()
        await room.centre.has_the_room()
        seen: list[float] = []

        def held() -> bool:
            seen.append(room.centre.statuses[-1].figures.get("audio_delay_ms", 0.0))
            return seen[-1] > 250

        await until(held, f"the sound waits for its picture: {seen}", within_s=40)
