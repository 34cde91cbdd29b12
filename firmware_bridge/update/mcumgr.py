"""A board with MCUboot and an SMP server (Zephyr's, or MCUboot's serial recovery), over its port.

smpclient speaks the protocol; here its errors become the house's. The server is asked one thing
at a time, and what noise costs is repeated (smp_line.py).
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from cbor2 import CBORDecodeError
from smp.error import MGMT_ERR
from smp.exceptions import SMPException
from smpclient import SMPClient
from smpclient.exceptions import SMPClientException
from smpclient.generics import SMPRequest, TEr1, TEr2, TRep, error_v1, error_v2
from smpclient.requests.image_management import ImageStatesRead, ImageStatesWrite, ImageUploadWrite
from smpclient.requests.os_management import (
    BootloaderInformationRead,
    EchoWrite,
    MCUMgrParametersRead,
    ResetWrite,
)

from firmware_bridge.errors import BoardBusyError, BoardError, BoardMuteError, RefusedError
from firmware_bridge.update.smp_line import SmpLine

_ANSWER_S = 5.0
_ERASE_S = 40.0  # before the first piece a server may erase a whole slot
_PIECE_S = 10.0
_LEAST_PIECE = 64
_MOST_VAIN = 10  # pieces that brought an upload no further
_HEADER_BYTES = 32  # of an image; Zephyr wants them and the hash in one first piece
_ALIGNED_BYTES = 32  # a server that buffers nothing takes whole words of its flash only
_NOT_KNOWN = MGMT_ERR.ENOTSUP.name.lower()
# Zephyr's enum mcuboot_mode: swap by scratch, by move, direct XIP with revert, swap by offset
_MODES_THAT_REVERT = (1, 3, 5, 9)


@dataclass(frozen=True, slots=True)
class SlotImage:
    """An image in a slot of the board."""

    slot: int
    version: str
    hash: bytes  # MCUboot's, of header and firmware; empty when the server does not tell it
    active: bool  # it runs
    confirmed: bool  # it stays after the next restart
    pending: bool  # it is tried at the next restart


def _unwatched(_: int) -> None:
    """Look away."""


class SmpBoard:
    """A conversation with the board at a port.

    `async with` opens it: within `within_s` the port must be there and the server must answer.
    Every method raises a BoardError and nothing else: BoardGoneError when the port is hung up,
    BoardMuteError when nothing comes that can be understood, BoardBusyError when another program
    holds the port or the server is busy, RefusedError when it says no.
    """

    def __init__(self, path: str, *, baud: int = 115_200, within_s: float = 2.5) -> None:
        self._path = path
        self._within_s = within_s
        self._line = SmpLine(baud=baud)
        self._client = SMPClient(self._line, path)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._within_s
        await self._line.connect(self._path, self._within_s)
        try:
            can = await self._ask(MCUMgrParametersRead(), end - loop.time())
            self._line.initialize(can.buf_size)
        except RefusedError:
            pass  # an old server: one line at a time
        except BaseException:
            await self._line.disconnect()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._line.disconnect()

    @property
    def repeated(self) -> int:
        """How many requests were sent again: what noise and silence cost."""
        return self._line.repeated

    async def echo(self, text: str) -> str:
        """Return what comes back."""
        return (await self._ask(EchoWrite(d=text))).r

    async def images(self) -> tuple[SlotImage, ...]:
        """Return what lies in its slots."""
        return tuple(
            SlotImage(
                slot=image.slot,
                version=image.version,
                hash=bytes(image.hash or b""),
                active=bool(image.active),
                confirmed=bool(image.confirmed),
                pending=bool(image.pending),
            )
            for image in (await self._ask(ImageStatesRead())).images
        )

    async def running(self) -> SlotImage:
        """Return the image that runs; in serial recovery none does, and the first slot counts."""
        images = await self.images()
        if not images:
            raise RefusedError("empty", "no slot has an image")
        return next((image for image in images if image.active), images[0])

    async def reverts(self) -> bool:
        """Return whether it goes back by itself from an image that nobody confirms.

        Where it does not tell how its bootloader works, it is asked to confirm what is confirmed:
        a bootloader without trials knows no such order. One with a trial before it, or in one,
        knows them. One that overwrites and does not tell is not found out by this.
        """
        try:
            said = (await self._ask(BootloaderInformationRead(query="mode"))).response
        except RefusedError:
            said = None
        mode = said.get("mode") if isinstance(said, dict) else getattr(said, "mode", None)
        if isinstance(mode, int) and mode >= 0:
            return mode in _MODES_THAT_REVERT
        on_trial = not (await self.running()).confirmed
        if on_trial or any(image.pending for image in await self.images()):
            return True
        try:
            await self.confirm()
        except RefusedError as refusal:
            if refusal.status != _NOT_KNOWN:
                raise
            return False
        return True

    async def upload(self, image: bytes, *, sent: Callable[[int], None] = _unwatched) -> None:
        """Send an image into the slot that does not run; the server says from where on.

        A server that was interrupted goes on where it was if it had power all the time, else from
        the beginning. `sent` is told how many bytes it has, each time that changes. On a noisy
        line the pieces are shorter: what is short comes through.
        """
        offset, vain, longest = 0, 0, len(image)
        digest = hashlib.sha256(image).digest()
        while offset < len(image):
            piece, repeated = self._piece(image, offset, digest, longest), self._line.repeated
            reply = await self._ask(piece, _PIECE_S if offset else _ERASE_S)
            if reply.off is None or reply.off > len(image):
                raise RefusedError("offset", f"the server wants to go on at {reply.off}")
            vain += reply.off <= offset
            if vain > _MOST_VAIN:
                raise BoardMuteError(f"{self._path}: the board does not take the image's bytes")
            again, size = self._line.repeated > repeated, len(piece.data)
            longest = max(_LEAST_PIECE, size // 2) if again else size + _ALIGNED_BYTES
            offset = reply.off
            sent(offset)
            if reply.match is False:
                raise RefusedError("ecorrupt", "what it got is not what was sent")

    async def test(self, image_hash: bytes) -> None:
        """Have an image tried at the next restart, once."""
        await self._ask(ImageStatesWrite(hash=image_hash, confirm=False))

    async def confirm(self) -> None:
        """Let the image that runs stay."""
        await self._ask(ImageStatesWrite(hash=None, confirm=True))

    async def restart(self) -> None:
        """Restart it; an image on trial that was not confirmed goes, and the old one is back.

        The conversation is over then. Whether it did restart is seen in the next one.
        """
        await self._ask(ResetWrite())

    def _piece(self, image: bytes, offset: int, digest: bytes, longest: int) -> ImageUploadWrite:
        """Return the longest piece that the server can take, but for `longest`."""
        first = offset == 0
        for sha in (digest, None) if first else (None,):
            empty = _upload(offset, b"", len(image), sha)
            _, room = self._client.get_max_cbor_and_data_size(empty)
            if not sha or room >= _HEADER_BYTES:
                break
        room = min(room, longest)
        if room > _ALIGNED_BYTES:
            room -= room % _ALIGNED_BYTES
        return _upload(offset, image[offset : offset + room], len(image), sha)

    async def _ask(
        self, request: SMPRequest[TRep, TEr1, TEr2], within_s: float = _ANSWER_S
    ) -> TRep:
        try:
            async with asyncio.timeout(within_s):
                reply = await self._client.request(request, timeout_s=2 * within_s + 1)
        except TimeoutError as error:
            raise BoardMuteError(f"{self._path}: no answer in {within_s:g} s") from error
        except (SMPClientException, SMPException, CBORDecodeError, ValueError, TypeError) as error:
            raise BoardMuteError(f"{self._path}: an answer that is none: {error}") from error
        if error_v1(reply):
            raise _refusal(reply.rc.name, reply.rsn or "")
        if error_v2(reply):
            raise _refusal(reply.err.rc.name, "")
        return reply


def _upload(offset: int, data: bytes, size: int, sha: bytes | None) -> ImageUploadWrite:
    if offset:
        return ImageUploadWrite(off=offset, data=data)
    return ImageUploadWrite(off=0, data=data, image=0, len=size, sha=sha)


def _refusal(status: str, reason: str) -> BoardError:
    if status == MGMT_ERR.EBUSY.name:
        return BoardBusyError("the board is busy")
    return RefusedError(status.lower(), reason)
