"""Which pictures docs/screens has: every situation of the darkroom once, by its flow."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from kiosk.ui.facts import Page
from kiosk.ui.fitting import rooms
from kiosk.ui.flows.all import flow_of
from kiosk.ui.screen import Screen
from kiosk.ui.state import BUILT_IN, Access, State
from kiosk.ui.view import view
from tests.kiosk.ui.darkroom import PANELS, situations
from tests.kiosk.ui.languages.screens import SHELF, read_aloud

NOTE = "note-"
_SHOWN_PROCEDURES = tuple(
    f"facts-{code}-" for code in ("1.001193", "1.004194", "1.012787", "2.001035")
)
STANDING = "standing"
STANDING_PAGES = (
    *("home", "menu", "confirm", "scancard", "issued", "find", "rate"),
    *("procedurefacts", "goonline", "dossiersheet", "onefee", "nonumberyet"),
    *("filingform", "laypage", "feedbacktext", "answersheet", "helptalk"),
)
"""Those that are shown on a standing panel too."""

GUIDE = "guide"
GUIDE_PAGES = (
    *("home", "scancard", "confirm", "issued", "issued-no_paper", "home-no-paper", "warned"),
    *("menu", "reading", "languages-packs", "procedurefacts", "procedurelist", "goonline"),
    *("filingconsent", "filingform", "laypage", "checkpage", "filingsummary", "filingtaken"),
    *("askdossier", "dossiersheet", "onefee", "askappointment", "nonumberyet", "find", "rate"),
    *("feedbackcontact", "feedbacktext", "feedbackreview", "feedbackdone", "answersheet"),
    *("helpnotice", "helpshow", "help-talks-seen", "down", "chipconsent"),
)
"""Those that docs/vi shows, alone and in Vietnamese."""

FLOWS = {
    "home": "Choose a service, or hear why no number can be had.",
    "number": "Take a number: a service, a class, a card that only tells the age.",
    "menu": "Everything else that can be done here; languages; how the screen is read.",
    "procedures": "Look a procedure up: time, fee, papers, steps, and the way to do it online.",
    "prepare": "Prepare a dossier: the card fills the form, papers are scanned, sent sealed.",
    "dossier": "See how a dossier stands, by its code, and print that.",
    "fees": "See what is to be paid for a dossier and how; pending until it is confirmed.",
    "appointment": "Come for an appointment, and get the number that is called at its time.",
    "visit": "See how far a number is, and rate the visit.",
    "feedback": "Complain or praise, with a photo and a place; read the answer by its code.",
    "help": "Call an officer of the province, who sees the screen only where that is allowed.",
    "box": "What a technician sees of a box that is new, refused, or no longer in use.",
    "chip": "The identity card's chip is read after consent, and fills the declaration.",
}
"""What the citizen does there. A new flow has a line here."""


class Look(NamedTuple):
    """One of the ways in which a screen is shown side by side."""

    caption: str
    screen: Screen


class Shot(NamedTuple):
    """One picture of the album: a situation in its flow, told by its page's contract."""

    flow: str
    name: str
    told: str
    state: State

    @property
    def file(self) -> str:
        """Where it lies in the album."""
        return f"{self.flow}/{self.name}.png"


def shots() -> Iterator[Shot]:
    """Yield every situation once: what looks like one before it is left out.

    Of the sample catalogue's procedures, which look alike, some are enough.
    """
    fits = rooms(PANELS["landscape"])
    seen: set[bytes] = set()
    for name, state in (*situations(), *_aloud()):
        if name.startswith(("facts-1.", "facts-2.")) and not name.startswith(_SHOWN_PROCEDURES):
            continue
        room = fits(state.access)
        looks = [view(replace(state, language=code), room) for code in BUILT_IN]
        painted = msgspec.json.encode([replace(screen, left=None) for screen in looks])
        if painted in seen:
            continue
        seen.add(painted)
        yield Shot(_flow(name, state), name, _told(state.page), state)


def standing(every: Iterable[Shot]) -> Iterator[Shot]:
    """Yield those that are shown on a standing panel too."""
    for shot in every:
        if shot.name in STANDING_PAGES:
            yield shot._replace(flow=STANDING)


def guide(every: Iterable[Shot]) -> Iterator[Shot]:
    """Yield those that a guide shows."""
    for shot in every:
        if shot.name in GUIDE_PAGES:
            yield shot._replace(flow=GUIDE)


def lying_looks(state: State) -> Iterator[Look]:
    """Yield a situation in three languages and in high contrast."""
    fits = rooms(PANELS["landscape"])
    stark = replace(state.access, contrast=True)
    for caption, shown in (
        ("Tiếng Việt", state),
        ("English", replace(state, language="en")),
        ("Khmer (language pack, sample)", replace(state, language="km", packs=SHELF.packs)),
        ("High contrast", replace(state, access=stark)),
    ):
        yield Look(caption, view(shown, fits(shown.access)))


def standing_looks(state: State) -> Iterator[Look]:
    """Yield a situation on a standing panel, in large letters within low reach too."""
    fits = rooms(PANELS["portrait"])
    for caption, shown in (
        ("Tiếng Việt", state),
        ("English", replace(state, language="en")),
        ("Khmer (pack, sample)", replace(state, language="km", packs=SHELF.packs)),
        ("High contrast", replace(state, access=Access(contrast=True))),
        ("Large, low reach", replace(state, access=Access(large=True, low=True))),
    ):
        yield Look(caption, view(shown, fits(shown.access)))


def _aloud() -> Iterator[tuple[str, State]]:
    """Yield what is read aloud, in usual letters: the other ways of reading come by themselves."""
    for name, state in read_aloud():
        if name in {"reading-spoken", "home-pointed", "warned-consent-vi"}:
            yield name.removesuffix("-vi"), state


def _flow(name: str, state: State) -> str:
    if state.world.box and not state.world.box.serves:
        return "box"
    if name.startswith(NOTE) and state.note:
        return type(state.note.about).__module__.split(".")[-2].replace("ui", "home")
    if state.help:
        return "help"
    flow = flow_of(state.page)
    return type(flow).__module__.split(".")[-2] if flow else "home"


def _told(page: Page) -> str:
    return f"{type(page).__name__}: {(type(page).__doc__ or '').splitlines()[0]}"
