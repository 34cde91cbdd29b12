"""`view(state, room)`: the state as a screen. Pure; `room` is how much fits on the glass."""

from kiosk.api.queue import Site
from kiosk.ui import bodies
from kiosk.ui.events import Back, Leave, Speak, Stay
from kiosk.ui.flows.all import FLOWS, flow_of
from kiosk.ui.flows.help import aside
from kiosk.ui.flows.menu.pages import (
    HearPrivate,
    KeepPrivate,
    Languages,
    OpenLanguages,
    OpenMenu,
)
from kiosk.ui.flows.menu.texts import MENU
from kiosk.ui.room import Room
from kiosk.ui.screen import (
    AnyBody,
    Banner,
    Button,
    Dialog,
    Listing,
    Screen,
    Sheet,
    Tiles,
    Tone,
    Writing,
)
from kiosk.ui.signs import sign
from kiosk.ui.speech.texts import SPEECH
from kiosk.ui.state import BUILT_IN, Home, Rest, State
from kiosk.ui.texts import GENERAL, language_name
from kiosk.ui.world import PrinterState


def view(state: State, room: Room) -> Screen:
    """Return the screen of a state, in its language; of a box out of service, in both.

    Whoever is in a session when the box goes out of service ends it first.
    """
    site, box = state.world.site, state.world.box
    idle = isinstance(state.page, Home | Rest)
    if box and idle and not state.world.in_service and not state.shown_name:
        named = site.names.get("vi", "") if site else ""
        return sign(type(state.page).__name__, box, named)
    body = _body(state, room)
    typing = isinstance(body, Writing)
    named = bodies.named(site.names, state) if site else ""
    return Screen(
        name=type(state.page).__name__,
        title=body.prompt if isinstance(body, Writing) else aside.title(state, body) or named,
        badge=aside.badge(state, body) or _sample(state),
        language=aside.corner(state, body) or _language(state, body),
        banner=_banner(state),
        body=body,
        left=None if typing else _left(state),
        status=_status(state),
        aid=aside.key(state),
        right=None if typing else _right(state, body),
        dialog=_dialog(state),
        resting=isinstance(state.page, Rest),
        private=_private(state),
        access=state.access,
        written_in=state.language,
        pointed=state.pointed,
        shared=aside.shared(state, body),
    )


def _sample(state: State) -> str:
    site = state.world.site
    return GENERAL.of(state).sample_data if site and site.sample_data else ""


def _body(state: State, room: Room) -> AnyBody:
    page, site = state.page, state.world.site
    if flow := flow_of(page):
        return flow.body(state, room)
    if state.shown_name:
        return bodies.this_box(state, state.shown_name.name)
    if stopped := _stopped(state):
        return stopped
    if site is None:
        return bodies.starting(state)
    first = page.first if isinstance(page, Home) else 0
    return (
        bodies.rest(state, site)
        if isinstance(page, Rest)
        else bodies.home(state, site, first, room)
    )


def _stopped(state: State) -> AnyBody | None:
    site = state.world.site
    if state.world.reachable is False:
        return bodies.down(state)
    return bodies.closed(state, site) if site and not site.open else None


def _serving(state: State) -> Site | None:
    site = state.world.site
    return site if site and site.open and state.world.reachable else None


def _language(state: State, body: AnyBody) -> Button | None:
    """Return the way to the other language, or to all; back, while somebody types."""
    if isinstance(state.page, Rest | Languages):
        return None
    if isinstance(body, Writing):
        return Button(action=Back(), text=GENERAL.of(state).back, icon="back")
    if len(state.languages) > len(BUILT_IN) and isinstance(state.page, Home):
        action = OpenLanguages()
        spoken = MENU.of(state).open_languages
        return Button(action=action, text="", icon="language", spoken=spoken)
    at = state.languages.index(state.language)
    other = state.languages[(at + 1) % len(state.languages)]
    name = language_name(state, other)
    text = name if len(state.languages) == len(BUILT_IN) else other.upper()  # names are long
    return Button(action=Speak(language=other), text=text, spoken=name)


def _banner(state: State) -> Banner | None:
    if state.note:
        said = [GENERAL.sentence(state, state.note)]
        said += [flow.sentence(state, state.note) for flow in FLOWS]
        sentence, good = next(each for each in said if each)
        return Banner(text=sentence, tone=Tone.GOOD if good else Tone.WARN)
    words = GENERAL.of(state)
    if state.shown_name and not isinstance(state.page, Home | Rest):
        return Banner(text=f"{words.this_box} {state.shown_name.name}", tone=Tone.GOOD)
    if not isinstance(state.page, Home | Rest) or not _serving(state):
        return None
    match state.world.printer:
        case PrinterState.NO_PAPER:
            return Banner(text=words.banner_paper, tone=Tone.WARN)
        case PrinterState.FAULT:
            return Banner(text=words.banner_printer, tone=Tone.WARN)
        case PrinterState.READY | PrinterState.NONE:
            return None


def _left(state: State) -> Button | None:
    if flow := flow_of(state.page):
        return flow.left(state)
    if isinstance(state.page, Home) and state.world.site:
        return Button(action=OpenMenu(), text=MENU.of(state).open_menu, icon="more")
    return None


def _right(state: State, body: AnyBody) -> Button | None:
    if isinstance(body, Tiles | Listing | Sheet) and body.foot:
        return body.foot
    flow = flow_of(state.page)
    return flow.right(state) if flow else None


def _private(state: State) -> bool:
    if state.note and state.note.values:
        return True
    flow = flow_of(state.page)
    return flow.private(state) if flow else False


def _status(state: State) -> str:
    site = _serving(state)
    if site is None or not isinstance(state.page, Home | Rest):
        return ""
    words = GENERAL.of(state)
    count = sum(service.waiting for service in site.services)
    return words.total_waiting.format(count=count) if count else words.nobody_waiting


def _dialog(state: State) -> Dialog | None:
    if state.warned is None:
        return _consent(state)
    words = GENERAL.of(state)
    return Dialog(
        title=words.still_there,
        text=words.wiped_in.format(seconds=state.warned),
        main=Button(action=Stay(), text=words.still_here, tone=Tone.MAIN),
        other=Button(action=Leave(), text=words.leave_now),
    )


def _consent(state: State) -> Dialog | None:
    """Ask before anything personal is read where nobody can tell who hears it."""
    access = state.access
    if not access.spoken or state.tells_private or access.aloud is not None or not _private(state):
        return None
    words = SPEECH.of(state)
    return Dialog(
        title=words.ask_title,
        text=words.ask_text,
        main=Button(action=HearPrivate(), text=words.ask_yes, tone=Tone.MAIN),
        other=Button(action=KeepPrivate(), text=words.ask_no),
    )
