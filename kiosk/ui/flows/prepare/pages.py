"""Preparing a dossier: pages and touches. What is a citizen's shows in no repr."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from devices.scan.messages import Crop
from kiosk.api.dossiers import MOST_PAPERS
from kiosk.api.drafts import DraftTaken
from kiosk.sealed.prepared import Declaration
from kiosk.ui.facts import Action, Fact, Page
from kiosk.ui.keyboard.typing import Typing
from kiosk.ui.scan_link import CapturedPage, Preview, ScanTrouble


class AboutPrepare(StrEnum):
    """What a passing note of this flow is about."""

    CARD_READ = "card_read"
    NOT_A_CARD = "not_a_card"
    NAME_NEEDED = "name_needed"
    BAD_BIRTH = "bad_birth"
    BAD_NUMBER = "bad_number"
    BAD_PHONE = "bad_phone"
    PAPER_KEPT = "paper_kept"
    NO_CAMERA = "no_camera"
    NO_PAGE = "no_page"
    FULL = "full"
    TOO_LARGE = "too_large"
    PAGES_LOST = "pages_lost"
    SCAN_FAULT = "scan_fault"
    NOT_NOW = "not_now"
    NO_SUCH_NUMBER = "no_such_number"


class Unsent(StrEnum):
    """Why a draft was not taken."""

    NO_ANSWER = "no_answer"
    CLOSED = "closed"
    TOO_LARGE = "too_large"
    FULL = "full"
    KEY_CHANGED = "key_changed"
    NO_SUCH_NUMBER = "no_such_number"
    REFUSED = "refused"


class FormField(StrEnum):
    """A line of the declaration."""

    NAME = "name"
    BIRTH = "birth"
    SEX = "sex"
    NUMBER = "number"
    ADDRESS = "address"
    PHONE = "phone"


class FilingPaper(Fact, frozen=True, kw_only=True):
    """A paper of the procedure. Without `pages` it is brought to the counter."""

    id: str
    names: dict[str, str]
    code: str = ""
    copy: int = 2
    pages: int = 0


class Filing(Fact, frozen=True, kw_only=True):
    """Everything of the dossier so far but the scans; `ask` names it, the same when sent again.

    `ticket` is the number the citizen has already, or empty. A draft is kept until `keeps_until`;
    `sent_on` is whether an accepted one goes to the province by itself.
    """

    ask: int
    code: str
    case: str
    service: str
    names: dict[str, str]
    said: Declaration = Declaration()
    papers: tuple[FilingPaper, ...] = ()
    ticket: str = ""
    camera: bool = True
    keeps_until: datetime | None = None
    sent_on: bool = False

    def scans(self, at: int) -> bool:
        """Return whether there is this paper, and a camera and room in the dossier for it."""
        if not self.camera or not 0 <= at < len(self.papers):
            return False
        scanned = sum(bool(one.pages) for one in self.papers)
        return bool(self.papers[at].pages) or scanned < MOST_PAPERS

    def __repr__(self) -> str:
        """Say which filing it is, and nothing of whom."""
        return f"Filing({self.ask})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Say the same to pretty printers."""
        return [("ask", self.ask)]


class PickService(Page, frozen=True, kw_only=True):
    """The services of which something can be prepared."""

    first: int = 0


class PickProcedure(Page, frozen=True, kw_only=True):
    """The procedures of one service."""

    service: str
    first: int = 0


class FilingBegins(Page, frozen=True, kw_only=True):
    """The counter server is asked whether it takes one."""

    filing: Filing


class FilingConsent(Page, frozen=True, kw_only=True):
    """What is asked for, why, who sees it, until when; nothing was scanned before (PRI-1).

    `part` is counted from 0, as the panel divides it; only after the last one can be agreed.
    """

    filing: Filing
    part: int = 0


class FilingForm(Page, frozen=True, kw_only=True):
    """The declaration, line by line; the one page of this flow where a card is read."""

    filing: Filing
    first: int = 0


class FilingLine(Page, frozen=True, kw_only=True):
    """One line, typed."""

    filing: Filing
    line: FormField
    typing: Typing


class FilingSex(Page, frozen=True, kw_only=True):
    """One line, chosen."""

    filing: Filing


