"""The ten sites of the conference's benchmarks: the same pictures for ours and for peers."""

from dataclasses import replace
from pathlib import Path

from vc.media.clip import SMALL, Clip, Footage

SITES = 10
SIZES = {"360p25": SMALL, "720p25": Footage()}


def clip_of(folder: Path, size: str, site: int) -> Clip:
    """Return a site's loop, made in `folder` the first time."""
    return Clip.make(folder, replace(SIZES[size], seed=site))


def stream_of(folder: Path, size: str, site: int, frames: int) -> Path:
    """Return a file of a site's H.264 byte stream (Annex B), `frames` long."""
    path = folder / f"{size}-{site}-{frames}.h264"
    if not path.exists():
        units = clip_of(folder, size, site).units
        path.write_bytes(b"".join(units[n % len(units)].data for n in range(frames)))
    return path
