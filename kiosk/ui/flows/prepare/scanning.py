"""Scanning the papers, one page after another. The camera is asked one thing at a time."""

from msgspec.structs import replace

from devices.scan.messages import Crop
from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.flows.prepare.pages import (
    AboutPrepare,
    BindingPages,
    CheckPage,
    DropPages,
    Filing,
    FilingForm,
    FilingPapers,
    FilingSummary,
    GoOn,
    KeepPage,
    LayPage,
    LeavePages,
    LookAgain,
    OpenPaper,
    PagesDone,
    RetakePage,
    ShowFiling,
    TakeThisPage,
)
from kiosk.ui.flows.prepare.wishes import (
    BindPages,
    CloseDesk,
    DeskSeen,
    DeskTrouble,
    DropTaken,
    LookAtDesk,
    PageTaken,
    PaperBound,
    PaperNotBound,
    TakePage,
)
from kiosk.ui.moves import Step, stay, tell, turn
from kiosk.ui.scan_link import ScanTrouble
from kiosk.ui.state import State

_NOTES = {
    ScanTrouble.NO_CAMERA: AboutPrepare.NO_CAMERA,
    ScanTrouble.NO_PAGE: AboutPrepare.NO_PAGE,
    ScanTrouble.FULL: AboutPrepare.FULL,
    ScanTrouble.TOO_LARGE: AboutPrepare.TOO_LARGE,
    ScanTrouble.OVER: AboutPrepare.PAGES_LOST,
}


def papers(state: State, page: FilingPapers, action: AnyAction) -> Step:
    """Act on the list of papers."""
    filing = page.filing
    match action:
        case OpenPaper(paper=paper) if filing.scans(paper):
            return _look(state, LayPage(filing=filing, paper=paper, look=0))
        case ShowFiling(first=first):
            return turn(state, replace(page, first=max(0, first)))
        case GoOn():
            return turn(state, FilingSummary(filing=filing))
        case Back() | Leave() if page.first:
            return turn(state, replace(page, first=0))
        case Back() | Leave():
            return turn(state, FilingForm(filing=filing))
        case _:
            return stay(state)


def lay(state: State, page: LayPage, action: AnyAction) -> Step:
    """Act on the camera's picture."""
    match action:
        case TakeThisPage(crop=crop) if page.seen and not page.wish and not page.trouble:
            return stay(replace(state, page=replace(page, wish=crop)))
        case PagesDone() if page.pages and not page.wish:
            return _bind(state, page.filing, page.paper)
        case PagesDone() if not page.wish:
            return turn(state, FilingPapers(filing=page.filing), CloseDesk())
        case LookAgain() if page.trouble:
            return _look(state, page)
        case Back() | Leave():
            return _back(state, page)
        case _:
            return stay(state)


def leaving(state: State, page: LeavePages, action: AnyAction) -> Step:
    """Keep what was scanned of the paper or wipe it; who does neither goes on scanning."""
    match action:
        case PagesDone():
            return _bind(state, page.filing, page.paper)
        case DropPages():
            return turn(state, FilingPapers(filing=page.filing), CloseDesk())
        case Back() | Leave():
            again = LayPage(filing=page.filing, paper=page.paper, look=0, pages=page.pages)
            return _look(state, again)
        case _:
            return stay(state)


def seen(state: State, event: DeskSeen) -> Step:
    """Show what the camera sees, and look again or take what was wished."""
    page = state.page
    if not isinstance(page, LayPage) or page.look != event.look:
        return stay(state)
    page = replace(page, seen=event.seen)
    after = replace(state, page=page)
    if page.wish:
        return after, (TakePage(look=page.look, crop=page.wish),)
    return after, (LookAtDesk(look=page.look),)


