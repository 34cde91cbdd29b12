"""The second screens while they run: what each shows now, and until when.

Sheets are in memory only. One goes at the visit's end and the next call, when its time is over,
when the officer takes it away or goes, and when no screen, or a new one, is looking.
"""

import asyncio
import contextlib
from datetime import UTC, datetime

import msgspec
from litestar.response import ServerSentEvent

from devices.web.serve import as_json
from devices.web.sse import Hub
from kiosk.api.errors import NoScreenError, NotServedError
from kiosk.api.words import Answer
from kiosk.counter.bodies import Tick
from kiosk.counter.config import DeskConfig
from kiosk.counter.facing.sheets import FacingSheet, FacingState
from kiosk.counter.facing.showing import facing_state
from kiosk.counter.live import LiveSite

SHEET_S = 60.0
_LOOKS_EVERY_S = 1.0
_TICKS_EVERY_S = 5.0
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class FacingChanged(Answer, frozen=True, kw_only=True):
    """Something changed at the counter's second screen: for its officer's console."""

    counter: str


class _Shown(msgspec.Struct, kw_only=True):
    sheet: FacingSheet
    ticket: str
    until: float


class FacingScreens:
    """The screens of all counters. Other rooms show a sheet with `show`."""

    def __init__(self, site: LiveSite) -> None:
        self._site = site
        self._desks = {desk.id: desk for desk in site.config.counters}
        self._hubs = {counter: Hub() for counter in self._desks}
        self._shown: dict[str, _Shown] = {}
        self._words: dict[str, str] = {}
        self._told: dict[str, tuple[FacingState, float]] = {}
        self._news = asyncio.Event()
        site.listeners.append(self._news.set)

    def screens(self, counter: str) -> int:
        """Return how many screens of the counter are looking now."""
        return self._hubs[counter].watchers

    async def serves(self, counter: str) -> str:
        """Return the ticket that the counter serves now, "" for none."""
        row = (await self._site.view()).serves(counter)
        return row.id if row else ""

    async def show(self, counter: str, sheet: FacingSheet, ticket: str | None = None) -> None:
        """Show a sheet at a counter for 60 s, to whom it serves now.

        With `ticket` it is for this number's citizen alone, with "" for when nobody is served.
        Raises NoScreenError, NotServedError.
        """
        serves = await self.serves(counter)
        if ticket is not None and serves != ticket:
            raise NotServedError
        if not self.screens(counter):
            raise NoScreenError
        until = self._site.clock.monotonic() + SHEET_S
        self._shown[counter] = _Shown(sheet=sheet, ticket=serves, until=until)
        self._changed(counter)

    def clear(self, counter: str) -> None:
        """Take the sheet away."""
        if self._shown.pop(counter, None):
            self._changed(counter)

    def shown(self) -> set[str]:
        """Return what the sheets are about that are shown now."""
        return {shown.sheet.about for shown in self._shown.values()}

    def renew(self, sheet: FacingSheet) -> None:
        """Put the sheet in the place of those about the same; their time goes on."""
        for counter, shown in self._shown.items():
            if shown.sheet.about == sheet.about and shown.sheet != sheet:
                shown.sheet = sheet
                self._changed(counter)

    def forget(self, about: str) -> None:
        """Take away every sheet about this."""
        for counter in [one for one, shown in self._shown.items() if shown.sheet.about == about]:
            self.clear(counter)

    def stay(self, counter: str) -> None:
        """Leave the sheet for another 60 s: somebody touched the screen."""
        if shown := self._shown.get(counter):
            shown.until = self._site.clock.monotonic() + SHEET_S
            self._changed(counter)

    def say(self, counter: str, words: str) -> None:
        """Show words of the site's list at the counter, "" for none."""
        self._words[counter] = words
        self._changed(counter)

    def says(self, counter: str) -> str:
        """Return the words the counter shows, by their id."""
        return self._words.get(counter, "")

    def left(self, counter: str) -> tuple[FacingSheet, float] | None:
        """Return the sheet of the counter and its seconds left."""
        shown = self._shown.get(counter)
        return (shown.sheet, shown.until - self._site.clock.monotonic()) if shown else None

    async def state(self, desk: DeskConfig) -> FacingState:
        """Return what the counter's screen shows now."""
        view = await self._site.view()
        row, info = view.serves(desk.id), view.counter(desk)
        if (shown := self._shown.get(desk.id)) and (
            shown.ticket != (row.id if row else "")
            or shown.until <= self._site.clock.monotonic()
            or not self.screens(desk.id)
            or not info.staffed
            or (info.paused and row is None)
        ):
            self.clear(desk.id)
        return facing_state(view, desk, self.left(desk.id), self.says(desk.id))

    async def stream(self, desk: DeskConfig) -> ServerSentEvent:
        """Stream `tick` and `facing` to a screen. What an earlier stream showed is gone."""
        self.clear(desk.id)
        state = await self.state(desk)
        self._told.pop(desk.id, None)
        self._changed(desk.id)
        return self._hubs[desk.id].stream(("tick", self._tick()), ("facing", as_json(state)))

    def close(self, counter: str) -> None:
        """End the counter's streams; their screens ask for a code."""
        self.clear(counter)
        self._hubs[counter].close(("closed", as_json(FacingChanged(counter=counter))))
        self._changed(counter)

    async def run(self) -> None:
        """Tell the screens of changes, and take away what has had its time, for ever."""
        ticked = self._site.clock.monotonic()
        watched: dict[str, int] = {}
        while True:
            self._news.clear()
            for desk in self._desks.values():
                await self._tell(desk)
            seen = {counter: hub.watchers for counter, hub in self._hubs.items()}
            for counter in (one for one in seen if seen[one] != watched.get(one, 0)):
                self._tell_console(counter)
            watched = seen
            now = self._site.clock.monotonic()
            if now - ticked >= _TICKS_EVERY_S:
                ticked = now
                for hub in self._hubs.values():
                    hub.tell("tick", self._tick())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOKS_EVERY_S):
                    await self._news.wait()

    async def _tell(self, desk: DeskConfig) -> None:
        if not self.screens(desk.id) and desk.id not in self._shown:
            return
        state = await self.state(desk)
        told = self._lasting(state)
        if self._told.get(desk.id) != told:
            self._told[desk.id] = told
            self._hubs[desk.id].tell("facing", as_json(state))

    def _lasting(self, state: FacingState) -> tuple[FacingState, float]:
        """Return the state without what only counts down, which the screen does itself."""
        sheet = state.sheet and msgspec.structs.replace(state.sheet, left_s=0)
        shown = self._shown.get(state.counter)
        plain = msgspec.structs.replace(state, now=_ANY_TIME, sheet=sheet)
        return plain, shown.until if shown else 0.0

    def _changed(self, counter: str) -> None:
        self._news.set()
        self._tell_console(counter)

    def _tell_console(self, counter: str) -> None:
        self._site.hub.tell("facing", as_json(FacingChanged(counter=counter)))

    def _tick(self) -> str:
        return as_json(Tick(at=self._site.clock.now()))
