"""Papers through the box's document camera: looked at, taken, bound, wiped.

Commands go over the box's bus; pictures come as files of the scan folder, which lies in memory.
"""

import asyncio
import hashlib
import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from devices.camera.paper import Flaw, PaperFormat
from devices.contract.errors import (
    BadPayloadError,
    DeadlinePassedError,
    MotcuaError,
    NoSuchDeviceError,
    UnknownCommandError,
)
from devices.contract.identity import DEVICES, BoxId
from devices.contract.message import Command, Message, RefusedError
from devices.contract.topics import PartTopics
from devices.runtime.requests import Ask
from devices.scan.errors import NoPageError, NoRoomError, ScanOverError, TooManyPagesError
from devices.scan.messages import (
    CapturePage,
    Crop,
    DropPage,
    FinishScan,
    PreviewPage,
    WipeScan,
)

R = TypeVar("R", bound=Message)

_LOOK_WITHIN_S, _TAKE_WITHIN_S, _BIND_WITHIN_S, _WIPE_WITHIN_S = 4.0, 12.0, 30.0, 4.0
_MOST_PICTURE_BYTES, _MOST_PDF_BYTES = 2_000_000, 256_000_000


class ScanTrouble(StrEnum):
    """What a citizen must know when scanning does not go on."""

    NO_CAMERA = "no_camera"
    NO_PAGE = "no_page"
    FULL = "full"
    TOO_LARGE = "too_large"
    OVER = "over"
    FAULT = "fault"


_TROUBLES = {
    NoSuchDeviceError.code: ScanTrouble.NO_CAMERA,
    UnknownCommandError.code: ScanTrouble.NO_CAMERA,  # a box that scans no papers
    NoPageError.code: ScanTrouble.NO_PAGE,
    TooManyPagesError.code: ScanTrouble.FULL,
    NoRoomError.code: ScanTrouble.FULL,
    ScanOverError.code: ScanTrouble.OVER,
}


class NotScannedError(MotcuaError):
    """The paper was not scanned; `trouble` says what the citizen must know."""

    code = "scan.not_scanned"

    def __init__(self, trouble: ScanTrouble, sentence: str) -> None:
        super().__init__(sentence)
        self.trouble = trouble


class _Private(msgspec.Struct, frozen=True, kw_only=True):
    """Of a citizen: shows only what kind of thing it is."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class Preview(_Private, frozen=True, kw_only=True):
    """What the camera sees now: a JPEG with the page outlined.

    `steady`: the page lies still and nothing is wrong with it, so it may be taken by itself.
    """

    picture: bytes
    found: bool
    steady: bool
    flaws: tuple[Flaw, ...]
    paper: PaperFormat | None


class CapturedPage(_Private, frozen=True, kw_only=True):
    """A page that was taken: a JPEG to look at, and what is wrong with it. `pages`: how many."""

    page: str
    picture: bytes
    paper: PaperFormat
    flaws: tuple[Flaw, ...]
    pages: int


class ScannedPdf(_Private, frozen=True, kw_only=True):
    """All pages as one PDF, as the device process bound them."""

    pdf: bytes
    sha256: str
    pages: int


class ScanLink:
    """One citizen's scan, from the first preview to `wipe`. Then the next one begins by itself.

    Every call raises NotScannedError. Until `wipe` (or some 90 s without a call) the pages stay in
    memory; what a lost `wipe` leaves is overwritten before the next scan's first preview. Who is
    told that a scan is OVER begins the next one with the next call.
    """

    def __init__(self, ask: Ask, box: BoxId, folder: Path) -> None:
        self._ask = ask
        self._topic = PartTopics(box, DEVICES).cmd
        self._folder = folder
        self._scan = _new_scan()

    async def preview(self) -> Preview:
        """Look at the desk; one call at a time, two a second are enough."""
        told = await self._asked(PreviewPage(scan=self._scan), _LOOK_WITHIN_S)
        return Preview(
            picture=await self._read(told.file, _MOST_PICTURE_BYTES),
            found=told.found,
            steady=told.steady,
            flaws=told.flaws,
            paper=told.paper,
        )

    async def capture(self, crop: Crop = Crop.PAGE) -> CapturedPage:
        """Take the page that lies there, and put it behind the others."""
        told = await self._asked(CapturePage(scan=self._scan, crop=crop), _TAKE_WITHIN_S)
        return CapturedPage(
            page=told.page,
            picture=await self._read(told.file, _MOST_PICTURE_BYTES),
            paper=told.paper,
            flaws=told.flaws,
            pages=told.pages,
        )

    async def drop(self, page: str) -> None:
        """Forget one page; one that is not there is no error."""
        await self._asked(DropPage(scan=self._scan, page=page), _WIPE_WITHIN_S)

    async def finish(self) -> ScannedPdf:
        """Return all pages, bound. They stay until `wipe`, and may be bound anew."""
        told = await self._asked(FinishScan(scan=self._scan), _BIND_WITHIN_S)
        pdf = await self._read(told.file, _MOST_PDF_BYTES)
        if hashlib.sha256(pdf).hexdigest() != told.sha256:
            raise NotScannedError(ScanTrouble.FAULT, "The PDF is not the one that was bound.")
        return ScannedPdf(pdf=pdf, sha256=told.sha256, pages=told.pages)

    async def wipe(self) -> None:
        """Have everything overwritten and removed. Whether it answers or not, this scan is over."""
        over, self._scan = self._scan, _new_scan()
        await self._asked(WipeScan(scan=over), _WIPE_WITHIN_S)

    async def _asked(self, command: Command[R], within_s: float) -> R:
        scan = self._scan
        try:
            return await self._ask(self._topic, command, within_s=within_s)
        except RefusedError as error:
            trouble = _TROUBLES.get(error.refused.code, ScanTrouble.FAULT)
            if trouble is ScanTrouble.OVER and scan == self._scan:
                self._scan = _new_scan()  # a name that is over stays over
            raise NotScannedError(trouble, error.sentence) from None
        except (DeadlinePassedError, BadPayloadError) as error:
            raise NotScannedError(ScanTrouble.FAULT, error.sentence) from None

    async def _read(self, name: str, most_bytes: int) -> bytes:
        try:
            return await asyncio.to_thread(_read_whole, self._folder / name, most_bytes)
        except OSError as error:
            sentence = f"The scan folder cannot be read: {error.strerror}."
            raise NotScannedError(ScanTrouble.FAULT, sentence) from None


def _new_scan() -> str:
    return secrets.token_hex(16)


def _read_whole(path: Path, most_bytes: int) -> bytes:
    """Return a file's bytes; raises OSError, also for a link and for one that is too long."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise OSError(0, "a file is too long")
    return data
