"""Who is seen in a call, drawn: nobody's face."""

from functools import cache

from PIL import Image, ImageDraw

from kiosk.ui.moving import Moving, Who

_WIDTH, _HEIGHT = 480, 270


@cache
def drawn(who: Who) -> Moving:
    """Return a figure before a wall."""
    wall, cloth = ("#cfdbe8", "#24456f") if who is Who.OFFICER else ("#e6ddcf", "#6f4a24")
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), wall)
    draw = ImageDraw.Draw(picture)
    middle = _WIDTH // 2
    draw.ellipse((middle - 120, 185, middle + 120, 460), fill=cloth)
    draw.ellipse((middle - 52, 60, middle + 52, 190), fill="#d9a679")
    draw.pieslice((middle - 58, 46, middle + 58, 170), 180, 360, fill="#22252b")
    return Moving(who=who, width=_WIDTH, height=_HEIGHT, rgb=picture.tobytes())
