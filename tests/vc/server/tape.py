"""What an engine taps: pictures that carry their number, and a tone, on one clock."""

from collections.abc import Iterator
from pathlib import Path

import av

from vc.engine.port import MediaPacket
from vc.media import timecode
from vc.media.opus import OpusEncoder
from vc.media.speech import frames_of, tone
from vc.media.video import H264Encoder
from vc.media.yuv import blank, planes

FPS = 25
FRAME_US = 1_000_000 // FPS
SOUND_US = 20_000


def tape(
    frames: int,
    *,
    start_us: int = 5_000_000,
    number: int = 0,
    size: tuple[int, int] = (320, 180),
    keyframe_every: int = 25,
) -> list[MediaPacket]:
    """Return `frames` pictures numbered from `number`, and their sound, in order of time."""
    return list(running(frames, start_us, number, size, keyframe_every))


def running(
    frames: int,
    start_us: int,
    number: int = 0,
    size: tuple[int, int] = (320, 180),
    keyframe_every: int = 25,
) -> Iterator[MediaPacket]:
    video, audio = H264Encoder(*size, FPS, 300), OpusEncoder()
    sound = frames_of(tone(440.0, frames / FPS), 960)
    for n in range(frames):
        picture = blank(*size, (90, 128, 128))
        timecode.stamp(picture, number + n)
        coded = video.encode(picture, keyframe=n % keyframe_every == 0)
        pts_us = start_us + n * FRAME_US
        yield MediaPacket(kind="video", pts_us=pts_us, keyframe=coded.keyframe, data=coded.data)
        for half in (0, 1):
            yield MediaPacket(
                kind="audio",
                pts_us=pts_us + half * SOUND_US,
                keyframe=False,
                data=audio.encode(sound[2 * n + half]),
            )


def numbers(path: Path) -> list[int | None]:
    """Decode a recording's pictures and return the numbers read from them."""
    with av.open(str(path)) as source:
        return [timecode.read(planes(frame)[0]) for frame in source.decode(video=0)]


def sound_s(path: Path) -> float:
    """Decode a recording's sound and return how long it is."""
    with av.open(str(path)) as source:
        return sum(frame.samples / frame.sample_rate for frame in source.decode(audio=0))


def chapters(path: Path) -> list[tuple[float, str]]:
    """Return a file's chapters: where they begin in seconds, and their titles."""
    with av.open(str(path)) as source:
        return [
            (float(one["start"] * (one["time_base"] or 0)), one["metadata"]["title"])
            for one in source.chapters()
        ]
