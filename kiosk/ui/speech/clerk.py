"""Who has pages read by the box's headphones."""

from collections.abc import Callable

import structlog

from devices.contract.errors import MotcuaError
from devices.contract.topics import PartTopics
from devices.runtime.requests import Ask
from devices.speaker.aloud import Hush, ReadAloud
from kiosk.api.queue import Site
from kiosk.ui.clerk import Job
from kiosk.ui.events import AnyEffect, EndSession, Event
from kiosk.ui.flows.menu.pages import FallSilent, Heard, ReadOut

_LETTER_S = 0.25  # very slow speech; what takes longer is a deaf device
_BEFORE_S = 6.0
_MOST_LETTERS = 600
_log = structlog.get_logger()


class SpeechClerk:
    """Reads one thing at a time; what comes next, or a touch, ends it."""

    def __init__(self, ask: Ask, topics: PartTopics, tell: Callable[[Event], None]) -> None:
        self._ask = ask
        self._topic = topics.cmd
        self._tell = tell
        self._turn = 0
        self._aloud = False

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of reading aloud."""
        del site
        match effect:
            case ReadOut():
                self._turn += 1
                self._aloud = True
                return self._read(effect, self._turn)
            case FallSilent() | EndSession() if self._aloud:
                self._turn += 1
                self._aloud = False
                return self._hush()
            case _:
                return None

    async def _read(self, effect: ReadOut, turn: int) -> None:
        left = len(effect.phrases)
        for phrase in effect.phrases:
            if turn != self._turn:
                return
            text = phrase.text[:_MOST_LETTERS]
            command = ReadAloud(text=text, language=phrase.language, loudness=effect.loudness)
            try:
                within_s = _BEFORE_S + len(text) * _LETTER_S
                await self._ask(self._topic, command, within_s=within_s)
            except MotcuaError as error:
                _log.info("speech.not_read", code=error.code)
                left = 1
            left -= 1
            if turn == self._turn:
                self._tell(Heard(last=not left))
            if not left:
                return

    async def _hush(self) -> None:
        try:
            await self._ask(self._topic, Hush())
        except MotcuaError as error:
            _log.info("speech.not_hushed", code=error.code)
