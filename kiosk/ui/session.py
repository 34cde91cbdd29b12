"""The session: `step(state, event, now)` gives the next state and what is to be done."""

from collections.abc import Iterator

from msgspec.structs import replace

from devices.messages import ScanKind, Scanned
from kiosk.ui import errand, visit
from kiosk.ui.events import (
    AnyAction,
    BeginSession,
    BoxSeen,
    ChooseService,
    CounterLost,
    DevicesSeen,
    EndSession,
    Event,
    ForgetNumber,
    Found,
    Leave,
    NameWanted,
    NotFound,
    NotPrinted,
    NumberRefused,
    NumberTaken,
    OpenFind,
    Printed,
    RatingRefused,
    RatingStored,
    ShowServices,
    SiteSeen,
    Speak,
    TimePassed,
    Touched,
)
from kiosk.ui.moves import Step, in_session, leave, stay, tell, turn
from kiosk.ui.state import (
    LANGUAGES,
    About,
    ChooseClass,
    Confirm,
    Find,
    Home,
    Issued,
    NoAnswer,
    Rate,
    Rest,
    ScanCard,
    ShownName,
    State,
    Taking,
    Thanks,
)

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
    if in_session(after) and not in_session(state):
        effects = (BeginSession(), *effects)
        after = replace(after, touched_at=now)
    elif in_session(state) and not in_session(after) and EndSession() not in effects:
        effects = (*effects, EndSession())
    if type(after.page) is not type(state.page) or (after.warned is None) != (state.warned is None):
        after = replace(after, turned_at=now)
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
    yield from (owed.until for owed in state.owed)
    yield from errand.due_again(state)
    match page:
        case Home():
            yield state.touched_at + rules.rest_after_s
            if state.language != state.home_language or page.first:
                yield warn_at + rules.wipe_after_s
        case Issued() | Thanks():
            yield page.until
        case Rest():
            pass
        case _:
            left = state.warned
            yield warn_at if left is None else warn_at + rules.wipe_after_s - left + 1


def _step(state: State, event: Event, now: float) -> Step:
    match event:
        case Touched():
            after = _touched(state, event.action, now)
        case TimePassed():
            after = _time(state, now + _TIMER_SLACK_S)
        case Scanned():
            after = _scanned(state, event, now)
        case SiteSeen():
            world = replace(state.world, site=event.site, reachable=True)
            after = stay(replace(state, world=world))
        case CounterLost():
            after = stay(replace(state, world=replace(state.world, reachable=False)))
        case BoxSeen():
            after = stay(replace(state, world=replace(state.world, box=event.notice)))
        case DevicesSeen():
            after = errand.devices_seen(state, event, now)
        case NumberTaken():
            after = errand.taken(state, event, now)
        case NumberRefused():
            after = errand.refused(state, event)
        case _:
            after = _answered(state, event, now)
    return after


def _answered(state: State, event: Event, now: float) -> Step:
    match event:
        case Printed():
            after = errand.printed(state, event, now)
        case NotPrinted():
            after = errand.not_printed(state, event, now)
        case Found():
            after = visit.found(state, event, now)
        case NotFound():
            after = visit.not_found(state, event, now)
        case RatingStored():
            after = visit.stored(state, event, now)
        case RatingRefused():
            after = visit.not_stored(state, event, now)
        case NameWanted():
            shown = ShownName(name=event.name, until=event.until)
            after = stay(replace(state, shown_name=shown))
        case _:
            after = stay(state)
    return after


def _touched(state: State, action: AnyAction | None, now: float) -> Step:
    settled = now - state.turned_at >= state.rules.settle_s
    warned = state.warned is not None
    named = state.shown_name is not None
    state = replace(state, touched_at=now, warned=None, shown_name=None)
    if isinstance(state.page, Rest):
        return turn(state, Home())
    if warned:
        return leave(state, *_given_up(state)) if isinstance(action, Leave) else stay(state)
    if action is None or not settled or (named and isinstance(state.page, Home)):
        return stay(state)  # a name hides the services that stood there
    if isinstance(action, Speak):
        known = action.language in LANGUAGES
        return stay(replace(state, language=action.language) if known else state)
    return _acted(state, action)


