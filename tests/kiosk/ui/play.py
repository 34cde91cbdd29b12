"""Play a citizen: events one after another, as fast as a person touches."""

from kiosk.ui.events import AnyAction, AnyEffect, Event, Touched
from kiosk.ui.session import step
from kiosk.ui.state import State

A_MOMENT_S = 1.0


class Play:
    """A session under way: what it is now, and everything it wanted done."""

    def __init__(self, state: State, now: float = 1000.0) -> None:
        self.state = state
        self.now = now
        self.effects: list[AnyEffect] = []

    def hear(self, *events: Event) -> "Play":
        """Let events come, a moment apart."""
        for event in events:
            self.now += A_MOMENT_S
            self.state, effects = step(self.state, event, self.now)
            self.effects.extend(effects)
        return self

    def touch(self, *actions: AnyAction) -> "Play":
        """Touch buttons, a moment apart."""
        return self.hear(*(Touched(action=action) for action in actions))

    def wanted(self, kind: type[AnyEffect]) -> list[AnyEffect]:
        """Return the effects of one kind, in their order."""
        return [effect for effect in self.effects if isinstance(effect, kind)]
