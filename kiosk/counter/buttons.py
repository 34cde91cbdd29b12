"""Hears the call buttons of this box's bus, and tells the officers' pages what came of a press."""

import msgspec
import structlog

from devices.contract.errors import BadPayloadError, MotcuaError
from devices.contract.message import decode
from devices.messages import ButtonPressed
from devices.runtime.bus import Bus
from devices.web.serve import as_json
from kiosk.api.errors import RepeatedPressError
from kiosk.api.words import Id
from kiosk.counter.announcer import Announcer
from kiosk.counter.live import LiveSite
from kiosk.counter.presses import Presses

_log = structlog.get_logger()


class Pressed(msgspec.Struct, frozen=True, kw_only=True):
    """A call button was pressed; `code` is why nothing came of it, empty when it did its work."""

    counter: Id
    act: str
    code: str = ""


class Buttons:
    """The buttons of the configuration; others on the box are somebody else's."""

    def __init__(self, site: LiveSite, announcer: Announcer, bus: Bus, signals: str) -> None:
        """`signals` is the topic on which the box's device process tells presses."""
        self._site = site
        self._announcer = announcer
        self._bus = bus
        self._signals = signals
        self._presses = Presses(site.store, site.desks, site.clock)
        self._wired = {button.button: button for button in site.config.buttons}

    async def run(self) -> None:
        """Carry out presses, one after the other, for ever."""
        async with self._bus.listen(self._signals) as inbox:
            async for packet in inbox:
                try:
                    await self._take(decode(packet.payload, ButtonPressed))
                except BadPayloadError:  # another signal of the devices
                    continue

    async def _take(self, pressed: ButtonPressed) -> None:
        button = self._wired.get(pressed.button)
        if button is None:
            return
        code = ""
        try:
            call = await self._site.change(self._presses.carry_out, button, pressed.press)
        except RepeatedPressError:
            return
        except MotcuaError as error:
            code = error.code
            _log.info("press.refused", button=button.button, counter=button.counter, code=code)
        else:
            if call is not None:
                self._announcer.add(call)
        told = Pressed(counter=button.counter, act=button.act, code=code)
        self._site.hub.tell("press", as_json(told))
