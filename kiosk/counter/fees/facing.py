"""Fees on the second screens, which change there when the money is confirmed."""

import asyncio

from kiosk.api import errors
from kiosk.api.fees import FeeTold
from kiosk.counter.facing.screens import FacingScreens
from kiosk.counter.facing.sheets import FacingSheet
from kiosk.counter.fees.desk import FeesDesk
from kiosk.counter.fees.face import ABOUT, about, sheet_of_fee
from kiosk.counter.live import LiveSite

LOOKS_EVERY_S = 3.0


class FeesFacing:
    """Shows a fee at a counter, and keeps true what is shown."""

    def __init__(self, site: LiveSite, desk: FeesDesk, screens: FacingScreens) -> None:
        self._site = site
        self._desk = desk
        self._screens = screens

    async def show(self, counter: str, reference: str) -> None:
        """Show a fee to whom the counter serves as it is asked for: the system may take its time.

        Raises NoScreenError, NotServedError, and what `FeesDesk.fee` raises.
        """
        serves = await self._screens.serves(counter)
        fee = await self._desk.fee(reference)
        await self._screens.show(counter, self._sheet(fee), serves)

    async def acted(self, reference: str) -> None:
        """Show where it is shown what an officer has said of it. Raises NotFoundError."""
        if about(reference) in self._screens.shown():
            self._screens.renew(self._sheet(await self._desk.kept(reference)))

    async def watch(self) -> None:
        """Ask for the fees that are shown how they stand, for ever."""
        while True:
            for one in self._screens.shown():
                if one.startswith(ABOUT):
                    await self._look_again(one)
            await asyncio.sleep(LOOKS_EVERY_S)

    async def _look_again(self, shown: str) -> None:
        """Show how a fee stands now; one the system knows no more is not to be paid."""
        try:
            fee = await self._desk.fee(shown.removeprefix(ABOUT))
        except errors.NotFoundError:
            self._screens.forget(shown)
        except (errors.NotConnectedError, errors.RefusedThereError):
            pass
        else:
            self._screens.renew(self._sheet(fee))

    def _sheet(self, fee: FeeTold) -> FacingSheet:
        return sheet_of_fee(fee, sample=self._site.config.sample_data)
