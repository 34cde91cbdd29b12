"""Lip sync at a receiver: how much to hold back sound or picture so that both are of one moment.

Sound and picture come with RTP times of two clocks; sender reports say what moment of the sender's
wall clock each stands for (RFC 3550 §6.4.1). Of the two, the faster waits for the slower.
"""

from dataclasses import dataclass

TOLERANCE_MS = 45.0
"""Within this nobody sees it (ITU-R BT.1359: sound 45 ms early is noticed first)."""
_MOST_MS = 400.0
_STEP = 0.2
_JUMP_MS = 1_000.0
_SETTLES_US = 3_000_000


@dataclass(frozen=True, slots=True)
class Holds:
    """How long each medium is held back beyond what it takes anyway; one of them is 0."""

    audio_ms: float = 0.0
    video_ms: float = 0.0


class LipSync:
    """Keeps both media within 45 ms. `audio` and `video` are told what is heard and shown when.

    `sent_s` is the sender's wall clock of a sound or picture, its RTP time mapped by the newest
    sender report. That it differs from our clock does not matter: it does so for both.
    """

    def __init__(
        self, *, tolerance_ms: float = TOLERANCE_MS / 3, most_ms: float = _MOST_MS
    ) -> None:
        self._tolerance = tolerance_ms
        self._most = most_ms
        self._audio_age: float | None = None
        self._video_age: float | None = None
        self._now_us = self._settled_us = 0
        self._hold = 0.0

    def audio(self, sent_s: float, played_us: int) -> None:
        """Take that the sound of a moment is heard at `played_us`, its hold included."""
        if self._is_settled(played_us):
            self._audio_age = _smoothed(self._audio_age, played_us / 1_000 - sent_s * 1_000)

    def video(self, sent_s: float, shown_us: int) -> None:
        """Take that the picture of a moment is shown at `shown_us`, its hold included."""
        if self._is_settled(shown_us):
            self._video_age = _smoothed(self._video_age, shown_us / 1_000 - sent_s * 1_000)

    @property
    def apart_ms(self) -> float:
        """How much later the picture comes than its sound now; 0 before both are known."""
        if self._audio_age is None or self._video_age is None:
            return 0.0
        return self._video_age - self._audio_age

    def holds(self) -> Holds:
        """Return how long to hold back each from now on.

        It changes only when they are apart, and then rests until the change can be seen: every
        change is seen or heard a little.
        """
        if abs(self.apart_ms) > self._tolerance:
            hold = min(max(self._hold + self.apart_ms, -self._most), self._most)
            if hold != self._hold:
                self._hold = hold
                self._settled_us = self._now_us + _SETTLES_US
                self._audio_age = self._video_age = None
        return Holds(audio_ms=max(self._hold, 0.0), video_ms=max(-self._hold, 0.0))

    def _is_settled(self, now_us: int) -> bool:
        self._now_us = max(self._now_us, now_us)
        return now_us >= self._settled_us


def _smoothed(known: float | None, age: float) -> float:
    if known is None or abs(age - known) > _JUMP_MS:
        return age
    return known + (age - known) * _STEP
