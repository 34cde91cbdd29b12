"""Preparing a dossier: what the session wishes done, and what came of it.

Who carries it out is the clerk. What is a citizen's shows in no repr.
"""

from datetime import datetime

from devices.scan.messages import Crop
from kiosk.api.drafts import DraftTaken
from kiosk.ui.facts import Effect, Fact
from kiosk.ui.flows.prepare.pages import Filing, Unsent
from kiosk.ui.scan_link import CapturedPage, Preview, ScanTrouble


class FilingOpened(Fact, frozen=True, kw_only=True):
    """The counter server takes drafts."""

    ask: int
    keeps_until: datetime
    sent_on: bool


class FilingRefused(Fact, frozen=True, kw_only=True):
    """It takes none now."""

    ask: int


class DeskSeen(Fact, frozen=True, kw_only=True):
    """What the camera sees."""

    look: int
    seen: Preview


class DeskTrouble(Fact, frozen=True, kw_only=True):
    """The camera did not do what was asked."""

    look: int
    trouble: ScanTrouble


class PageTaken(Fact, frozen=True, kw_only=True):
    """A page was taken."""

    look: int
    taken: CapturedPage


class PaperBound(Fact, frozen=True, kw_only=True):
    """A paper is one file now, and wiped from the camera's folder."""

    ask: int
    paper: str
    pages: int


class PaperNotBound(Fact, frozen=True, kw_only=True):
    """The pages are lost; nothing of them is left."""

    ask: int
    paper: str
    trouble: ScanTrouble


class FilingKept(Fact, frozen=True, kw_only=True):
    """The counter server has the draft."""

    ask: int
    told: DraftTaken


class FilingNotKept(Fact, frozen=True, kw_only=True):
    """It has not, or did not answer."""

    ask: int
    why: Unsent


AnyEvent = (
    FilingOpened
    | FilingRefused
    | DeskSeen
    | DeskTrouble
    | PageTaken
    | PaperBound
    | PaperNotBound
    | FilingKept
    | FilingNotKept
)


class OpenFiling(Effect, frozen=True, kw_only=True):
    """Ask whether the counter server takes a draft, and pin its key for this filing."""

    ask: int


class LookAtDesk(Effect, frozen=True, kw_only=True):
    """Look once."""

    look: int


class TakePage(Effect, frozen=True, kw_only=True):
    """Take the page."""

    look: int
    crop: Crop


class DropTaken(Effect, frozen=True, kw_only=True):
    """Forget a page, then look."""

    look: int
    page: str


class BindPages(Effect, frozen=True, kw_only=True):
    """Make one file of the pages, and wipe them."""

    ask: int
    paper: str


class CloseDesk(Effect, frozen=True, kw_only=True):
    """Wipe the pages that were taken and not bound."""


class SendFiling(Effect, frozen=True, kw_only=True):
    """Seal it and hand it over; the same filing is one draft, however often it is sent."""

    filing: Filing
    language: str


class WithdrawFiling(Effect, frozen=True, kw_only=True):
    """Nobody waits for this draft: it shall not stay, whether it has come or not."""

    ask: int


AnyEffect = (
    OpenFiling
    | LookAtDesk
    | TakePage
    | DropTaken
    | BindPages
    | CloseDesk
    | SendFiling
    | WithdrawFiling
)
