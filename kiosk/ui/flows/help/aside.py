"""What a call changes on the pages of other flows: its keys, the badge, and what may be seen."""

from msgspec.structs import replace

from kiosk.ui.events import AnyAction, EndSession, Leave
from kiosk.ui.flows.all import flow_of
from kiosk.ui.flows.help import steps
from kiosk.ui.flows.help.pages import (
    CallStage,
    Helping,
    HelpNotice,
    HelpTalk,
    OpenCall,
    OpenHelp,
    ShowPhoto,
    StopShow,
)
from kiosk.ui.flows.help.texts import HELP
from kiosk.ui.moves import Step, in_session, leave, turn
from kiosk.ui.screen import AnyBody, Button, Photo, Shared, Writing
from kiosk.ui.state import State


def is_aside(state: State) -> Helping | None:
    """Return the call that stands while the citizen does something else."""
    helping = state.help
    talks = helping is not None and helping.stage is CallStage.TALKING
    return helping if talks and not isinstance(state.page, steps.OWN_PAGES) else None


def is_offered(state: State) -> bool:
    """Return whether an officer can be called from this page, and the page be come back to."""
    flow = flow_of(state.page)
    if flow is None or state.help or not state.helpline:
        return False
    return isinstance(state.page, flow.aided) and flow.left(state) is not None


def touched(state: State, action: AnyAction) -> Step | None:
    """Act on what means the call wherever the citizen is: who has done something goes back to it.

    None when the touch meant the page.
    """
    if helping := is_aside(state):
        return _beside(state, helping, action)
    if isinstance(action, OpenHelp) and is_offered(state):
        return turn(state, HelpNotice(behind=state.page))
    return None


def _beside(state: State, helping: Helping, action: AnyAction) -> Step | None:
    match action:
        case OpenCall():
            return steps.open_call(state)
        case ShowPhoto():
            return steps.show_photo(state)
        case StopShow():
            return steps.hide(state, helping)
        case Leave():
            return turn(state, HelpTalk())
        case _:
            return None


def behind(state: State) -> State | None:
    """Return the session as it would be on the page put aside for the call; None: there is none."""
    page, helping = state.page, state.help
    there = helping.behind if helping and isinstance(page, steps.OWN_PAGES) else None
    if isinstance(page, HelpNotice):
        there = page.behind
    return replace(state, page=steps.page_of(there)) if there else None


def before(state: State, after: State) -> State:
    """Put the call of `state`, or its notice, before what became of the page put aside.

    One that ends by itself is shown at once: it would be over when it is come back to.
    """
    helping, front = after.help, state.page
    if hasattr(after.page, "until"):
        return replace(after, help=replace(helping, behind=None)) if helping else after
    if isinstance(front, HelpNotice) and in_session(after):
        return replace(after, page=replace(front, behind=after.page))
    if helping is None:
        return after
    return replace(after, page=front, help=replace(helping, behind=after.page))


def ended(state: State) -> Step:
    """Leave a page that has ended by itself: for the call, or for good."""
    return turn(state, HelpTalk()) if is_aside(state) else leave(state)


def kept(state: State, way: Step) -> Step:
    """Return to the call of `state` where a touch on another page would have ended the session."""
    after, effects = way
    if is_aside(state) is None or in_session(after):
        return way
    return turn(state, HelpTalk(), *(effect for effect in effects if effect != EndSession()))


def settled(state: State) -> State:
    """Forget the photo that was let be seen once its page is left."""
    helping = state.help
    if helping is None or helping.photo is None or helping.photo == state.page:
        return state
    return replace(state, help=replace(helping, photo=None))


def corner(state: State, body: AnyBody) -> Button | None:
    """Return the way back to the call, in the language's place; on a photo, to let it be seen."""
    helping = is_aside(state)
    if helping is None or isinstance(body, Writing):
        return None
    words = HELP.of(state)
    if helping.shows and isinstance(body, Photo) and helping.photo != state.page:
        return Button(action=ShowPhoto(), text=words.show_photo)
    return Button(action=OpenCall(), text=words.open_call)


def key(state: State) -> Button | None:
    """Return the key that calls an officer, between those of the foot."""
    if not is_offered(state):
        return None
    words = HELP.of(state)
    return Button(action=OpenHelp(), text=words.aid, icon="call", spoken=words.open_help)


def title(state: State, body: AnyBody) -> str:
    """Say that the officer sees what stands here, in the place's name's place."""
    return HELP.of(state).seen if shared(state, body) is Shared.SEEN else ""


def badge(state: State, body: AnyBody) -> str:
    """Say it where a prompt stands at the top."""
    seen = isinstance(body, Writing) and shared(state, body) is Shared.SEEN
    return HELP.of(state).seen_short if seen else ""


def shared(state: State, body: AnyBody) -> Shared:
    """Return whether this screen may be seen."""
    helping = state.help
    if helping is None or not helping.shows:
        return Shared.NOT
    if is_aside(state) is None:
        return Shared.CALL
    if isinstance(body, Photo) and helping.photo != state.page:
        return Shared.PHOTO
    return Shared.SEEN
