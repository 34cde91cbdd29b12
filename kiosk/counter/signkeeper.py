"""Keeps the panel and the lamps of this box as the TV board is, whatever restarts meanwhile."""

import asyncio
import contextlib

import structlog

from devices.contract.errors import BadPayloadError, MotcuaError
from devices.contract.message import Command, Connection, Done, LinkState, RefusedError, decode
from devices.contract.topics import PartTopics
from devices.messages import RotateOnPanel, SetLamp, ShowOnPanel
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus
from devices.runtime.requests import Ask
from kiosk.counter.live import LiveSite
from kiosk.counter.signs import Signs, passing, signs

_PANEL, _PASSING = "the panel", "its texts"  # no lamp is called so
_WITHIN_S = 2.0
_AGAIN_S = 5.0
_log = structlog.get_logger()


class SignKeeper:
    """Shows what differs from what was shown. A sign that is missing holds no other one up."""

    def __init__(self, site: LiveSite, bus: Bus, ask: Ask, devices: PartTopics) -> None:
        """`devices` are the topics of this box's device process."""
        self._site = site
        self._bus = bus
        self._ask = ask
        self._devices = devices
        self._news = asyncio.Event()
        self._shown: dict[str, Command[Done]] = {}
        self._announced = 0
        self._births = 0
        site.listeners.append(self._news.set)

    async def run(self) -> None:
        """Keep them for ever."""
        async with alongside(self._watch_births(), name="births of devices"):
            await self._keep()

    async def _keep(self) -> None:
        while True:
            self._news.clear()
            view = await self._site.view()
            wanted = signs(self._site.config, view.board(self._site.announcing))
            all_shown = await self._show(wanted)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if all_shown else _AGAIN_S):
                    await self._news.wait()

    async def _show(self, wanted: Signs) -> bool:
        """Show what is to be seen; returns False when something is to be tried again."""
        if wanted.call not in (0, self._announced):  # the same number again: it flashes again
            self._shown.pop(_PANEL, None)
        commands: dict[str, Command[Done]] = {
            _PANEL: ShowOnPanel(number=wanted.number, counter=wanted.counter),
            _PASSING: RotateOnPanel(texts=passing(self._site.config, self._site.clock.now())),
        }
        for lamp, state in wanted.lamps.items():
            commands[lamp] = SetLamp(lamp=lamp, state=state)
        due = [name for name, command in commands.items() if self._shown.get(name) != command]
        done = await asyncio.gather(*(self._one(name, commands[name]) for name in due))
        self._announced = wanted.call or self._announced
        return all(done)

    async def _one(self, name: str, command: Command[Done]) -> bool:
        births = self._births
        try:
            await self._ask(self._devices.cmd, command, within_s=_WITHIN_S)
        except MotcuaError as error:
            _log.debug("sign.dark", sign=name, why=error.sentence)
            self._shown.pop(name, None)
            if not (isinstance(error, RefusedError) and not error.refused.retry):
                return False
        if births == self._births:
            self._shown[name] = command  # or it is not fitted: asked again at the next birth
        return True

    async def _watch_births(self) -> None:
        """Show all of it again to a device process that began anew."""
        async with self._bus.listen(self._devices.conn) as births:
            async for packet in births:
                with contextlib.suppress(BadPayloadError):
                    if decode(packet.payload, Connection).state is LinkState.READY:
                        self._births += 1
                        self._shown.clear()
                        self._news.set()
