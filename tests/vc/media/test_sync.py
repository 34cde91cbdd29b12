"""Lip sync: sound and picture of one moment come out together; and the tones to see it by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vc.media.opus import OpusEncoder
from vc.media.playout import Playout
from vc.media.speech import frames_of, speech
from vc.media.sync import TOLERANCE_MS, LipSync
from vc.media.timetone import BurstEar, bursts


@given(
    audio_ms=st.floats(0, 300),
    video_ms=st.floats(0, 300),
    clocks_apart_s=st.floats(-1e6, 1e6),
    jitter_ms=st.floats(0, 10),
    seed=st.integers(0, 99),
)
def test_sound_and_picture_come_together_whatever_each_takes(
    audio_ms: float, video_ms: float, clocks_apart_s: float, jitter_ms: float, seed: int
) -> None:
    sync, draw = LipSync(), np.random.default_rng(seed)
    for at_ms in range(1_000, 12_000, 40):
        sent_s = at_ms / 1_000 + clocks_apart_s
        holds = sync.holds()
        late = draw.uniform(0, jitter_ms, 2)
        heard = at_ms + audio_ms + holds.audio_ms + late[0]
        shown = at_ms + video_ms + holds.video_ms + late[1]
        sync.audio(sent_s, round(heard * 1_000))
        sync.video(sent_s, round(shown * 1_000))
        assert holds.audio_ms == 0 or holds.video_ms == 0
    assert abs(shown - heard) <= TOLERANCE_MS


def test_the_holds_do_not_change_while_both_are_together() -> None:
    sync, seen = LipSync(), set()
    for at in range(600):
        held_us = round(sync.holds().audio_ms * 1_000)
        sync.audio(at / 25, at * 40_000 + (at % 5) * 1_000 + held_us)
        sync.video(at / 25, at * 40_000 + 150_000)
        seen.add(sync.holds())
    assert len(seen) <= 2
    assert abs(sync.apart_ms) <= TOLERANCE_MS


def test_nothing_is_held_before_both_are_known() -> None:
    sync = LipSync()
    sync.audio(1.0, 5_000_000)
    assert sync.holds().audio_ms == sync.holds().video_ms == 0.0


def test_sound_is_played_later_when_it_is_held_and_its_time_is_known() -> None:
    encoder, playout = OpusEncoder(), Playout()
    made = [encoder.encode(frame) for frame in frames_of(speech(1, 8.0), 960)]
    assert playout.rtp_time is None
    ages: list[float] = []
    for number, packet in enumerate(made):
        if number == 150:
            playout.hold(100.0)
        playout.push(number, number * 960, number * 20_000, packet)
        playout.pull(number * 20_000, 480)
        time = playout.rtp_time
        playout.pull(number * 20_000 + 10_000, 480)
        if time is not None:
            ages.append(number * 20 + 10 - time / 48)
    assert ages[140] < 40
    assert 100 <= ages[-1] < 145


@pytest.mark.parametrize("frame", [480, 960])
@pytest.mark.parametrize("hz", [800.0, 1_000.0, 2_300.0])
def test_a_burst_is_heard_to_the_millisecond(frame: int, hz: float) -> None:
    ear, heard, began = BurstEar(hz), list[int](), 12_345_678
    for at in range(0, 48_000 * 4, frame):
        start_us = began + at * 1_000 // 48
        onset = ear.feed(bursts(start_us, frame, hz), start_us)
        heard += [] if onset is None else [onset]
    assert len(heard) == 4
    assert all(min(one % 1_000_000, -one % 1_000_000) < 4_000 for one in heard)


def test_an_ear_hears_no_burst_in_another_frequency_or_in_speech() -> None:
    for sound in (bursts(0, 48_000 * 3, 1_500.0), speech(1, 3.0, rms_dbfs=-30)):
        ear = BurstEar(1_000.0)
        heard = [ear.feed(frame, at * 20_000) for at, frame in enumerate(frames_of(sound, 960))]
        assert set(heard) == {None}