def _acted(state: State, action: AnyAction) -> Step:
    match state.page:
        case Home():
            after = _home(state, action)
        case Confirm() as page:
            after = errand.confirm(state, page, action)
        case ChooseClass() as page:
            after = errand.choose_class(state, page, action)
        case ScanCard() as page:
            after = errand.scan(state, page, action)
        case NoAnswer() as page:
            after = errand.no_answer(state, page, action)
        case Find() as page:
            after = visit.find(state, page, action)
        case Rate() as page:
            after = visit.rate(state, page, action)
        case Issued() | Thanks() if isinstance(action, Leave):
            after = leave(state)
        case _:
            after = stay(state)
    return after


def _home(state: State, action: AnyAction) -> Step:
    if not state.world.in_service:
        return stay(state)
    match action:
        case ChooseService():
            return errand.choose(state, action)
        case ShowServices(first=first) if first >= 0:
            return stay(replace(state, page=Home(first=first)))
        case OpenFind() if state.world.reachable:
            return turn(state, Find())
        case _:
            return stay(state)


def _scanned(state: State, event: Scanned, now: float) -> Step:
    """Act on a code. One of no use is no sign of life: a thing left at the scanner repeats it."""
    page = state.page
    if isinstance(page, Home | Rest) and not state.world.in_service:
        return stay(state)
    alive = replace(state, touched_at=now, warned=None)
    if event.kind is ScanKind.IDENTITY_CARD and event.card and isinstance(page, ScanCard):
        return errand.card_read(alive, page, event.card, now)
    code = visit.code_in(event.text)
    if code and state.world.reachable and isinstance(page, Home | Rest | Find):
        return visit.look_for_code(alive, code)
    if isinstance(page, Home | Rest):
        state = replace(alive, page=page if isinstance(page, Home) else Home())
    about = _SCANNED[event.kind]
    if about is About.UNKNOWN_CODE and isinstance(page, ScanCard):
        about = About.NOT_A_CARD  # domain ID-9
    return stay(tell(state, now, about))


def _time(state: State, now: float) -> Step:
    if state.note and now >= state.note.until:
        state = replace(state, note=None)
    if state.shown_name and now >= state.shown_name.until:
        state = replace(state, shown_name=None)
    state = replace(state, owed=tuple(owed for owed in state.owed if now < owed.until))
    state, paid = errand.pay_owed(state, now)
    state, effects = _time_on_page(state, now)
    return state, (*paid, *effects)


def _time_on_page(state: State, now: float) -> Step:
    match state.page:
        case Home():
            return _time_at_home(state, now)
        case Rest():
            return stay(state)
        case Issued() | Thanks() as page:
            return leave(state) if now >= page.until else stay(state)
        case _:
            return _idle(state, now)


def _time_at_home(state: State, now: float) -> Step:
    rules, idle_s = state.rules, now - state.touched_at
    if idle_s >= rules.rest_after_s:
        return stay(replace(state, page=Rest(), note=None, language=state.home_language))
    if idle_s >= rules.warn_after_s + rules.wipe_after_s:
        return stay(replace(state, page=Home(), language=state.home_language))
    return stay(state)


def _idle(state: State, now: float) -> Step:
    idle_s = now - state.touched_at
    left = state.rules.warn_after_s + state.rules.wipe_after_s - idle_s
    if left <= 0:
        return leave(state, *_given_up(state))
    if idle_s >= state.rules.warn_after_s:
        return stay(replace(state, warned=-int(-left // 1)))
    return stay(state)


def _given_up(state: State) -> tuple[ForgetNumber, ...]:
    page = state.page
    return (ForgetNumber(ask=page.ask),) if isinstance(page, Taking | NoAnswer) else ()
