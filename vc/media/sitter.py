"""Nobody in front of a webcam: a drawn person in a drawn room, who moves and comes round again.

Every seed is another room and another shirt; no real person's picture is in the project.
"""

import math
from dataclasses import dataclass

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vc.media.lettering import face
from vc.media.yuv import planes

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

_WALLS = ((214, 206, 190), (196, 210, 205), (219, 209, 214), (205, 205, 220), (222, 214, 186))
_SHIRTS = (
    (236, 238, 240),
    (70, 104, 160),
    (52, 66, 92),
    (150, 60, 66),
    (92, 132, 104),
    (120, 96, 142),
    (190, 170, 120),
)
_SKINS = ((236, 198, 168), (222, 178, 142), (204, 158, 122))
_HAIRS = ((28, 24, 24), (44, 34, 30), (96, 96, 100))
_SOFT = 4  # of 255: a webcam's noise


@dataclass(frozen=True)
class _Looks:
    wall: Colour
    shirt: Colour
    skin: Colour
    hair: Colour
    long_hair: bool
    window_left: bool
    pace: int


class Sitter:
    """Draws the frames of a loop of `frames` pictures; the one after the last is the first."""

    def __init__(self, seed: int, width: int, height: int, frames: int, label: str = "") -> None:
        self._size = width, height
        self._frames = frames
        self._looks = _Looks(
            wall=_WALLS[seed % len(_WALLS)],
            shirt=_SHIRTS[seed * 3 % len(_SHIRTS)],
            skin=_SKINS[seed % len(_SKINS)],
            hair=_HAIRS[seed // 2 % len(_HAIRS)],
            long_hair=seed % 2 == 1,
            window_left=seed % 3 != 0,
            pace=1 + seed % 3,
        )
        random = np.random.default_rng(seed)
        self._room = self._drawn_room(label)
        self._noise = [
            random.integers(0, _SOFT + 1, (height, width), dtype=np.uint8) for _ in range(4)
        ]

    def frame(self, index: int) -> av.VideoFrame:
        """Return the picture of this place in the loop, yuv420p."""
        width, height = self._size
        picture = self._room.copy()
        self._draw_person(picture, 2 * math.pi * (index % self._frames) / self._frames)
        flat = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420)
        frame = av.VideoFrame.from_ndarray(np.asarray(flat, np.uint8), format="yuv420p")
        luma = planes(frame)[0]
        cv2.add(luma, self._noise[index % len(self._noise)][:height, :width], dst=luma)
        return frame

    def _drawn_room(self, label: str) -> Picture:
        width, height = self._size
        looks = self._looks
        light = np.linspace(1.05, 0.8, height)[:, None, None]
        room = np.clip(np.array(looks.wall) * light, 0, 255)
        image = Image.fromarray(np.broadcast_to(room, (height, width, 3)).astype(np.uint8))
        draw = ImageDraw.Draw(image)
        unit = height / 100

        def box(x: float, y: float, w: float, h: float, colour: Colour) -> None:
            draw.rectangle((x * unit, y * unit, (x + w) * unit, (y + h) * unit), fill=colour)

        across = width / unit
        window, shelf = (8, across - 42) if looks.window_left else (across - 44, 8)
        box(window - 1.5, 14.5, 39, 47, (150, 140, 128))
        for column in range(2):
            box(window + column * 18.5, 16, 17.5, 44, (214, 232, 242))
            box(window + column * 18.5, 44, 17.5, 16, (168, 196, 170))
        box(shelf, 30, 34, 2, (128, 98, 72))
        box(shelf, 54, 34, 2, (128, 98, 72))
        for book in range(9):
            tall = 12 + (book * 7) % 6
            colour = _SHIRTS[(book + looks.pace) % len(_SHIRTS)]
            box(shelf + 2 + book * 3.3, 54 - tall, 2.6, tall - 0.2, colour)
        draw.ellipse(
            [(shelf + 12) * unit, 19 * unit, (shelf + 22) * unit, 29.8 * unit], fill=(170, 84, 60)
        )
        if label:
            font = face("SemiBold", max(10, round(4.4 * unit)))
            draw.text((width / 2, 92 * unit), label, font=font, fill=(40, 40, 44), anchor="mm")
        return np.asarray(image, np.uint8).copy()

    def _draw_person(self, picture: Picture, turn: float) -> None:
        width, height = self._size
        looks, unit = self._looks, height / 100
        lean = 2.5 * math.sin(turn * looks.pace)
        nod = 0.9 * math.sin(turn * (looks.pace + 2))
        x, y = width / unit / 2 + lean, 47 + nod

        def oval(at: tuple[float, float], radii: tuple[float, float], colour: Colour) -> None:
            centre = round(at[0] * unit), round(at[1] * unit)
            axes = max(1, round(radii[0] * unit)), max(1, round(radii[1] * unit))
            cv2.ellipse(picture, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)

        dark = tuple(channel * 3 // 4 for channel in looks.skin)
        if looks.long_hair:
            oval((x, y + 6), (16.5, 24), looks.hair)
        oval((x - lean * 0.5, 106), (40, 34), looks.shirt)
        oval((x, 72), (7.5, 9), (dark[0], dark[1], dark[2]))
        oval((x, y - 5), (14.8, 17), looks.hair)
        oval((x, y + 2), (13, 17), looks.skin)
        oval((x, y - 13.5), (12.5, 5.5), looks.hair)
        shut = math.sin(turn * (4 + looks.pace)) > 0.95  # noqa: PLR2004 - now and then
        for side in (-5, 5):
            oval((x + side, y - 1), (1.5, 0.35 if shut else 1.4), (44, 32, 30))
            oval((x + side, y - 4.2), (2.6, 0.6), looks.hair)
        mouth = 0.5 + 1.6 * abs(math.sin(turn * (9 + looks.pace)))
        oval((x, y + 10.5), (4.2, mouth), (150, 70, 74))
        hand = 6 * math.sin(turn * 2 * looks.pace)
        oval((x + 33 + lean, 90 - hand), (5.5, 6.5), looks.skin)
