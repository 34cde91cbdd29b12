"""Parts become one file with chapters, copied packet by packet: nothing is encoded again."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeAlias, cast

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from vc.server.api import Chapter
from vc.server.record.durable import keep
from vc.server.record.errors import NoRecordingError, named
from vc.server.record.shelf import Format, Mark

_MUXERS: Final[dict[Format, str]] = {"mkv": "matroska", "mp4": "mp4"}
_OPTIONS: Final[dict[Format, dict[str, str]]] = {"mkv": {}, "mp4": {"movflags": "+faststart"}}
_LASTS_US: Final = {"video": 40_000, "audio": 20_000}
_LEAST_S: Final = 0.5
Coded: TypeAlias = "av.Packet[VideoStream | AudioStream]"


def lengths_s(parts: Sequence[Path]) -> tuple[float, ...]:
    """Return how long each part plays; 0 for one that cannot be read."""
    return tuple(_length_us(part) / 1e6 for part in parts)


def chapters_of(marks: Sequence[Mark], lengths: Sequence[float], title: str) -> tuple[Chapter, ...]:
    """Return the chapters of the whole; what stands before the first mark is named `title`.

    A mark that another one follows within half a second names nothing.
    """
    begins = [sum(lengths[:n]) for n in range(len(lengths))]
    found = [
        Chapter(at_s=round(begins[mark.part - 1] + mark.at_s, 3), title=mark.title)
        for mark in marks
        if mark.part <= len(begins)
    ]
    found = [Chapter(at_s=0.0, title=title), *sorted(found, key=lambda one: one.at_s)]
    ends = [*(one.at_s for one in found[1:]), sum(lengths)]
    kept = [one for one, end in zip(found, ends, strict=True) if end - one.at_s >= _LEAST_S]
    return tuple(kept or found[:1])


def join(
    parts: Sequence[Path],
    lengths: Sequence[float],
    chapters: Sequence[Chapter],
    target: Path,
    kind: Format,
) -> None:
    """Write the parts one after the other into `target`, which appears when it is whole.

    Raises NoRecordingError, named, OSError.
    """
    readable = [(part, length) for part, length in zip(parts, lengths, strict=True) if length]
    if not readable:
        raise NoRecordingError
    beside = target.with_name(f".{target.name}.new")
    try:
        with av.open(str(beside), "w", format=_MUXERS[kind], options=_OPTIONS[kind]) as whole:
            _copy(readable, chapters, whole)
    except (av.FFmpegError, OSError) as error:
        beside.unlink(missing_ok=True)
        raise named(error) from error
    keep(beside, target)


def _copy(
    parts: Sequence[tuple[Path, float]], chapters: Sequence[Chapter], whole: OutputContainer
) -> None:
    with av.open(str(parts[0][0])) as first:
        streams = {
            stream.type: whole.add_stream_from_template(stream, opaque=True)
            for stream in (*first.streams.video[:1], *first.streams.audio[:1])
        }
    ends = (*(one.at_s for one in chapters[1:]), sum(length for _, length in parts))
    whole.set_chapters(
        [
            {
                "id": number,
                "start": round(one.at_s * 1000),
                "end": round(end * 1000),
                "time_base": Fraction(1, 1000),
                "metadata": {"title": one.title},
            }
            for number, (one, end) in enumerate(zip(chapters, ends, strict=False), start=1)
        ]
    )
    begin_s = 0.0
    for part, length in parts:
        with av.open(str(part)) as source:
            for packet in _packets(source):
                offset = round(Fraction(begin_s) / packet.time_base)
                packet.pts = (packet.pts or 0) + offset
                packet.dts = packet.pts
                packet.stream = cast("VideoStream", streams[packet.stream.type])
                whole.mux_one(packet)
        begin_s += length


def _packets(source: InputContainer) -> Iterator[Coded]:
    """Yield the packets up to the end, or to where a crash cut the file."""
    try:
        for packet in source.demux():
            if packet.pts is not None and packet.size:
                yield cast("Coded", packet)
    except av.FFmpegError:
        return


def _length_us(part: Path) -> int:
    """Return the end of what ends last: sound goes on when the picture stops."""
    try:
        with av.open(str(part)) as source:
            ends = {
                packet.stream.type: round((packet.pts or 0) * packet.time_base * 1_000_000)
                for packet in _packets(source)
            }
    except av.FFmpegError:
        return 0
    if "video" not in ends:
        return 0
    return max(end_us + _LASTS_US[kind] for kind, end_us in ends.items())
