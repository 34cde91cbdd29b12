"""Question and answer with an ESC/POS printer, over a wire that answers."""

import asyncio
from collections import deque

from devices.contract.errors import MuteError
from devices.printer import encode
from devices.printer.status import ASKED, Condition, decode, is_processed, is_status
from devices.printer.wires import Wire

_KEPT_ANSWERS = 8
_HEAR_OUT_S = 0.3


class Dialogue:
    """Keeps two kinds of answers apart: those at once (DLE EOT), and those in turn (GS r)."""

    def __init__(self, wire: Wire, answer_within_s: float) -> None:
        self._wire = wire
        self._within_s = answer_within_s
        self._answers: deque[int] = deque(maxlen=_KEPT_ANSWERS)
        self._processed = False
        self._asked_again = False

    async def condition(self, *, patience: float = 1.0) -> Condition:
        """Return the condition now; raises MuteError, after `patience` times the usual wait."""
        answers = [await self._ask(question, patience) for question in ASKED]
        return decode(bytes(answers)).condition

    async def offline_condition(self) -> Condition | None:
        """Return None while the printer is online, which costs one question; else why it is not."""
        answer = await self._ask(1)
        return await self.condition() if answer & 0x08 else None

    async def ask_processed(self, last: bytes = b"") -> None:
        """Send the last, and have the printer tell when it and everything before it is done."""
        self._processed = False
        self._asked_again = False
        await self._wire.write(last + encode.ASK_PROCESSED)

    async def ask_processed_again(self) -> None:
        """Ask once more: the printer answers after the same work, so any answer will do."""
        self._asked_again = True
        await self._wire.write(encode.ASK_PROCESSED)

    async def processed(self, within_s: float) -> bool:
        """Return whether the printer has told so, waiting at most so long."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within_s
        while not self._processed and (left := end - loop.time()) > 0:
            self._sort(await self._wire.read(left))
        return self._processed

    async def hear_out(self) -> None:
        """Take the answers to questions asked again, which are none to the next one."""
        if self._asked_again:
            self._sort(await self._wire.read(_HEAR_OUT_S))
            self._asked_again = False

    async def _ask(self, question: int, patience: float = 1.0) -> int:
        await self._listen_away()
        await self._wire.write(encode.ask(question))
        loop = asyncio.get_running_loop()
        end = loop.time() + self._within_s * patience
        while not self._answers:
            left = end - loop.time()
            if left <= 0:
                raise MuteError("The printer does not answer.")
            self._sort(await self._wire.read(left))
        return self._answers.popleft()

    async def _listen_away(self) -> None:
        """Drop late answers: the next one is to this question."""
        self._sort(await self._wire.read(0))
        self._answers.clear()

    def _sort(self, data: bytes) -> None:
        for byte in data:
            if is_status(byte):
                self._answers.append(byte)
            elif is_processed(byte):
                self._processed = True
