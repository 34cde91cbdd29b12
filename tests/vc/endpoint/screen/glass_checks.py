"""What `test_glass` looks at, each in a process with the one window."""

import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from tests.vc.endpoint.screen.darkroom import AT, NOTICE, Darkroom, inside, sheet, situations, wall
from vc.endpoint.config import GlassScreenConfig
from vc.endpoint.presses import Panel, PressLanguage, PressMicrophone, PressSpeak, Table
from vc.endpoint.screen.mirror import read_mirror
from vc.endpoint.view import screen
from vc.media.yuv import blank, from_rgb

SMALL = GlassScreenConfig(width=1280, height=720, fullscreen=False)
COLOURS = ("#ff0000", "#00ff00", "#0000ff", "#ffffff", "#000000", "#ffcc99", "#336699", "#808080")
WATCHING = screen(inside(), Table(), AT)


def middle(picture: Image.Image, darkroom: Darkroom) -> tuple[int, int, int]:
    """Return the colour in the middle of the conference's picture."""
    place, height = darkroom.sizes.picture, darkroom.sizes.whole.h
    x, y = place.x + place.w / 2, height - (place.y + place.h / 2)
    found = picture.getpixel((int(x), int(y)))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def colours(_: Path) -> None:
    """BT.601 in video range, by shader, from rows that are longer than the picture."""
    darkroom = Darkroom(SMALL)
    for width in (640, 638, 322):
        for colour in COLOURS:
            shown = darkroom.develop(WATCHING, blank(width, 360, from_rgb(colour)))
            wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
            found = np.array(middle(shown, darkroom))
            assert np.abs(found - wanted).max() <= 4, (width, colour, found)


def old_pictures_are_dim(_: Path) -> None:
    darkroom, white = Darkroom(SMALL), blank(640, 360, from_rgb("#ffffff"))
    assert min(middle(darkroom.develop(WATCHING, white), darkroom)) > 250
    old = screen(inside(age_s=3), Table(), AT)
    assert max(middle(darkroom.develop(old, white), darkroom)) < 120
    assert max(middle(darkroom.develop(WATCHING, None), darkroom)) < 40, "forgotten: the ground"


def every_button_can_be_touched(_: Path) -> None:
    darkroom = Darkroom(SMALL)
    darkroom.develop(WATCHING)
    keys = darkroom.sizes.keys
    y = darkroom.sizes.whole.h - (keys.y + keys.h / 2)
    for x in range(10, SMALL.width, 20):
        darkroom.touch(x, y)
    assert {PressSpeak(), PressMicrophone(), PressLanguage()} <= set(darkroom.touched)
    darkroom.touched.clear()
    darkroom.touch(SMALL.width / 2, 300)
    assert darkroom.touched == [], "the picture is no button"


def every_situation_is_drawn(_: Path) -> None:
    darkroom, frame, seen = Darkroom(SMALL), wall(), set[bytes]()
    count = 0
    for _name, shown in situations():
        picture = darkroom.develop(shown, frame if shown.live != "none" else None)
        seen.add(picture.tobytes())
        count += 1
    assert len(seen) == count, "two situations look alike"


def the_mirror_says_what_stands_there(directory: Path) -> None:
    file = directory / "mirror.json"
    assert read_mirror(file) is None
    darkroom = Darkroom(SMALL, file)
    darkroom.develop(WATCHING)
    mirrored = read_mirror(file)
    assert mirrored is not None
    assert mirrored.screen == WATCHING
    (speak,) = (one for one in mirrored.places if one.press == PressSpeak())
    darkroom.touch(speak.left + speak.width / 2, speak.top + speak.height / 2)
    assert darkroom.touched == [PressSpeak()]


def a_page_is_shown(_: Path) -> None:
    darkroom = Darkroom(SMALL)
    reading = screen(inside(NOTICE), Table(panel=Panel.PAPERS), AT)
    assert reading.panel is not None
    assert reading.panel.page is not None
    before = darkroom.develop(reading)
    darkroom.glass.page(reading.panel.page, sheet())
    after = darkroom.develop(reading)
    assert Image.open(BytesIO(sheet())).size == (1240, 1754)
    assert before.tobytes() != after.tobytes()


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]))
