"""The session: `step(state, event, now)` gives the next state and what is to be done."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from kiosk.ui.events import (
    AnyAction,
    AnyEffect,
    BeginSession,
    BoxSeen,
    CatalogueSeen,
    CounterLost,
    EndSession,
    Event,
    Leave,
    NameWanted,
    ShowServices,
    SiteSeen,
    SlipNotPrinted,
    SlipPrinted,
    Speak,
    TimePassed,
    Touched,
)
from kiosk.ui.flows import slips
from kiosk.ui.flows.all import FLOWS, flow_of
from kiosk.ui.flows.help import aside
from kiosk.ui.flows.help.pages import HelpIs
from kiosk.ui.flows.menu.pages import HearPrivate, KeepPrivate
from kiosk.ui.moves import Step, as_new, in_session, is_as_new, leave, stay, tell, turn
from kiosk.ui.state import About, Home, Rest, ShownName, State

_TIMER_SLACK_S = 0.001  # a timer may ring a hair early
_SCANNED = {
    ScanKind.IDENTITY_CARD: About.CARD_UNASKED,
    ScanKind.HEALTH_INSURANCE: About.HEALTH_INSURANCE,
    ScanKind.DOSSIER: About.DOSSIER,
    ScanKind.LOCAL_DOSSIER: About.DOSSIER,
    ScanKind.PAYMENT: About.PAYMENT,
    ScanKind.URL: About.LINK,
    ScanKind.UNKNOWN: About.UNKNOWN_CODE,
}


def step(state: State, event: Event, now: float) -> Step:
    """Return the state after the event, and the effects in order. Takes every event anywhere."""
    after, effects = _step(state, event, now)
    after = aside.settled(after)
    if in_session(after) and not in_session(state):
        effects = (BeginSession(), *effects)
        after = replace(after, touched_at=now)
    elif in_session(state) and not in_session(after) and EndSession() not in effects:
        effects = (*effects, EndSession())
    if type(after.page) is not type(state.page) or (after.warned is None) != (state.warned is None):
        after = replace(after, turned_at=now, pointed=None)
    return after, effects


def next_time(state: State) -> float | None:
    """Return when `TimePassed` is due, on the monotonic clock; None while nothing is pending."""
    return min(_moments(state), default=None)


def _moments(state: State) -> Iterator[float]:
    rules, page = state.rules, state.page
    warn_at = state.touched_at + rules.warn_after_s
    if state.note:
        yield state.note.until
    if state.shown_name:
        yield state.shown_name.until
    for flow in FLOWS:
        yield from flow.moments(state)
    match page:
        case Home():
            yield state.touched_at + rules.rest_after_s
            if not is_as_new(state):
                yield warn_at + rules.wipe_after_s
        case Rest():
            pass
        case _ if until := _stays_until(state):
            yield until
        case _:
            left = state.warned
            yield warn_at if left is None else warn_at + rules.wipe_after_s - left + 1


def _stays_until(state: State) -> float | None:
    flow = flow_of(state.page)
    return flow.stays_until(state) if flow else None


def _step(state: State, event: Event, now: float) -> Step:
    match event:
        case Touched():
            return _touched(state, event.action, now)
        case TimePassed():
            return _time(state, now + _TIMER_SLACK_S)
        case Scanned():
            return _scanned(state, event, now)
        case SlipPrinted() | SlipNotPrinted():
            return slips.printed(state, event, now)
        case SiteSeen() | CounterLost() | BoxSeen() | CatalogueSeen() | NameWanted():
            return stay(_seen(state, event))
        case _:
            return _heard(state, event, now)


def _heard(state: State, event: Event, now: float) -> Step:
    """Let an answer come to the page that waits for it, also to one put aside for a call.

    How the call is concerns its own page.
    """
    there = None if isinstance(event, HelpIs) else aside.behind(state)
    if there is None:
        return _first((flow.hear(state, event, now) for flow in FLOWS), state)
    after, effects = _first((flow.hear(there, event, now) for flow in FLOWS), there)
    return aside.before(state, after), effects


def _given_up(state: State) -> tuple[AnyEffect, ...]:
    """Return what is to be done when a page is left by patience, and one put aside with it."""
    flow, there = flow_of(state.page), aside.behind(state)
    effects = flow.given_up(state) if flow else ()
    return (*effects, *_given_up(there)) if there else effects


def _seen(
    state: State, event: SiteSeen | CounterLost | BoxSeen | CatalogueSeen | NameWanted
) -> State:
    world = state.world
    match event:
        case SiteSeen(site=site):
            return replace(state, world=replace(world, site=site, reachable=True))
        case CounterLost():
            return replace(state, world=replace(world, reachable=False))
        case BoxSeen(notice=notice):
            return replace(state, world=replace(world, box=notice))
        case CatalogueSeen(catalogue=catalogue, report=report):
            known = replace(world, catalogue=catalogue, catalogue_report=report)
            return replace(state, world=known)
        case NameWanted(name=name, until=until):
            return replace(state, shown_name=ShownName(name=name, until=until))


def _first(ways: Iterable[Step | None], state: State) -> Step:
    return next((way for way in ways if way is not None), stay(state))


def _touched(state: State, action: AnyAction | None, now: float) -> Step:
    settled = now - state.turned_at >= state.rules.settle_s
    warned = state.warned is not None
    named = state.shown_name is not None
    state = replace(state, touched_at=now, warned=None, shown_name=None)
    if isinstance(state.page, Rest):
        return turn(state, Home())
    if warned:
        meant = isinstance(action, Leave) and not state.access.spoken
        return leave(state, *_given_up(state)) if meant else stay(state)
    if action is None or not settled or (named and isinstance(state.page, Home)):
        return stay(replace(state, pointed=None))  # a name hides the services that stood there
    if state.access.spoken and action != state.pointed:
        return stay(replace(state, pointed=action))  # heard first, meant when touched again
    return _meant(replace(state, pointed=None), action, now)


def _meant(state: State, action: AnyAction, now: float) -> Step:
    if isinstance(action, HearPrivate | KeepPrivate):
        aloud = isinstance(action, HearPrivate)
        return stay(replace(state, access=replace(state.access, aloud=aloud)))
    if isinstance(action, Speak):
        if action.language not in state.languages:
            return stay(state)
        state = replace(state, language=action.language)
    if way := aside.touched(state, action):
        return (way[0], (*way[1], *_given_up(state))) if isinstance(action, Leave) else way
    flow = flow_of(state.page)
    if flow is None:
        return _home(state, action, now)
    return aside.kept(state, flow.act(state, action, now))


def _home(state: State, action: AnyAction, now: float) -> Step:
    if not state.world.in_service:
        return stay(state)
    if isinstance(action, ShowServices):
        return stay(replace(state, page=Home(first=max(0, action.first))))
    return _first((flow.enter(state, action, now) for flow in FLOWS), state)


def _scanned(state: State, event: Scanned, now: float) -> Step:
    """Act on a code. One of no use is no sign of life: a thing left at the scanner repeats it."""
    page = state.page
    if isinstance(page, Home | Rest) and not state.world.in_service:
        return stay(state)
    ways = (flow.scanned(state, event, now) for flow in FLOWS)
    if way := next((way for way in ways if way is not None), None):
        return way
    if isinstance(page, Home | Rest):
        state = replace(state, touched_at=now, warned=None)
        state = replace(state, page=page if isinstance(page, Home) else Home())
    return stay(tell(state, now, _SCANNED[event.kind]))


def _time(state: State, now: float) -> Step:
    if state.note and now >= state.note.until:
        state = replace(state, note=None)
    if state.shown_name and now >= state.shown_name.until:
        state = replace(state, shown_name=None)
    effects: tuple[AnyEffect, ...] = ()
    for flow in FLOWS:
        if way := flow.passed(state, now):
            state, done = way
            effects = (*effects, *done)
    state, ended = _time_on_page(state, now)
    return state, (*effects, *ended)


def _time_on_page(state: State, now: float) -> Step:
    match state.page:
        case Home():
            return _time_at_home(state, now)
        case Rest():
            return stay(state)
        case _ if until := _stays_until(state):
            return aside.ended(state) if now >= until else stay(state)
        case _:
            return _idle(state, now)


def _time_at_home(state: State, now: float) -> Step:
    rules, idle_s = state.rules, now - state.touched_at
    if idle_s >= rules.rest_after_s:
        return stay(replace(as_new(state), page=Rest(), note=None))
    if idle_s >= rules.warn_after_s + rules.wipe_after_s:
        return stay(as_new(state))
    return stay(state)


def _idle(state: State, now: float) -> Step:
    idle_s = now - state.touched_at
    left = state.rules.warn_after_s + state.rules.wipe_after_s - idle_s
    if left <= 0:
        return leave(state, *_given_up(state))
    if idle_s >= state.rules.warn_after_s:
        return stay(replace(state, warned=-int(-left // 1)))
    return stay(state)
