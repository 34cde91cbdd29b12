"""How good a line is, and what to warn of before people complain: figures in, judgement out. Pure.

A judgement gets worse after `worse_after` samples and better after `better_after`, and a figure
must be clearly inside the better range: so a line at a threshold does not flap.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from devices.contract.config import Config
from vc.messages import LineFigures
from vc.state import Line

LOSS = "line.loss"
JITTER = "line.jitter"
ROUND_TRIP = "line.round_trip"
FRAMES = "picture.frames"
FREEZES = "picture.freezes"
LOST = "line.lost"
ECHO = "echo.strong"
SILENT = "microphone.silent"
CLIPPED = "microphone.clipped"
HOT = "box.hot"

_BETTER = 0.8  # a figure is better again below this part of its bound
Figure = Annotated[float, msgspec.Meta(ge=0)]


class Bounds(Config, frozen=True, kw_only=True):
    """From where on a line is fair, and from where on it is bad."""

    fair: Figure
    bad: Figure


class QualityConfig(Config, frozen=True, kw_only=True):
    """Where people begin to notice, and how long a judgement is held. Samples come every 2 s."""

    loss_percent: Bounds = Bounds(fair=1.0, bad=5.0)
    jitter_ms: Bounds = Bounds(fair=30.0, bad=80.0)
    round_trip_ms: Bounds = Bounds(fair=200.0, bad=500.0)
    missing_frames_percent: Bounds = Bounds(fair=20.0, bad=50.0)
    freezes: Bounds = Bounds(fair=1.0, bad=3.0)
    """Freezes within a sample."""
    worse_after: Annotated[int, msgspec.Meta(ge=1, le=30)] = 2
    better_after: Annotated[int, msgspec.Meta(ge=1, le=60)] = 4


class AlarmConfig(Config, frozen=True, kw_only=True):
    """From where on somebody is told: before people complain."""

    loss_percent: Figure = 2.0
    jitter_ms: Figure = 30.0
    round_trip_ms: Figure = 300.0
    fps_share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.6
    freezes: Figure = 1.0
    echo_db: Figure = 15.0
    """Less echo return loss than this is heard at the other sites."""
    silent_below_dbfs: Annotated[float, msgspec.Meta(ge=-120, le=-20)] = -80.0
    clipped_percent: Figure = 1.0
    temperature_c: Figure = 80.0
    raise_after: Annotated[int, msgspec.Meta(ge=1, le=30)] = 3
    clear_after: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A member's figures of the last seconds; what is not measured is None, and warns of nothing.

    `fps_wanted` is what the sender means to send: 0 when the picture is off. `echo_db` is the echo
    return loss, of speech that was played. `microphone_dbfs` only while the microphone is open.
    """

    connected: bool = True
    line: LineFigures = LineFigures()
    fps_wanted: float = 0.0
    echo_db: float | None = None
    microphone_dbfs: float | None = None
    clipped_percent: float | None = None
    temperature_c: float | None = None


_ORDER = (Line.GOOD, Line.FAIR, Line.BAD)


class LineJudge:
    """One member's line, from sample to sample."""

    def __init__(self, config: QualityConfig | None = None) -> None:
        self._config = config or QualityConfig()
        self._line = Line.UNKNOWN
        self._towards = Line.UNKNOWN
        self._for = 0

    @property
    def line(self) -> Line:
        """The judgement that holds."""
        return self._line

    def feed(self, sample: Sample) -> Line:
        """Take a sample, return the judgement that holds. Lost and found again hold at once."""
        if not sample.connected:
            return self._settle(Line.LOST)
        if self._line not in _ORDER:
            return self._settle(self._judged(sample, _BETTER_THAN_NOTHING))
        now = self._judged(sample, _ORDER.index(self._line))
        if now is self._line:
            self._for = 0
            return self._line
        is_worse = _ORDER.index(now) > _ORDER.index(self._line)
        was_worse = self._towards in _ORDER and self._towards_worse()
        self._for = self._for + 1 if self._for and is_worse == was_worse else 1
        self._towards = now
        enough = self._config.worse_after if is_worse else self._config.better_after
        return self._settle(now) if self._for >= enough else self._line

    def _towards_worse(self) -> bool:
        return _ORDER.index(self._towards) > _ORDER.index(self._line)

    def _settle(self, line: Line) -> Line:
        self._line, self._towards, self._for = line, line, 0
        return line

    def _judged(self, sample: Sample, holds: int) -> Line:
        """Return what the sample says; `holds` is the rank whose bounds are lowered."""
        config, line = self._config, sample.line
        missing = 0.0
        if sample.fps_wanted > 0:
            missing = 100 * max(0.0, 1 - line.fps / sample.fps_wanted)
        pairs = (
            (line.loss_percent, config.loss_percent),
            (line.jitter_ms, config.jitter_ms),
            (line.round_trip_ms, config.round_trip_ms),
            (missing, config.missing_frames_percent),
            (float(line.freezes), config.freezes),
        )
        return _ORDER[max(_rank(figure, bounds, holds) for figure, bounds in pairs)]


