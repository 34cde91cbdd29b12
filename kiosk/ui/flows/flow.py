"""A flow: one thing a citizen may do here, with its pages. The session asks it and nothing else."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from devices.messages import Scanned
from kiosk.ui.events import AnyAction, AnyEffect, Back, Event
from kiosk.ui.facts import Page
from kiosk.ui.moves import Step, stay
from kiosk.ui.room import Room
from kiosk.ui.screen import AnyBody, Button, Tile
from kiosk.ui.state import Note, State
from kiosk.ui.texts import GENERAL


class Flow(ABC):
    """Every method is pure. A page belongs to the one flow that names it in `pages`."""

    pages: ClassVar[tuple[type[Page], ...]]
    aided: ClassVar[tuple[type[Page], ...]] = ()
    """Those of them from which an officer can be called: where people get stuck."""

    def entry(self, state: State) -> Tile | None:
        """Return the flow's tile on the menu; None while there is no way in, or it is elsewhere."""
        del state
        return None

    def enter(self, state: State, action: AnyAction, now: float) -> Step | None:
        """Begin the flow from the services or the menu; None when the touch meant another."""
        del state, action, now
        return None

    def act(self, state: State, action: AnyAction, now: float) -> Step:
        """Act on a touch on one of the flow's pages."""
        del action, now
        return stay(state)

    def hear(self, state: State, event: Event, now: float) -> Step | None:
        """Act on an event, whatever page is shown; None when it is none of this flow's."""
        del state, event, now
        return None

    def scanned(self, state: State, event: Scanned, now: float) -> Step | None:
        """Act on a code at the scanner; None when this flow has no use for it here and now."""
        del state, event, now
        return None

    def passed(self, state: State, now: float) -> Step | None:
        """Act on the time, wherever the citizen is; None when nothing was due."""
        del state, now
        return None

    def moments(self, state: State) -> Iterator[float]:
        """Yield when `passed` is due, on the monotonic clock."""
        del state
        yield from ()

    def stays_until(self, state: State) -> float | None:
        """Return when one of the flow's pages ends by itself; None: it ends with patience."""
        del state
        return None

    def given_up(self, state: State) -> tuple[AnyEffect, ...]:
        """Return what is to be done when one of the flow's pages is left by patience."""
        del state
        return ()

    def private(self, state: State) -> bool:
        """Return whether one of the flow's pages shows anything of a citizen."""
        del state
        return True

    @abstractmethod
    def body(self, state: State, room: Room) -> AnyBody:
        """Return the middle of one of the flow's pages."""

    def left(self, state: State) -> Button | None:
        """Return the button at the left foot of one of the flow's pages: the way back."""
        return Button(action=Back(), text=GENERAL.of(state).back, icon="back")

    def right(self, state: State) -> Button | None:
        """Return the button at the right foot of one of the flow's pages."""
        del state
        return None

    def sentence(self, state: State, note: Note) -> tuple[str, bool] | None:
        """Return a note's sentence, and whether it is good news; None when it is not ours."""
        del state, note
        return None
