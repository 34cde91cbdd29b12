"""A wall as a console would see it: tiles with names, moving, and a switch that freezes it."""

import asyncio
import fractions
import time
from pathlib import Path

import av
import fontpkg_be_vietnam_pro
import numpy as np
from aiortc.mediastreams import VideoStreamTrack
from PIL import Image, ImageDraw, ImageFont

from tests.vc.example import NAMES

WIDTH, HEIGHT = 640, 360
_COLUMNS, _ROWS = 4, 3
_FPS = 10
_FONT = Path(fontpkg_be_vietnam_pro.__file__).parent / "files" / "BeVietnamPro-Regular.ttf"


class Projector:
    """What all players look at. `frozen` stops new pictures."""

    def __init__(self) -> None:
        self.frozen = False
        self._still = _wall()

    def track(self) -> VideoStreamTrack:
        """Return a new player's picture."""
        return _Moving(self)

    def picture(self, number: int) -> av.VideoFrame:
        """Return a picture of its own number."""
        moved = self._still.copy()
        at = (number * 8) % (WIDTH - 20)
        moved[HEIGHT - 8 : HEIGHT, at : at + 20] = (242, 183, 5)
        return av.VideoFrame.from_ndarray(moved, format="rgb24")


class _Moving(VideoStreamTrack):
    def __init__(self, projector: Projector) -> None:
        super().__init__()
        self._projector = projector
        self._number = 0
        self._began = time.monotonic()

    async def recv(self) -> av.VideoFrame:
        self._number += 1
        await asyncio.sleep(max(0.0, self._began + self._number / _FPS - time.monotonic()))
        while self._projector.frozen:
            await asyncio.sleep(0.05)
        frame = self._projector.picture(self._number)
        frame.pts = int((time.monotonic() - self._began) * 90_000)
        frame.time_base = fractions.Fraction(1, 90_000)
        return frame


def _wall() -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    image = Image.new("RGB", (WIDTH, HEIGHT), (11, 18, 32))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(_FONT), 11)
    width, height = WIDTH // _COLUMNS, (HEIGHT - 8) // _ROWS
    for at, name in enumerate(NAMES.values()):
        x, y = at % _COLUMNS * width, at // _COLUMNS * height
        shade = (30 + at * 9, 60 + at * 7, 110 + at * 5)
        draw.rectangle((x + 3, y + 3, x + width - 3, y + height - 3), fill=shade)
        draw.ellipse((x + 62, y + 22, x + 98, y + 58), fill=(222, 190, 160))
        draw.rectangle((x + 50, y + 60, x + 110, y + 96), fill=(40, 50, 70))
        draw.text((x + 8, y + height - 19), name, fill=(255, 255, 255), font=font)
    return np.asarray(image)
