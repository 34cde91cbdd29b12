"""One part of a recording: a Matroska file that plays up to its last second whatever happens.

Clusters are a second long and go to the file at once; nothing before the first keyframe is kept.
"""

import io
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from vc.engine.port import MediaPacket
from vc.server.record.durable import DurableFile
from vc.server.record.errors import RecordingFailedError, named

_OPTIONS: Final = {
    "cluster_time_limit": "1000",  # ms
    "flush_packets": "1",
    "max_interleave_delta": "500000",  # µs: a silent stream holds the other up no longer
}
_MICROSECOND: Final = Fraction(1, 1_000_000)
_GAP_US: Final = 3_000_000
_STEREO: Final = 0x04  # RFC 6716 §3.1
_PARAMETER_SETS: Final = (7, 8)


class Part:
    """A part being written, from a keyframe on. Raises StorageError, OSError."""

    def __init__(self, path: Path, first: MediaPacket, *, stereo: bool = False) -> None:
        self._begin_us = self._latest_us = first.pts_us
        self._sets = parameter_sets(first.data)
        self._sound_us = first.pts_us - 1
        self._file = DurableFile(path)
        try:
            self._container = av.open(self._file, "w", format="matroska", options=_OPTIONS)
            self._video = _video_like(self._container, first.data)
            layout = "stereo" if stereo else "mono"
            self._audio = self._container.add_stream("libopus", rate=48_000, layout=layout)
            self._container.start_encoding()
        except av.FFmpegError as error:
            self._file.close()
            raise named(error) from error
        self.write(first)

    @property
    def lasts_s(self) -> float:
        """How long it is so far, in seconds."""
        return (self._latest_us - self._begin_us) / 1e6

    def continues(self, packet: MediaPacket) -> bool:
        """Return whether the packet belongs in this part: its time and picture go on."""
        if packet.kind == "audio":
            return True
        gap_us = packet.pts_us - self._latest_us
        if not 0 < gap_us < _GAP_US and packet.pts_us != self._begin_us:
            return False
        return not packet.keyframe or parameter_sets(packet.data) == self._sets

    def write(self, packet: MediaPacket) -> None:
        """Write a packet; sound from before the first picture, or out of order, is left out."""
        if packet.kind == "video":
            self._latest_us = packet.pts_us
            self._mux(packet, self._video)
        elif packet.pts_us > self._sound_us and packet.data:
            self._sound_us = packet.pts_us
            self._mux(packet, self._audio)

    def close(self) -> None:
        """End the part, on the disk."""
        try:
            self._container.close()
        except av.FFmpegError as error:
            raise named(error) from error
        finally:
            self._file.close()

    def _mux(self, packet: MediaPacket, stream: VideoStream | AudioStream) -> None:
        coded = av.Packet(packet.data)
        coded.pts = coded.dts = packet.pts_us - self._begin_us
        coded.time_base = _MICROSECOND
        coded.is_keyframe = packet.keyframe or packet.kind == "audio"
        coded.stream = stream
        try:
            self._container.mux_one(coded)
        except av.FFmpegError as error:
            raise named(error) from error


def is_stereo(packet: MediaPacket) -> bool:
    """Return whether an Opus packet is stereo (RFC 6716 §3.1)."""
    return bool(packet.data) and bool(packet.data[0] & _STEREO)


def parameter_sets(data: bytes) -> tuple[bytes, ...]:
    """Return the SPS and PPS of an Annex B picture."""
    units = [unit.rstrip(b"\0") for unit in data.split(b"\0\0\1")[1:]]
    return tuple(unit for unit in units if unit and unit[0] & 0x1F in _PARAMETER_SETS)


def _video_like(container: OutputContainer, keyframe: bytes) -> VideoStream:
    """Add a stream for pictures like this one: libav reads size and parameter sets from it."""
    with av.open(io.BytesIO(keyframe), mode="r", format="h264") as sample:
        if not sample.streams.video:
            raise RecordingFailedError("the picture cannot be read")
        return container.add_stream_from_template(sample.streams.video[0], opaque=True)
