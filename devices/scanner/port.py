"""What a scanner owes: the text of everything scanned, once each, as whole UTF-8 (ID-6)."""

import asyncio
from abc import abstractmethod
from collections import deque
from collections.abc import AsyncIterator

from devices.contract.errors import DeviceError, MotcuaError
from devices.device import Device, SelfTest

LONGEST_SCAN_BYTES = 4096
"""More than a QR can hold (ISO/IEC 18004: 2,953 bytes)."""

_WAITING = 16


class Scanner(Device):
    """A scanner. It tells what it reads as text; what kind of thing that is, `classify` says."""

    kind = "scanner"

    @abstractmethod
    def scans(self) -> AsyncIterator[str]:
        """Yield each scan's text as it comes, without line end; empty scans are left out.

        One reader at a time. Raises DeviceError when the scanner fails; what is not UTF-8 or longer
        than 4,096 bytes is dropped and counted in the facts.
        """

    async def self_test(self) -> SelfTest:
        """Ask the scanner how it is; only a scan shows more."""
        state = await self.check()
        return SelfTest(passed=True, text=f"The scanner is ready. {state.text}".strip())


class Scans:
    """What was scanned and not read yet. When it is full the oldest scan is dropped and counted."""

    def __init__(self) -> None:
        self._texts: deque[str] = deque(maxlen=_WAITING)
        self._changed = asyncio.Event()
        self._error: MotcuaError | None = None
        self.dropped = 0

    def put(self, text: str) -> None:
        """Add a scan."""
        self.dropped += len(self._texts) == _WAITING
        self._texts.append(text)
        self._changed.set()

    def take(self) -> list[str]:
        """Return what waits, without waiting."""
        texts = list(self._texts)
        self._texts.clear()
        return texts

    def fail(self, error: DeviceError) -> None:
        """End the stream: readers get the error once they have read what was scanned before."""
        self._error = error
        self._changed.set()

    def raise_if_failed(self) -> None:
        """Raise what ended the stream, when it has ended."""
        if self._error is not None:
            raise self._error.with_traceback(None)  # else it grows with every asker

    async def __aiter__(self) -> AsyncIterator[str]:
        while True:
            while self._texts:
                yield self._texts.popleft()
            self.raise_if_failed()
            self._changed.clear()
            await self._changed.wait()
