"""The panels over the picture: who speaks, who is present, the vote, the papers. Pure."""

from enum import StrEnum

import msgspec

from vc.endpoint.presses import (
    AnyPress,
    Panel,
    PressInStep,
    PressPage,
    PressPanel,
    PressPresent,
    PressSpeak,
    PressVote,
    PressVoter,
    Table,
    voters,
)
from vc.endpoint.texts import say
from vc.messages import RoomNotice
from vc.state import Delegate, Paper, PaperOnShow


class Tone(StrEnum):
    """How something is meant; the theme has a colour for each."""

    PLAIN = "plain"
    MAIN = "main"
    GOLD = "gold"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """Something to press; without `press` it is only there."""

    text: str
    press: AnyPress | None
    tone: Tone = Tone.PLAIN
    chosen: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a panel: words, a note, and buttons at its right."""

    text: str
    note: str = ""
    buttons: tuple[Button, ...] = ()
    press: AnyPress | None = None
    """The whole line is a button."""
    chosen: bool = False


class PageOnGlass(msgspec.Struct, frozen=True, kw_only=True):
    """The page that is shown; the picture is got from `url` with the session's token."""

    url: str
    paper: str
    page: int


class PanelBox(msgspec.Struct, frozen=True, kw_only=True):
    """A panel. `page` fills it when there is one; `buttons` stand below."""

    title: str
    rows: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()
    page: PageOnGlass | None = None
    note: str = ""


def paint_panel(notice: RoomNotice, table: Table) -> PanelBox | None:
    """Return the open panel."""
    match table.panel:
        case Panel.NONE:
            return None
        case Panel.SPEAKERS:
            return _speakers(notice, table)
        case Panel.ROLL_CALL:
            return _roll_call(notice, table)
        case Panel.VOTE:
            return _vote(notice, table)
        case Panel.PAPERS:
            return _papers(notice, table)


def page_shown(notice: RoomNotice, table: Table) -> PaperOnShow | None:
    """Return the page: one's own leafing, else the one everybody sees, else the first there is."""
    if table.page:
        return table.page
    if notice.paper:
        return notice.paper
    item = next((one for one in notice.agenda if one.id == notice.item), None)
    first = item.papers[0] if item and item.papers else None
    if first is None and notice.papers:
        first = notice.papers[0].id
    return PaperOnShow(paper=first, page=1) if first else None


def _speakers(notice: RoomNotice, table: Table) -> PanelBox:
    there = [one for one in notice.delegates if one.id in notice.present]
    rows = tuple(
        Row(text=one.name, note=one.position, press=PressSpeak(delegate=one.id))
        for one in there or notice.delegates
    )
    return PanelBox(title=say(table.language, "who_speaks"), rows=rows, buttons=_close(table))


def _roll_call(notice: RoomNotice, table: Table) -> PanelBox:
    language = table.language
    if not notice.roll_call_open:
        note = say(language, "roll_call_closed")
        return PanelBox(title=say(language, "roll_call"), note=note, buttons=_close(table))

    def row(one: Delegate) -> Row:
        there = one.id in notice.present
        return Row(
            text=one.name,
            note=one.position,
            buttons=(
                Button(
                    text=say(language, "present"),
                    press=PressPresent(delegate=one.id, present=True),
                    tone=Tone.GOOD if there else Tone.PLAIN,
                    chosen=there,
                ),
                Button(
                    text=say(language, "absent"),
                    press=PressPresent(delegate=one.id, present=False),
                    chosen=not there,
                ),
            ),
        )

    rows = tuple(map(row, notice.delegates))
    return PanelBox(title=say(language, "roll_call"), rows=rows, buttons=_close(table))


def _vote(notice: RoomNotice, table: Table) -> PanelBox:
    language, ballot = table.language, notice.ballot
    able = voters(notice)
    if ballot is None or not able:
        note = say(language, "cannot_vote")
        return PanelBox(title=say(language, "vote"), note=note, buttons=_close(table))
    left = [one.id for one in able if one.id not in ballot.voted]
    chosen = table.voter or (left or [able[0].id])[0]
    rows: tuple[Row, ...] = ()
    if len(able) > 1:
        rows = tuple(
            Row(
                text=one.name,
                note=say(language, "voted") if one.id in ballot.voted else one.position,
                press=PressVoter(delegate=one.id),
                chosen=one.id == chosen,
            )
            for one in able
        )
    mine = ballot.votes.get(chosen)
    options = tuple(
        Button(
            text=option,
            press=PressVote(delegate=chosen, option=at),
            tone=Tone.PLAIN if mine not in (None, at) else _option_tone(at, len(ballot.options)),
            chosen=mine == at,
        )
        for at, option in enumerate(ballot.options)
    )
    note = "" if left else say(language, "all_voted")
    return PanelBox(title=ballot.question, rows=rows, buttons=options, note=note)


def _option_tone(at: int, count: int) -> Tone:
    """For, against and neither look like it; of more options none does."""
    by_place = (Tone.GOOD, Tone.BAD, Tone.MAIN)
    return by_place[at] if count <= len(by_place) else Tone.MAIN


def _papers(notice: RoomNotice, table: Table) -> PanelBox:
    language = table.language
    shown = page_shown(notice, table)
    paper = next((one for one in notice.papers if shown and one.id == shown.paper), None)
    if shown is None or paper is None:
        note = say(language, "no_papers")
        return PanelBox(title=say(language, "papers"), note=note, buttons=_close(table))
    page = min(shown.page, paper.pages)
    others = tuple(
        Row(text=one.title, press=PressPage(paper=one.id, page=1), chosen=one.id == paper.id)
        for one in notice.papers
    )
    where = say(language, "page", page=page, pages=paper.pages)
    return PanelBox(
        title=f"{paper.title} · {where}",
        rows=others if len(others) > 1 else (),
        buttons=(*_leafing(notice, table, paper, page), *_close(table)),
        page=PageOnGlass(
            url=f"{notice.papers_url}/{paper.id}/{page}.png", paper=paper.id, page=page
        ),
    )


def _leafing(notice: RoomNotice, table: Table, paper: Paper, page: int) -> tuple[Button, ...]:
    back = PressPage(paper=paper.id, page=page - 1) if page > 1 else None
    on = PressPage(paper=paper.id, page=page + 1) if page < paper.pages else None
    in_step = Button(
        text=say(table.language, "in_step"),
        press=PressInStep() if table.page else None,
        chosen=table.page is None,
    )
    leaf = (
        Button(text=say(table.language, "page_back"), press=back),
        Button(text=say(table.language, "page_on"), press=on),
    )
    return (*leaf, in_step) if notice.paper else leaf


def _close(table: Table) -> tuple[Button, ...]:
    return (Button(text=say(table.language, "close"), press=PressPanel(panel=table.panel)),)
