"""A slot attended to: cards come and go, one is read, all on one thread that may block."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar

from cryptography import x509

from devices.chip.apdu import Transmit
from devices.chip.errors import CardGoneError, TooSlowError
from devices.chip.issuers import issuers_in
from devices.chip.messages import (
    ACCESS,
    CardPlaced,
    CardTaken,
    ChipProgress,
    ChipRead,
    ChipSignal,
    Opened,
    ReadChip,
)
from devices.chip.mrz import MrzKey
from devices.chip.reading import Access, read
from devices.chip.telling import told
from devices.contract.clock import Clock, SystemClock
from devices.contract.errors import BusyError, DeadlinePassedError, DeviceError, MuteError
from devices.device import DeviceState
from devices.runtime.worker import Worker

T = TypeVar("T")

_LOOK_EVERY_S = 0.1
_LOOK_WITHIN_S = 3.0
_END_S = 1.0


class Slot(Protocol):
    """Where a card lies. Its calls block; only one thread makes them."""

    @property
    def name(self) -> str:
        """What the reader is called."""
        ...

    def open(self) -> None:
        """Find the reader; raises DeviceError."""
        ...

    def close(self) -> None:
        """Let go of it; never raises."""
        ...

    def is_card_there(self) -> bool:
        """Return whether a card lies there; raises DeviceError when the reader is gone."""
        ...

    def connect(self) -> Transmit:
        """Power the card and return how to talk to it; raises NoCardError, DeviceError."""
        ...

    def disconnect(self) -> None:
        """Take the power off the card; never raises."""
        ...


class Attendant:
    """Watches a slot and reads what lies there."""

    def __init__(
        self, slot: Slot, *, csca_folder: str, first: Opened, clock: Clock | None = None
    ) -> None:
        self._slot = slot
        self._csca_folder = csca_folder
        self._first = first
        self._clock = clock or SystemClock()
        self._worker: Worker | None = None
        self._issuers: tuple[x509.Certificate, ...] = ()
        self._was_there: bool | None = None
        self._stop = threading.Event()
        self._is_reading = False
        self._progress: asyncio.Queue[ChipProgress] = asyncio.Queue(1)

    async def open(self) -> None:
        """Find the reader and the issuers; raises DeviceError."""
        await self.close()
        self._was_there = None
        self._progress = asyncio.Queue(1)
        self._worker = Worker("chip", limit=4, end_s=_END_S)
        await self._worker.__aenter__()
        try:
            await self._do(_LOOK_WITHIN_S, self._begin)
        except DeviceError:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of the reader; a read under way ends at its next command."""
        self._stop.set()
        worker, self._worker = self._worker, None
        if worker:
            with contextlib.suppress(BusyError, DeadlinePassedError):
                await worker.within(_END_S, self._slot.close)
            await worker.__aexit__(None, None, None)

    def stop(self) -> None:
        """End a reading under way at its next command."""
        self._stop.set()

    async def state(self) -> DeviceState:
        """Say how the reader is; raises DeviceError."""
        if not self._is_reading:
            self._was_there = await self._look()
        return DeviceState(
            facts={
                "reader": self._slot.name,
                "card_there": bool(self._was_there),
                ACCESS: str(self._first),
                "csca_certificates": float(len(self._issuers)),
            }
        )

    async def happenings(self) -> AsyncIterator[ChipSignal]:
        """Yield comings, goings and progress; raises DeviceError when the reader is gone."""
        was_there = False
        while True:
            if told := await self._next_progress():
                yield told
            elif not self._is_reading and was_there != (is_there := await self._look()):
                was_there = is_there
                yield CardPlaced() if is_there else CardTaken()

    async def read(self, command: ReadChip, within_s: float) -> ChipRead:
        """Read the card that lies there; raises ChipError, DeviceError."""
        loop = asyncio.get_running_loop()
        stop = self._stop = threading.Event()

        def progress(percent: int) -> None:
            loop.call_soon_threadsafe(self._tell, ChipProgress(percent=percent, ask=command.ask))

        self._is_reading = True
        try:
            return await self._thread().within(within_s, self._read, command, stop, progress)
        except DeadlinePassedError:
            raise TooSlowError from None
        finally:
            stop.set()
            self._is_reading = False

    async def _next_progress(self) -> ChipProgress | None:
        """Return the next within a moment."""
        try:
            async with asyncio.timeout(_LOOK_EVERY_S):
                return await self._progress.get()
        except TimeoutError:
            return None

    def _tell(self, signal: ChipProgress) -> None:
        """Keep the newest for whoever listens."""
        if self._progress.full():
            self._progress.get_nowait()
        self._progress.put_nowait(signal)

    async def _look(self) -> bool:
        return await self._do(_LOOK_WITHIN_S, self._slot.is_card_there)

    async def _do(self, within_s: float, work: Callable[..., T], *args: object) -> T:
        try:
            return await self._thread().within(within_s, work, *args)
        except (BusyError, DeadlinePassedError) as error:
            raise MuteError(f"The chip reader does not answer: {error}") from error

    def _thread(self) -> Worker:
        if self._worker is None:
            raise MuteError("The chip reader was closed.")
        return self._worker

    # On the thread

    def _begin(self) -> None:
        self._slot.open()
        self._issuers = issuers_in(self._csca_folder)

    def _read(
        self, command: ReadChip, stop: threading.Event, progress: Callable[[int], None]
    ) -> ChipRead:
        key = MrzKey(command.number, command.birth, command.expiry)
        is_whole = bool(key.number and key.birth and key.expiry)
        access = Access(key if is_whole else None, command.can, self._first)
        transmit = self._slot.connect()

        def until_stopped(raw: bytes) -> bytes:
            if stop.is_set():
                raise CardGoneError
            return transmit(raw)

        try:
            contents = read(until_stopped, access, with_face=command.with_face, progress=progress)
        finally:
            self._slot.disconnect()
        return told(contents, access.key, self._issuers, self._clock.now())
