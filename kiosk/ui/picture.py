"""A picture of the glass for a technician afar, and the card in place of a private one."""

import io
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

import fontpkg_be_vietnam_pro
import msgspec
from PIL import Image, ImageDraw, ImageFont

from devices.contract.errors import MotcuaError
from kiosk.commands import PictureTaken
from kiosk.ui.moving import Moving
from kiosk.ui.screen import Shared

_MOST_PNG_BYTES = 180_000  # a message on the box's bus holds 256 KiB, and base64 takes a third more
_SMALLER = 0.75
_QUALITY = 80
_CARD = (640, 400)
_DARK, _LIGHT = "#10233f", "#ffffff"
_WORDS = ("Công dân đang sử dụng máy.", "Không chụp màn hình.", "In use: no picture is taken.")
_FONT = Path(fontpkg_be_vietnam_pro.__file__).parent / "files" / "BeVietnamPro-Regular.ttf"


class NoPictureError(MotcuaError):
    """The kiosk shows nothing on its glass that a picture could be taken of."""

    code = "kiosk.no_picture"
    retry = True


class Exposure(msgspec.Struct, frozen=True, kw_only=True):
    """The glass as pixels, RGBA from its lowest line up; without any when it was private."""

    width: int
    height: int
    rgba: bytes = b""
    shared: Shared = Shared.NOT
    """Of a picture for an officer in a call: whether it may be seen."""


class Photographed(Protocol):
    """What a picture can be taken of."""

    def expose(self) -> Future[Exposure]:
        """Take the picture soon. May be called from any thread."""
        ...


class SharedGlass(Protocol):
    """What an officer in a call may see, and where he is seen. Any thread."""

    def expose_shared(self) -> Future[Exposure]:
        """Take a picture of what is shown now, if the citizen lets it be seen."""
        ...

    def move(self, picture: Moving) -> None:
        """Show this picture of the two, in a call."""
        ...

    def forget_moving(self) -> None:
        """Forget the two: the call is over."""
        ...


def developed(exposure: Exposure, widest_px: int) -> PictureTaken:
    """Return the exposure as PNG, at most so wide. Blocking: some 50 ms."""
    if not exposure.rgba:
        return PictureTaken(png=_png(_dark_card()), private=True)
    picture = _upright(exposure)
    width = min(widest_px, exposure.width)
    while len(png := _png(_scaled(picture, width))) > _MOST_PNG_BYTES:
        width = int(width * _SMALLER)
    return PictureTaken(png=png, private=False)


def jpeg_of(exposure: Exposure, widest_px: int) -> bytes:
    """Return an exposure that has pixels as JPEG, at most so wide. Blocking: some 15 ms."""
    out = io.BytesIO()
    picture = _scaled(_upright(exposure), min(widest_px, exposure.width))
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _upright(exposure: Exposure) -> Image.Image:
    size = (exposure.width, exposure.height)
    picture = Image.frombytes("RGBA", size, exposure.rgba).convert("RGB")
    return picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def _scaled(picture: Image.Image, width: int) -> Image.Image:
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _dark_card() -> Image.Image:
    card = Image.new("RGB", _CARD, _DARK)
    pen = ImageDraw.Draw(card)
    for line, words in enumerate(_WORDS):
        font = ImageFont.truetype(str(_FONT), 26 if line < len(_WORDS) - 1 else 20)
        where = (_CARD[0] / 2, _CARD[1] / 2 + (line - 1) * 48)
        pen.text(where, words, font=font, fill=_LIGHT, anchor="mm")
    return card


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
