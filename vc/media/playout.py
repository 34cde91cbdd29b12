"""Sound of one sender, ready to be heard: jitter buffer, decoder, concealment, in even frames."""

import numpy as np

from vc.media.audio_delay import JitterConfig
from vc.media.audio_jitter import AudioJitter, JitterFigures, Step, Take
from vc.media.levels import dbfs
from vc.media.opus import FRAME_SAMPLES, BadPacketError, OpusDecoder, Pcm

_QUIET_DBFS = -45.0
_FADE_AFTER = 5  # made-up frames in a row: more of them is a drone
_EDGE = 240  # 5 ms
_STEPS_AT_MOST = 8


class Playout:
    """Packets of a sender in, frames of any length out, one for each `pull`, whatever happens."""

    def __init__(self, config: JitterConfig | None = None) -> None:
        self._jitter = AudioJitter(config)
        self._decoder = OpusDecoder()
        self._ready: Pcm = np.zeros(0, np.int16)
        self._last: Pcm = np.zeros(0, np.int16)
        self._leave_from: Pcm | None = None
        self._made_up = _FADE_AFTER + 1
        self.spoilt = 0
        """Packets that were not Opus."""

    @property
    def figures(self) -> JitterFigures:
        """What happened to the packets."""
        return self._jitter.figures

    @property
    def is_silent(self) -> bool:
        """Whether nothing was heard of the sender for a tenth of a second."""
        return self._made_up > _FADE_AFTER

    @property
    def target_ms(self) -> float:
        """The delay the buffer makes, beside the fastest packet's."""
        return self._jitter.target_ms

    def delay_ms(self, now_us: int) -> float:
        """Return how much later than the fastest packet could be, sound is played now."""
        return self._jitter.delay_ms(now_us)

    @property
    def rtp_time(self) -> int | None:
        """The RTP time of the sound that the next `pull` begins with; None before anything."""
        time = self._jitter.rtp_time
        return None if time is None else (time - len(self._ready)) % (1 << 32)

    def hold(self, extra_ms: float) -> None:
        """Play so much later than the line needs: the picture is slower (lip sync)."""
        self._jitter.hold_ms = max(extra_ms, 0.0)

    def push(self, sequence: int, rtp_time: int, arrival_us: int, payload: bytes) -> None:
        """Take an RTP packet's Opus payload."""
        self._jitter.push(sequence, rtp_time, arrival_us, payload)

    def pull(self, now_us: int, samples: int = FRAME_SAMPLES) -> Pcm:
        """Return the `samples` that are heard from `now_us` on."""
        if len(self._ready) == 0:
            made = self._step(now_us)
            if len(made) == samples:
                self._last = made
                return made
            self._ready = made
        for _ in range(_STEPS_AT_MOST):
            if len(self._ready) >= samples:
                break
            ahead_us = len(self._ready) * 1_000 // 48
            self._ready = np.concatenate([self._ready, self._step(now_us + ahead_us)])
        short = samples - len(self._ready)
        if short > 0:
            self._ready = np.concatenate([self._ready, np.zeros(short, np.int16)])
        self._last, self._ready = self._ready[:samples], self._ready[samples:]
        return self._last

    def _is_quiet(self) -> bool:
        return dbfs(self._last) < _QUIET_DBFS

    def _step(self, now_us: int) -> Pcm:
        step = self._jitter.next(now_us, self._is_quiet)
        if step.take is Take.SKIP:
            self._leave_from = self._decoded(step)[:_EDGE]
            step = self._jitter.next(now_us)
        pcm = self._decoded(step)
        if self._leave_from is not None and len(self._leave_from) and len(pcm) >= _EDGE:
            pcm = _crossed(self._leave_from, pcm)
        self._leave_from = None
        return pcm

    def _decoded(self, step: Step) -> Pcm:
        try:
            match step.take:
                case Take.PLAY | Take.SKIP:
                    return self._real(self._decoder.decode(step.payload)[step.trim :])
                case Take.RECOVER:
                    return self._real(self._decoder.recover(step.payload, step.samples))
                case Take.SILENCE:
                    return self._nothing(step.samples)
        except BadPacketError:
            self.spoilt += 1
        return self._concealed(step.samples)

    def _real(self, pcm: Pcm) -> Pcm:
        begins = self._made_up > _FADE_AFTER
        self._made_up = 0
        if begins and len(pcm) >= _EDGE:
            return _crossed(np.zeros(_EDGE, np.int16), pcm)
        return pcm

    def _concealed(self, samples: int) -> Pcm:
        self._made_up += 1
        if self._made_up > _FADE_AFTER + 1:
            return self._nothing(samples)
        pcm = self._decoder.conceal(max(samples // 120, 1) * 120)
        if self._made_up == _FADE_AFTER + 1:
            pcm = (pcm * np.linspace(1, 0, len(pcm))).astype(np.int16)
        return pcm

    def _nothing(self, samples: int) -> Pcm:
        if self._made_up <= _FADE_AFTER:
            return self._concealed(samples)
        return np.zeros(samples, np.int16)


def _crossed(before: Pcm, after: Pcm) -> Pcm:
    """Return `after`, its first samples crossed over from `before`."""
    ramp = np.linspace(0, 1, len(before), dtype=np.float32)
    joined = after.copy()
    joined[: len(before)] = before * (1 - ramp) + after[: len(before)] * ramp
    return joined
