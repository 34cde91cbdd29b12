"""A desk with a paper on it, as a document camera sees it: synthetic, sample text only (G-6).

The same seed and scene give the same picture, byte for byte.
"""

from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from devices.camera.picture import Picture, empty_desk
from devices.camera.quads import Quad

_Floats = npt.NDArray[np.float32]
_SKIN = np.array([112, 142, 198], np.float32)
_FINE, _ROUND = 0.8, 0.3
_FOCAL = 1.3  # of the picture's longer side: a lens of 42°
_THINGS = ((40, 40, 180), (150, 70, 30), (60, 110, 40), (50, 50, 50), (190, 180, 60))
_WHITE_DESK = np.array([206, 212, 214], np.float32)
_DARK_DESK = np.array([52, 50, 48], np.float32)


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """How a paper lies and is lit; 0 is perfect.

    `fills`: the paper's long side as a share of the picture's shorter one. `tilt_deg`: how far
    the camera looks from the side. `shift`: how far from the middle, as a share of
    the picture. `shadow`: the light that an arm's shadow takes. `shade`: the light lost to the dark
    side. `things` lie about, `hands` hold the paper. `desk`: wood, pale or dark. `light`: of all.
    """

    fills: float = 0.86
    tilt_deg: float = 8.0
    turn_deg: float = 8.0
    lies_deg: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    shadow: float = 0.35
    shade: float = 0.3
    things: int = 3
    hands: int = 0
    blur_px: float = 0.8
    noise: float = 4.0
    desk: str = "wood"
    light: float = 1.0


PLAIN = Scene()
HELD = Scene(hands=2, things=4, shadow=0.45)
HARD = Scene(
    fills=0.8,
    tilt_deg=18,
    turn_deg=25,
    shadow=0.55,
    shade=0.5,
    things=7,
    hands=1,
    noise=8,
    blur_px=1.2,
)
PALE = Scene(desk="pale", shadow=0.3, shade=0.2, things=3)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of (height, width, 3) in blue, green, red, and where the paper's corners are."""

    picture: Picture
    corners: Quad


def photograph(
    paper: Picture | None,
    *,
    seed: int,
    scene: Scene = PLAIN,
    size: tuple[int, int] = (1600, 1200),
) -> Shot:
    """Return a photograph of the paper (blue, green, red) on a desk, or of the desk alone."""
    import cv2  # noqa: PLC0415 - 45 MB that only a twin's desk with papers needs

    random = np.random.default_rng(seed)
    stage = _Stage(random, scene, size)
    picture = stage.desk(seed)
    for _ in range(scene.things):
        stage.lay_thing(picture)
    corners = np.zeros((4, 2))
    if paper is not None:
        corners = stage.corners(paper)
        height, width = paper.shape[:2]
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        bend = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
        smooth = paper
        if (shrink := float(np.hypot(*(corners[1] - corners[0]))) / width) < _FINE:
            smooth = np.asarray(cv2.GaussianBlur(paper, (0, 0), 0.4 / shrink), np.uint8)
        there = cv2.warpPerspective(smooth, bend, size, flags=cv2.INTER_LINEAR)
        cover = cv2.warpPerspective(
            np.ones((height, width), np.float32), bend, size, flags=cv2.INTER_LINEAR
        )
        edge = cv2.GaussianBlur(np.roll(cover, (4, 3), (0, 1)), (0, 0), 3)
        picture *= 1 - 0.25 * np.asarray(edge)[..., None]
        picture += (there.astype(np.float32) - picture) * np.asarray(cover)[..., None]
        for number in range(scene.hands):
            stage.lay_hand(picture, corners, number)
    picture *= stage.light()[..., None]
    if scene.blur_px:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), scene.blur_px), np.float32)
    grain = np.empty(picture.shape, np.float32)
    random.standard_normal(out=grain, dtype=np.float32)
    picture += grain * scene.noise
    return Shot(np.clip(picture, 0, 255).astype(np.uint8), corners)


