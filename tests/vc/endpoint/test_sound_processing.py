"""The echo canceller in a simulated room, and the judge of microphones."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vc.endpoint.sound.acoustics import Acoustics
from vc.endpoint.sound.microphone import MicrophoneWatch
from vc.endpoint.sound.processing import Cleaner, EchoMeter, ProcessingConfig
from vc.media.levels import dbfs
from vc.media.speech import frames_of, speech

Pcm = NDArray[np.int16]
SECONDS = 12
NO_GAIN = ProcessingConfig(gain_control_db=0)


def in_room(config: ProcessingConfig, near: Pcm) -> tuple[Pcm, Pcm, Cleaner]:
    """Return what the microphone heard and what was sent, while the far side speaks."""
    room, cleaner = Acoustics(), Cleaner(config)
    draw = np.random.default_rng(3)
    heard, sent = [], []
    for far, own in zip(frames_of(speech(1, SECONDS), 480), frames_of(near, 480), strict=True):
        mixed = room.echo(far) + own + draw.uniform(-16, 16, 480)
        microphone = np.clip(mixed, -32_768, 32_767).astype(np.int16)
        heard.append(microphone)
        sent.append(cleaner.clean(microphone, far))
    return np.concatenate(heard), np.concatenate(sent), cleaner


def part(sound: Pcm, begin_s: float, end_s: float) -> Pcm:
    return sound[int(begin_s * 48_000) : int(end_s * 48_000)]


def nobody() -> Pcm:
    return np.zeros(SECONDS * 48_000, np.int16)


def test_the_far_side_does_not_hear_itself() -> None:
    heard, sent, cleaner = in_room(NO_GAIN, nobody())
    assert dbfs(part(heard, 4, 12)) > -35, "there is an echo to cancel"
    assert dbfs(part(heard, 4, 12)) - dbfs(part(sent, 4, 12)) >= 25
    assert cleaner.echo.enhancement_db is not None
    assert cleaner.echo.enhancement_db >= 25
    assert cleaner.echo.return_loss_db is not None
    assert cleaner.echo.return_loss_db >= 30


def test_without_cancellation_the_echo_is_seen_in_the_figure() -> None:
    without = ProcessingConfig(echo_cancellation=False, noise_suppression=0, gain_control_db=0)
    _, _, cleaner = in_room(without, nobody())
    assert cleaner.echo.return_loss_db is not None
    assert cleaner.echo.return_loss_db < 12
    assert cleaner.echo.enhancement_db is not None
    assert cleaner.echo.enhancement_db < 3


def test_who_speaks_in_the_room_is_heard_while_the_far_side_speaks_too() -> None:
    near = speech(2, SECONDS)
    near[: 6 * 48_000] = 0
    _, sent, cleaner = in_room(NO_GAIN, near)
    speaking = np.abs(near.astype(int)) > 500
    assert abs(dbfs(sent[speaking]) - dbfs(near[speaking])) < 6
    assert cleaner.echo.return_loss_db is not None
    assert cleaner.echo.return_loss_db > 20, "speech in the room is not taken for echo"


@pytest.mark.parametrize("seed", [2, 3, 4, 5])
def test_somebody_who_speaks_all_the_time_is_not_taken_for_echo(seed: int) -> None:
    _, _, cleaner = in_room(NO_GAIN, speech(seed, SECONDS))
    left = cleaner.echo.return_loss_db
    assert left is None or left > 20


def test_a_quiet_speaker_is_raised_and_told_by_how_much() -> None:
    near = (speech(2, SECONDS) * 0.15).astype(np.int16)
    silence, cleaner = np.zeros(480, np.int16), Cleaner()
    quiet = [cleaner.clean(frame, silence) for frame in frames_of(near, 480)]
    raised = part(np.concatenate(quiet), 6, 12)
    assert dbfs(raised) > dbfs(part(near, 6, 12)) + 3
    assert 3 < cleaner.gain_db <= 12
    assert cleaner.echo.return_loss_db is None, "nothing was played"


def test_steady_noise_is_taken_away() -> None:
    draw, cleaner = np.random.default_rng(1), Cleaner(NO_GAIN)
    noise = draw.normal(0, 300, 48_000 * 6).astype(np.int16)
    silence = np.zeros(480, np.int16)
    cleaned = np.concatenate([cleaner.clean(frame, silence) for frame in frames_of(noise, 480)])
    assert dbfs(part(cleaned, 3, 6)) < dbfs(noise) - 5


def test_a_headset_has_no_echo_to_speak_of() -> None:
    meter = EchoMeter()
    draw = np.random.default_rng(1)
    for far in frames_of(speech(1, 8), 480):
        hiss = draw.uniform(-16, 16, 480).astype(np.int16)
        meter.feed(hiss, far, hiss, 0.0)
    assert meter.return_loss_db is not None
    assert meter.return_loss_db > 40


def test_a_dead_microphone_is_noticed_and_a_quiet_room_is_not_taken_for_one() -> None:
    draw = np.random.default_rng(1)
    quiet, dead = MicrophoneWatch(), MicrophoneWatch()
    for _ in range(1_000):
        quiet.feed(draw.uniform(-4, 4, 480).astype(np.int16))
        dead.feed(np.zeros(480, np.int16))
    assert not quiet.is_silent
    assert dead.is_silent
    dead.feed(speech(1, 1.0)[9_600:10_080])
    assert not dead.is_silent


@pytest.mark.parametrize(("gain", "is_clipped"), [(1.0, False), (30.0, True)])
def test_a_microphone_that_is_set_too_loud_is_noticed(gain: float, *, is_clipped: bool) -> None:
    watch = MicrophoneWatch()
    for frame in frames_of(speech(1, 6.0), 480):
        watch.feed(np.clip(frame * gain, -32_768, 32_767).astype(np.int16))
    assert watch.is_clipped is is_clipped
