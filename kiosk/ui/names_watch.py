"""Whether the site's own names have room on this panel, in letters that EN 301 549 5.1.4 asks for.

The house's own words are measured before a release; how long a commune's services are called is
known here alone. So the home pages are laid out once in every language, by the painter that shows
them, whenever a name changes; nothing of a citizen is on them.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Protocol

import structlog
from msgspec.structs import replace

from devices.contract.clock import Clock
from devices.contract.message import DeviceReport, Health
from kiosk.api.queue import Site
from kiosk.ui.room import Room
from kiosk.ui.screen import Screen
from kiosk.ui.state import Home, Pack, State
from kiosk.ui.theme import CAPITAL_MM
from kiosk.ui.view import view
from kiosk.ui.world import PrinterState, ScannerState, World

NAMES_SMALL = "names.small"
_NAME, _DRIVER = "names", "glass"
_LAID_WITHIN_S = 10.0
_MOST_TEXT = 1000
_log = structlog.get_logger()


class Measured(Protocol):
    """What lays a screen out."""

    def small_words(self, screen: Screen) -> Future[tuple[str, ...]]:
        """Return the words of a screen that have no room in the panel's least letters.

        Nothing is shown. May be called from any thread.
        """
        ...


class NamesWatch:
    """`seen` never waits. `run` tells of the names whenever they are others: None, when all fit."""

    def __init__(
        self,
        glass: Measured,
        room: Room,
        clock: Clock,
        tell: Callable[[DeviceReport | None], None],
        *,
        packs: tuple[Pack, ...] = (),
    ) -> None:
        self._glass = glass
        self._room = room
        self._clock = clock
        self._tell = tell
        self._packs = packs
        self._site: Site | None = None
        self._names: tuple[str, ...] = ()
        self._changed = asyncio.Event()

    def seen(self, site: Site) -> None:
        """Take how the site is now."""
        if (names := _own(site)) != self._names:
            self._site, self._names = site, names
            self._changed.set()

    async def run(self) -> None:
        """Measure for ever; a glass that does not answer has told nothing."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._site is not None:
                small: dict[str, None] = {}
                for screen in homes(self._site, self._room, self._packs):
                    small |= dict.fromkeys(await self._small(screen))
                self._report([name for name in small if name in self._names])

    async def _small(self, screen: Screen) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(_LAID_WITHIN_S):
                return await asyncio.wrap_future(self._glass.small_words(screen))
        except TimeoutError:
            return ()

    def _report(self, small: list[str]) -> None:
        if not small:
            self._tell(None)
            return
        text = f"No room for capitals of {CAPITAL_MM} mm on this panel: {'; '.join(small)}"
        _log.warning(NAMES_SMALL, text=text)
        self._tell(
            DeviceReport(
                name=_NAME,
                kind=_NAME,
                driver=_DRIVER,
                health=Health.WARNING,
                code=NAMES_SMALL,
                text=text[:_MOST_TEXT],
                since=self._clock.now(),
            )
        )


def homes(site: Site, room: Room, packs: tuple[Pack, ...] = ()) -> Iterator[Screen]:
    """Yield the pages of services of an open site, in every language that the kiosk speaks."""
    world = World(
        site=replace(site, open=True),
        reachable=True,
        printer=PrinterState.READY,  # else a banner stands where the site's name does
        scanner=ScannerState.READY,
    )
    state = State(world=world, packs=packs)
    step = max(1, room.tiles - 1)
    for language in state.languages:
        for first in range(0, max(1, len(site.services)), step):
            yield view(replace(state, language=language, page=Home(first=first)), room)


def _own(site: Site) -> tuple[str, ...]:
    every = (site.names, *(service.names for service in site.services))
    return tuple(name for names in every for _, name in sorted(names.items()))
