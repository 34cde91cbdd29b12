"""Who has a card's chip read by the device process, and has it forgotten there.

It keeps nothing of a citizen. What it answers to a session that is over is heard by nobody.
"""

import asyncio
from collections.abc import Callable

import structlog

from devices.chip.errors import (
    BadAnswerError,
    CardGoneError,
    ChipError,
    KeyMissingError,
    NoCardError,
    NoDocumentError,
    RefusedByChipError,
    TooSlowError,
    WrongKeyError,
    WrongMacError,
)
from devices.chip.messages import ForgetChip
from devices.contract.errors import BadPayloadError, DeadlinePassedError
from devices.contract.identity import DEVICES, BoxId
from devices.contract.message import RefusedError
from devices.contract.topics import PartTopics
from devices.runtime.requests import Ask
from kiosk.api.queue import Site
from kiosk.ui.clerk import Job
from kiosk.ui.events import AnyEffect, EndSession, Event
from kiosk.ui.flows.chip.pages import ChipTold, ChipTrouble, ChipUntold, ReadCard, StopChip
from kiosk.ui.flows.chip.reading import command_of, found_in

_READ_WITHIN_S = 36.0  # behind the device process's own 30 s, whose word is better
_LOOK_EVERY_S = 0.4
_LAID_WITHIN_S = 120.0
_MOVED_S = 1.0  # a reader needs a moment to see that a card has left
_FORGET_WITHIN_S, _FORGET_TRIES = 2.0, 3
_TROUBLES = {
    NoCardError.code: ChipTrouble.NO_CARD,
    CardGoneError.code: ChipTrouble.MOVED,
    TooSlowError.code: ChipTrouble.SLOW,
    WrongKeyError.code: ChipTrouble.WRONG_KEY,
    KeyMissingError.code: ChipTrouble.WRONG_KEY,  # it does not open with an access number
    NoDocumentError.code: ChipTrouble.NO_CHIP,
    BadAnswerError.code: ChipTrouble.UNREADABLE,
    WrongMacError.code: ChipTrouble.UNREADABLE,
    RefusedByChipError.code: ChipTrouble.UNREADABLE,
    ChipError.code: ChipTrouble.UNREADABLE,
}
_log = structlog.get_logger()


class ChipClerk:
    """One reading at a time; what came of it comes back through `tell`."""

    def __init__(self, ask: Ask, box: BoxId, tell: Callable[[Event], None]) -> None:
        self._ask = ask
        self._topic = PartTopics(box, DEVICES).cmd
        self._tell = tell
        self._wanted: int | None = None
        self._asked = False
        self._reading: asyncio.Task[None] | None = None

    def begin(self, effect: AnyEffect, site: Site | None) -> Job | None:
        """Return the work of an effect of this flow."""
        del site
        match effect:
            case ReadCard():
                self._wanted = effect.ask
                return self._read(effect)
            case StopChip() | EndSession():
                self._wanted = None
                return self._forget()
            case _:
                return None

    async def _read(self, effect: ReadCard) -> None:
        self._reading, self._asked = asyncio.current_task(), True
        now = asyncio.get_running_loop().time
        until, trouble = now() + _LAID_WITHIN_S, ChipTrouble.NO_CARD
        command = command_of(effect.key, effect.ask)
        await asyncio.sleep(_MOVED_S * effect.again)
        while self._wanted == effect.ask and trouble is ChipTrouble.NO_CARD and now() < until:
            try:
                read = await self._ask(self._topic, command, within_s=_READ_WITHIN_S)
            except RefusedError as error:
                trouble = _TROUBLES.get(error.refused.code, ChipTrouble.READER)
            except (DeadlinePassedError, BadPayloadError):
                trouble = ChipTrouble.READER
            else:
                self._answer(effect, ChipTold(ask=effect.ask, found=found_in(read)))
                del read
                await self._forget_there()
                return
            if trouble is ChipTrouble.NO_CARD:
                await asyncio.sleep(_LOOK_EVERY_S)
        self._answer(effect, ChipUntold(ask=effect.ask, trouble=trouble))

    def _answer(self, effect: ReadCard, event: ChipTold | ChipUntold) -> None:
        if self._wanted == effect.ask:
            self._wanted = None
            self._tell(event)

    async def _forget(self) -> None:
        if self._reading:
            self._reading.cancel()
        if self._asked:
            await self._forget_there()

    async def _forget_there(self) -> None:
        """Have it forgotten at once; what cannot be asked for happens there by itself in 5 s."""
        for _ in range(_FORGET_TRIES):
            try:
                await self._ask(self._topic, ForgetChip(), within_s=_FORGET_WITHIN_S)
            except (RefusedError, DeadlinePassedError, BadPayloadError) as error:
                _log.warning("chip.not_forgotten", text=error.sentence)
            else:
                self._asked = self._wanted is not None
                return
            if self._wanted is not None:  # a further reading would be ended
                return
