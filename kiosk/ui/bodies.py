"""The middles of the screens, one function a page."""

from kiosk.api import Names, PriorityClass, Service, Site
from kiosk.ui.events import (
    ChooseService,
    Erase,
    GiveRating,
    Look,
    OpenClasses,
    OpenScan,
    SetClass,
    ShowServices,
    TakeNumber,
    TypeKey,
)
from kiosk.ui.minutes import minutes
from kiosk.ui.screen import (
    AnyBody,
    Button,
    Confirmation,
    Faces,
    Message,
    Notice,
    Number,
    Pad,
    Tile,
    Tiles,
    Tone,
)
from kiosk.ui.state import (
    PLAIN_CLASS,
    ChooseClass,
    Confirm,
    Errand,
    Find,
    Issued,
    NoAnswer,
    Paper,
    PrinterState,
    Rate,
    ScanCard,
    ScannerState,
    State,
    Taking,
)
from kiosk.ui.texts import Texts

RATING_SCALE = 3  # domain QUE-10


def named(names: Names, state: State) -> str:
    """Return the name in the state's language, or in Vietnamese."""
    return names.get(state.language) or names.get("vi", "")


def of_page(state: State, texts: Texts) -> AnyBody:
    """Return the body of a page of a session."""
    match state.page:
        case Confirm(errand=errand):
            return confirm(state, errand, texts)
        case ChooseClass(errand=errand):
            return classes(state, errand, texts)
        case ScanCard():
            return scan(texts)
        case NoAnswer(retry=retry):
            return no_number(texts, retry=retry)
        case Taking():
            return Message(
                icon="clock", tone=Tone.PLAIN, title=texts.taking, lines=(texts.please_wait,)
            )
        case _:
            return _of_visit(state, texts)


def _of_visit(state: State, texts: Texts) -> AnyBody:
    match state.page:
        case Issued() as page:
            return issued(state, page, texts)
        case Find() as page:
            return find(state, page, texts)
        case Rate() as page:
            return faces(state, page, texts)
        case _:
            return Message(
                icon="face3", tone=Tone.GOOD, title=texts.thanks, lines=(texts.thanks_note,)
            )


def starting(texts: Texts) -> Message:
    """Say that nothing was heard of the site yet."""
    return Message(icon="clock", tone=Tone.PLAIN, title=texts.starting, lines=(texts.please_wait,))


def this_box(name: str, texts: Texts) -> Message:
    """Say which box this is, for a technician who looks for it."""
    title = texts.this_box.rstrip(":")
    return Message(icon="star", tone=Tone.MAIN, title=name, lines=(title,))


def down(texts: Texts) -> Message:
    """Say that the counter server does not answer."""
    return Message(
        icon="desk", tone=Tone.WARN, title=texts.counter_down, lines=(texts.counter_down_help,)
    )


def closed(state: State, site: Site, texts: Texts) -> Message:
    """Say that no numbers are given at this hour."""
    hours = texts.closed_hours.format(opens=site.opens_at, closes=site.closes_at)
    notice = named(site.notice, state)
    lines = (hours, notice or texts.closed_help)
    return Message(icon="clock", tone=Tone.PLAIN, title=texts.closed, lines=lines)


def rest(site: Site, texts: Texts) -> Message:
    """Invite the next citizen."""
    hours = texts.closed_hours.format(opens=site.opens_at, closes=site.closes_at)
    return Message(icon="touch", tone=Tone.MAIN, title=texts.rest_prompt, lines=(hours,))


def home(state: State, site: Site, texts: Texts, first: int, room: int) -> Tiles:
    """Show the services from `first` on; a tile leads to the rest when they do not all fit."""
    services = site.services
    whole = len(services) <= room
    first = 0 if whole or first >= len(services) else first
    then = len(services) if whole else first + room - 1
    tiles = [_service_tile(state, service, texts) for service in services[first:then]]
    if not whole:
        action = ShowServices(first=then if then < len(services) else 0)
        tiles.append(Tile(action=action, icon="more", title=texts.more_services))
    return Tiles(prompt=texts.choose_service, tiles=tuple(tiles))


def _service_tile(state: State, service: Service, texts: Texts) -> Tile:
    return Tile(
        action=ChooseService(service=service.id) if service.open else None,
        icon=service.icon or "form",
        title=named(service.names, state),
        note=_waiting(service, texts)[0] if service.open else texts.service_closed,
    )


def _waiting(service: Service, texts: Texts) -> tuple[str, ...]:
    if not service.waiting:
        return (texts.waiting_none,)
    return (texts.waiting.format(count=service.waiting), _wait(service.expected_wait_s, texts))


def _wait(seconds: int, texts: Texts) -> str:
    wait = minutes(seconds)
    return texts.wait_minutes.format(minutes=wait) if wait else texts.wait_short


def confirm(state: State, errand: Errand, texts: Texts) -> Confirmation:
    """Show the service, and one button for the number."""
    service = _service(state, errand.service)
    ready = state.world.printer is PrinterState.READY
    sides = [_class_tile(state, errand, texts)]
    if state.world.scanner is not ScannerState.NONE:
        sides.append(_card_tile(state, errand, texts))
    return Confirmation(
        icon=service.icon or "form" if service else "form",
        title=named(service.names, state) if service else "",
        facts=_waiting(service, texts) if service else (),
        main=Button(
            action=TakeNumber(),
            text=texts.print_number if ready else texts.show_number,
            tone=Tone.MAIN,
            icon="print" if ready else "ticket",
        ),
        sides=tuple(sides),
    )


