"""Screens as pictures, by the program's own glass without a display (SDL's offscreen driver).

`python -m tests.kiosk.ui.darkroom OUT_DIR` takes one of every screen, in both languages and both
orientations. One process has one window, so it asks itself anew for each orientation.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace
from PIL import Image

from devices.contract.notice import BoxNotice
from devices.window.kivy_settings import prepare
from kiosk.api import Service
from kiosk.ui.config import GlassConfig
from kiosk.ui.screen import Screen
from kiosk.ui.state import (
    About,
    Confirm,
    Errand,
    Find,
    Issued,
    Note,
    Paper,
    PrinterState,
    ScanCard,
    ScannerState,
    State,
    World,
)
from kiosk.ui.theme import metrics, room
from kiosk.ui.view import view
from tests.kiosk.ui.site import SERVICES, SITE, every_page, open_state, ticket

PANELS = {
    "landscape": GlassConfig(width=1280, height=800, px_per_mm=5.88, fullscreen=False),
    "portrait": GlassConfig(width=1080, height=1920, px_per_mm=4.03, fullscreen=False),
}


NEW = BoxNotice(
    code="waiting",
    headline="Đang chờ kỹ thuật viên chấp nhận",
    advice="Trong trang Cấp phép, so bốn từ đối chiếu rồi bấm Chấp nhận.",
    english="Waiting for a technician: compare the four words, then accept this box.",
    serial="10000000c0ffee42",
    words="lusab-babad-gutih-tugad",
    claim="MC1:10000000c0ffee42:lusab-babad-gutih-tugad-mudof",
    serves=False,
)
NOTICES = {
    "claim": NEW,
    "foreign-gate": BoxNotice(
        code="gate_foreign",
        headline="Máy chủ không phải của tỉnh này",
        advice="Dấu vân tay CA không khớp cấu hình. Không tiếp tục nếu chưa rõ nguyên nhân.",
        english="The server is not this province's: its CA has another fingerprint.",
        serial="10000000c0ffee42",
        detail="https://trung-tam.tinh-mau.example:8443: self-signed certificate",
        serves=False,
    ),
    "retired": replace(NEW, box="gio-linh-3", retired=True),
    "retired-unknown": replace(NEW, words="", claim="", box="gio-linh-3", retired=True),
}


def situations() -> Iterator[tuple[str, State]]:
    """Yield every screen a citizen can meet, with a name."""
    morning = open_state()
    for page in every_page():
        yield type(page).__name__.lower(), replace(morning, page=page)
    world = morning.world
    for name, changed in {
        "starting": World(),
        "down": replace(world, reachable=False),
        "closed": replace(world, site=replace(SITE, open=False)),
        "home-many": replace(world, site=replace(SITE, services=SERVICES + SERVICES[:3])),
        "home-few": replace(world, site=replace(SITE, services=SERVICES[:3])),
        "home-no-paper": replace(world, printer=PrinterState.NO_PAPER),
        "home-printer-fault": replace(world, printer=PrinterState.FAULT),
    }.items():
        yield name, replace(morning, world=changed)
    many = replace(world, site=replace(SITE, services=twelve()))
    yield "home-twelve", replace(morning, world=many)
    yield "find-twelve", replace(morning, world=many, page=Find(typed="UA1000"))
    note = Note(about=About.NO_ANSWER, until=1010.0)
    yield "find-twelve-note", replace(morning, world=many, page=Find(), note=note)
    confirm = every_page()[2]
    read = Note(about=About.CARD_READ, until=1010.0)
    yield "confirm-told", replace(morning, page=confirm, note=read)
    plain = Confirm(errand=Errand(service="chung-thuc"))
    yield "confirm-plain", replace(morning, page=plain)
    broken = replace(world, printer=PrinterState.FAULT, scanner=ScannerState.FAULT)
    yield "confirm-no-devices", replace(morning, page=plain, world=broken)
    bare = replace(world, printer=PrinterState.NONE, scanner=ScannerState.NONE)
    yield "confirm-bare", replace(morning, page=plain, world=bare)
    yield "find-bare", replace(morning, page=Find(), world=bare)
    yield "warned", replace(morning, page=confirm, warned=17)
    for paper in (Paper.PRINTING, Paper.NO_PAPER, Paper.FAULT, Paper.NONE):
        issued = Issued(ticket=ticket("UA012"), paper=paper, until=1060.0)
        yield f"issued-{paper}", replace(morning, page=issued)
    for scale in (2, 5, 10):
        changed = replace(world, site=replace(SITE, rating_scale=scale))
        yield f"rate-of-{scale}", replace(morning, page=every_page()[9], world=changed)
    values = {"number": "UA012", "ahead": "14", "minutes": "125", "counter": "Quầy số 2"}
    asked = ScanCard(errand=plain.errand)
    for about in About:
        note = Note(about=about, until=1010.0, values=values)
        page = asked if about is About.NOT_A_CARD else Find()
        yield f"note-{about}", replace(morning, page=page, note=note)

    for name, notice in NOTICES.items():
        yield name, replace(morning, world=World(box=notice))
    yield "retired-here", replace(morning, world=replace(world, box=NOTICES["retired"]))


def twelve() -> tuple[Service, ...]:
    """Return twelve services, each with numbers of its own letter."""
    return tuple(
        replace(SERVICES[at % len(SERVICES)], id=f"service-{prefix}", prefix=prefix)
        for at, prefix in enumerate("ABCDEFGHIJKL")
    )


def screens(panel: GlassConfig) -> Iterator[tuple[str, Screen]]:
    """Yield every screen of a panel in every language."""
    for name, state in situations():
        for language in ("vi", "en"):
            spoken = replace(state, language=language)
            yield f"{name}-{language}", view(spoken, room(metrics(panel)))


def open_darkroom(panel: GlassConfig) -> "Darkroom":
    """Open the one window of this process, with no display."""
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    prepare(Path(tempfile.gettempdir()), panel)
    return Darkroom(panel)


class Darkroom:
    """A glass whose frames are turned by hand."""

    def __init__(self, panel: GlassConfig) -> None:
        from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 - opens the window

        from kiosk.ui.glass import Glass  # noqa: PLC0415 - after Kivy's settings

        self._events = EventLoop
        self.touched: list[object] = []
        self.glass = Glass(metrics(panel), self.touched.append)
        runTouchApp(self.glass.root, embedded=True)

    def develop(self, screen: Screen) -> Image.Image:
        """Return the screen as the glass shows it."""
        self.glass.show(screen)
        for _ in range(3):
            self._events.idle()
        return self.picture()

    def run(self) -> None:
        """Turn frames as the program does, until the glass is closed."""
        while not self._events.quit:
            self._events.idle()
            self._events.window.mainloop()

    def picture(self) -> Image.Image:
        """Return what the glass shows now."""
        from kivy.graphics.opengl import (  # noqa: PLC0415 - see above
            GL_RGB,
            GL_UNSIGNED_BYTE,
            glReadPixels,
        )

        window = self._events.window
        pixels = glReadPixels(0, 0, window.width, window.height, GL_RGB, GL_UNSIGNED_BYTE)
        picture = Image.frombytes("RGB", (window.width, window.height), pixels)
        return picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def main(out: Path, orientations: list[str]) -> None:
    """Take the pictures."""
    if len(orientations) > 1:
        for orientation in orientations:
            subprocess.run([sys.executable, "-m", __spec__.name, str(out), orientation], check=True)
        return
    panel = PANELS[orientations[0]]
    room_ = open_darkroom(panel)
    out.mkdir(parents=True, exist_ok=True)
    for name, screen in screens(panel):
        room_.develop(screen).save(out / f"{orientations[0]}-{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(PANELS))