_BETTER_THAN_NOTHING = 0


def _rank(figure: float, bounds: Bounds, holds: int) -> int:
    fair = bounds.fair * (_BETTER if holds >= 1 else 1.0)
    bad = bounds.bad * (_BETTER if holds > 1 else 1.0)
    return 2 if figure >= bad else 1 if figure >= fair else 0


class Turned(msgspec.Struct, frozen=True):
    """What the alarms of a member became with a sample."""

    raised: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()


class Alarms:
    """One member's alarms: each is raised once and cleared once, however its figure trembles.

    While a member is not connected, only that is said; what was measured before stays as it was
    until it is measured again.
    """

    def __init__(self, config: AlarmConfig | None = None) -> None:
        self._config = config or AlarmConfig()
        self._counts: dict[str, int] = {}
        self._raised: dict[str, None] = {}

    @property
    def raised(self) -> tuple[str, ...]:
        """The alarms that hold, oldest first."""
        return tuple(self._raised)

    def feed(self, sample: Sample) -> Turned:
        """Take a sample, return what changed."""
        raised, cleared = [], []
        for code, (is_bad, is_good) in self._seen(sample).items():
            if code in self._raised:
                if self._count(code, holds=is_good) >= self._needed(code, self._config.clear_after):
                    del self._raised[code], self._counts[code]
                    cleared.append(code)
            elif self._count(code, holds=is_bad) >= self._needed(code, self._config.raise_after):
                self._raised[code] = None
                self._counts[code] = 0
                raised.append(code)
        return Turned(tuple(raised), tuple(cleared))

    def _count(self, code: str, *, holds: bool) -> int:
        self._counts[code] = self._counts.get(code, 0) + 1 if holds else 0
        return self._counts[code]

    def _needed(self, code: str, samples: int) -> int:
        return 1 if code == LOST else samples

    def _seen(self, sample: Sample) -> Mapping[str, tuple[bool, bool]]:
        """Return for each figure that was measured whether it is bad, and whether it is good."""
        seen = {LOST: (not sample.connected, sample.connected)}
        if not sample.connected:
            return seen
        config, line = self._config, sample.line
        seen[LOSS] = _above(line.loss_percent, config.loss_percent)
        seen[JITTER] = _above(line.jitter_ms, config.jitter_ms)
        seen[ROUND_TRIP] = _above(line.round_trip_ms, config.round_trip_ms)
        seen[FREEZES] = _above(float(line.freezes), config.freezes)
        seen[FRAMES] = (False, True)
        if sample.fps_wanted > 0:
            seen[FRAMES] = _below(line.fps / sample.fps_wanted, config.fps_share)
        if sample.echo_db is not None:
            seen[ECHO] = _below(sample.echo_db, config.echo_db)
        if sample.microphone_dbfs is not None:
            is_silent = sample.microphone_dbfs < config.silent_below_dbfs
            seen[SILENT] = (is_silent, not is_silent)
        if sample.clipped_percent is not None:
            seen[CLIPPED] = _above(sample.clipped_percent, config.clipped_percent)
        if sample.temperature_c is not None:
            seen[HOT] = _above(sample.temperature_c, config.temperature_c, 0.95)
        return seen


def _above(figure: float, bound: float, good: float = _BETTER) -> tuple[bool, bool]:
    return figure >= bound > 0, figure < bound * good


def _below(figure: float, bound: float) -> tuple[bool, bool]:
    return figure < bound, figure >= bound / (1 - (1 - _BETTER) / 2)


class Freezes:
    """Counts freezes of a picture: gaps much longer than its frames (W3C webrtc-stats freezeCount).

    A freeze is a gap of at least three mean frame times, and 150 ms more than the mean.
    """

    def __init__(self) -> None:
        self._last_us: int | None = None
        self._mean_ms = 0.0
        self.count = 0
        self.total_ms = 0.0

    def frame(self, at_us: int) -> bool:
        """Take the moment a picture was shown; return whether a freeze ended with it."""
        last, self._last_us = self._last_us, at_us
        if last is None:
            return False
        gap_ms = (at_us - last) / 1_000
        if not self._mean_ms:
            self._mean_ms = gap_ms
            return False
        frozen = gap_ms >= max(3 * self._mean_ms, self._mean_ms + _FREEZE_MS)
        if frozen:
            self.count += 1
            self.total_ms += gap_ms
        else:
            self._mean_ms += (gap_ms - self._mean_ms) / _FRAMES_OF_MEAN
        return frozen

    def is_frozen(self, now_us: int) -> bool:
        """Return whether the picture stands now: it must not be shown as if it were live."""
        if self._last_us is None or not self._mean_ms:
            return False
        gap_ms = (now_us - self._last_us) / 1_000
        return gap_ms >= max(3 * self._mean_ms, self._mean_ms + _FREEZE_MS)

    def pause(self) -> None:
        """Take that no picture is meant to come: what follows is no freeze."""
        self._last_us = None


_FREEZE_MS = 150.0
_FRAMES_OF_MEAN = 30
