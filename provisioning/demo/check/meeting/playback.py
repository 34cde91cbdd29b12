"""A recording played back without a screen: what is in it."""

from pathlib import Path

import av
import msgspec
from av.error import FFmpegError

from provisioning.demo.check.report import MissedError
from vc.media.levels import SILENCE_DBFS, dbfs


class Playback(msgspec.Struct, frozen=True, kw_only=True):
    """What came out of a file; `loudest_dbfs` is of its loudest 20 ms."""

    frames: int
    keyframes: int
    seconds: float
    loudest_dbfs: float
    chapters: tuple[str, ...]


def played(path: Path) -> Playback:
    """Decode all of a recording; raises MissedError when something in it cannot be."""
    frames = keyframes = 0
    seconds = 0.0
    loudest = SILENCE_DBFS
    mono = av.AudioResampler(format="s16", layout="mono")
    try:
        with av.open(str(path)) as container:
            chapters = tuple(one["metadata"].get("title", "") for one in container.chapters())
            for frame in container.decode():
                if isinstance(frame, av.VideoFrame):
                    frames += 1
                    keyframes += frame.key_frame
                    seconds = max(seconds, frame.time or 0.0)
                elif isinstance(frame, av.AudioFrame):
                    heard = (dbfs(one.to_ndarray()[0]) for one in mono.resample(frame))
                    loudest = max(loudest, *heard, SILENCE_DBFS)
    except FFmpegError as error:
        raise MissedError(f"{path.name}: {error}") from error
    return Playback(
        frames=frames,
        keyframes=keyframes,
        seconds=seconds,
        loudest_dbfs=loudest,
        chapters=chapters,
    )
