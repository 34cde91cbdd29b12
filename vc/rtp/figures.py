"""A session's figures, as `vc.messages.LineFigures` wants them."""

from collections import deque

import msgspec

from vc.messages import LineFigures


class StreamFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One medium in one direction. Rates and loss are of the last seconds, counts of all time.

    Outgoing loss and jitter are what the other side reports. `loss_percent` is the line's, before
    retransmission; `broken` pictures could not be healed.
    """

    packets: int = 0
    bytes: int = 0
    lost: int = 0
    frames: int = 0
    keyframes: int = 0
    freezes: int = 0
    broken: int = 0
    retransmitted: int = 0
    nacks: int = 0
    duplicates: int = 0
    reordered: int = 0
    bitrate_kbps: float = 0.0
    loss_percent: float = 0.0
    jitter_ms: float = 0.0
    round_trip_ms: float = 0.0
    fps: float = 0.0
    width: int = 0
    height: int = 0

    @property
    def line(self) -> LineFigures:
        """The same in the words of the conference."""
        return LineFigures(
            bitrate_kbps=round(self.bitrate_kbps, 1),
            loss_percent=round(self.loss_percent, 2),
            jitter_ms=round(self.jitter_ms, 2),
            round_trip_ms=round(self.round_trip_ms, 2),
            fps=round(self.fps, 2),
            freezes=self.freezes,
            width=self.width,
            height=self.height,
        )


class PeerFigures(msgspec.Struct, frozen=True, kw_only=True):
    """All of a session. `in` is from the other side to us."""

    video_in: StreamFigures = StreamFigures()
    audio_in: StreamFigures = StreamFigures()
    video_out: StreamFigures = StreamFigures()
    audio_out: StreamFigures = StreamFigures()


class Window:
    """Counts of the last seconds, for rates: one sample a second, three kept."""

    def __init__(self) -> None:
        self._samples: deque[tuple[int, int, int, int, int]] = deque(maxlen=4)

    def sample(self, now_us: int, octets: int, frames: int, packets: int, lost: int) -> None:
        """Keep the counts of this moment."""
        if self._samples and octets < self._samples[-1][1]:
            self._samples.clear()  # the stream began anew
        self._samples.append((now_us, octets, frames, packets, lost))

    def rates(self) -> tuple[float, float, float]:
        """Return kbit/s, frames/s and loss in percent between the oldest and newest sample."""
        if len(self._samples) < 2:  # noqa: PLR2004 - two ends
            return 0.0, 0.0, 0.0
        old, new = self._samples[0], self._samples[-1]
        seconds = max(1e-3, (new[0] - old[0]) / 1e6)
        lost = max(0, new[4] - old[4])
        expected = new[3] - old[3] + lost
        percent = 100 * lost / expected if expected > 0 else 0.0
        return (new[1] - old[1]) * 8e-3 / seconds, (new[2] - old[2]) / seconds, percent
