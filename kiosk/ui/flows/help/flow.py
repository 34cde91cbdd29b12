"""Calling an officer, as the session sees it."""

from kiosk.ui.events import AnyAction, Back, Event, Leave
from kiosk.ui.flows.flow import Flow
from kiosk.ui.flows.help import bodies, steps
from kiosk.ui.flows.help.pages import (
    EndCall,
    HangUp,
    HelpEnded,
    HelpIs,
    HelpNotice,
    HelpOver,
    HelpShow,
    HelpTalk,
    HelpWait,
    OpenHelp,
)
from kiosk.ui.flows.help.texts import HELP
from kiosk.ui.moves import Step, stay, turn
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tile, Tone
from kiosk.ui.state import Note, State
from kiosk.ui.texts import GENERAL


class HelpFlow(Flow):
    """A face and a voice, where no page helps any more."""

    pages = steps.OWN_PAGES

    def entry(self, state: State) -> Tile | None:
        """Offer it where a help desk is configured and no call stands."""
        if not state.helpline or state.help:
            return None
        words = HELP.of(state)
        return Tile(
            action=OpenHelp(), icon="call", title=words.open_help, note=words.open_help_note
        )

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Say first what a call is."""
        del now
        if not isinstance(action, OpenHelp):
            return None
        return turn(state, HelpNotice()) if self.entry(state) else stay(state)

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch."""
        match state.page:
            case HelpWait():
                return steps.waiting(state, action, now)
            case HelpTalk():
                return steps.talking(state, action, now)
            case HelpShow():
                return steps.asked_to_show(state, action)
            case _:
                return steps.notice(state, action, now)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on what the help desk says."""
        match event:
            case HelpIs():
                return steps.told(state, event, now)
            case HelpEnded():
                return steps.over(state, event, now)
            case _:
                return None

    def passed(self, state: State, now: float) -> Step | None:
        """Wait for nobody for ever."""
        if not isinstance(state.page, HelpWait) or now < state.page.until:
            return None
        return steps.unanswered(state, now)

    def stays_until(self, state: State) -> float | None:
        """Let who waits stand still."""
        return state.page.until if isinstance(state.page, HelpWait) else None

    def given_up(self, state: State) -> tuple[EndCall, ...]:
        """Hang up."""
        return (EndCall(),) if state.help else ()

    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle."""
        del room
        match state.page:
            case HelpWait():
                return bodies.waiting(state)
            case HelpTalk():
                return bodies.talk(state)
            case HelpShow():
                return bodies.asked_to_show(state)
            case HelpOver() as page:
                return bodies.over(state, page)
            case _:
                return bodies.notice(state)

    def left(self, state: State) -> Button | None:
        """Lead back, or out of the call."""
        words = HELP.of(state)
        match state.page:
            case HelpWait():
                return Button(action=HangUp(), text=words.stop_waiting, icon="back")
            case HelpTalk():
                return Button(action=HangUp(), text=words.hang_up, tone=Tone.BAD)
            case HelpShow():
                return Button(action=Back(), text=words.disagree, icon="back")
            case _:
                return super().left(state)

    def right(self, state: State) -> Button | None:
        """Let who has read why go."""
        if not isinstance(state.page, HelpOver):
            return None
        return Button(action=Leave(), text=GENERAL.of(state).done, tone=Tone.PLAIN, icon="check")

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence."""
        return HELP.sentence(state, note)
