"""What the engine shows and lets hear: always as the stored state says."""

import asyncio
import contextlib
from pathlib import Path
from typing import Protocol

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from vc.engine.port import Engine, EngineLostError, NoLegError, VideoCodec, View
from vc.server.conference.floor import audible
from vc.server.conference.layouts import PAPER, arrange, name_of
from vc.server.config import PictureConfig
from vc.server.control import Live, in_session
from vc.server.doorway import Doorway, view_for
from vc.state import ConferenceState

_TURN_S = 1.0


class Pages(Protocol):
    """Where the pictures of papers are."""

    async def page(self, conference: str, paper: str, page: int) -> Path:
        """Return the PNG of a page, which counts from 1; raises MotcuaError."""
        ...


class Stage:
    """Keeps views, sound and the page on show in step with the state. `speaking` is who speaks."""

    def __init__(
        self,
        engine: Engine,
        *,
        live: Live,
        doorway: Doorway,
        pages: Pages,
        picture: PictureConfig,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._live = live
        self._doorway = doorway
        self._pages = pages
        self._picture = picture
        self._clock = clock
        self._bell = asyncio.Event()
        self._views: tuple[View, ...] = ()
        self._heard: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self._page: tuple[str, str, int] | None = None
        self.speaking = ""

    def ring(self) -> None:
        """Say that something changed."""
        self._bell.set()

    def spoken_by(self, member: str) -> None:
        """Say who speaks now, empty for nobody."""
        if member != self.speaking:
            self.speaking = member
            self.ring()

    async def run(self) -> None:
        """Follow the state, and those who take turns, for ever."""
        while True:
            self._bell.clear()
            state = self._live.state
            if state is not None:
                with contextlib.suppress(EngineLostError):  # told again when it is back
                    await self._show(state)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_TURN_S):
                    await self._bell.wait()

    async def _show(self, state: ConferenceState) -> None:
        views = self._arranged(state) if in_session(state) else ()
        if views != self._views:
            await self._engine.arrange(views)
            self._views = views
        heard = (audible(state), _always_heard(state))
        if heard != self._heard:
            await self._engine.hear(*heard)
            self._heard = heard
        await self._show_page(state)
        for session in self._doorway.sessions:
            view = name_of(view_for(state, session.member), session.codec)
            if session.stands and session.shows and view != session.view:
                with contextlib.suppress(NoLegError):
                    await self._engine.look(session.leg.id, view)
                session.view = view

    async def _show_page(self, state: ConferenceState) -> None:
        on_show = state.paper
        page = (state.plan.id, on_show.paper, on_show.page) if on_show else None
        if page == self._page:
            return
        picture = None
        if page is not None:
            with contextlib.suppress(MotcuaError):  # a page nobody can draw: the tile stays a card
                picture = await self._pages.page(*page)
        await self._engine.show_still(PAPER, picture)
        self._page = page

    def _arranged(self, state: ConferenceState) -> tuple[View, ...]:
        looked_at = {one.codec for one in self._doorway.sessions if one.shows and one.stands}
        picture = self._picture
        return arrange(
            state,
            self.speaking,
            self._clock.now(),
            size=(picture.width, picture.height),
            codecs=tuple(codec for codec in VideoCodec if codec in looked_at | {VideoCodec.H264}),
            fps=picture.fps,
            bitrate_kbps=picture.bitrate_kbps,
        )


def _always_heard(state: ConferenceState) -> frozenset[str]:
    """Return who is heard however loud others are: the chair's site and the floor's holder."""
    holder = {state.floor.holder} if state.floor else set[str]()
    return audible(state) & ({state.plan.centre} | holder)
