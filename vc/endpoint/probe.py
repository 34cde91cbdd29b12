"""Eyes and ears for shows and tests: what the room sent and received, as JSON lines in a file.

Only when the configuration names a file. One machine has one clock (CLOCK_MONOTONIC): whoever
reads two rooms' files knows how long a picture took from lens to glass.
"""

import threading
from pathlib import Path
from typing import TextIO

import msgspec

from vc.endpoint.camera.port import VideoUnit
from vc.endpoint.config import ProbeConfig
from vc.endpoint.viewer import Picture
from vc.media import timecode
from vc.media.yuv import planes


class Line(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """One line; `at_us` is when it happened."""

    at_us: int


class Sent(Line, frozen=True, kw_only=True, tag="sent"):
    """The camera's picture, at the moment it was taken; `number` is written into it."""

    number: int | None
    keyframe: bool
    bytes: int


class Shown(Line, frozen=True, kw_only=True, tag="shown"):
    """A picture of the conference; `codes` are the numbers read from its tiles.

    It arrived whole, was decoded, and was given to the screen at `at_us`, held back for its sound.
    """

    arrival_us: int
    decoded_us: int
    rtp_time: int
    width: int
    height: int
    codes: dict[str, int | None]


class Heard(Line, frozen=True, kw_only=True, tag="heard"):
    """10 ms of the conference's sound given to the loudspeaker; no RTP time: it is made up."""

    dbfs: float
    rtp_time: int | None


class Turned(Line, frozen=True, kw_only=True, tag="turned"):
    """The call went into a state."""

    state: str
    text: str = ""


AnyLine = Sent | Shown | Heard | Turned


class Probe:
    """Writes lines, from any thread; each is in the file when the call returns."""

    def __init__(self, config: ProbeConfig) -> None:
        self._tiles = config.tiles
        self._every = config.every
        self._count = 0
        self._lock = threading.Lock()
        self._file: TextIO | None = None
        if config.file:
            self._file = Path(config.file).open("a", encoding="utf-8")  # noqa: SIM115 - closed by `close`

    @property
    def is_on(self) -> bool:
        """Whether anybody looks."""
        return self._file is not None

    def sent(self, unit: VideoUnit) -> None:
        """Note a picture of the camera."""
        if self._file:
            size = len(unit.data)
            self._write(
                Sent(at_us=unit.captured_us, number=unit.number, keyframe=unit.keyframe, bytes=size)
            )

    def shown(self, picture: Picture, at_us: int) -> None:
        """Note a picture given to the screen, and read its tiles."""
        if not self._file:
            return
        self._count += 1
        codes: dict[str, int | None] = {}
        if self._tiles and self._count % self._every == 0:
            luma = planes(picture.frame)[0]
            codes = {name: timecode.read(luma, place) for name, place in self._tiles.items()}
        self._write(
            Shown(
                at_us=at_us,
                arrival_us=picture.arrival_us,
                decoded_us=picture.decoded_us,
                rtp_time=picture.rtp_time,
                width=picture.frame.width,
                height=picture.frame.height,
                codes=codes,
            )
        )

    def heard(self, at_us: int, dbfs: float, rtp_time: int | None) -> None:
        """Note played sound."""
        if self._file:
            self._write(Heard(at_us=at_us, dbfs=round(dbfs, 1), rtp_time=rtp_time))

    def turned(self, at_us: int, state: str, text: str) -> None:
        """Note a state of the call."""
        if self._file:
            self._write(Turned(at_us=at_us, state=state, text=text))

    def close(self) -> None:
        """Write no more."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    def _write(self, line: AnyLine) -> None:
        with self._lock:
            if self._file:
                self._file.write(msgspec.json.encode(line).decode() + "\n")
                self._file.flush()


def read_probe(path: Path) -> list[AnyLine]:
    """Return the lines of a file, without one that is still being written."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return []
    whole = text[: text.rfind(b"\n") + 1]
    return [msgspec.json.decode(line, type=AnyLine) for line in whole.splitlines()]
