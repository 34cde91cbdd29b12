"""Headphones read to one person: a touch ends it, the next sentence takes its place."""

import asyncio
from pathlib import Path

import pytest

from devices.contract.errors import MuteError, NoSuchDeviceError
from devices.host import Equipment
from devices.hosted import Fitted
from devices.messages import Kind, TestDevice
from devices.speaker.aloud import Hush, ReadAloud
from devices.speaker.errors import NothingPluggedError
from devices.speaker.headphones import Headphones, HeadphonesConfig
from devices.speaker.jack import AlsaJack, FileJack
from devices.speaker.simulated import SimulatedSpeaker, SimulatedSpeakerConfig
from devices.speaker.sound import Sound
from tests.devices.boxes import box_in_memory

LONG = "Xin mời ông bà chạm vào việc cần làm. " * 10


def worn(*, pace: float = 0.0, jack: Path | None = None) -> tuple[Headphones, SimulatedSpeaker]:
    twin = SimulatedSpeaker(SimulatedSpeakerConfig(pace=pace))
    return Headphones(twin, FileJack(file=str(jack)).build() if jack else None), twin


def fitted(headphones: Headphones) -> Equipment:
    return Equipment(headphones=Fitted(headphones, "simulated"))


async def test_what_is_read_is_heard_to_its_end(tmp_path: Path) -> None:
    headphones, twin = worn()
    async with box_in_memory(fitted(headphones), tmp_path) as user:
        assert (await user.ask(ReadAloud(text="Ô 1 trên 6"))).seconds > 0
        assert list(twin.said) == ["Ô 1 trên 6"]


async def test_the_next_sentence_takes_the_place_of_one_under_way(tmp_path: Path) -> None:
    headphones, twin = worn(pace=10)
    async with box_in_memory(fitted(headphones), tmp_path) as user:
        first = asyncio.ensure_future(user.ask(ReadAloud(text=LONG)))
        second = asyncio.ensure_future(user.ask(ReadAloud(text=LONG)))
        assert (await first).seconds < 5
        await user.ask(Hush())
        assert (await second).seconds < 5
        assert list(twin.said) == []
        twin._pace = 0
        await user.ask(ReadAloud(text="hai"))
        assert list(twin.said) == ["hai"]


async def test_a_touch_ends_it_at_once(tmp_path: Path) -> None:
    """The control: without a hush the same sentence takes minutes."""
    headphones, twin = worn(pace=10)
    async with box_in_memory(fitted(headphones), tmp_path) as user:
        reading = asyncio.ensure_future(user.ask(ReadAloud(text=LONG)))
        await asyncio.wait((reading,), timeout=0.3)
        assert not reading.done()
        await user.ask(Hush())
        await reading
        assert list(twin.said) == []


async def test_nothing_is_read_where_nobody_is_plugged_in(tmp_path: Path) -> None:
    jack = tmp_path / "jack"
    headphones, twin = worn(jack=jack)
    headphones.check_every_s = 0.02  # type: ignore[misc]  # a real one is asked once a second
    async with box_in_memory(fitted(headphones), tmp_path) as user:
        assert await user.refusal(ReadAloud(text="một")) == NothingPluggedError.code
        assert list(twin.said) == []
        jack.write_text("plugged")
        await user.ask(ReadAloud(text="hai"))
        assert list(twin.said) == ["hai"]


async def test_a_box_tells_at_once_that_somebody_plugged_in(tmp_path: Path) -> None:
    jack = tmp_path / "jack"
    headphones, _ = worn(jack=jack)
    assert (await headphones.check()).facts["plugged"] is False
    before = await headphones.check()
    jack.write_text("plugged")
    after = await headphones.check()
    assert after.facts["plugged"] is True
    assert before.text != after.text, "the host tells a change of the text at once"
    without, _ = worn()
    assert "plugged" not in (await without.check()).facts


async def test_a_box_without_headphones_says_so(tmp_path: Path) -> None:
    async with box_in_memory(Equipment(), tmp_path) as user:
        for command in (ReadAloud(text="một"), Hush()):
            assert await user.refusal(command) == NoSuchDeviceError.code


async def test_they_are_tested_like_any_device(tmp_path: Path) -> None:
    headphones, _ = worn()
    async with box_in_memory(fitted(headphones), tmp_path) as user:
        tested = await user.ask(TestDevice(device=Kind.HEADPHONES))
        assert tested.result.passed


@pytest.mark.real
async def test_volume_steps_are_heard(tmp_path: Path) -> None:
    """Apt install espeak-ng."""
    sound = SimulatedSpeakerConfig(folder=str(tmp_path))
    headphones = HeadphonesConfig(sound=sound).build()
    async with headphones:
        for loudness in (1.0, 0.2):
            await headphones.read(ReadAloud(text="Xin chào", loudness=loudness), headphones.begin())
    loud, soft = (Sound.of_file(tmp_path / f"call-{at:08d}.wav").rms for at in (1, 2))
    assert soft == pytest.approx(loud * 0.2, rel=0.05)


async def test_a_jack_is_asked_of_alsa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    amixer = tmp_path / "amixer"
    amixer.write_text('#!/bin/sh\necho "numid=19,$4"\necho "  : values=$(cat $0.now)"\n')
    amixer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    jack = AlsaJack(card="1").build()
    for word, plugged in (("on", True), ("off", False)):
        (tmp_path / "amixer.now").write_text(word)
        assert await jack.plugged() is plugged
    (tmp_path / "amixer.now").write_text("0")
    with pytest.raises(MuteError):
        await jack.plugged()
