"""Photos that citizens send: judged, and drawn anew, so that nothing but the picture is kept.

What a camera writes beside it (place, time, its owner's name) is gone, and so is anything that was
hidden in the file.
"""

import io
import warnings

from PIL import Image, ImageOps

from devices.contract.errors import MotcuaError

_MOST_PIXELS = 40_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82


class BadPhotoError(MotcuaError):
    """It is no photo that can be kept; the sentence says why."""

    code = "photo.bad"


def drawn_anew(content: bytes, *, most_bytes: int, longest_px: int) -> bytes:
    """Return the photo as a JPEG of at most so many pixels a side; raises BadPhotoError."""
    if len(content) > most_bytes:
        raise BadPhotoError(f"a photo is larger than {most_bytes} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged below
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise BadPhotoError("a photo has too many pixels")
                picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadPhotoError("a file is no JPEG, PNG or WebP picture") from error
    picture.thumbnail((longest_px, longest_px))
    picture.info.clear()
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=_QUALITY)
    return jpeg.getvalue()
