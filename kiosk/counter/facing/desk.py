"""The officer's hand on the second screen."""

from kiosk.api.errors import NotFoundError, NothingCalledError
from kiosk.counter.facing.codes import Codes
from kiosk.counter.facing.opened import OpenedScreens
from kiosk.counter.facing.screens import FacingScreens
from kiosk.counter.facing.sheets import FacingConsole
from kiosk.counter.facing.tickets import sheet_of_ticket
from kiosk.counter.live import LiveSite


class FacingDesk:
    """What the officer of a counter does with the counter's screens."""

    def __init__(
        self, site: LiveSite, screens: FacingScreens, opened: OpenedScreens, codes: Codes
    ) -> None:
        self._site = site
        self._screens = screens
        self._opened = opened
        self._codes = codes

    async def console(self, counter: str) -> FacingConsole:
        """Return what the console says of the counter's screens."""
        if desk := self._site.config.desk(counter):
            await self._screens.state(desk)  # takes away what has had its time
        code, code_s = self._codes.waiting(counter)
        shown = self._screens.left(counter)
        return FacingConsole(
            screens=self._screens.screens(counter),
            opened=await self._site.do(self._opened.count, counter),
            path=f"/facing/{counter}",
            code=code,
            code_s=code_s,
            words=self._screens.says(counter),
            sheet=shown[0].title if shown else None,
            left_s=int(shown[1]) if shown else 0,
        )

    async def admit(self, counter: str, code: str, token: str) -> bool:
        """Keep a screen that showed the counter's code; returns False for a wrong one."""
        if self._site.config.desk(counter) is None or not self._codes.take(counter, code):
            return False
        await self._site.change(self._opened.add, counter, token)
        return True

    async def counter_of(self, token: str) -> str:
        """Return the counter that a screen's token was given for, "" for none."""
        return await self._site.do(self._opened.counter, token)

    def new_code(self, counter: str) -> None:
        """Make a code that opens one screen."""
        self._codes.new(counter)

    async def close(self, counter: str) -> None:
        """Close the counter's screens; each needs a new code. Raises StorageError."""
        await self._site.change(self._opened.close, counter)
        self._screens.close(counter)

    def say(self, counter: str, words: str) -> None:
        """Show words of the site's list, "" for none. Raises NotFoundError."""
        if words and words not in {one.id for one in self._site.config.choices.words}:
            raise NotFoundError("There are no such words in the site's list.")
        self._screens.say(counter, words)

    async def show_ticket(self, counter: str) -> None:
        """Show what is kept of the number served now. Raises NothingCalledError, NoScreenError."""
        row = (await self._site.view()).serves(counter)
        if row is None:
            raise NothingCalledError
        await self._screens.show(counter, sheet_of_ticket(self._site.config, row), row.id)

    def clear(self, counter: str) -> None:
        """Take the sheet away."""
        self._screens.clear(counter)
