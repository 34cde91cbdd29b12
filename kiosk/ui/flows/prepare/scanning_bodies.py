"""How scanning the papers looks."""

from devices.camera.paper import Flaw
from devices.scan.messages import Crop
from kiosk.ui.bodies import named
from kiosk.ui.flows.prepare.bodies import go_on, lines_of_row, more, side, waiting
from kiosk.ui.flows.prepare.pages import (
    CheckPage,
    DropPages,
    Filing,
    FilingPaper,
    FilingPapers,
    KeepPage,
    LayPage,
    LeavePages,
    LookAgain,
    OpenPaper,
    PagesDone,
    RetakePage,
    TakeThisPage,
)
from kiosk.ui.flows.prepare.scanning import best_crop, note_of
from kiosk.ui.flows.prepare.texts import PREPARE, PrepareTexts
from kiosk.ui.paging import clipped, shown
from kiosk.ui.room import Room
from kiosk.ui.scan_link import ScanTrouble
from kiosk.ui.screen import (
    Button,
    Listing,
    Message,
    Photo,
    Row,
    Sheet,
    Tone,
)
from kiosk.ui.state import State

_ROW_SHARE = 0.8  # of a line's letters, beside a row's picture and badge
_GOOD = (Flaw.NOT_WHOLE, Flaw.BLURRED, Flaw.TOO_DARK)


def papers(state: State, page: FilingPapers, room: Room) -> Listing:
    """Show the papers, and which of them are scanned."""
    words, filing = PREPARE.of(state), page.filing
    at = list(enumerate(filing.papers))
    some, then = shown(at, page.first, room.rows)
    rows = tuple(_paper_row(state, filing, number, one, room) for number, one in some)
    return Listing(
        prompt=words.papers_prompt,
        rows=rows,
        empty=words.papers_none,
        foot=more(words, then) or go_on(words),
    )


def _paper_row(state: State, filing: Filing, at: int, paper: FilingPaper, room: Room) -> Row:
    words = PREPARE.of(state)
    scans = filing.scans(at)
    waits = words.scan_it if scans else words.bring
    badge = words.pages.format(count=paper.pages) if paper.pages else waits
    letters = int(room.letters * _ROW_SHARE) - len(badge)
    return Row(
        action=OpenPaper(paper=at) if scans else None,
        title=clipped(named(paper.names, state), letters * lines_of_row(room)),
        icon="check" if paper.pages else "document",
        badge=badge,
        tone=Tone.GOOD if paper.pages else Tone.PLAIN,
    )


def lay(state: State, page: LayPage) -> Photo | Message:
    """Show what the camera sees, and what is wrong with it."""
    words = PREPARE.of(state)
    if page.trouble:
        main = Button(action=LookAgain(), text=words.look_again, tone=Tone.MAIN)
        if page.trouble is ScanTrouble.FULL and page.pages:
            main = Button(action=PagesDone(), text=words.no_more, tone=Tone.MAIN, icon="check")
        title = words.notes[note_of(page.trouble)]
        return Message(icon="camera", tone=Tone.WARN, title=title, lines=(), main=main)
    if page.seen is None:
        return waiting(state, words.opening, "camera")
    crop = best_crop(page)
    take = words.take if crop is Crop.PAGE else words.take_all
    done = words.no_more if page.pages else words.leave_out
    buttons = (
        Button(action=TakeThisPage(crop=crop), text=take, tone=Tone.MAIN, icon="camera"),
        Button(action=PagesDone(), text=done, icon="check" if page.pages else "folder"),
    )
    return Photo(
        prompt=words.lay_prompt.format(page=page.pages + 1),
        picture=page.seen.picture,
        note=words.taking if page.wish else _advice(page, words),
        buttons=() if page.wish else buttons,
    )


def _advice(page: LayPage, words: PrepareTexts) -> str:
    if page.seen is None or not page.seen.found:
        return words.lay_none
    said = {
        Flaw.NOT_WHOLE: words.lay_whole,
        Flaw.BLURRED: words.lay_sharp,
        Flaw.TOO_DARK: words.lay_light,
    }
    return next((said[flaw] for flaw in _GOOD if flaw in page.seen.flaws), words.lay_steady)


def check(state: State, page: CheckPage) -> Photo:
    """Show the page as it was taken."""
    words = PREPARE.of(state)
    said = {
        Flaw.NOT_WHOLE: words.check_cut,
        Flaw.BLURRED: words.check_blurred,
        Flaw.TOO_DARK: words.check_dark,
    }
    note = next((said[flaw] for flaw in _GOOD if flaw in page.taken.flaws), words.check_good)
    good = not page.taken.flaws
    buttons = (
        Button(action=KeepPage(), text=words.keep, icon="document"),
        Button(
            action=RetakePage(),
            text=words.retake,
            tone=Tone.PLAIN if good else Tone.MAIN,
            icon="camera",
        ),
    )
    return Photo(
        prompt=words.check_prompt.format(page=page.pages + 1),
        picture=page.taken.picture,
        note=note,
        buttons=buttons,
    )


def leaving(state: State, page: LeavePages, room: Room) -> Sheet:
    """Ask whether the pages that were scanned so far are kept."""
    words = PREPARE.of(state)
    paper = named(page.filing.papers[page.paper].names, state)
    return Sheet(
        icon="document",
        title=words.leave_title,
        notes=(
            clipped(paper, int(room.letters * side(room))),
            words.leave_pages.format(count=page.pages),
            words.leave_drop,
        ),
        buttons=(
            Button(action=PagesDone(), text=words.keep_pages, tone=Tone.MAIN, icon="check"),
            Button(action=DropPages(), text=words.drop_pages),
        ),
    )
