"""What is told of a procedure: facts, papers, steps; divided as the panel has room."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from kiosk.catalogue.procedure import Handling, OnlineLevel, Paper, PaperKind, Procedure
from kiosk.domain.deadline import TimeUnit
from kiosk.papers.fee_words import exempt_words, fee_words
from kiosk.papers.sheet import day_text
from kiosk.ui.bodies import named
from kiosk.ui.events import AnyAction
from kiosk.ui.flows.number.pages import ChooseService
from kiosk.ui.flows.prepare import steps as prepare
from kiosk.ui.flows.prepare.pages import OpenPrepare
from kiosk.ui.flows.prepare.texts import PREPARE
from kiosk.ui.flows.procedures import steps
from kiosk.ui.flows.procedures.pages import (
    Chosen,
    OpenFeeCount,
    OpenOnline,
    PrintList,
    ProcedureFacts,
    ProcedureList,
    ShowProcedurePart,
    Subject,
    TellOfProcedure,
)
from kiosk.ui.flows.procedures.texts import PROCEDURES
from kiosk.ui.flows.slips import head
from kiosk.ui.paging import lines_of, parts
from kiosk.ui.room import Room
from kiosk.ui.screen import Button, Pair, Sheet, Tile, Tiles, Tone
from kiosk.ui.state import State

_LABEL, _VALUE = 0.33, 0.62  # of a line's letters
_TITLE = 0.7  # of a line's letters in a title's line
_BUTTON_LINES = 2.2  # of a standing panel, below the facts


def facts(state: State, page: ProcedureFacts, procedure: Procedure, room: Room) -> Sheet | Tiles:
    """Tell the facts, then what can be done: on one sheet where both fit, else in parts."""
    title = procedure.name(state.language)
    pairs = list(_pairs(state, procedure, page.chosen))
    tiles = list(_tiles(state, procedure, page.chosen))
    number = take_number(state, procedure)
    heights = [
        max(
            lines_of(pair.label, int(room.letters * _LABEL)),
            lines_of(pair.value, int(room.letters * _VALUE)),
        )
        for pair in pairs
    ]
    lines = _below(title, room)
    if room.upright and sum(heights) + _BUTTON_LINES * len(tiles) <= lines:
        return Sheet(
            icon=procedure.icon,
            title=title,
            pairs=tuple(pairs),
            buttons=tuple(
                Button(action=tile.action, text=tile.title, icon=tile.icon)
                for tile in tiles
                if tile.action
            ),
            foot=number,
        )
    divided = parts(zip(pairs, heights, strict=True), lines)
    offered = [tiles[at : at + room.tiles] for at in range(0, len(tiles), room.tiles)]
    count = len(divided) + len(offered)
    part = page.part if page.part < count else 0
    onward = go_on(state, ShowProcedurePart(part=part + 1))
    foot = number if part + 1 == count else onward
    if part < len(divided):
        return Sheet(icon=procedure.icon, title=title, pairs=tuple(divided[part]), foot=foot)
    return Tiles(prompt=title, tiles=tuple(offered[part - len(divided)]), foot=foot)


def told(state: State, page: ProcedureList, procedure: Procedure, room: Room) -> Sheet:
    """Tell the papers or the steps."""
    words = PROCEDURES.of(state)
    of_papers = page.subject is Subject.PAPERS
    if of_papers:
        items = list(_papers(state, procedure.papers_of(page.chosen.case)))
    else:
        items = numbered([named(step, state) for step in procedure.steps])
    name = procedure.name(state.language)
    title = (words.papers_title if of_papers else words.steps_title).format(name=name)
    items = items or [words.no_papers]
    heights = [lines_of(item, int(room.letters * 0.94)) for item in items]
    divided = parts(zip(items, heights, strict=True), _below(title, room) - 1)
    part = page.part if page.part < len(divided) else 0
    foot = Button(action=PrintList(), text=words.print_list, tone=Tone.MAIN, icon="print")
    if part + 1 < len(divided):
        foot = go_on(state, ShowProcedurePart(part=part + 1))
    return Sheet(
        icon="document" if of_papers else "check",
        title=title,
        notes=(*divided[part], mark(state, procedure)),
        foot=foot,
    )


def take_number(state: State, procedure: Procedure) -> Button | None:
    """Return the way to a number, where one is given for the procedure now."""
    if not steps.gives_numbers(state, procedure):
        return None
    return Button(
        action=ChooseService(service=procedure.service),
        text=PROCEDURES.of(state).take_number,
        tone=Tone.MAIN,
        icon="ticket",
    )


def go_on(state: State, action: AnyAction) -> Button:
    """Return the way to what follows."""
    return Button(action=action, text=PROCEDURES.of(state).more, icon="more")


def mark(state: State, procedure: Procedure) -> str:
    """Return the code with the day of its data, and the label of samples (CAT-3, G-6)."""
    words = PROCEDURES.of(state)
    said = words.code_mark.format(code=procedure.code, day=day_text(procedure.data_date))
    return words.sample.format(said=said) if procedure.sample else said


def numbered(texts: Sequence[str]) -> list[str]:
    """Return the texts with their numbers."""
    return [f"{number}. {text}" for number, text in enumerate(texts, 1)]


def _below(title: str, room: Room) -> int:
    """Return the lines below a title, which may take two."""
    return room.lines - (lines_of(title, int(room.letters * _TITLE)) > 1) * 2


def _tiles(state: State, procedure: Procedure, chosen: Chosen) -> Iterator[Tile]:
    words = PROCEDURES.of(state)
    count = len(procedure.papers_of(chosen.case))
    yield Tile(
        action=TellOfProcedure(subject=Subject.PAPERS),
        icon="document",
        title=words.papers,
        note=words.papers_note.format(count=count) if count else "",
    )
    if procedure.steps:
        yield Tile(action=TellOfProcedure(subject=Subject.STEPS), icon="check", title=words.steps)
    if steps.units(state, procedure, chosen.case):
        yield Tile(action=OpenFeeCount(), icon="money", title=words.count_fee)
    if steps.online(state, procedure):
        yield Tile(
            action=OpenOnline(), icon="touch", title=words.go_online, note=words.go_online_note
        )
    if procedure.service in prepare.services(state):
        made = OpenPrepare(procedure=procedure.code, case=chosen.case)
        yield Tile(action=made, icon="pen", title=PREPARE.of(state).open_prepare)
    yield Tile(action=PrintList(), icon="print", title=words.print_list)


def _pairs(state: State, procedure: Procedure, chosen: Chosen) -> Iterator[Pair]:
    words = PROCEDURES.of(state)
    yield Pair(label=words.time, value=_time(state, procedure))
    yield from _fees(state, procedure, chosen)
    yield Pair(label=words.online, value=_online(state, procedure))
    for case in procedure.cases:
        if case.id == chosen.case:
            yield Pair(label=words.case, value=named(case.names, state))
    yield Pair(label=words.agency, value=named(procedure.agency, state))
    day = day_text(procedure.data_date)
    yield Pair(
        label=words.code_sample if procedure.sample else words.code,
        value=words.code_value.format(code=procedure.code, day=day),
    )
    if procedure.note:
        yield Pair(label=words.note, value=named(procedure.note, state))


def _time(state: State, procedure: Procedure) -> str:
    words = PROCEDURES.of(state)
    time, note = procedure.time, named(procedure.time_note, state)
    if time is None:
        return note or words.ask_officer
    said = words.days if time.unit is TimeUnit.DAYS else words.working_days
    said = said.format(amount=time.amount) if time.amount else words.same_day
    if time.cut_off:
        said = words.cut_off.format(said=said, time=f"{time.cut_off:%H:%M}")
    return f"{said}. {note}" if note else said


def _fees(state: State, procedure: Procedure, chosen: Chosen) -> Iterator[Pair]:
    words = PROCEDURES.of(state)
    catalogue = state.world.catalogue
    fees = procedure.fees_on(catalogue.day, chosen.case) if catalogue else ()
    by_case = not chosen.case and any(fee.case for fee in procedure.fees)
    if not fees:
        yield Pair(label=words.fee, value=words.fee_by_case if by_case else words.ask_officer)
    for fee in fees:
        said = fee_words(fee.rule, head(state))
        said = said[:1].upper() + said[1:]
        if fee.exempt:
            said = f"{said}. {exempt_words(fee.exempt, head(state))}"
        yield Pair(label=named(fee.names, state) if len(fees) > 1 else words.fee, value=said)


def _online(state: State, procedure: Procedure) -> str:
    words = PROCEDURES.of(state)
    return {
        OnlineLevel.WHOLE: words.online_whole,
        OnlineLevel.PART: words.online_part,
        OnlineLevel.INFORMATION: words.online_information,
    }[procedure.online]


def _papers(state: State, papers: Sequence[Paper]) -> Iterator[str]:
    words = PROCEDURES.of(state)
    number = 0
    for group, members in groupby(papers, key=lambda paper: paper.one_of):
        if group:
            number += 1
            yield f"{number}. {words.one_of}"
        for paper in members:
            number += not group
            mark = "–" if group else f"{number}."
            yield f"{mark} {_paper(state, paper)}"


def _paper(state: State, paper: Paper) -> str:
    words = PROCEDURES.of(state)
    name = named(paper.names, state)
    forms = [words.copies.format(count=paper.count)] if paper.count > 1 else []
    forms += [words.copy] if paper.kind is PaperKind.COPY else []
    forms += [words.electronic] if paper.kind is PaperKind.ELECTRONIC else []
    forms += [words.shown] if paper.handling is Handling.SHOWN else []
    told = [form for form in forms if form not in name.casefold()]
    remarks = [named(texts, state).rstrip(".") for texts in (paper.when, paper.note) if texts]
    return ". ".join([name + (f" ({', '.join(told)})" if told else ""), *remarks])
