"""Announces calls one at a time: on the boards (`signkeeper` has the LED panel), and aloud.

Two calls at once are both shown and both spoken, one after the other. A speaker that is missing or
deaf holds nobody up: it has its deadline, and after a miss only the time for which the boards show
the call anyway.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import structlog

from devices.contract.clock import local_day
from devices.contract.errors import MotcuaError
from devices.messages import Say
from devices.runtime.bus import Bus
from devices.runtime.requests import Ask
from kiosk.counter.live import LiveSite
from kiosk.counter.rows import CallRow
from kiosk.domain import phrases

_LATE_AFTER = timedelta(minutes=2)
_BEFORE_SPEECH_S, _LETTER_S = 3.0, 0.12  # slow speech; a longer silence is a deaf speaker
_log = structlog.get_logger()


class Announcer:
    """The queue of calls. When full, the oldest unheard call is dropped; boards still list it."""

    def __init__(self, site: LiveSite, bus: Bus, ask: Ask, devices_topic: str) -> None:
        self._site = site
        self._bus = bus
        self._ask = ask
        self._topic = devices_topic
        self._calls: deque[CallRow] = deque(maxlen=site.config.voice.queue)
        self._came = asyncio.Event()
        self.dropped = 0

    def add(self, call: CallRow) -> None:
        """Announce the call after those that came before it."""
        if len(self._calls) == self._calls.maxlen:
            self.dropped += 1
            _log.warning("call.not_announced", number=self._calls[0].number)
        self._calls.append(call)
        self._came.set()

    async def run(self) -> None:
        """Announce for ever, beginning with the calls of the last minutes that nobody has heard."""
        await self._take_up()
        while True:
            while self._calls:
                await self._announce(self._calls.popleft())
            self._came.clear()
            await self._came.wait()

    async def _take_up(self) -> None:
        now = self._site.clock.now()
        store = self._site.store
        late = await self._site.do(store.unannounced, local_day(now), now - _LATE_AFTER)
        waiting = {(call.day, call.serial) for call in self._calls}
        for call in late:
            if (call.day, call.serial) not in waiting:
                self.add(call)

    async def _announce(self, call: CallRow) -> None:
        view = await self._site.view()
        self._site.announce(view.call(call))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(self._site.config.voice.show_s), name="board")
                if self._bus.connected:
                    group.create_task(self._say(call), name="speaker")
        finally:
            self._site.announce(None)
        try:
            await self._site.do(self._site.store.announced, call)
        except MotcuaError as error:  # else it would be taken up, and said, again and again
            _log.warning("call.not_noted", code=error.code, text=error.sentence)

    async def _say(self, call: CallRow) -> None:
        desk = self._site.config.desk(call.counter)
        if desk is None:
            return
        voice = self._site.config.voice
        for language in ("vi", "en") if call.language == "en" else ("vi",):
            text = phrases.call(self._site.config.phrases, call.number, desk.number, language)
            say = Say(text=text, language=language)
            within_s = min(voice.within_s, _BEFORE_SPEECH_S + len(text) * _LETTER_S)
            if not await _went_well(self._ask(self._topic, say, within_s=within_s)):
                return


async def _went_well(asked: Coroutine[Any, Any, object]) -> bool:
    """Wait for a device's answer; a refusal or a silence is told to the log and holds nobody up."""
    try:
        await asked
    except MotcuaError as error:
        _log.info("call.device", code=error.code, text=error.sentence)
        return False
    return True
