"""The peer of the touchscreen: its home and confirm screens as a static page without a framework.

Texts, pictograms and typeface are the touchscreen's own.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

import httpx
import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from kiosk.api.queue import Site
from kiosk.ui.flows.number.pages import Confirm, Errand
from kiosk.ui.pictograms import mask
from kiosk.ui.room import Room
from kiosk.ui.screen import Confirmation, Screen, Tiles
from kiosk.ui.state import Home, State
from kiosk.ui.theme import PLAIN_COLOURS
from kiosk.ui.view import view
from kiosk.ui.world import PrinterState, ScannerState, World

_SOURCE = Path(__file__).with_name("kiosk_page")
_ROOM = Room(tiles=6, rows=4, lines=8)
_ICON_PX = 128


def write_page(folder: Path, counter_url: str) -> Path:
    """Write the page of a counter server's site as it is now; returns its first file."""
    site = msgspec.json.decode(httpx.get(f"{counter_url}/api/site").content, type=Site)
    world = World(site=site, reachable=True, printer=PrinterState.READY, scanner=ScannerState.READY)
    errand = Errand(service=site.services[0].id)
    home = view(State(world=world, page=Home()), _ROOM)
    confirm = view(State(world=world, page=Confirm(errand=errand)), _ROOM)
    shutil.copytree(_SOURCE, folder)
    for weight in ("Regular", "Bold"):
        shutil.copy(_kivy_fonts() / f"Roboto-{weight}.ttf", folder)
    _write_icons(folder, home, confirm)
    pages = Environment(
        loader=FileSystemLoader(_SOURCE), undefined=StrictUndefined, autoescape=True
    )
    first = folder / "index.html"
    html = pages.get_template(first.name).render(home=home, confirm=confirm)
    first.write_text(html, encoding="utf-8")
    return first


def _write_icons(folder: Path, home: Screen, confirm: Screen) -> None:
    assert isinstance(home.body, Tiles)
    assert isinstance(confirm.body, Confirmation)
    assert home.left
    assert confirm.left
    sides = (tile.icon for tile in confirm.body.sides)
    names = {tile.icon for tile in home.body.tiles} | {home.left.icon, confirm.left.icon, *sides}
    for name in names:
        _icon(name, PLAIN_COLOURS.accent).save(folder / f"{name}.png")
    main = confirm.body.main.icon
    _icon(main, "#ffffff").save(folder / f"{main}-white.png")


def _icon(name: str, ink: str) -> Image.Image:
    alpha = mask(name, _ICON_PX)
    picture = Image.new("RGBA", alpha.size, ink)
    picture.putalpha(alpha)
    return picture


def _kivy_fonts() -> Path:
    kivy = find_spec("kivy")
    assert kivy
    assert kivy.origin
    return Path(kivy.origin).parent / "data" / "fonts"