class _Stage:
    def __init__(self, random: np.random.Generator, scene: Scene, size: tuple[int, int]) -> None:
        import cv2  # noqa: PLC0415 - as above

        self._cv2 = cv2
        self._random = random
        self._scene = scene
        self._size = np.array(size)

    def desk(self, seed: int) -> _Floats:
        wood = empty_desk(*(int(side) for side in self._size), seed=seed).astype(np.float32)
        if self._scene.desk == "wood":
            return wood
        colour = _WHITE_DESK if self._scene.desk == "pale" else _DARK_DESK
        plain = colour + (wood - wood.mean(axis=(0, 1))) * 0.35
        return np.asarray(plain, np.float32)

    def corners(self, paper: Picture) -> Quad:
        """Return where the paper's corners lie, from its own top left clockwise."""
        scene, random = self._scene, self._random
        height, width = paper.shape[:2]
        long = scene.fills * self._size.min()
        half = np.array([width, height]) / max(width, height) * long / 2
        flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        turn = np.deg2rad(scene.lies_deg + random.uniform(-scene.turn_deg, scene.turn_deg))
        turning = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        lean_x, lean_y = np.deg2rad(random.uniform(-scene.tilt_deg, scene.tilt_deg, 2) * 0.7)
        focal = _FOCAL * self._size.max()
        x, y = (flat @ turning).T
        depth = focal + x * np.sin(lean_x) + y * np.sin(lean_y)
        corners = np.column_stack([x * np.cos(lean_x), y * np.cos(lean_y)])
        corners = corners * focal / depth[:, None]
        middle = self._size * (0.5 + np.array(scene.shift))
        return np.asarray(corners + middle, np.float64)

    def lay_thing(self, picture: _Floats) -> None:
        """Lay a book, a telephone or a cup near the picture's edge."""
        random = self._random
        colour = _THINGS[int(random.integers(len(_THINGS)))]
        angle = random.uniform(0, 2 * np.pi)
        place = self._size * (0.5 + 0.5 * np.array([np.cos(angle), np.sin(angle)]))
        span = self._size.min() * random.uniform(0.08, 0.22, 2)
        where = (float(place[0]), float(place[1]))
        if random.random() < _ROUND:
            radius = int(span[0] / 2)
            self._cv2.circle(picture, (int(where[0]), int(where[1])), radius, colour, -1)
            return
        box = self._cv2.boxPoints((where, (float(span[0]), float(span[1])), random.uniform(0, 90)))
        self._cv2.fillPoly(picture, [box.astype(np.int32)], colour)

    def lay_hand(self, picture: _Floats, corners: Quad, number: int) -> None:
        """Hold the paper: fingers that come in over one side, the first time over a corner."""
        random = self._random
        side = int(random.integers(4))
        begin, end = corners[side], corners[(side + 1) % 4]
        share = random.uniform(0.0, 0.08) if number == 0 else random.uniform(0.3, 0.7)
        at = begin + (end - begin) * share
        centre = corners.mean(axis=0)
        out = (at - centre) / np.hypot(*(at - centre))
        thick = self._size.min() * 0.035
        along = (end - begin) / np.hypot(*(end - begin))
        for finger in range(3):
            base = at + along * (finger - 1) * thick * 1.15
            tip = base - out * self._size.min() * random.uniform(0.03, 0.07)
            far = base + out * self._size.max()
            colour = tuple(float(value) for value in _SKIN * random.uniform(0.85, 1.1))
            self._cv2.line(
                picture,
                (int(tip[0]), int(tip[1])),
                (int(far[0]), int(far[1])),
                colour,
                int(thick),
                self._cv2.LINE_AA,
            )

    def light(self) -> _Floats:
        """Return the light on the desk: brighter on one side, and an arm's shadow across it."""
        scene, random = self._scene, self._random
        across, down = np.meshgrid(
            np.linspace(-1, 1, self._size[0], dtype=np.float32),
            np.linspace(-1, 1, self._size[1], dtype=np.float32),
        )
        angle, lean = random.uniform(0, 2 * np.pi, 2)
        slope = (across * np.cos(angle) + down * np.sin(angle)) / np.sqrt(2)
        light = 1 - scene.shade * (0.5 + 0.5 * slope)
        if scene.shadow:
            off = across * np.cos(lean) + down * np.sin(lean) - random.uniform(-0.3, 0.3)
            within = 1 / (1 + np.exp(-(0.28 - np.abs(off)) * 40))
            light *= 1 - scene.shadow * within
        return np.asarray(light * scene.light, np.float32)
