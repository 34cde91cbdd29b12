"""How the pages of looking a procedure up look: sectors, lists, the search, the amount."""

from kiosk.catalogue.portal import TEXTS
from kiosk.catalogue.procedure import Procedure
from kiosk.domain.fees import Order
from kiosk.papers.sheet import money
from kiosk.ui.bodies import named, service_of
from kiosk.ui.flows.procedures import steps
from kiosk.ui.flows.procedures.pages import (
    CountFee,
    FeeAmount,
    GoOnline,
    OpenProcedure,
    OpenSearch,
    OpenSector,
    ProcedureCases,
    Procedures,
    SearchProcedures,
    Sectors,
    SetCase,
    ShowProcedurePart,
    ShowProcedures,
    Unit,
)
from kiosk.ui.flows.procedures.telling import go_on, mark, numbered, take_number
from kiosk.ui.flows.procedures.texts import PROCEDURES
from kiosk.ui.flows.slips import head
from kiosk.ui.flows.typing import keyboard
from kiosk.ui.paging import clipped, lines_of, parts, shown
from kiosk.ui.room import Room
from kiosk.ui.screen import (
    Button,
    Listing,
    Message,
    Pair,
    Row,
    Sheet,
    Tile,
    Tiles,
    Tone,
    Writing,
)
from kiosk.ui.state import State

_FOUND_ROWS = 6
_PROMPT = 0.6
_BESIDE_QR = 0.55
_UPRIGHT_TILE, _LYING_TILE = 0.9, 0.62  # of a line's letters, in a tile's two lines


def sectors(state: State, page: Sectors, room: Room) -> Tiles:
    """Show the search first, then the sectors."""
    words = PROCEDURES.of(state)
    catalogue = state.world.catalogue
    letters = int(room.letters * (_UPRIGHT_TILE if room.upright else _LYING_TILE))
    tiles = [
        Tile(
            action=OpenSearch(),
            icon="search",
            title=words.open_search,
            note=words.open_search_note,
        )
    ]
    tiles += [
        Tile(
            action=OpenSector(sector=sector.id),
            icon=sector.icon,
            title=clipped(named(sector.names, state), letters),
        )
        for sector in (catalogue.sectors if catalogue else ())
    ]
    some, then = shown(tiles, page.first, room.tiles)
    return Tiles(prompt=words.choose_sector, tiles=tuple(some), foot=_more(state, then))


