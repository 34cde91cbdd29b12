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
from kiosk.api.queue import Service
from kiosk.ui.config import GlassConfig
from kiosk.ui.fitting import rooms
from kiosk.ui.flows.appointment.pages import AboutAppointment, AskAppointment, NoNumberYet
from kiosk.ui.flows.dossier.pages import AboutDossier, AskDossier, DossierSheet
from kiosk.ui.flows.feedback.answer_pages import AnswerSheet, AskAnswer, RateFeedback
from kiosk.ui.flows.feedback.pages import (
    AboutFeedback,
    FeedbackDone,
    FeedbackDoor,
    FeedbackPhoto,
    FeedbackPlaces,
    FeedbackReview,
    FeedbackText,
)
from kiosk.ui.flows.help.pages import (
    AboutHelp,
    CallStage,
    Helping,
    HelpOver,
    HelpTalk,
    HelpWait,
)
from kiosk.ui.flows.menu.pages import Menu
from kiosk.ui.flows.number.pages import AboutNumber, Confirm, Errand, Issued, Paper, ScanCard
from kiosk.ui.flows.prepare.pages import AboutPrepare, FilingForm
from kiosk.ui.flows.visit.pages import AboutVisit, Find
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field
from kiosk.ui.screen import Screen
from kiosk.ui.state import About, Access, AnyPage, Note, State
from kiosk.ui.view import view
from kiosk.ui.world import PrinterState, ScannerState, World
from tests.kiosk.ui.appointments import BOOKED, TOLD
from tests.kiosk.ui.chips import chip_situations
from tests.kiosk.ui.dossiers import CODE, LOOKUPS
from tests.kiosk.ui.feedback import ANSWERS, LONG, TAKEN, WRITTEN
from tests.kiosk.ui.filings import FILING, filing_situations
from tests.kiosk.ui.further import further
from tests.kiosk.ui.languages.screens import SHELF, read_aloud, third_language
from tests.kiosk.ui.site import SERVICES, SITE, every_page, open_state, ticket
from tests.kiosk.ui.situations import fees_and_procedures

PANELS = {
    "landscape": GlassConfig(width=1280, height=800, px_per_mm=5.88, fullscreen=False),
    "portrait": GlassConfig(width=1080, height=1920, px_per_mm=4.03, fullscreen=False),
}


