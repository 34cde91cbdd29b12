"""New firmware onto a board with MCUboot: sent, tried, and confirmed when it proved itself.

As with our own boards (updater.py), whatever breaks the conversation is met by beginning again:
each one looks at what the board says it has and runs, and goes on from there.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import NamedTuple

from smpclient.mcuboot import (
    IMAGE_HEADER_SIZE,
    IMAGE_TLV,
    IMAGE_TLV_INFO_MAGIC,
    IMAGE_TLV_INFO_STRUCT,
    ImageHeader,
    ImageInfo,
    ImageTLVInfo,
    MCUBootImageError,
)

from firmware_bridge.errors import BoardMuteError
from firmware_bridge.update.errors import (
    ImageDiffersError,
    NoRevertError,
    OlderVersionError,
    RolledBackError,
    WrongKindError,
)
from firmware_bridge.update.manifest import Release, version_key
from firmware_bridge.update.mcumgr import SlotImage, SmpBoard
from firmware_bridge.update.through import Patience, carried_through
from firmware_bridge.update.updater import Progress, Stage, allowed_s

_RESTART_S = 1.0  # it answers, and restarts a moment later
_LOOK_S = 0.25  # how often a board on trial is asked
_HASHES = (IMAGE_TLV.SHA256, IMAGE_TLV.SHA384, IMAGE_TLV.SHA512)
_MOST_RESTARTS = 3  # of an image that is still to be tried


def _unwatched(_: Progress) -> None:
    """Look away."""


async def update(
    path: str,
    release: Release,
    *,
    kind: str,
    baud: int = 115_200,
    progress: Callable[[Progress], None] = _unwatched,
    one_way: bool = False,
    prove_s: float = 5.0,
    meet_s: float = 10.0,
    back_s: float = 180.0,
    within_s: float | None = None,
) -> SlotImage:
    """Bring the board at a port to a release; returns what it runs then. Nobody else may hold it.

    Its server does not say what kind of board it is: `kind` is what it is known to be. All else,
    and what it raises, is as in `install`; beside it WrongKindError, and ImageDiffersError when the
    image is another version than its manifest says, before the first byte.
    """
    if release.manifest.kind != kind:
        raise WrongKindError(f"for {release.manifest.kind}; the board is a {kind}")
    version = image_identity(release.image).version
    if _order(version) != version_key(release.manifest.version):
        raise ImageDiffersError(f"the image is {version}, not {release.manifest.version}")
    return await install(
        path,
        release.image,
        baud=baud,
        progress=progress,
        one_way=one_way,
        prove_s=prove_s,
        meet_s=meet_s,
        back_s=back_s,
        within_s=within_s,
    )


async def install(
    path: str,
    image: bytes,
    *,
    baud: int = 115_200,
    progress: Callable[[Progress], None] = _unwatched,
    one_way: bool = False,
    prove_s: float = 5.0,
    meet_s: float = 10.0,
    back_s: float = 180.0,
    within_s: float | None = None,
) -> SlotImage:
    """Bring the board at a port to an image that only its bootloader judges; returns what it runs.

    A new image is confirmed after it answered for `prove_s`; until then the bootloader goes back to
    the old one at the next restart. Where it never goes back, nothing is sent unless `one_way`
    allows it. `meet_s` bounds the wait for the board at the beginning, `back_s` the wait for one
    that went away, `within_s` it all: what `allowed_s` says unless it is given.

    Raises before the first byte ImageDiffersError (it is no image of MCUboot's), OlderVersionError
    or NoRevertError; later RolledBackError, UpdateTimedOutError, RefusedError, or what keeps the
    board away. One that does not answer any more on trial goes back when somebody cuts its power.
    """
    wanted = image_identity(image)
    run = _Update(
        path, image, wanted, baud=baud, progress=progress, prove_s=prove_s, one_way=one_way
    )
    limit_s = allowed_s(len(image), baud) if within_s is None else within_s
    patience = Patience(meet_s=meet_s, back_s=back_s, within_s=limit_s)
    return await carried_through(path, run.conversation, run.go_on, patience)


class ImageIdentity(NamedTuple):
    """How the bootloader knows an image."""

    version: str
    hash: bytes


def image_identity(image: bytes) -> ImageIdentity:
    """Read an image's header and trailer; raises ImageDiffersError when it is not MCUboot's."""
    try:
        header = ImageHeader.loads(image[:IMAGE_HEADER_SIZE])
        at = header.hdr_size + header.img_size + header.protect_tlv_size
        start = at + IMAGE_TLV_INFO_STRUCT.size
        info = ImageTLVInfo.loads(image[at:start], IMAGE_TLV_INFO_MAGIC)
        entries = ImageInfo.parse_tlvs(image[start : at + info.tlv_tot])
    except (MCUBootImageError, struct.error, ValueError) as error:
        raise ImageDiffersError(f"no image of MCUboot's: {error}") from error
    for entry in entries:
        if entry.header.type in _HASHES:
            ver = header.ver
            build = f".{ver.build_num}" if ver.build_num else ""
            version = f"{ver.major}.{ver.minor}.{ver.revision}{build}"
            return ImageIdentity(version, entry.value)
    raise ImageDiffersError("an image of MCUboot's without a hash")


def _order(version: str) -> tuple[int, ...]:
    """Return what a version is ordered by; what has no number is older."""
    try:
        return version_key(version.replace("+", "."))
    except ValueError:
        return ()


class _Update:
    """One update, over as many conversations as it takes."""

    def __init__(
        self,
        path: str,
        image: bytes,
        wanted: ImageIdentity,
        *,
        baud: int,
        progress: Callable[[Progress], None],
        prove_s: float,
        one_way: bool,
    ) -> None:
        self._path = path
        self._baud = baud
        self._image = image
        self._wanted = wanted
        self._progress = progress
        self._prove_s = prove_s
        self._one_way = one_way
        self._loop = asyncio.get_running_loop()
        self._sent = 0
        self._restarts = 0  # into the new image

    def conversation(self, within_s: float) -> SmpBoard:
        self._tell(Stage.CONNECTING)
        return SmpBoard(self._path, baud=self._baud, within_s=within_s)

    async def go_on(self, board: SmpBoard) -> SlotImage | None:
        """Do what is next by what the board has; returns what it runs when nothing is left."""
        runs = await board.running()
        if runs.hash == self._wanted.hash:
            runs = runs if runs.confirmed else await self._try_out(board)
            self._tell(Stage.DONE)
            return runs
        there = next((x for x in await board.images() if x.hash == self._wanted.hash), None)
        if self._restarts and not (there and there.pending and self._restarts < _MOST_RESTARTS):
            tried = there and not self._one_way
            why = "it was tried, and not confirmed" if tried else "the bootloader did not take it"
            raise RolledBackError(
                f"{self._wanted.version} does not run, {runs.version} does: {why}"
            )
        if _order(runs.version) > _order(self._wanted.version):
            raise OlderVersionError(f"{self._wanted.version}: the board runs {runs.version}")
        reverts = await board.reverts()
        if not reverts and not self._one_way:
            raise NoRevertError("this board's bootloader never goes back to the old firmware")
        if not there:
            await self._send(board)
        if reverts and not (there and there.pending):
            await board.test(self._wanted.hash)
        await self._restart(board)
        return None

    async def _send(self, board: SmpBoard) -> None:
        def sent(bytes_there: int) -> None:
            self._sent = bytes_there
            self._tell(Stage.SENDING)

        await board.upload(self._image, sent=sent)
        self._tell(Stage.CHECKING)
        if all(image.hash != self._wanted.hash for image in await board.images()):
            raise BoardMuteError(f"{self._path}: the board does not have what it was sent")

    async def _restart(self, board: SmpBoard) -> None:
        self._tell(Stage.RESTARTING)
        self._restarts += 1
        await board.restart()
        await asyncio.sleep(_RESTART_S)

    async def _try_out(self, board: SmpBoard) -> SlotImage:
        """Confirm the new image after it answered long enough; raises what is not well."""
        self._tell(Stage.PROVING)
        end = self._loop.time() + self._prove_s
        while self._loop.time() < end:
            await asyncio.sleep(_LOOK_S)
            if (await board.running()).hash != self._wanted.hash:
                raise RolledBackError(f"{self._wanted.version} restarted before it was confirmed")
        await board.confirm()
        runs = await board.running()
        if not runs.confirmed:
            raise RolledBackError(f"{self._wanted.version} does not take its confirmation")
        return runs

    def _tell(self, stage: Stage) -> None:
        self._progress(Progress(stage, self._sent, len(self._image)))
