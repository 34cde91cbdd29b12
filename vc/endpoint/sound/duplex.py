"""Both ways of a room's sound: the microphone cleaned and sent, the conference played.

The microphone sets the pace: for each of its frames one is given to the loudspeaker, so the echo
canceller sees both of the same 10 ms. What is done to a frame takes a third of a millisecond.
"""

from collections.abc import Callable
from typing import Annotated

import msgspec
import numpy as np

from devices.contract.config import Config
from vc.endpoint.sound.port import FRAME_SAMPLES, FRAME_US, Captured, Sound
from vc.endpoint.sound.processing import Cleaner, ProcessingConfig
from vc.media.audio_delay import JitterConfig
from vc.media.audio_jitter import JitterFigures
from vc.media.levels import LevelMeter, VoiceActivity, dbfs
from vc.media.opus import OpusConfig, OpusEncoder, Pcm
from vc.media.playout import Playout

_LOUDEST_DB = 12.0
_FRAME_S = FRAME_US / 1e6


class DuplexConfig(Config, frozen=True, kw_only=True):
    """How a room's sound is cleaned, encoded and played."""

    processing: ProcessingConfig = ProcessingConfig()
    opus: OpusConfig = OpusConfig()
    jitter: JitterConfig = JitterConfig()
    volume_db: Annotated[float, msgspec.Meta(ge=-40, le=_LOUDEST_DB)] = 0.0


class SoundFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The sound of now. Echo is None before the loudspeaker was loud (`processing.EchoMeter`).

    `concealed_percent` is of all that was played in the session; delays beside the fastest packet.
    """

    microphone_dbfs: float
    loudspeaker_dbfs: float
    speaks_while_muted: bool
    clipped_percent: float
    echo_db: float | None
    erle_db: float | None
    gain_db: float
    delay_ms: float
    concealed_percent: float
    dropped_frames: int


class Duplex:
    """A room's sound in a session. `send` is called in the loop with each Opus packet of 20 ms.

    While `muted`, nothing of the microphone leaves the room: packets of silence go on.
    """

    def __init__(
        self, sound: Sound, send: Callable[[bytes, int], None], config: DuplexConfig | None = None
    ) -> None:
        self._config = config or DuplexConfig()
        self._sound = sound
        self._send = send
        self._cleaner = Cleaner(self._config.processing)
        self._encoder = OpusEncoder(self._config.opus)
        self._playout = Playout(self._config.jitter)
        self._voice = VoiceActivity()
        self._microphone = LevelMeter()
        self._loudspeaker = LevelMeter()
        self._half: Captured | None = None
        self._volume = 10 ** (self._config.volume_db / 20)
        self._is_speaking = False
        self._test_sound: Pcm = np.zeros(0, np.int16)
        self._now_us = 0
        self.muted = True
        self.played: Callable[[Pcm, int, int | None], None] = _nobody_listens
        """Called with each frame given to the loudspeaker, when it is heard, and its RTP time."""

    async def run(self) -> None:
        """Carry sound both ways until it is cancelled; raises DeviceError."""
        async for captured in self._sound.frames():
            self.turn(captured)

    def turn(self, captured: Captured) -> None:
        """Take 10 ms of the microphone, and give the loudspeaker its 10 ms."""
        self._now_us = captured.captured_us + FRAME_US
        rtp_time = self._playout.rtp_time
        coming = self._with_test_sound(self._playout.pull(self._now_us, FRAME_SAMPLES))
        if self._volume != 1.0:
            coming = np.clip(coming * self._volume, -32_768, 32_767).astype(np.int16)
        self._loudspeaker.feed(dbfs(coming), _FRAME_S)
        self._sound.play(coming)
        self.played(coming, self._now_us + self._sound.latency_us, rtp_time)
        cleaned = self._cleaner.clean(captured.pcm, coming)
        level = dbfs(cleaned)
        self._microphone.feed(level, _FRAME_S)
        self._is_speaking = self._voice.feed(level, _FRAME_S)
        self._go_out(
            Captured(np.zeros_like(cleaned) if self.muted else cleaned, captured.captured_us)
        )

    def put(self, sequence: int, rtp_time: int, arrival_us: int, payload: bytes) -> None:
        """Take an RTP packet of the conference's sound."""
        self._playout.push(sequence, rtp_time, arrival_us, payload)

    def begin_anew(self) -> None:
        """Forget the conference's sound: another session begins."""
        self._playout = Playout(self._config.jitter)

    def hold(self, extra_ms: float) -> None:
        """Play so much later, because the picture comes later (`vc.media.sync`)."""
        self._playout.hold(extra_ms)

    def say(self, sound: Pcm) -> None:
        """Let the loudspeaker give a test sound beside the conference's, in place of one before."""
        self._test_sound = sound

    def set_volume(self, volume_db: float) -> None:
        """Set the loudspeaker's volume."""
        self._volume = 10 ** (min(volume_db, _LOUDEST_DB) / 20)

    @property
    def jitter(self) -> JitterFigures:
        """What became of the session's packets."""
        return self._playout.figures

    def figures(self) -> SoundFigures:
        """Return the figures of now."""
        echo = self._cleaner.echo
        return SoundFigures(
            microphone_dbfs=round(self._microphone.dbfs, 1),
            loudspeaker_dbfs=round(self._loudspeaker.dbfs, 1),
            speaks_while_muted=self.muted and self._is_speaking,
            clipped_percent=round(self._sound.microphone.clipped_percent, 2),
            echo_db=echo.return_loss_db,
            erle_db=echo.enhancement_db,
            gain_db=round(self._cleaner.gain_db, 1),
            delay_ms=round(self._playout.delay_ms(self._now_us), 1),
            concealed_percent=round(100 * self.jitter.concealed_share, 2),
            dropped_frames=self._sound.dropped,
        )

    def _with_test_sound(self, coming: Pcm) -> Pcm:
        if not len(self._test_sound):
            return coming
        mixed = coming.astype(np.int32)
        part, self._test_sound = self._test_sound[:FRAME_SAMPLES], self._test_sound[FRAME_SAMPLES:]
        mixed[: len(part)] += part
        return np.clip(mixed, -32_768, 32_767).astype(np.int16)

    def _go_out(self, captured: Captured) -> None:
        """Send two frames of 10 ms as one packet of 20 ms, by the time of the first."""
        first, self._half = self._half, captured
        if first is None:
            return
        self._half = None
        packet = self._encoder.encode(np.concatenate([first.pcm, captured.pcm]))
        if packet:
            self._send(packet, first.captured_us)


def _nobody_listens(frame: Pcm, at_us: int, rtp_time: int | None) -> None:
    del frame, at_us, rtp_time
