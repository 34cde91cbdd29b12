"""Reading aloud from the kiosk to the ear: over the bus, the box's headphones, espeak and clips."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devices.contract.identity import DEVICES, BoxId
from devices.contract.message import DeviceReport, Health, PartStatus
from devices.contract.topics import PartTopics
from devices.host import Equipment
from devices.hosted import Fitted
from devices.messages import Kind
from devices.speaker.aloud import ReadAloud
from devices.speaker.clips import ClipVoice
from devices.speaker.headphones import Headphones as Device
from devices.speaker.jack import FileJack
from devices.speaker.simulated import SimulatedSpeaker, SimulatedSpeakerConfig
from devices.speaker.sound import Sound
from devices.speaker.voice import EspeakSettings, EspeakVoice
from kiosk.ui.clerk import BackRoom
from kiosk.ui.devices_link import headphones_seen
from kiosk.ui.events import EndSession, Event
from kiosk.ui.flows.menu.pages import FallSilent, Heard, Phrase, ReadOut
from kiosk.ui.languages.placeholders import write_placeholders
from kiosk.ui.speech.clerk import SpeechClerk
from kiosk.ui.world import Headphones
from tests.devices.boxes import BOX, box_in_memory
from tests.kiosk.ui.site import open_state
from tests.waiting import until


def phrases(*texts: str) -> ReadOut:
    return ReadOut(phrases=tuple(Phrase(text=each, language="vi") for each in texts), loudness=1.0)


class Reader:
    """The kiosk's side, and what came of it."""

    def __init__(self, back_room: BackRoom) -> None:
        self._back_room = back_room
        self.told: list[Event] = []

    def do(self, *effects: ReadOut | FallSilent | EndSession) -> None:
        for effect in effects:
            self._back_room.do(effect, open_state().world.site)


@asynccontextmanager
async def reading(
    folder: Path, twin: SimulatedSpeaker, jack: FileJack | None = None
) -> AsyncIterator[Reader]:
    headphones = Device(twin, jack.build() if jack else None)
    equipment = Equipment(headphones=Fitted(headphones, "private"))
    async with box_in_memory(equipment, folder) as user:
        told: list[Event] = []
        clerk = SpeechClerk(user.inside, PartTopics(BoxId(BOX), DEVICES), told.append)
        back_room = BackRoom((clerk,))
        reader = Reader(back_room)
        reader.told = told
        life = asyncio.ensure_future(back_room.run())
        try:
            yield reader
        finally:
            life.cancel()
            await asyncio.wait((life,))


async def test_phrases_are_read_in_order_and_the_last_is_told(tmp_path: Path) -> None:
    twin = SimulatedSpeaker(SimulatedSpeakerConfig())
    async with reading(tmp_path, twin) as reader:
        reader.do(phrases("một", "hai", "ba"))
        await until(lambda: Heard(last=True) in reader.told, "the end")
    assert list(twin.said) == ["một", "hai", "ba"]
    assert reader.told == [Heard(last=False), Heard(last=False), Heard(last=True)]


@pytest.mark.parametrize("end", [FallSilent(), EndSession()], ids=["touch", "end of session"])
async def test_a_touch_or_the_end_of_the_session_ends_it(
    tmp_path: Path, end: FallSilent | EndSession
) -> None:
    twin = SimulatedSpeaker(SimulatedSpeakerConfig(pace=1))
    async with reading(tmp_path, twin) as reader:
        reader.do(phrases("dài " * 140, "hai"), end, phrases("ba"))
        await until(lambda: bool(twin.said), "what was read after it")
    assert list(twin.said) == ["ba"]


async def test_what_is_read_next_takes_the_place_of_what_is_read(tmp_path: Path) -> None:
    twin = SimulatedSpeaker(SimulatedSpeakerConfig(pace=1))
    async with reading(tmp_path, twin) as reader:
        reader.do(phrases("dài " * 140, "hai"), phrases("ba", "bốn"))
        await until(lambda: len(twin.said) == 2, "both")
    assert list(twin.said) == ["ba", "bốn"]


async def test_without_headphones_in_the_jack_the_rest_is_left_unsaid(tmp_path: Path) -> None:
    twin = SimulatedSpeaker(SimulatedSpeakerConfig())
    jack = FileJack(file=str(tmp_path / "jack"))
    async with reading(tmp_path, twin, jack) as reader:
        reader.do(phrases("một", "hai"))
        await until(lambda: bool(reader.told), "the end")
    assert list(twin.said) == []
    assert reader.told == [Heard(last=True)]


@pytest.mark.parametrize(
    ("health", "facts", "seen"),
    [
        (Health.READY, {"plugged": True}, Headphones.PLUGGED),
        (Health.READY, {"plugged": False}, Headphones.UNPLUGGED),
        (Health.READY, {}, Headphones.UNKNOWN),
        (Health.FAULT, {"plugged": True}, Headphones.NONE),
    ],
)
def test_a_box_says_whether_somebody_listens(
    health: Health, facts: dict[str, str | float | bool], seen: Headphones
) -> None:
    now = open_state().wall
    kind = Kind.HEADPHONES
    report = DeviceReport(
        name=kind, kind=kind, driver="private", health=health, since=now, facts=facts
    )
    status = PartStatus(boot=1, seq=1, at=now, health=health, devices=(report,))
    assert headphones_seen(status) is seen
    bare = PartStatus(boot=1, seq=1, at=now, health=health)
    assert headphones_seen(bare) is Headphones.NONE


async def test_recordings_of_a_pack_are_what_is_heard(tmp_path: Path) -> None:
    """The pack's folder is what `[headphones.sound] pack` names the parent of."""
    write_placeholders(tmp_path / "bru", ["page.Home", "note.card_read", "a", "0", "1", "2"])
    voice = ClipVoice(tmp_path, EspeakVoice(EspeakSettings()))
    voice.require()
    audio = tmp_path / "bru" / "audio"
    for text, names in {
        "page.Home": ["page.Home"],
        "note.card read": ["note.card_read"],
        "a 0 1 2": ["a", "0", "1", "2"],
    }.items():
        heard = await voice.sound(text, "bru")
        recorded = [Sound.of_file(audio / f"{name}.wav") for name in names]
        assert heard.rate == 16_000
        assert heard.samples[: len(recorded[0].samples)].tolist() == recorded[0].samples.tolist()
        assert heard.seconds >= sum(each.seconds for each in recorded)


@pytest.mark.real
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_page_is_audible(tmp_path: Path, language: str) -> None:
    """Apt install espeak-ng."""
    device = Device(SimulatedSpeaker(SimulatedSpeakerConfig(folder=str(tmp_path))))
    async with device:
        command = ReadAloud(text="Ô 1 trên 6: Hộ tịch. Chờ: 4", language=language)
        assert await device.read(command, device.begin()) > 1
    assert Sound.of_file(tmp_path / "call-00000001.wav").rms > 0.02
