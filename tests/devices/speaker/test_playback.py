"""ALSA's player is given the sound, and its failures are named."""

import asyncio
from pathlib import Path

import pytest

from devices.contract.errors import MuteError
from devices.speaker import program
from devices.speaker.errors import PlaybackError
from devices.speaker.sink import AplaySink
from devices.speaker.sound import Sound


def a_player(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> AplaySink:
    player = folder / "aplay"
    player.write_text(f"#!/bin/sh\n{script}\n")
    player.chmod(0o755)
    (folder / "card0").mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    return AplaySink(device="default", cards_dir=str(folder))


async def test_the_player_gets_the_whole_sound_and_the_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f'echo "$@" > {tmp_path}/argv; cat > {tmp_path}/heard.wav'
    sink = a_player(tmp_path, script, monkeypatch).build()
    sound = Sound.silence(0.5, 22_050)
    sink.require()
    await sink.play(sound)
    assert Sound.of_file(tmp_path / "heard.wav").seconds == sound.seconds
    assert "-D default" in (tmp_path / "argv").read_text()


async def test_a_player_that_fails_before_it_has_read_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "echo 'audio open error: Device or resource busy' >&2; exit 1"
    sink = a_player(tmp_path, script, monkeypatch).build()
    with pytest.raises(PlaybackError, match="resource busy"):
        await sink.play(Sound.silence(60, 22_050))


async def test_a_program_that_is_killed_holds_nobody_up_by_what_it_started() -> None:
    async with asyncio.timeout(20):
        with pytest.raises(MuteError):
            await program.run("sh", "-c", "sleep 60 & wait", given=b"", within_s=0.2)