def search(state: State, page: SearchProcedures, room: Room) -> Writing:
    """Show the field; what is found already stands above it, or in the prompt where no room is."""
    words = PROCEDURES.of(state)
    query = page.typing.text.strip()
    catalogue = state.world.catalogue
    hits = catalogue.found(query) if catalogue and query else ()
    prompt = words.search_prompt
    if query:
        prompt = words.search_nothing
    if hits:
        name = hits[0].name(state.language)
        found = words.search_found if len(hits) == 1 else words.search_more
        prompt = (words.search_count if room.upright else found).format(name=name, count=len(hits))
    rows = tuple(_row(state, one, room) for one in hits[:_FOUND_ROWS])
    return keyboard(
        page.typing,
        room,
        prompt=clipped(prompt, room.letters * 2 // 3),
        hint=words.search_hint,
        found=rows,
    )


def procedures(state: State, page: Procedures, room: Room) -> Listing:
    """Show a list of procedures."""
    words = PROCEDURES.of(state)
    catalogue = state.world.catalogue
    sector = catalogue.sector(page.sector) if catalogue else None
    found = steps.listed(state, page)
    prompt = words.found_for.format(query=page.query) if page.query else ""
    service = service_of(state, page.service)
    of = sector or service
    prompt = prompt or (named(of.names, state) if of else "")
    prompt = clipped(prompt, int(room.letters * _PROMPT))
    sample = any(one.sample for one in found)
    some, then = shown(found, page.first, room.rows)
    return Listing(
        prompt=words.sample.format(said=prompt) if sample else prompt,
        rows=tuple(_row(state, one, room) for one in some),
        empty=words.found_nothing if page.query else words.gone,
        foot=_more(state, then),
    )


def cases(state: State, page: ProcedureCases, procedure: Procedure, room: Room) -> Listing:
    """Show the cases; who does not know which it is may go on too."""
    words = PROCEDURES.of(state)
    rows = [
        Row(action=SetCase(case=case.id), title=named(case.names, state))
        for case in procedure.cases
    ]
    rows.append(Row(action=SetCase(case=""), title=words.any_case))
    some, then = shown(rows, page.first, room.rows)
    return Listing(prompt=words.choose_case, rows=tuple(some), foot=_more(state, then))


def count(state: State, page: CountFee, room: Room) -> Writing:
    """Ask how many."""
    words = PROCEDURES.of(state)
    prompts = {
        Unit.PAGES: words.count_pages,
        Unit.COPIES: words.count_copies,
        Unit.PERSONS: words.count_persons,
    }
    return keyboard(page.typing, room, prompt=prompts[page.unit], hint=words.count_hint)


def amount(state: State, page: FeeAmount, procedure: Procedure) -> Sheet | Message:
    """Say what it comes to, and that the officer has the last word."""
    words = PROCEDURES.of(state)
    catalogue = state.world.catalogue
    if not catalogue:
        return gone(state)
    asked = steps.units(state, procedure, page.chosen.case)
    vnd = procedure.amount(page.order, catalogue.day).vnd
    labels = {
        Unit.PAGES: words.fee_pages,
        Unit.COPIES: words.fee_copies,
        Unit.PERSONS: words.fee_persons,
    }
    exempt = any(fee.exempt for fee in procedure.fees_on(catalogue.day, page.chosen.case))
    said = words.ask_officer if vnd is None else money(vnd, head(state))
    return Sheet(
        icon="money",
        title=said,
        pairs=tuple(
            Pair(label=labels[unit], value=str(_counted(page.order, unit))) for unit in asked
        ),
        notes=(*((words.fee_exempt,) if exempt else ()), words.fee_about, mark(state, procedure)),
        foot=take_number(state, procedure),
    )


def portal(state: State, page: GoOnline, procedure: Procedure, room: Room) -> Sheet | Message:
    """Show the procedure's page as a QR symbol, and how to go on, in parts where it is long."""
    words = PROCEDURES.of(state)
    way = steps.online(state, procedure)
    if way is None:
        return gone(state)
    letters = room.letters if room.upright else int(room.letters * _BESIDE_QR)
    lines = room.lines // 2 if room.upright else room.lines
    title = procedure.name(state.language)
    guide = numbered([named(TEXTS[step], state) for step in way.steps])
    label = mark(state, procedure)
    room_left = lines - lines_of(label, letters)
    divided = parts(((one, lines_of(one, letters)) for one in guide), room_left)
    part = page.part if page.part < len(divided) else 0
    last = part + 1 == len(divided)
    return Sheet(
        icon="touch",
        title=clipped(title, int(room.letters * 0.7)),
        notes=(*divided[part], label),
        qr=way.url,
        qr_caption=words.online_caption,
        foot=None if last else go_on(state, ShowProcedurePart(part=part + 1)),
    )


def gone(state: State) -> Message:
    """Say that what was looked at is there no more."""
    words = PROCEDURES.of(state)
    return Message(icon="search", tone=Tone.WARN, title=words.gone, lines=(words.gone_help,))


def _row(state: State, procedure: Procedure, room: Room) -> Row:
    name = clipped(procedure.name(state.language), int(room.letters * 1.6))
    return Row(action=OpenProcedure(code=procedure.code), title=name, icon=procedure.icon)


def _more(state: State, then: int | None) -> Button | None:
    return None if then is None else go_on(state, ShowProcedures(first=then))


def _counted(order: Order, unit: Unit) -> int:
    return {Unit.PAGES: order.pages, Unit.COPIES: order.copies, Unit.PERSONS: order.persons}[unit]
