"""Papers under the box's camera, for the kiosk beside it: the commands, and the end of each scan.

Whatever ends a scan, its files are overwritten: the word to wipe, another scan's first word, nobody
asking for `idle_s`, the process's end in order, and after any other end the next start.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from devices.camera.capture import Frame
from devices.camera.page import Page
from devices.camera.port import Camera
from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError, NoSuchDeviceError
from devices.contract.message import Command, DeviceReport, Done, Health
from devices.hosted import Hosted
from devices.runtime.alongside import alongside
from devices.runtime.requests import Handler
from devices.runtime.worker import Worker
from devices.scan.book import ScanBook
from devices.scan.errors import NoPageError
from devices.scan.messages import (
    CapturePage,
    Crop,
    DropPage,
    FinishScan,
    PageCaptured,
    PagePreviewed,
    PreviewPage,
    ScanFinished,
    WipeScan,
)
from devices.scan.settings import ScansConfig
from devices.scan.vault import Vault

_FRAME_WITHIN_S = 5.0
_TRIES = 3
_WAITING = 8
_MEGABYTE = 1_000_000
_log = structlog.get_logger()


class Scanning:
    """Takes the commands of a scan. `living` is its life."""

    def __init__(
        self,
        config: ScansConfig,
        camera: Hosted[Camera] | None,
        clock: Clock,
        *,
        changed: Callable[[], None],
    ) -> None:
        self._config = config
        self._camera = camera
        self._clock = clock
        self._changed = changed
        self._worker = Worker("scans", limit=_WAITING)
        self._vault = Vault(Path(config.folder), most_bytes=config.megabytes * _MEGABYTE)
        self._is_open = False
        self._book: ScanBook | None = None
        self._fault: MotcuaError | None = None
        self._since: datetime = clock.now()
        self._asked_at_s = 0.0

    @property
    def reports(self) -> tuple[DeviceReport, ...]:
        """What of scanning is not well: a folder that does not lie in memory."""
        if self._fault is None:
            return ()
        return (
            DeviceReport(
                name="scans",
                kind="store",
                driver="memory",
                health=Health.WARNING,
                code=self._fault.code,
                text=self._fault.sentence,
                since=self._since,
            ),
        )

    @property
    def handlers(self) -> dict[type[Command[Any]], Handler[Any]]:
        """Return what it does when it is told to, by parts of its own box alone."""
        return {
            PreviewPage: self._preview,
            CapturePage: self._capture,
            DropPage: self._drop,
            FinishScan: self._finish,
            WipeScan: self._wipe,
        }

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """Wipe what an earlier process left; end scans that nobody asks for; wipe at the end."""
        async with self._worker:
            try:
                await self._opened()
            except MotcuaError as error:
                _log.error("scan.not_possible", code=error.code, text=error.sentence)
            try:
                async with alongside(self._end_the_forgotten(), name="scans"):
                    yield
            finally:
                await self._wiped(self._vault.wipe)

    async def _preview(self, command: PreviewPage) -> PagePreviewed:
        book = await self._ready()
        frame = await self._frame()
        return await self._worker.do(book.preview, command.scan, frame.picture)

    async def _capture(self, command: CapturePage) -> PageCaptured:
        book = await self._ready()
        await self._worker.do(book.room_for_a_page, command.scan)
        if command.crop is Crop.EVERYTHING:
            frame = await self._frame()
            return await self._worker.do(book.take, command.scan, frame.picture, None)
        best: tuple[Frame, Page] | None = None
        for _ in range(_TRIES):
            frame = await self._frame()
            page = await self._worker.do(book.find, frame.picture)
            if page and (best is None or len(page.flaws) < len(best[1].flaws)):
                best = (frame, page)
            if page and not page.flaws:
                break
        if best is None:
            raise NoPageError
        return await self._worker.do(book.take, command.scan, best[0].picture, best[1])

    async def _drop(self, command: DropPage) -> Done:
        book = await self._ready()
        return await self._worker.do(book.drop, command.scan, command.page)

    async def _finish(self, command: FinishScan) -> ScanFinished:
        book = await self._ready()
        return await self._worker.do(book.finish, command.scan)

    async def _wipe(self, command: WipeScan) -> Done:
        await self._opened()
        if self._book:
            await self._worker.do(self._book.wipe, command.scan)
        return Done()

    async def _frame(self) -> Frame:
        if self._camera is None:
            raise NoSuchDeviceError("This box has no camera.")
        return await self._camera.use(lambda camera: camera.frame(), within_s=_FRAME_WITHIN_S)

    async def _ready(self) -> ScanBook:
        """Return the book, made when it is first needed: a box may never scan."""
        if self._camera is None:
            raise NoSuchDeviceError("This box has no camera.")
        await self._opened()
        if self._book is None:
            self._book = await self._worker.do(self._made)
        self._asked_at_s = self._clock.monotonic()
        return self._book

    async def _opened(self) -> None:
        """Have the folder; raises NotInMemoryError. Tried anew at each command until it is well."""
        if self._is_open:
            return
        try:
            left = await self._worker.do(self._open)
        except MotcuaError as error:
            if self._fault is None:
                self._since = self._clock.now()
            self._fault = error
            self._changed()
            raise
        if self._fault:
            self._fault = None
            self._changed()
        if left:
            _log.warning("scan.left_behind_was_wiped", files=left)

    def _made(self) -> ScanBook:
        return self._book or ScanBook(self._config, self._vault)

    def _open(self) -> int:
        if self._is_open:
            return 0
        left = self._vault.open()
        self._is_open = True
        return left

    async def _wiped(self, wipe: Callable[[], object]) -> None:
        """Wipe; what the memory refuses is tried anew at the next start."""
        if not self._is_open:
            return
        try:
            await self._worker.do(wipe)
        except MotcuaError as error:
            _log.error("scan.not_wiped", code=error.code, text=error.sentence)

    async def _end_the_forgotten(self) -> None:
        while True:
            left_s = self._asked_at_s + self._config.idle_s - self._clock.monotonic()
            if left_s > 0:
                await asyncio.sleep(left_s)
                continue
            if self._book and self._book.is_used:
                _log.warning("scan.forgotten_is_wiped")
                await self._wiped(self._book.wipe)
            await asyncio.sleep(self._config.idle_s / 4)
