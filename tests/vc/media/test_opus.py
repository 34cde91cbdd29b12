"""Opus through libopus: levels kept, losses hidden, garbage refused."""

import ctypes
import random

import numpy as np
import pytest
from numpy.typing import NDArray

from vc.media import opus
from vc.media.levels import dbfs
from vc.media.opus import (
    FRAME_SAMPLES,
    MAX_SAMPLES,
    BadPacketError,
    OpusConfig,
    OpusDecoder,
    OpusEncoder,
    OpusError,
    packet_samples,
)
from vc.media.speech import frames_of, speech

Pcm = NDArray[np.int16]


def packets(seconds: float = 2.0, config: OpusConfig | None = None, seed: int = 1) -> list[bytes]:
    encoder = OpusEncoder(config)
    return [encoder.encode(frame) for frame in frames_of(speech(seed, seconds), FRAME_SAMPLES)]


def distance_db(wanted: Pcm, got: Pcm) -> float:
    """Return the log-spectral distance below 8 kHz, as research measured it."""
    window = np.hanning(FRAME_SAMPLES)
    first, second = (
        np.abs(np.fft.rfft(frame.astype(float) * window))[:160] + 50 for frame in (wanted, got)
    )
    return float(np.sqrt(np.mean((20 * np.log10(first / second)) ** 2)))


def test_speech_comes_out_as_loud_as_it_went_in() -> None:
    sound = speech(1, 2.0)
    decoder = OpusDecoder()
    out = np.concatenate([decoder.decode(packet) for packet in packets()])
    assert len(out) == len(sound)
    assert abs(dbfs(out) - dbfs(sound)) < 1.0


def test_a_bitrate_is_kept() -> None:
    for wanted in (16_000, 32_000, 64_000):
        made = packets(4.0, OpusConfig(bitrate_bps=wanted))
        bitrate = sum(map(len, made)) * 8 / 4.0
        assert 0.5 * wanted < bitrate < 1.3 * wanted


def test_a_lost_frame_is_nearer_to_speech_when_fec_restores_it() -> None:
    made = packets(10.0)
    whole = OpusDecoder()
    wanted = [whole.decode(packet) for packet in made]
    by: dict[str, list[float]] = {"zeros": [], "concealed": [], "restored": []}
    for how, distances in by.items():
        decoder, draw = OpusDecoder(), random.Random(3)
        for at, packet in enumerate(made[:-1]):
            if at == 0 or draw.random() >= 0.05:
                decoder.decode(packet)
                continue
            got = decoder.recover(made[at + 1]) if how == "restored" else decoder.conceal()
            if dbfs(wanted[at]) > -35:
                shown = np.zeros_like(got) if how == "zeros" else got
                distances.append(distance_db(wanted[at], shown))
    zeros, concealed, restored = (float(np.mean(by[how])) for how in by)
    assert restored < concealed < zeros
    assert zeros > 20


def test_concealment_of_a_long_loss_fades_away() -> None:
    decoder = OpusDecoder()
    for packet in packets(1.0):
        decoder.decode(packet)
    levels = [dbfs(decoder.conceal()) for _ in range(100)]
    assert levels[-1] < -80


def test_a_stereo_packet_is_decoded_to_mono() -> None:
    library = ctypes.CDLL("libopus.so.0")
    state = ctypes.create_string_buffer(library.opus_encoder_get_size(2))
    assert library.opus_encoder_init(state, 48_000, 2, 2049) == 0
    left = speech(1, 0.2)
    both = np.ascontiguousarray(np.repeat(left, 2))
    out = ctypes.create_string_buffer(1500)
    decoder = OpusDecoder()
    for frame in frames_of(both, 2 * FRAME_SAMPLES):
        where = frame.ctypes.data_as(ctypes.c_void_p)
        size = library.opus_encode(state, where, FRAME_SAMPLES, out, 1500)
        packet = ctypes.string_at(out, size)
        assert packet[0] & 4
        assert decoder.decode(packet).shape == (FRAME_SAMPLES,)


def test_silence_with_dtx_is_mostly_not_sent() -> None:
    encoder = OpusEncoder(OpusConfig(dtx=True))
    quiet = np.zeros(FRAME_SAMPLES, np.int16)
    sent = [encoder.encode(quiet) for _ in range(100)]
    assert sum(1 for packet in sent if packet) < 20
    always = OpusEncoder()
    assert all(always.encode(quiet) for _ in range(100))


def test_a_listener_may_change_over_from_one_stream_to_another() -> None:
    """The packet that stands alone sounds the same to a decoder that heard something else."""
    mine, other = packets(1.0, seed=1), OpusEncoder()
    frames = frames_of(speech(2, 1.0), FRAME_SAMPLES)
    crossing, steady = OpusDecoder(), OpusDecoder()
    for packet in mine:
        crossing.decode(packet)
    for frame in frames[:20]:
        steady.decode(other.encode(frame))
    other.stand_alone()
    distances = []
    for frame in frames[20:30]:
        packet = other.encode(frame)
        distances.append(distance_db(steady.decode(packet), crossing.decode(packet)))
    assert max(distances[1:]) < 6.0
    other.reset()
    assert OpusDecoder().decode(other.encode(frames[30])).shape == (FRAME_SAMPLES,)


def test_ten_thousand_spoilt_packets_kill_nothing() -> None:
    draw = random.Random(7)
    good = packets(2.0)
    decoder = OpusDecoder()
    refused = 0
    for _ in range(10_000):
        packet = bytearray(draw.choice(good))
        for _ in range(draw.randint(1, 8)):
            packet[draw.randrange(len(packet))] = draw.randrange(256)
        spoilt = bytes(packet[: draw.randint(0, len(packet))])
        try:
            assert 0 < len(decoder.decode(spoilt)) <= MAX_SAMPLES
        except BadPacketError:
            refused += 1
        try:
            assert len(decoder.recover(spoilt)) == FRAME_SAMPLES
        except BadPacketError:
            refused += 1
    assert refused > 0
    assert len(decoder.decode(good[0])) == FRAME_SAMPLES


def test_a_packet_says_how_long_it_is() -> None:
    for packet in packets(0.5):
        assert packet_samples(packet) == FRAME_SAMPLES
    draw = random.Random(2)
    decoder = OpusDecoder()
    for _ in range(2_000):
        packet = bytes(draw.randrange(256) for _ in range(draw.randint(1, 60)))
        try:
            assert len(decoder.decode(packet)) == packet_samples(packet)
        except BadPacketError:
            continue
    assert packet_samples(b"") == 0
    assert packet_samples(b"\xff") == 0


def test_a_frame_of_another_length_is_refused() -> None:
    with pytest.raises(OpusError):
        OpusEncoder().encode(np.zeros(480, np.int16))
    with pytest.raises(BadPacketError):
        OpusDecoder().decode(b"")


def test_a_decoder_hears_silence_as_silence() -> None:
    encoder, decoder = OpusEncoder(), OpusDecoder()
    quiet = np.zeros(FRAME_SAMPLES, np.int16)
    for _ in range(10):
        out = decoder.decode(encoder.encode(quiet))
    assert dbfs(out) < -100


def test_the_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opus._library.cache_clear()
    monkeypatch.setattr(opus, "_LIBRARY", "libopus-that-is-not-there.so")
    try:
        with pytest.raises(opus.OpusMissingError, match="apt install libopus0"):
            OpusDecoder()
    finally:
        opus._library.cache_clear()
