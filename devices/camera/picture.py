"""Pictures as arrays, and the empty desk that a twin's camera looks at."""

import numpy as np
import numpy.typing as npt
from PIL import Image

Picture = npt.NDArray[np.uint8]
"""Shape (height, width) grayscale, or (height, width, 3) in blue, green, red; 0 is black."""

_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "PPM")
_MOST_PIXELS = 64_000_000
_WOOD = np.array([92, 128, 158], np.float32)
_GRAIN, _SPECKLE = 16.0, 3.0


def load_picture(path: str) -> Picture:
    """Return a picture file of 64 MP at most in blue, green, red; raises OSError otherwise."""
    try:
        with Image.open(path, formats=_FORMATS) as file:
            if file.width * file.height > _MOST_PIXELS:
                raise OSError(f"{path}: {file.width} x {file.height} px are too many")
            rgb = np.asarray(file.convert("RGB"))
    except (ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise OSError(f"{path}: {error}") from error
    return np.ascontiguousarray(rgb[:, :, ::-1])


def fitted(picture: Picture, width: int, height: int) -> Picture:
    """Return the picture as large as fits into the frame, centred, on black."""
    size = (width, height)
    if picture.shape[1::-1] == size:
        return picture
    inside = Image.fromarray(picture)
    inside.thumbnail(size, Image.Resampling.BILINEAR)
    if inside.width < width and inside.height < height:
        scale = min(width / inside.width, height / inside.height)
        inside = inside.resize((round(inside.width * scale), round(inside.height * scale)))
    frame = Image.new(inside.mode, size)
    frame.paste(inside, ((width - inside.width) // 2, (height - inside.height) // 2))
    return np.asarray(frame)


def empty_desk(width: int, height: int, *, seed: int) -> Picture:
    """Return a wooden desk top, unevenly lit, the same for the same seed; (height, width, 3)."""
    random = np.random.default_rng(seed)
    grain = _smooth(random, width, height, cells=(max(width // 160, 2), max(height // 5, 2)))
    light = _smooth(random, width, height, cells=(3, 3))
    wood = _WOOD + _GRAIN * grain[..., None] + random.normal(0, _SPECKLE, (height, width, 1))
    return np.clip(wood * (1 + 0.15 * light[..., None]), 0, 255).astype(np.uint8)


def _smooth(
    random: np.random.Generator, width: int, height: int, *, cells: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """Return random values of about -2 to 2 that change smoothly from cell to cell."""
    coarse = Image.fromarray(random.normal(0, 1, cells[::-1]).astype(np.float32))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