class FilingPapers(Page, frozen=True, kw_only=True):
    """The papers of the procedure, and which of them were scanned."""

    filing: Filing
    first: int = 0


class LayPage(Page, frozen=True, kw_only=True):
    """The camera's picture while a page is laid. `look` names this looking.

    `pages` were taken of this paper; `wish` is what shall be taken once the camera is free.
    """

    filing: Filing
    paper: int
    look: int
    pages: int = 0
    seen: Preview | None = None
    wish: Crop | None = None
    trouble: ScanTrouble | None = None


class CheckPage(Page, frozen=True, kw_only=True):
    """The page as it was taken, to be kept or not."""

    filing: Filing
    paper: int
    pages: int
    taken: CapturedPage


class LeavePages(Page, frozen=True, kw_only=True):
    """Who goes back while a paper's pages are not one file yet is asked whether to keep them."""

    filing: Filing
    paper: int
    pages: int


class BindingPages(Page, frozen=True, kw_only=True):
    """The pages of a paper become one file."""

    filing: Filing
    paper: int


class FilingSummary(Page, frozen=True, kw_only=True):
    """What will be handed over."""

    filing: Filing
    part: int = 0


class FilingNumber(Page, frozen=True, kw_only=True):
    """Which number has the citizen already? It is scanned or typed."""

    filing: Filing
    typing: Typing


class FilingSent(Page, frozen=True, kw_only=True):
    """The draft is on its way to the counter server."""

    filing: Filing


class FilingUnsent(Page, frozen=True, kw_only=True):
    """The draft was not taken, or nobody said that it was."""

    filing: Filing
    why: Unsent


class FilingTaken(Page, frozen=True, kw_only=True):
    """The draft waits for an officer, under the citizen's number."""

    told: DraftTaken
    until: float
    part: int = 0


AnyPage = (
    PickService
    | PickProcedure
    | FilingBegins
    | FilingConsent
    | FilingForm
    | FilingLine
    | FilingSex
    | FilingPapers
    | LayPage
    | CheckPage
    | LeavePages
    | BindingPages
    | FilingSummary
    | FilingNumber
    | FilingSent
    | FilingUnsent
    | FilingTaken
)


class OpenPrepare(Action, frozen=True, kw_only=True):
    """I want to prepare my dossier; without a procedure I choose one."""

    procedure: str = ""
    case: str = ""


class ShowFiling(Action, frozen=True, kw_only=True):
    """Show the list from this one on."""

    first: int


class PickThisService(Action, frozen=True, kw_only=True):
    """It is about this."""

    service: str


class Agree(Action, frozen=True, kw_only=True):
    """I have read it and agree."""


class EditLine(Action, frozen=True, kw_only=True):
    """I want to write this line."""

    line: FormField


class SetSex(Action, frozen=True, kw_only=True):
    """As it stands on the card."""

    sex: str


class GoOn(Action, frozen=True, kw_only=True):
    """Next."""


class OpenPaper(Action, frozen=True, kw_only=True):
    """I want to scan this paper."""

    paper: int


class TakeThisPage(Action, frozen=True, kw_only=True):
    """Take what lies there."""

    crop: Crop


class KeepPage(Action, frozen=True, kw_only=True):
    """The page is good."""


class RetakePage(Action, frozen=True, kw_only=True):
    """Once more."""


class PagesDone(Action, frozen=True, kw_only=True):
    """This paper has no further page."""


class DropPages(Action, frozen=True, kw_only=True):
    """Without what was scanned of this paper just now."""


class LookAgain(Action, frozen=True, kw_only=True):
    """Try the camera again."""


class HaveNumber(Action, frozen=True, kw_only=True):
    """I have a number already."""


class HandOver(Action, frozen=True, kw_only=True):
    """Hand it over."""


AnyAction = (
    OpenPrepare
    | ShowFiling
    | PickThisService
    | Agree
    | EditLine
    | SetSex
    | GoOn
    | OpenPaper
    | TakeThisPage
    | KeepPage
    | RetakePage
    | PagesDone
    | DropPages
    | LookAgain
    | HaveNumber
    | HandOver
)
