"""Playout: whatever arrives, every pull gives a full frame."""

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from vc.media.levels import SILENCE_DBFS, dbfs
from vc.media.opus import FRAME_SAMPLES, OpusEncoder
from vc.media.playout import Playout
from vc.media.speech import frames_of, speech, tone

Pcm = NDArray[np.int16]
TICK_US = 20_000


def packets(sound: Pcm) -> list[bytes]:
    encoder = OpusEncoder()
    return [encoder.encode(frame) for frame in frames_of(sound, FRAME_SAMPLES)]


def played(made: list[bytes], lost: set[int], samples: int = FRAME_SAMPLES) -> tuple[Pcm, Playout]:
    playout = Playout()
    step_us = samples * 1_000 // 48
    out = []
    for now in range(0, len(made) * TICK_US, step_us):
        number, rest = divmod(now, TICK_US)
        if rest == 0 and number not in lost:
            playout.push(number, number * 960, now, made[number])
        out.append(playout.pull(now, samples))
        assert len(out[-1]) == samples
    return np.concatenate(out), playout


@pytest.mark.parametrize("samples", [480, 960])
def test_speech_comes_out_whole_in_frames_of_any_length(samples: int) -> None:
    sound = speech(1, 4.0)
    out, playout = played(packets(sound), set(), samples)
    assert abs(dbfs(out) - dbfs(sound)) < 1
    assert playout.figures.concealed_samples == 0
    assert playout.target_ms < 25


def test_losses_leave_no_holes_in_speech() -> None:
    made = packets(speech(1, 8.0))
    draw = random.Random(4)
    lost = {number for number in range(100, 390) if draw.random() < 0.05}
    whole, _ = played(made, set())
    out, playout = played(made, lost)
    assert playout.figures.lost == len(lost) > 8
    assert playout.figures.recovered >= 0.5 * len(lost)
    voiced = [dbfs(frame) for frame in frames_of(whole, 480) if dbfs(frame) > -35]
    still = [dbfs(frame) for frame in frames_of(out, 480) if dbfs(frame) > -35]
    assert abs(len(still) - len(voiced)) < 0.04 * len(voiced)
    assert abs(dbfs(out) - dbfs(whole)) < 0.5


def test_a_sender_that_is_gone_fades_to_silence_without_a_click() -> None:
    made = packets(tone(400, 4.0))
    out, playout = played(made, set(range(100, 200)))
    assert dbfs(out[-48_000:]) == SILENCE_DBFS
    assert playout.is_silent
    steepest = int(np.abs(np.diff(out.astype(int))).max())
    assert steepest < 2.5 * int(np.abs(np.diff(tone(400, 0.1).astype(int))).max())


def test_spoilt_packets_are_concealed_and_counted() -> None:
    made = packets(speech(1, 4.0))
    draw = random.Random(5)
    for number in range(0, 200, 7):
        made[number] = bytes(draw.randrange(256) for _ in range(draw.randint(0, 90)))
    out, playout = played(made, set())
    assert len(out) == 200 * FRAME_SAMPLES
    assert playout.spoilt > 0


def test_ten_thousand_mutated_packets_leave_a_full_frame_each_time() -> None:
    good, draw, playout = packets(speech(1, 4.0)), random.Random(6), Playout()
    for number in range(10_000):
        packet = bytearray(good[number % len(good)])
        for _ in range(draw.randint(0, 6)):
            packet[draw.randrange(len(packet))] = draw.randrange(256)
        spoilt = bytes(packet[: draw.randint(0, len(packet))])
        lie = draw.random() < 0.05
        time = draw.randrange(2**32) if lie else number * 960 % 2**32
        sequence = draw.randrange(65_536) if lie else number % 65_536
        playout.push(sequence, time, number * TICK_US, spoilt)
        assert len(playout.pull(number * TICK_US, draw.choice([480, 960]))) in (480, 960)
    assert playout.spoilt > 100
    for number in range(10_000, 10_200):
        playout.push(number % 65_536, number * 960, number * TICK_US, good[number % len(good)])
        out = playout.pull(number * TICK_US)
    assert len(out) == FRAME_SAMPLES
    assert not playout.is_silent, "it plays again once packets are good"


def test_packets_of_sixty_milliseconds_are_played_too() -> None:
    """Three frames of 20 ms in one packet (RFC 6716 §3.2.5, code 3)."""
    single = packets(tone(400, 3.0))
    playout, out = Playout(), []
    for tick in range(150):
        if tick % 3 == 0:
            three = single[tick : tick + 3]
            lengths = b"".join(_length(len(frame) - 1) for frame in three[:2])
            payload = bytes([three[0][0] | 3, 0x80 | 3]) + lengths
            payload += b"".join(frame[1:] for frame in three)
            playout.push(tick // 3, tick * 960, tick * TICK_US, payload)
        out.append(playout.pull(tick * TICK_US))
    sound = np.concatenate(out)
    assert playout.spoilt == 0
    assert all(dbfs(frame) > -25 for frame in frames_of(sound, FRAME_SAMPLES)[10:])


def _length(size: int) -> bytes:
    if size < 252:
        return bytes([size])
    first = 252 + (size & 3)
    return bytes([first, (size - first) // 4])


def test_leaving_a_frame_out_is_not_a_click() -> None:
    """A burst of ten packets at the start: the buffer gets shallow again, and nobody hears how."""
    made = packets(tone(400, 4.0, peak_dbfs=-20))
    playout, out = Playout(), []
    for tick in range(200):
        if tick == 10:
            for number in range(11):
                playout.push(number, number * 960, tick * TICK_US, made[number])
        elif tick > 10:
            playout.push(tick, tick * 960, tick * TICK_US, made[tick])
        out.append(playout.pull(tick * TICK_US))
    assert playout.delay_ms(199 * TICK_US) < 45
    sound = np.concatenate(out)
    steepest = int(np.abs(np.diff(sound.astype(int))).max())
    assert steepest < 2.5 * int(np.abs(np.diff(tone(400, 0.1, peak_dbfs=-20).astype(int))).max())