_WITH_NUMBER = (AboutAppointment.AT_ITS_TIME, AboutAppointment.IN_TURN)
READINGS = {
    "large": Access(large=True),
    "stark": Access(contrast=True),
    "low": Access(low=True, large=True),
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
        yield type(page).__name__.lower(), met(page)
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
    note = Note(about=AboutVisit.NO_ANSWER, until=1010.0)
    yield "find-twelve-note", replace(morning, world=many, page=Find(), note=note)
    confirm = every_page()[2]
    read = Note(about=AboutNumber.CARD_READ, until=1010.0)
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
    for about in (*About, *AboutNumber, *AboutVisit):
        note = Note(about=about, until=1010.0, values=values)
        page = asked if about is AboutNumber.NOT_A_CARD else Find()
        yield f"note-{about}", replace(morning, page=page, note=note)

    yield from _from_the_province(morning)
    yield from fees_and_procedures(morning)
    yield from _calls(morning)
    yield from _filings()
    yield from chip_situations(morning)
    yield from further(morning)
    for name, notice in NOTICES.items():
        yield name, replace(morning, world=World(box=notice))
    yield "retired-here", replace(morning, world=replace(world, box=NOTICES["retired"]))


def met(page: AnyPage) -> State:
    """Return a page as it is met where an officer can be called; the menu is shown without it."""
    return replace(open_state(), page=page, helpline=not isinstance(page, Menu))


def _from_the_province(morning: State) -> Iterator[tuple[str, State]]:
    """Yield what is told of dossiers and appointments."""
    for name, told in LOOKUPS.items():
        yield f"dossier-{name}", replace(morning, page=DossierSheet(told=told))
        yield f"dossier-{name}-more", replace(morning, page=DossierSheet(told=told, part=1))
    for name, told_here in TOLD.items():
        yield f"appointment-{name}", replace(morning, page=NoNumberYet(told=told_here))
    booked = AskAppointment(typing=field(Kind.CODE).filled(BOOKED))
    yield "appointment-empty", replace(morning, page=AskAppointment(typing=field(Kind.CODE)))
    yield "appointment-asked", replace(morning, page=replace(booked, asked=BOOKED))
    arrived = Issued(ticket=ticket(), paper=Paper.PRINTING, until=1060.0)
    for news in AboutAppointment:
        values = {"time": "09:00", "number": "UA012"}
        note = Note(about=news, until=1010.0, values=values)
        shown_on = arrived if news in _WITH_NUMBER else booked
        yield f"note-appointment-{news}", replace(morning, page=shown_on, note=note)
    asking = AskDossier(typing=field(Kind.CODE).filled(CODE))
    yield "dossier-asked", replace(morning, page=replace(asking, asked=CODE))
    yield from feedback_situations(morning)
    for about in AboutDossier:
        note = Note(about=about, until=1010.0)
        yield f"note-dossier-{about}", replace(morning, page=asking, note=note)


def _filings() -> Iterator[tuple[str, State]]:
    for name, page in filing_situations(ticket()).items():
        yield f"filing-{name}", met(page)
    for about in AboutPrepare:
        note = Note(about=about, until=1010.0)
        yield f"note-filing-{about}", replace(met(FilingForm(filing=FILING)), note=note)


def _calls(morning: State) -> Iterator[tuple[str, State]]:
    called = replace(morning, helpline=True)
    yield "menu-helpline", replace(called, page=Menu(first=6))
    for ahead in (0, 3):
        waits = Helping(ask=1, stage=CallStage.WAITING, ahead=ahead)
        yield f"help-waits-{ahead}", replace(called, page=HelpWait(until=1e9), help=waits)
    talks = Helping(ask=1, stage=CallStage.TALKING, officer="Nguyễn Thị Phương Thảo")
    for name, call in {
        "dark": talks,
        "seen": replace(talks, pictured=True),
        "shows": replace(talks, pictured=True, shows=True, muted=True),
    }.items():
        yield f"help-talks-{name}", replace(called, page=HelpTalk(), help=call)
    beside = replace(called, help=replace(talks, shows=True))
    yield "help-beside", replace(beside, page=Find(typed="A01"))
    yield "help-beside-home", beside
    typed = field(Kind.CODE).filled(CODE)
    yield "help-beside-typing", replace(beside, page=AskDossier(typing=typed))
    for about in AboutHelp:
        yield f"help-over-{about}", replace(called, page=HelpOver(about=about))
        note = Note(about=about, until=1010.0)
        yield f"note-help-{about}", replace(called, page=Find(), note=note)


def feedback_situations(morning: State) -> Iterator[tuple[str, State]]:
    """Yield what feedback may look like beside one of each page."""
    for name, told in ANSWERS.items():
        for part in range(3):
            yield f"feedback-{name}-{part}", met(AnswerSheet(told=told, part=part))
    for name, draft in {
        "long": replace(WRITTEN, text=LONG),
        "nameless": replace(WRITTEN, name="", phone="", photo=b"", place=""),
        "tried": replace(WRITTEN, tried=True),
    }.items():
        for part in range(3):
            yield f"feedback-review-{name}-{part}", met(FeedbackReview(draft=draft, part=part))
    for shown in (
        FeedbackReview(draft=WRITTEN, asked=True),
        FeedbackPhoto(draft=WRITTEN),
        FeedbackDoor(ask=1),
        AskAnswer(typing=field(Kind.CODE), asked="NYJK-YF33-PMKM"),
        RateFeedback(told=replace(ANSWERS["answered"], rating_scale=5)),
    ):
        yield f"feedback-{type(shown).__name__.lower()}-more", met(shown)
    yield "feedback-photo-asked", met(FeedbackPhoto(draft=WRITTEN, ask=1))
    long = field(Kind.TEXT, max_length=1500).filled(LONG)
    yield "feedback-long", met(FeedbackText(draft=WRITTEN, typing=long))
    yield "feedback-places-more", met(FeedbackPlaces(draft=WRITTEN, first=3))
    bare = replace(morning.world, printer=PrinterState.NONE)
    yield "feedback-unprinted", replace(morning, page=FeedbackDone(taken=TAKEN), world=bare)
    written = FeedbackReview(draft=WRITTEN)
    for about in AboutFeedback:
        note = Note(about=about, until=1010.0)
        yield f"note-feedback-{about}", replace(morning, page=written, note=note)


def twelve() -> tuple[Service, ...]:
    """Return twelve services, each with numbers of its own letter."""
    return tuple(
        replace(SERVICES[at % len(SERVICES)], id=f"service-{prefix}", prefix=prefix)
        for at, prefix in enumerate("ABCDEFGHIJKL")
    )


def screens(panel: GlassConfig) -> Iterator[tuple[str, Screen]]:
    """Yield every screen of a panel in every language, and every page in every way of reading."""
    fits = rooms(panel)
    for name, state in situations():
        for language in ("vi", "en"):
            spoken = replace(state, language=language)
            yield f"{name}-{language}", view(spoken, fits(spoken.access))
    for page in every_page():
        for name, access in READINGS.items():
            state = replace(met(page), access=access)
            yield f"{type(page).__name__.lower()}-{name}", view(state, fits(access))
    for name, state in (*third_language(), *read_aloud()):
        yield name, view(state, fits(state.access))


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
        self.glass = Glass(panel, self.touched.append, languages=SHELF)
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
