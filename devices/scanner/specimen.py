"""A photograph of a specimen card on a desk, as a kiosk's camera takes it.

The same seed and degradation give the same picture, byte for byte.
"""

from pathlib import Path

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from devices.camera.picture import Picture, empty_desk
from devices.messages import IdentityCard
from devices.scanner.specimen_card import HOA, draw_card

SIZE = (1600, 1200)
"""Width and height of a photograph in pixels."""

_JPEG_QUALITY = 82

_Floats = npt.NDArray[np.float32]


class Degradation(msgspec.Struct, frozen=True, kw_only=True):
    """How bad a photograph is; 0 is perfect.

    `blur_px` is the spread of the lens, `perspective` how far each corner strays as a share of the
    card's width, `turn_deg` how far it lies turned, `glare` the strength of a lamp's reflection
    from 0 to 1, `noise` the sensor's in grey levels, `shade` the light lost to the dark side,
    `light` what there is of it at all, `share` how much of the picture's width the card fills.
    """

    blur_px: float = 1.6
    perspective: float = 0.05
    turn_deg: float = 14.0
    glare: float = 0.7
    noise: float = 6.0
    shade: float = 0.45
    light: float = 1.0
    share: float = 0.72


REALISTIC = Degradation()
HARD = Degradation(blur_px=2.2, perspective=0.08, turn_deg=30, glare=0.95, noise=10, shade=0.6)


def photograph(
    card: IdentityCard | None = HOA,
    *,
    seed: int,
    how: Degradation = REALISTIC,
    text: str | None = None,
) -> Picture:
    """Return a photograph of the card, or of the desk alone; (1200, 1600, 3) in blue, green, red.

    `text` replaces what the card's QR holds; an empty one leaves the QR out.
    """
    random = np.random.default_rng(seed)
    scene = empty_desk(*SIZE, seed=seed).astype(np.float32)
    if card is not None:
        scene = _laid(scene, draw_card(card, text), random, how)
    scene *= _light(random, how)[..., None]
    scene = cv2.GaussianBlur(scene, (0, 0), max(how.blur_px, 0.3)).astype(np.float32)
    scene += random.normal(0, how.noise, scene.shape).astype(np.float32)
    return _through_jpeg(np.clip(scene, 0, 255).astype(np.uint8))


def write_photograph(
    path: Path, *, seed: int, card: IdentityCard | None = HOA, how: Degradation = REALISTIC
) -> None:
    """Put a photograph at the path, whole or not at all; a simulated camera may be watching."""
    _, data = cv2.imencode(path.suffix, photograph(card, seed=seed, how=how))
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data.tobytes())
    part.replace(path)


def _laid(scene: _Floats, card: Picture, random: np.random.Generator, how: Degradation) -> _Floats:
    """Return the scene with the card on it: turned, seen from a side, with shadow and glare."""
    height, width = card.shape[:2]
    place = _corners(width, height, random, how)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    bend = cv2.getPerspectiveTransform(source, place)
    shiny = card.astype(np.float32)
    shiny += _reflection(width, height, random, how)[..., None] * (255 - shiny)
    mask = _rounded(width, height)
    there = cv2.warpPerspective(shiny, bend, SIZE, flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(mask, bend, SIZE, flags=cv2.INTER_AREA)
    shadow = cv2.GaussianBlur(np.roll(cover, (10, 7), (0, 1)), (0, 0), 9)
    scene = scene * (1 - 0.5 * shadow[..., None])
    return (scene * (1 - cover[..., None]) + there * cover[..., None]).astype(np.float32)


def _corners(width: int, height: int, random: np.random.Generator, how: Degradation) -> _Floats:
    """Return where the card's corners lie in the photograph, from the top left clockwise."""
    side = SIZE[0] * how.share * random.uniform(0.92, 1.0)
    half = np.array([side, side * height / width]) / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners += random.uniform(-how.perspective, how.perspective, (4, 2)) * side
    turn = np.deg2rad(random.uniform(-how.turn_deg, how.turn_deg))
    turning = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    centre = np.array(SIZE) / 2 + random.uniform(-0.03, 0.03, 2) * SIZE
    return np.asarray(corners @ turning + centre, np.float32)


def _reflection(width: int, height: int, random: np.random.Generator, how: Degradation) -> _Floats:
    """Return a lamp's streak on the laminate, 0 to 1."""
    across, down = np.meshgrid(np.arange(width) / width, np.arange(height) / height)
    x, y, lean = random.uniform(0.1, 0.9), random.uniform(0.05, 0.95), random.uniform(-0.6, 0.6)
    along, aside = across - x + lean * (down - y), down - y
    streak = np.exp(-((along / 0.09) ** 2) - (aside / 0.3) ** 2)
    return (how.glare * streak).astype(np.float32)


def _light(random: np.random.Generator, how: Degradation) -> _Floats:
    """Return the lamp's light over the desk, 1 where it is brightest."""
    angle = random.uniform(0, 2 * np.pi)
    across, down = np.meshgrid(np.linspace(-1, 1, SIZE[0]), np.linspace(-1, 1, SIZE[1]))
    slope = (across * np.cos(angle) + down * np.sin(angle)) / np.sqrt(2)
    return np.asarray(how.light * (1 - how.shade * (0.5 + 0.5 * slope)), np.float32)


def _rounded(width: int, height: int) -> _Floats:
    radius = width // 27  # ISO/IEC 7810: 3.18 mm
    mask = np.zeros((height, width), np.float32)
    for left, top in ((radius, 0), (0, radius)):
        mask[top : height - top, left : width - left] = 1
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(mask, (x, y), radius, 1.0, -1)
    return mask


def _through_jpeg(picture: Picture) -> Picture:
    """Return the picture with a camera's compression artefacts."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