def trouble(state: State, event: DeskTrouble, now: float) -> Step:
    """Say what is the matter; a page that was not there is looked for again."""
    page = state.page
    if not isinstance(page, LayPage) or page.look != event.look:
        return stay(state)
    about = note_of(event.trouble)
    if event.trouble is ScanTrouble.NO_CAMERA:
        filing = replace(page.filing, camera=False)
        state, effects = turn(state, FilingPapers(filing=filing), CloseDesk())
        return tell(state, now, about), effects
    if event.trouble is ScanTrouble.NO_PAGE:
        state, effects = _look(state, page)
        return tell(state, now, about), effects
    lost = event.trouble is ScanTrouble.OVER  # the pages before this one are wiped
    page = replace(page, trouble=event.trouble, wish=None, pages=0 if lost else page.pages)
    return stay(tell(replace(state, page=page), now, about))


def taken(state: State, event: PageTaken, now: float) -> Step:
    """Let the citizen look at the page; where others are kept than were seen, all is begun anew."""
    page = state.page
    if not isinstance(page, LayPage) or page.look != event.look:
        return stay(state)
    if event.taken.pages != page.pages + 1:
        state, effects = turn(state, FilingPapers(filing=page.filing), CloseDesk())
        return tell(state, now, AboutPrepare.PAGES_LOST), effects
    check_ = CheckPage(filing=page.filing, paper=page.paper, pages=page.pages, taken=event.taken)
    return turn(state, check_)


def check(state: State, page: CheckPage, action: AnyAction) -> Step:
    """Keep the page, or take it once more."""
    again = LayPage(filing=page.filing, paper=page.paper, look=0, pages=page.pages)
    match action:
        case KeepPage():
            return _look(state, replace(again, pages=page.pages + 1))
        case PagesDone():
            return _bind(state, page.filing, page.paper)
        case RetakePage() | Back():
            state, _ = _look(state, again)
            look = state.asks
            return state, (DropTaken(look=look, page=page.taken.page),)
        case Leave():
            return turn(state, FilingPapers(filing=page.filing), CloseDesk())
        case _:
            return stay(state)


def bound(state: State, event: PaperBound, now: float) -> Step:
    """Note that the paper is ready."""
    page = state.page
    if not isinstance(page, BindingPages) or page.filing.ask != event.ask:
        return stay(state)
    filing = replace(
        page.filing,
        papers=tuple(
            replace(one, pages=event.pages) if one.id == event.paper else one
            for one in page.filing.papers
        ),
    )
    state, effects = turn(state, FilingPapers(filing=filing))
    return tell(state, now, AboutPrepare.PAPER_KEPT), effects


def not_bound(state: State, event: PaperNotBound, now: float) -> Step:
    """Say that the paper must be scanned anew."""
    page = state.page
    if not isinstance(page, BindingPages) or page.filing.ask != event.ask:
        return stay(state)
    full = event.trouble is ScanTrouble.FULL  # the pages found room, all of them as one file none
    about = AboutPrepare.TOO_LARGE if full else note_of(event.trouble)
    state, effects = turn(state, FilingPapers(filing=page.filing))
    return tell(state, now, about), effects


def note_of(trouble_: ScanTrouble) -> AboutPrepare:
    """Return what is said of a trouble."""
    return _NOTES.get(trouble_, AboutPrepare.SCAN_FAULT)


def best_crop(page: LayPage) -> Crop:
    """Return what would be taken now: the page, or the desk as it is where none is found."""
    return Crop.PAGE if page.seen is None or page.seen.found else Crop.EVERYTHING


def _back(state: State, page: LayPage) -> Step:
    """Ask before pages are lost, but not while one is taken: it would be kept without a look."""
    if not page.pages:
        return turn(state, FilingPapers(filing=page.filing), CloseDesk())
    if page.wish:
        return stay(state)
    return turn(state, LeavePages(filing=page.filing, paper=page.paper, pages=page.pages))


def _bind(state: State, filing: Filing, paper: int) -> Step:
    wish = BindPages(ask=filing.ask, paper=filing.papers[paper].id)
    return turn(state, BindingPages(filing=filing, paper=paper), wish)


def _look(state: State, page: LayPage) -> Step:
    look = state.asks + 1
    page = replace(page, look=look, wish=None, trouble=None)
    return turn(replace(state, asks=look), page, LookAtDesk(look=look))
