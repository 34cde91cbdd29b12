"""Opus (RFC 6716) through the system's libopus: 48 kHz mono int16, with concealment and FEC.

FFmpeg's wrapper offers neither concealment nor in-band FEC, so the library is called directly.
The codec's state lies in a buffer of ours; nothing has to be given back.
"""

import ctypes
from functools import cache
from typing import Annotated, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from devices.contract.config import Config
from devices.contract.errors import MotcuaError

Pcm: TypeAlias = NDArray[np.int16]
"""Mono samples at 48 kHz."""

RATE_HZ = 48_000
FRAME_SAMPLES = 960
"""20 ms: what the conference sends."""
MAX_SAMPLES = 5_760
"""120 ms: the longest packet there is (RFC 6716 §3.2.5)."""

_LIBRARY = "libopus.so.0"
_MAX_BYTES = 1_500
_OK = 0
_APPLICATION_VOIP = 2048
_SET_BITRATE = 4002
_SET_COMPLEXITY = 4010
_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS_PERC = 4014
_SET_DTX = 4016
_RESET_STATE = 4028
_SET_PREDICTION_DISABLED = 4046
_DTX_BYTES = 2  # opus_encode: a packet of up to two bytes need not be sent


class OpusMissingError(MotcuaError):
    """libopus is not installed: apt install libopus0."""

    code = "opus.missing"


class OpusError(MotcuaError):
    """Libopus refused what it was given."""

    code = "opus.failed"


class BadPacketError(OpusError):
    """The payload is not an Opus packet; the decoder is as it was."""

    code = "opus.bad_packet"


class OpusConfig(Config, frozen=True, kw_only=True):
    """How sound is encoded. `loss_percent` is what in-band FEC prepares for; 0: no FEC.

    Complexity 5 costs three quarters of 10 and differs by less than speech shows.
    """

    bitrate_bps: Annotated[int, msgspec.Meta(ge=6_000, le=128_000)] = 32_000
    complexity: Annotated[int, msgspec.Meta(ge=0, le=10)] = 5
    loss_percent: Annotated[int, msgspec.Meta(ge=0, le=50)] = 10
    dtx: bool = False


class OpusEncoder:
    """Encodes 20 ms frames."""

    def __init__(self, config: OpusConfig | None = None) -> None:
        chosen = config or OpusConfig()
        self._opus = _library()
        self._state = ctypes.create_string_buffer(self._opus.opus_encoder_get_size(1))
        _check(self._opus.opus_encoder_init(self._state, RATE_HZ, 1, _APPLICATION_VOIP))
        self._set(_SET_BITRATE, chosen.bitrate_bps)
        self._set(_SET_COMPLEXITY, chosen.complexity)
        self._set(_SET_INBAND_FEC, int(chosen.loss_percent > 0))
        self._set(_SET_PACKET_LOSS_PERC, chosen.loss_percent)
        self._set(_SET_DTX, int(chosen.dtx))
        self._pcm: Pcm = np.zeros(FRAME_SAMPLES, np.int16)
        self._pcm_at = ctypes.c_void_p(self._pcm.ctypes.data)
        self._out = ctypes.create_string_buffer(_MAX_BYTES)
        self._alone = False

    def encode(self, frame: Pcm) -> bytes:
        """Return the packet of 960 samples; empty when DTX says it need not be sent."""
        if len(frame) != FRAME_SAMPLES:
            raise OpusError(f"a frame has {FRAME_SAMPLES} samples, not {len(frame)}")
        self._pcm[:] = frame
        size = _check(
            self._opus.opus_encode(self._state, self._pcm_at, FRAME_SAMPLES, self._out, _MAX_BYTES)
        )
        if self._alone:
            self._alone = False
            self._set(_SET_PREDICTION_DISABLED, 0)
        return ctypes.string_at(self._out, size) if size > _DTX_BYTES else b""

    def reset(self) -> None:
        """Forget what was encoded: the next packet begins a stream."""
        self._set(_RESET_STATE)

    def stand_alone(self) -> None:
        """Let the next packet lean on none before it: a listener comes over from another stream."""
        self._alone = True
        self._set(_SET_PREDICTION_DISABLED, 1)

    def expect_loss(self, percent: int) -> None:
        """Prepare for another share of lost packets."""
        self._set(_SET_INBAND_FEC, int(percent > 0))
        self._set(_SET_PACKET_LOSS_PERC, min(max(percent, 0), 50))

    def _set(self, request: int, *value: int) -> None:
        numbers = (ctypes.c_int(number) for number in value)
        _check(self._opus.opus_encoder_ctl(self._state, ctypes.c_int(request), *numbers))