def _card_tile(state: State, errand: Errand, texts: Texts) -> Tile:
    card = errand.card
    action = OpenScan() if state.world.scanner is ScannerState.READY else None
    if card is None:
        title = texts.scan_card if action else texts.scanner_missing
        note = texts.scan_card_note if action else texts.no_card_needed
        return Tile(action=action, icon="card", title=title, note=note)
    greeting = texts.greeting_woman if card.female else texts.greeting_man
    masked = texts.card_of.format(number=card.masked)
    title = greeting.format(name=card.given_name) if card.given_name else texts.scan_card
    return Tile(action=action, icon="card", title=title, note=masked, chosen=True)


def _class_tile(state: State, errand: Errand, texts: Texts) -> Tile:
    plain = errand.priority_class == PLAIN_CLASS
    chosen = next((each for each in _classes(state) if each.id == errand.priority_class), None)
    return Tile(
        action=OpenClasses(),
        icon=_class_icon(chosen) if chosen else "person",
        title=named(chosen.names, state) if chosen else texts.choose_class,
        note=texts.class_plain if plain else texts.class_chosen,
        chosen=not plain,
    )


def classes(state: State, errand: Errand, texts: Texts) -> Tiles:
    """Show the classes a citizen may declare (domain QUE-2)."""
    tiles = tuple(
        Tile(
            action=SetClass(priority_class=each.id),
            icon=_class_icon(each),
            title=named(each.names, state),
            chosen=each.id == errand.priority_class,
        )
        for each in _classes(state)
    )
    return Tiles(prompt=f"{texts.choose_class} {texts.class_note}", tiles=tiles)


def _class_icon(each: PriorityClass) -> str:
    return each.id if each.priority else "person"


def scan(texts: Texts) -> Notice:
    """Show the notice before anything is scanned (domain PRI-1)."""
    return Notice(
        title=texts.privacy_title,
        sentences=(texts.privacy_purpose, texts.privacy_memory, texts.privacy_choice),
        prompt=texts.scan_prompt,
        icon="scan",
    )


def no_number(texts: Texts, *, retry: bool) -> Message:
    """Say that the counter server gave no number."""
    again = Button(action=TakeNumber(), text=texts.try_again, tone=Tone.MAIN)
    return Message(
        icon="desk",
        tone=Tone.WARN,
        title=texts.no_number,
        lines=(texts.no_number_help,),
        main=again if retry else None,
    )


def issued(state: State, page: Issued, texts: Texts) -> Number:
    """Show the number, and what to do with it."""
    ticket = page.ticket
    ahead = texts.ahead.format(count=ticket.ahead) if ticket.ahead else texts.ahead_none
    guess = minutes(ticket.expected_wait_s)
    wait = (texts.expected_wait.format(minutes=guess),) if guess else ()
    paper, advice, tone, icon = {
        Paper.PRINTING: (texts.printing, texts.please_wait, Tone.PLAIN, "print"),
        Paper.PRINTED: (texts.printed, texts.keep_ticket, Tone.GOOD, "ticket"),
        Paper.NO_PAPER: (texts.unprinted_paper, texts.unprinted_paper_help, Tone.WARN, "paper"),
        Paper.FAULT: (texts.unprinted_fault, texts.unprinted_fault_help, Tone.WARN, "paper"),
        Paper.NONE: (texts.paperless, texts.paperless_help, Tone.PLAIN, "ticket"),
    }[page.paper]
    missing = page.paper not in (Paper.PRINTING, Paper.PRINTED)
    return Number(
        caption=texts.your_number,
        number=ticket.number,
        service=named(ticket.service_names, state),
        facts=(ahead, *wait),
        paper=paper,
        advice=advice,
        tone=tone,
        icon=icon,
        qr=ticket.url if missing else "",
    )


def find(state: State, page: Find, texts: Texts) -> Pad:
    """Show the keys of every number that this site gives (domain QUE-4)."""
    site = state.world.site
    prefixes = sorted({service.prefix for service in site.services}) if site else []
    letters = [each for each in prefixes if each.isalpha()]
    priority = ["U"] if any(each.priority for each in _classes(state)) else []
    scans = state.world.scanner is ScannerState.READY
    prompt = texts.find_prompt if scans else texts.find_prompt_typed
    return Pad(
        prompt=texts.looking if page.asked else prompt,
        typed=page.typed,
        hint=texts.find_hint,
        letters=tuple(_key(key) for key in priority + letters),
        digits=tuple(_key(key) for key in "1234567890"),
        erase=Button(action=Erase(), text=texts.erase, icon="erase"),
        go=Button(action=Look(), text=texts.find_go, tone=Tone.MAIN, icon="check")
        if page.typed and not page.asked
        else None,
    )


def _key(key: str) -> Button:
    return Button(action=TypeKey(key=key), text=key)


def faces(state: State, page: Rate, texts: Texts) -> Faces:
    """Show three levels with faces and words (domain QUE-10); another scale as its numbers."""
    scale = state.world.site.rating_scale if state.world.site else RATING_SCALE
    words = {3: texts.rate_3, 2: texts.rate_2, 1: texts.rate_1}
    if scale != RATING_SCALE:
        words = {value: str(value) for value in range(scale, 0, -1)}
    return Faces(
        question=texts.rate_question,
        faces=tuple(
            Tile(
                action=None if page.sent else GiveRating(value=value, scale=scale),
                icon=f"face{value}" if scale == RATING_SCALE else "star",
                title=word,
            )
            for value, word in words.items()
        ),
        note=texts.rate_anonymous.format(number=page.ticket.number),
    )


def _service(state: State, service: str) -> Service | None:
    site = state.world.site
    return next((each for each in site.services if each.id == service), None) if site else None


def _classes(state: State) -> tuple[PriorityClass, ...]:
    return state.world.site.priority_classes if state.world.site else ()
