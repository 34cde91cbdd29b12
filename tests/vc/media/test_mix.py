"""The mix: nobody hears himself, nobody flaps, nothing clips or clicks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vc.media.levels import SILENCE_DBFS, LevelMeter, VoiceActivity, dbfs
from vc.media.mix import Limiter, MixConfig, Mixer, Voices, mix_minus
from vc.media.speech import frames_of, speech, tone

Pcm = NDArray[np.int16]
SAMPLES = 960


def tone_frames(hz: float, frames: int, peak_dbfs: float = -20.0) -> list[Pcm]:
    return frames_of(tone(hz, frames * 0.02, peak_dbfs=peak_dbfs), SAMPLES)


def power_db(sound: Pcm, hz: float) -> float:
    """Return how strong a tone is in the sound, in dB of full scale."""
    wave = np.exp(-2j * np.pi * hz * np.arange(len(sound)) / 48_000)
    return float(20 * np.log10(abs(np.dot(sound.astype(float), wave)) / len(sound) / 16_384 + 1e-9))


def test_nobody_hears_himself_and_everybody_hears_the_others() -> None:
    hz = {1: 440.0, 2: 700.0, 3: 1_100.0}
    sources = {slot: tone_frames(tone_hz, 20) for slot, tone_hz in hz.items()}
    mixer = Mixer(SAMPLES)
    heard: dict[int, list[Pcm]] = {1: [], 2: [], 3: []}
    everyone: list[Pcm] = []
    for at in range(20):
        mixed = mixer.mix({slot: frames[at] for slot, frames in sources.items()})
        everyone.append(mixed.everyone)
        for slot, frame in mixed.own.items():
            heard[slot].append(frame)
    for slot, frames in heard.items():
        sound = np.concatenate(frames[1:])
        for other, tone_hz in hz.items():
            expected = power_db(np.concatenate(sources[other][1:]), tone_hz)
            if other == slot:
                assert power_db(sound, tone_hz) < expected - 40
            else:
                assert abs(power_db(sound, tone_hz) - expected) < 1
    assert all(power_db(np.concatenate(everyone), tone_hz) > -30 for tone_hz in hz.values())


@given(
    st.dictionaries(
        st.integers(0, 20),
        st.lists(st.integers(-32_768, 32_767), min_size=8, max_size=8),
        max_size=6,
    )
)
def test_one_and_the_others_make_the_whole(sources: dict[int, list[int]]) -> None:
    wide = {slot: np.array(samples, np.float32) for slot, samples in sources.items()}
    total, own = mix_minus(wide)
    assert set(own) == set(wide)
    for slot, rest in own.items():
        assert total is not None
        assert np.array_equal(rest + wide[slot], total)


def test_the_three_loudest_are_in_and_the_rest_share_one_mix() -> None:
    frames = {slot: tone(300 + 50 * slot, 0.02, peak_dbfs=-10.0 - 5 * slot) for slot in range(6)}
    mixed = Mixer(SAMPLES).mix(frames)
    assert set(mixed.own) == {0, 1, 2}
    assert mixed.entered == {0, 1, 2}
    assert sorted(mixed.levels, key=lambda slot: -mixed.levels[slot]) == list(range(6))


def test_silence_needs_no_mix_of_its_own() -> None:
    quiet = np.zeros(SAMPLES, np.int16)
    mixed = Mixer(SAMPLES).mix({1: quiet, 2: quiet})
    assert mixed.own == {}
    assert dbfs(mixed.everyone) == SILENCE_DBFS
    assert dbfs(Mixer(SAMPLES).mix({}).everyone) == SILENCE_DBFS


def test_the_holder_of_the_floor_is_in_however_quiet_he_is() -> None:
    loud = {slot: tone(300, 0.02, peak_dbfs=-6) for slot in range(3)}
    mixer = Mixer(SAMPLES)
    for _ in range(50):
        mixed = mixer.mix(loud | {9: np.full(SAMPLES, 3, np.int16)}, always=frozenset({9}))
        assert 9 in mixed.own
    assert len(mixed.own) == 3


@given(st.lists(st.lists(st.floats(-120, 0), min_size=8, max_size=8), min_size=1, max_size=60))
def test_there_are_never_more_voices_than_places(levels: list[list[float]]) -> None:
    voices = Voices(MixConfig(voices=3))
    for tick in levels:
        heard = dict(enumerate(tick))
        chosen = voices.choose(heard)
        assert len(chosen) <= 3
        assert chosen <= set(heard)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_equally_loud_speakers_do_not_flap(seed: int) -> None:
    """Four speak as loudly as each other for 20 s: the voices change seldom, not every frame."""
    draw = np.random.default_rng(seed)
    voices, before, changes = Voices(), frozenset[int](), 0
    for _ in range(1_000):
        chosen = voices.choose({slot: -25 + float(draw.normal(0, 4)) for slot in range(4)})
        changes += bool(before) and chosen != before
        before = chosen
    assert changes <= 10


def test_a_clearly_louder_newcomer_takes_the_place_of_the_weakest_within_a_moment() -> None:
    voices = Voices()
    for _ in range(100):
        voices.choose({1: -20.0, 2: -22.0, 3: -40.0, 4: -120.0})
    ticks = 0
    while 4 not in voices.choose({1: -20.0, 2: -22.0, 3: -40.0, 4: -18.0}):
        ticks += 1
        assert ticks < 15
    assert voices.choose({1: -20.0, 2: -22.0, 3: -40.0, 4: -18.0}) == {1, 2, 4}


def test_a_voice_that_fell_silent_leaves_after_a_while_and_not_before() -> None:
    voices = Voices(MixConfig(hold_s=1.0))
    voices.choose({1: -20.0})
    stayed = 0
    while voices.choose({1: -120.0}):
        stayed += 1
    assert 45 <= stayed <= 55


@pytest.mark.parametrize("loud", [2, 3, 8])
def test_loud_voices_together_do_not_clip(loud: int) -> None:
    mixer = Mixer(SAMPLES, MixConfig(voices=10))
    sources = [frames_of(speech(seed, 2.0, rms_dbfs=-10.0), SAMPLES) for seed in range(loud)]
    for at in range(100):
        mixed = mixer.mix({slot: frames[at] for slot, frames in enumerate(sources)})
        assert int(np.abs(mixed.everyone.astype(int)).max()) <= 32_767
        flat = np.count_nonzero(np.abs(mixed.everyone.astype(int)) >= 32_766)
        assert flat < 20, "a clipped top is flat"


def test_the_limiter_leaves_quiet_sound_as_it_is() -> None:
    sound = speech(1, 1.0)
    limiter = Limiter()
    for frame in frames_of(sound, SAMPLES):
        assert np.array_equal(limiter.limit(frame.astype(np.float32)), frame)


def test_the_limiter_adds_little_that_was_not_there() -> None:
    """A sine 6 dB too loud comes out as a sine: its harmonics stay 30 dB below it."""
    limiter = Limiter()
    wave = np.sin(2 * np.pi * 500 * np.arange(48_000) / 48_000) * 65_000
    out = np.concatenate([limiter.limit(part.astype(np.float32)) for part in np.split(wave, 50)])
    held = out[9_600:]
    assert power_db(held, 1_500) < power_db(held, 500) - 30
    hard = np.clip(wave, -32_768, 32_767).astype(np.int16)[9_600:]
    assert power_db(hard, 1_500) > power_db(hard, 500) - 20


def test_the_limiter_lets_go_again() -> None:
    limiter = Limiter()
    limiter.limit(np.full(SAMPLES, 60_000, np.float32))
    quiet = np.full(SAMPLES, 1_000, np.float32)
    levels = [int(limiter.limit(quiet.copy())[-1]) for _ in range(60)]
    assert levels[0] < 600
    assert levels == sorted(levels)
    assert levels[-1] == 1_000


def steepest(sound: Pcm) -> int:
    return int(np.abs(np.diff(sound.astype(int))).max())


def test_muting_and_unmuting_does_not_click() -> None:
    frames = frames_of(tone(200, 1.0, peak_dbfs=-6.0), SAMPLES)[1:-1]
    listener = Mixer(SAMPLES)
    out = [listener.mix({})]
    out += [listener.mix({1: frame}) for frame in frames[:10]]
    out += [listener.mix({1: frames[10]}, fading=frozenset({1}))]
    out += [listener.mix({})]
    sound = np.concatenate([mixed.everyone for mixed in out])
    assert steepest(sound) <= steepest(np.concatenate(frames)) + 20
    assert out[-2].own.keys() == {1}
    assert out[-1].left == {1}
    cut = np.concatenate([np.zeros(100, np.int16), frames[3][200:]])
    assert steepest(cut) > 4 * steepest(np.concatenate(frames)), "a cut would be seen"


def test_levels_are_told_in_dbfs() -> None:
    assert dbfs(np.zeros(960, np.int16)) == SILENCE_DBFS
    assert dbfs(np.full(960, -32_768, np.int16)) == pytest.approx(0, abs=0.01)
    assert dbfs(tone(1_000, 1.0, peak_dbfs=-20)) == pytest.approx(-23.0, abs=0.1)
    assert dbfs(np.zeros(0, np.int16)) == SILENCE_DBFS


@given(st.lists(st.floats(-120, 0), min_size=1, max_size=50))
def test_the_needle_rises_at_once_and_falls_slowly(levels: list[float]) -> None:
    meter, before = LevelMeter(fall_db_per_s=40), SILENCE_DBFS
    for level in levels:
        shown = meter.feed(level)
        assert shown >= level
        assert shown >= before - 0.8001
        assert shown <= max(level, before)
        before = shown


def test_speech_is_a_voice_and_steady_noise_is_not() -> None:
    draw = np.random.default_rng(1)
    noise = draw.normal(0, 300, 48_000 * 20).astype(np.int16)
    activity = VoiceActivity()
    said = [activity.feed(dbfs(frame)) for frame in frames_of(noise, SAMPLES)]
    assert not any(said[-200:])
    speaking = [
        activity.feed(dbfs(frame))
        for frame in frames_of(speech(1, 4.0) + noise[: 4 * 48_000], SAMPLES)
    ]
    assert sum(speaking) > 0.9 * len(speaking)
    quiet = [activity.feed(dbfs(frame)) for frame in frames_of(noise, SAMPLES)]
    assert not any(quiet[50:])