class OpusDecoder:
    """Decodes packets of any length up to 120 ms, mono or stereo, to mono."""

    def __init__(self) -> None:
        self._opus = _library()
        self._state = ctypes.create_string_buffer(self._opus.opus_decoder_get_size(1))
        _check(self._opus.opus_decoder_init(self._state, RATE_HZ, 1))
        self._pcm: Pcm = np.zeros(MAX_SAMPLES, np.int16)
        self._pcm_at = ctypes.c_void_p(self._pcm.ctypes.data)

    def decode(self, payload: bytes) -> Pcm:
        """Return the packet's samples, as many as it has; raises BadPacketError."""
        if not payload:
            raise BadPacketError("an empty payload")
        return self._decode(payload, MAX_SAMPLES, 0)

    def recover(self, following: bytes, samples: int = FRAME_SAMPLES) -> Pcm:
        """Return the lost samples before the packet `following`, from its FEC.

        It is concealment when the packet carries none. Raises BadPacketError.
        """
        if not following:
            raise BadPacketError("an empty payload")
        return self._decode(following, samples, 1)

    def conceal(self, samples: int = FRAME_SAMPLES) -> Pcm:
        """Return samples made up from what came before; `samples` is a multiple of 120."""
        return self._decode(None, samples, 0)

    def _decode(self, payload: bytes | None, room: int, fec: int) -> Pcm:
        size = len(payload) if payload else 0
        count = self._opus.opus_decode(self._state, payload, size, self._pcm_at, room, fec)
        if count < 0:
            raise BadPacketError(_words(count))
        return self._pcm[:count].copy()


def packet_samples(payload: bytes) -> int:
    """Return how many samples at 48 kHz a packet has by its TOC; 0 if it is none (RFC 6716 §3.1).

    >>> packet_samples(bytes([0b11111_0_00]))
    960
    """
    if not payload:
        return 0
    mode, code = payload[0] >> 3, payload[0] & 3
    if code == 0:
        frames = 1
    elif code < 3:  # noqa: PLR2004 - the TOC's two bits
        frames = 2
    else:
        frames = payload[1] & 63 if len(payload) > 1 else 0
    samples = frames * _FRAME_SAMPLES_BY_MODE[mode]
    return samples if samples <= MAX_SAMPLES else 0


def may_carry_fec(payload: bytes) -> bool:
    """Return whether a packet's mode (SILK or hybrid) can hold FEC of the one before it."""
    return bool(payload) and payload[0] >> 3 < _FIRST_CELT_MODE


_FIRST_CELT_MODE = 16
_FRAME_SAMPLES_BY_MODE = (480, 960, 1920, 2880) * 3 + (480, 960) * 2 + (120, 240, 480, 960) * 4


@cache
def _library() -> ctypes.CDLL:
    try:
        opus = ctypes.CDLL(_LIBRARY)
    except OSError as error:
        raise OpusMissingError from error
    pointer, number = ctypes.c_void_p, ctypes.c_int
    opus.opus_encoder_init.argtypes = [pointer, ctypes.c_int32, number, number]
    opus.opus_decoder_init.argtypes = [pointer, ctypes.c_int32, number]
    opus.opus_encode.argtypes = [pointer, pointer, number, pointer, ctypes.c_int32]
    opus.opus_encode.restype = ctypes.c_int32
    opus.opus_decode.argtypes = [
        *(pointer, ctypes.c_char_p, ctypes.c_int32),
        *(pointer, number, number),
    ]
    opus.opus_strerror.restype = ctypes.c_char_p
    return opus


def _check(code: int) -> int:
    if code < _OK:
        raise OpusError(_words(code))
    return code


def _words(code: int) -> str:
    return str(_library().opus_strerror(code).decode())
