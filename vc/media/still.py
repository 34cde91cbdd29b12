"""A picture file as a frame: the page of a paper that is shown like a camera."""

import warnings
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from devices.contract.errors import MotcuaError
from vc.media.yuv import blank, planes

_WIDEST, _HIGHEST = 1920, 1080
_MOST_PIXELS = 40_000_000
_PAPER = "#ffffff"


class UnusablePictureError(MotcuaError):
    """The file is no picture that can be shown."""

    code = "picture.unusable"


def still(path: Path) -> av.VideoFrame:
    """Return the picture in yuv420p, at most 1920 x 1080, on white where it is transparent.

    Raises UnusablePictureError.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise UnusablePictureError(f"{path.name}: too many pixels")
                picture = opened.convert("RGBA")
    except (
        OSError,
        ValueError,
        SyntaxError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise UnusablePictureError(f"{path.name}: {error}") from error
    paper = Image.new("RGBA", picture.size, _PAPER)
    paper.alpha_composite(picture)
    scale = min(1.0, _WIDEST / paper.width, _HIGHEST / paper.height)
    size = max(1, round(paper.width * scale)), max(1, round(paper.height * scale))
    shown = paper.convert("RGB").resize(size, Image.Resampling.LANCZOS) if scale < 1 else paper
    rgb = np.asarray(shown.convert("RGB"), np.uint8)
    rgb = np.pad(rgb, ((0, rgb.shape[0] % 2), (0, rgb.shape[1] % 2), (0, 0)), mode="edge")
    height, width = rgb.shape[:2]
    flat = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
    frame = blank(width, height)
    luma, u, v = planes(frame)
    luma[:] = flat[:height]
    chroma = flat[height:].reshape(2, height // 2, width // 2)
    u[:], v[:] = chroma
    return frame
