"""`view(state, room)`: the state as a screen. Pure; `room` is how many tiles fit on the glass."""

from kiosk.api import Site
from kiosk.ui import bodies
from kiosk.ui.events import Back, Leave, OpenFind, Speak, Stay
from kiosk.ui.moves import private
from kiosk.ui.screen import AnyBody, Banner, Button, Dialog, Screen, Tone
from kiosk.ui.signs import sign
from kiosk.ui.state import (
    LANGUAGES,
    About,
    Home,
    Issued,
    PrinterState,
    Rate,
    Rest,
    ScanCard,
    State,
    Taking,
    Thanks,
)
from kiosk.ui.texts import TEXTS, Texts

_GOOD_NEWS = (About.CARD_READ, About.SENIOR_SUGGESTED, About.WAITING, About.CALLED)


def view(state: State, room: int) -> Screen:
    """Return the screen of a state, in its language; of a box out of service, in both.

    Whoever is in a session when the box goes out of service ends it first.
    """
    texts = TEXTS[state.language]
    site, box = state.world.site, state.world.box
    idle = isinstance(state.page, Home | Rest)
    if box and idle and not state.world.in_service and not state.shown_name:
        named = site.names.get("vi", "") if site else ""
        return sign(type(state.page).__name__, box, named)
    return Screen(
        name=type(state.page).__name__,
        title=bodies.named(site.names, state) if site else "",
        badge=texts.sample_data if site and site.sample_data else "",
        language=_language(state),
        banner=_banner(state, texts),
        body=_body(state, texts, room),
        left=_left(state, texts),
        status=_status(state, texts),
        right=_right(state, texts),
        dialog=_dialog(state, texts),
        resting=isinstance(state.page, Rest),
        private=private(state),
    )


def _body(state: State, texts: Texts, room: int) -> AnyBody:
    page, site = state.page, state.world.site
    if not isinstance(page, Home | Rest):
        return bodies.of_page(state, texts)
    if state.shown_name:
        return bodies.this_box(state.shown_name.name, texts)
    if stopped := _stopped(state, texts):
        return stopped
    if site is None:
        return bodies.starting(texts)
    if isinstance(page, Rest):
        return bodies.rest(site, texts)
    return bodies.home(state, site, texts, page.first, room)


def _stopped(state: State, texts: Texts) -> AnyBody | None:
    site = state.world.site
    if state.world.reachable is False:
        return bodies.down(texts)
    return bodies.closed(state, site, texts) if site and not site.open else None


def _serving(state: State) -> Site | None:
    site = state.world.site
    return site if site and site.open and state.world.reachable else None


def _language(state: State) -> Button | None:
    if isinstance(state.page, Rest):
        return None
    other = LANGUAGES[(LANGUAGES.index(state.language) + 1) % len(LANGUAGES)]
    return Button(action=Speak(language=other), text=TEXTS[other].language_name)


def _banner(state: State, texts: Texts) -> Banner | None:
    if state.note:
        good = state.note.about in _GOOD_NEWS
        sentence = texts.notes[state.note.about].format(**state.note.values)
        return Banner(text=sentence, tone=Tone.GOOD if good else Tone.WARN)
    if state.shown_name and not isinstance(state.page, Home | Rest):
        return Banner(text=f"{texts.this_box} {state.shown_name.name}", tone=Tone.GOOD)
    if not isinstance(state.page, Home | Rest) or not _serving(state):
        return None
    match state.world.printer:
        case PrinterState.NO_PAPER:
            return Banner(text=texts.banner_paper, tone=Tone.WARN)
        case PrinterState.FAULT:
            return Banner(text=texts.banner_printer, tone=Tone.WARN)
        case PrinterState.READY | PrinterState.NONE:
            return None


def _left(state: State, texts: Texts) -> Button | None:
    match state.page:
        case Home() if state.world.reachable and state.world.site:
            return Button(action=OpenFind(), text=texts.open_find, icon="star")
        case Home() | Rest() | Taking() | Issued() | Thanks():
            return None
        case ScanCard():
            return Button(action=Back(), text=texts.skip_card, icon="back")
        case Rate():
            return Button(action=Leave(), text=texts.skip_rating, icon="back")
        case _:
            return Button(action=Back(), text=texts.back, icon="back")


def _right(state: State, texts: Texts) -> Button | None:
    if isinstance(state.page, Issued | Thanks):
        return Button(action=Leave(), text=texts.done, tone=Tone.MAIN, icon="check")
    return None


def _status(state: State, texts: Texts) -> str:
    site = _serving(state)
    if site is None or not isinstance(state.page, Home | Rest):
        return ""
    count = sum(service.waiting for service in site.services)
    return texts.total_waiting.format(count=count) if count else texts.nobody_waiting


def _dialog(state: State, texts: Texts) -> Dialog | None:
    if state.warned is None:
        return None
    return Dialog(
        title=texts.still_there,
        text=texts.wiped_in.format(seconds=state.warned),
        main=Button(action=Stay(), text=texts.still_here, tone=Tone.MAIN),
        other=Button(action=Leave(), text=texts.leave_now),
    )
