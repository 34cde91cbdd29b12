"""The mirror holds the newest screen and its keys, and is there only when it was asked for."""

from pathlib import Path

from msgspec.structs import replace

from kiosk.ui.config import GlassConfig
from kiosk.ui.events import ShowServices, Speak
from kiosk.ui.mirror import Mirror, Place, read_mirror
from kiosk.ui.screen import Screen, Tiles

KEY = Place(action=Speak(language="en"), left=10, top=20, width=100, height=50)


def a_screen(name: str) -> Screen:
    body = Tiles(prompt="Chạm vào việc cần làm", tiles=())
    return Screen(name=name, title="", badge="", language=None, banner=None, body=body)


def test_before_the_first_screen_there_is_nothing_to_see(tmp_path: Path) -> None:
    assert read_mirror(tmp_path / "glass.json") is None


def test_the_newest_screen_is_seen_with_what_its_keys_mean(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "glass.json")
    more = Place(action=ShowServices(first=6), left=0, top=0, width=9, height=9)
    for name, places in (("Home", (KEY,)), ("Confirm", (KEY, more))):
        mirror.write(a_screen(name), places)
        seen = read_mirror(tmp_path / "glass.json")
        assert seen is not None
        assert (seen.screen.name, seen.places) == (name, places)
    assert seen is not None
    assert seen.count == 2


def test_what_was_read_aloud_and_not_meant_yet_is_seen(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "glass.json")
    mirror.write(replace(a_screen("Home"), pointed=KEY.action), (KEY,))
    seen = read_mirror(tmp_path / "glass.json")
    assert seen is not None
    assert seen.screen.pointed == KEY.action


def test_a_kiosk_has_no_mirror_unless_it_is_told_to() -> None:
    assert not GlassConfig().mirror_file
