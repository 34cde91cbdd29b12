"""The simulated camera: a loop of H.264 access units, made once and kept in a file.

Constrained baseline, no B pictures, one IDR a second (each with its parameter sets), so a
player can begin anew at any second. Every picture carries its number (`timecode`).
"""

import itertools
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import msgspec

from vc.media import timecode
from vc.media.sitter import Sitter

_VERSION = 1
_INDEX_BITS = 12
_MOST_FRAMES = 1 << _INDEX_BITS
_MOST_SEEDS = 1 << (timecode.BITS - _INDEX_BITS)


class AccessUnit(msgspec.Struct, frozen=True, array_like=True):
    """One coded picture in Annex B; `number` is what `timecode.read` finds in it."""

    data: bytes
    keyframe: bool
    number: int


@dataclass(frozen=True)
class Footage:
    """What is recorded. `seed` (0 to 4095) chooses person and room, `label` is drawn small."""

    seed: int = 0
    width: int = 1280
    height: int = 720
    fps: int = 25
    kbps: int = 1500
    seconds: int = 8
    label: str = ""


SMALL = Footage(width=640, height=360, kbps=700)
"""360p25, as a narrow line carries it; use `dataclasses.replace` for other seeds."""


class Clip:
    """A loop of access units; `units[0]` is an IDR, and follows the last one seamlessly."""

    def __init__(self, footage: Footage, units: tuple[AccessUnit, ...]) -> None:
        self.footage = footage
        self.units = units

    @classmethod
    def make(cls, directory: Path, footage: Footage = Footage()) -> "Clip":
        """Return the clip, from its file in `directory` or made now (about a second)."""
        path = directory / _name(footage)
        if path.exists():
            return cls(footage, msgspec.msgpack.decode(path.read_bytes(), type=_Units))
        units = _recorded(footage)
        directory.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_bytes(msgspec.msgpack.encode(units))
        beside.replace(path)
        return cls(footage, units)

    def number_of(self, index: int) -> int:
        """Return the number burnt into the loop's picture `index`."""
        return _number(self.footage.seed, index % len(self.units))


_Units = tuple[AccessUnit, ...]


class ClipPlayer:
    """Walks round a clip; the caller calls `next` once a frame time."""

    def __init__(self, clip: Clip, start: int = 0) -> None:
        """Begin at the IDR at or after picture `start`."""
        self._units = clip.units
        self._at = start % len(self._units)
        self._jump()

    def next(self, *, keyframe: bool = False) -> AccessUnit:
        """Return the next picture; with `keyframe`, the next IDR (up to a second is skipped)."""
        if keyframe:
            self._jump()
        unit = self._units[self._at]
        self._at = (self._at + 1) % len(self._units)
        return unit

    def _jump(self) -> None:
        ahead = itertools.chain(
            range(self._at, len(self._units)), (0,)
        )  # the loop begins with an IDR
        self._at = next(index for index in ahead if self._units[index].keyframe)


def _name(footage: Footage) -> str:
    what = footage
    label = what.label.encode().hex()[:64]
    size = f"{what.width}x{what.height}-{what.fps}-{what.kbps}-{what.seconds}"
    return f"clip-{_VERSION}-{what.seed}-{size}-{label}.msgpack"


def _number(seed: int, index: int) -> int:
    return seed << _INDEX_BITS | index


def _recorded(footage: Footage) -> _Units:
    count = footage.fps * footage.seconds
    if not 0 < count <= _MOST_FRAMES or not 0 <= footage.seed < _MOST_SEEDS:
        raise ValueError(f"no such footage: {footage}")
    sitter = Sitter(footage.seed, footage.width, footage.height, count, footage.label)
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, av.VideoCodecContext)  # noqa: S101 - tells the checker the codec's kind
    context.width, context.height, context.pix_fmt = footage.width, footage.height, "yuv420p"
    context.framerate = Fraction(footage.fps)
    context.time_base = Fraction(1, footage.fps)
    context.bit_rate = footage.kbps * 1000
    context.gop_size = footage.fps
    context.thread_count = 1
    buffer_kbit = footage.kbps // 4
    context.options = {
        "preset": "superfast",
        "tune": "zerolatency",
        "profile": "baseline",
        "level": "3.1",
        "x264-params": (
            "repeat-headers=1:scenecut=0:sliced-threads=0:"
            f"vbv-maxrate={footage.kbps}:vbv-bufsize={buffer_kbit}"
        ),
    }
    units: list[AccessUnit] = []
    for index in range(count):
        frame = sitter.frame(index)
        number = _number(footage.seed, index)
        timecode.stamp(frame, number)
        frame.pts = index
        units += [
            AccessUnit(bytes(packet), packet.is_keyframe, number)
            for packet in context.encode(frame)
        ]
    return tuple(units)
