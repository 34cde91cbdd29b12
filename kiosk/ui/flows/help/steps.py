"""Calling an officer: what each touch and each word of the help desk does."""

from msgspec.structs import replace

from kiosk.ui.events import AnyAction, Back, Leave
from kiosk.ui.facts import Page
from kiosk.ui.flows.help.pages import (
    AboutHelp,
    AgreeShow,
    CallNow,
    CallOfficer,
    CallStage,
    EndCall,
    GoOnBeside,
    HangUp,
    HelpEnded,
    Helping,
    HelpIs,
    HelpNotice,
    HelpOver,
    HelpShow,
    HelpTalk,
    HelpWait,
    MuteCall,
    OpenShow,
    ShowForm,
    StopShow,
    ToggleMuted,
)
from kiosk.ui.moves import Step, leave, stay, tell, turn
from kiosk.ui.state import AnyPage, Home, State

WAIT_S = 80.0
"""Longer than the desk lets anybody wait: this is for a desk that has fallen silent."""
OWN_PAGES = (HelpNotice, HelpWait, HelpTalk, HelpShow, HelpOver)


def call(state: State, now: float, behind: Page | None = None) -> Step:
    """Call, once; `behind` is come back to."""
    if state.help or not state.helpline:
        return stay(state)
    ask = state.asks + 1
    state = replace(state, asks=ask, help=Helping(ask=ask, behind=behind))
    effect = CallOfficer(ask=ask, language=state.language)
    return turn(state, HelpWait(until=now + WAIT_S), effect)


def notice(state: State, action: AnyAction, now: float) -> Step:
    """Act on the notice before a call, or on its end: call, or go."""
    behind = state.page.behind if isinstance(state.page, HelpNotice) else None
    match action:
        case CallNow():
            return call(state, now, behind)
        case Back() | Leave() if behind:
            return turn(state, page_of(behind))
        case Back():
            return turn(state, Home())
        case Leave():
            return leave(state)
        case _:
            return stay(state)


def waiting(state: State, action: AnyAction, now: float) -> Step:
    """Let who is tired of waiting go."""
    if isinstance(action, Back | Leave | HangUp):
        return _hang_up(state, AboutHelp.CITIZEN, now)
    return stay(state)


def unanswered(state: State, now: float) -> Step:
    """Tell who has waited for a desk that has fallen silent."""
    return _hang_up(replace(state, touched_at=now), AboutHelp.NO_ANSWER, now)


def talking(state: State, action: AnyAction, now: float) -> Step:
    """Act on the call's own buttons; who hangs up is left to what he was doing."""
    helping = state.help
    match action:
        case HangUp() | Leave():
            return _hang_up(state, AboutHelp.CITIZEN, now)
        case GoOnBeside() | Back() if helping:
            return _go_on(state, helping)
        case ToggleMuted() if helping:
            muted = not helping.muted
            state = replace(state, help=replace(helping, muted=muted))
            return state, (MuteCall(muted=muted),)
        case OpenShow() if helping and not helping.shows:
            return turn(state, HelpShow())
        case StopShow() if helping:
            return hide(state, helping)
        case _:
            return stay(state)


def asked_to_show(state: State, action: AnyAction) -> Step:
    """Take the citizen's yes or no; nothing else is a yes."""
    helping = state.help
    match action:
        case AgreeShow() if helping and helping.stage is CallStage.TALKING:
            state = replace(state, help=replace(helping, shows=True))
            return turn(state, HelpTalk(), ShowForm(shows=True))
        case Back() | Leave():
            return turn(state, HelpTalk())
        case _:
            return stay(state)


def hide(state: State, helping: Helping) -> Step:
    """Take back what was let be seen."""
    state = replace(state, help=replace(helping, shows=False, photo=None))
    return state, (ShowForm(shows=False),)


def told(state: State, event: HelpIs, now: float) -> Step:
    """Follow the call; a voice or a picture is a sign of life as a touch is."""
    helping = state.help
    if helping is None or helping.ask != event.ask:
        return stay(state)
    officer = event.officer or helping.officer
    helping = replace(
        helping, stage=event.stage, ahead=event.ahead, officer=officer, pictured=event.pictured
    )
    state = replace(state, help=helping)
    if event.stage is CallStage.TALKING:
        state = replace(state, touched_at=now, warned=None)
        if isinstance(state.page, HelpWait):
            return turn(state, HelpTalk())
    return stay(state)


def over(state: State, event: HelpEnded, now: float) -> Step:
    """Tell why it is over, and leave the citizen to what he was doing."""
    helping = state.help
    if helping is None or helping.ask != event.ask:
        return stay(state)
    state = replace(state, help=None)
    if not isinstance(state.page, OWN_PAGES):
        return stay(tell(state, now, event.about))
    return turn(replace(state, touched_at=now), HelpOver(about=event.about))


def open_call(state: State) -> Step:
    """Come back to the call, and keep in mind what the citizen was doing.

    A page that ends by itself is not come back to.
    """
    helping = state.help
    if helping is None or isinstance(state.page, OWN_PAGES):
        return stay(state)
    behind = None if isinstance(state.page, Home) or hasattr(state.page, "until") else state.page
    return turn(replace(state, help=replace(helping, behind=behind)), HelpTalk())


def show_photo(state: State) -> Step:
    """Let the photo of this page be seen, and of no other."""
    helping = state.help
    if helping is None or not helping.shows:
        return stay(state)
    return stay(replace(state, help=replace(helping, photo=state.page)))


def _hang_up(state: State, about: AboutHelp, now: float) -> Step:
    """Say why, on the page the citizen was on, or on one of its own."""
    behind = state.help.behind if state.help else None
    state = replace(state, help=None)
    if behind is None:
        return turn(state, HelpOver(about=about), EndCall())
    state, effects = turn(state, page_of(behind), EndCall())
    return tell(state, now, about), effects


def _go_on(state: State, helping: Helping) -> Step:
    page = Home() if helping.behind is None else page_of(helping.behind)
    return turn(replace(state, help=replace(helping, behind=None)), page)


def page_of(page: Page) -> AnyPage:
    """Return what was put aside: it was a page of the session's then."""
    return page  # type: ignore[return-value]  # the union names `Helping`'s flow itself
