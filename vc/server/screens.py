"""What open pages follow: the state at each revision, figures every second."""

import asyncio
import contextlib

from devices.web.serve import as_json
from devices.web.sse import Hub
from vc.server.conference.notice import public
from vc.server.control import Live
from vc.server.lines import Lines
from vc.state import ConferenceState

_FIGURES_EVERY_S = 1.0


class Screens:
    """Tells every open page; `hub` holds their streams."""

    def __init__(self, live: Live, lines: Lines) -> None:
        self.hub = Hub()
        self._live = live
        self._lines = lines
        self._told: ConferenceState | None = None
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Say that the state changed."""
        self._bell.set()

    def first(self) -> tuple[tuple[str, str], ...]:
        """Return what a new stream begins with."""
        state = self._live.state
        told = (("state", as_json(public(state))),) if state else ()
        return (*told, ("live", as_json(self._lines.live(state))))

    async def run(self) -> None:
        """Tell of changes, for ever."""
        due = asyncio.get_running_loop().time()
        while True:
            self._bell.clear()
            state = self._live.state
            if state is not None and state is not self._told:
                if self._told is not None and _closed_out(self._told) != _closed_out(state):
                    self.hub.close()  # pages come again, those that were put out are refused
                self._told = state
                self.hub.tell("state", as_json(public(state)))
            now = asyncio.get_running_loop().time()
            if now >= due:
                due = now + _FIGURES_EVERY_S
                self.hub.tell("live", as_json(self._lines.live(state)))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(due - now):
                    await self._bell.wait()


def _closed_out(state: ConferenceState) -> tuple[str, frozenset[str]]:
    return state.plan.id, frozenset(one.id for one in state.members if one.expelled)
