"""A release brought onto a board with MCUboot, whatever breaks in between."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest

from firmware_bridge.errors import BoardGoneError, BoardMuteError
from firmware_bridge.update.errors import (
    ImageDiffersError,
    NoRevertError,
    OlderVersionError,
    RolledBackError,
    UpdateTimedOutError,
    WrongKindError,
)
from firmware_bridge.update.manifest import Manifest, Release
from firmware_bridge.update.mcumgr import SmpBoard
from firmware_bridge.update.smp_updater import image_identity, update
from firmware_bridge.update.updater import Progress, Stage
from tests.counterparts.qemu import ONE_WAY, SWAP, Kind, qemu_board
from tests.firmware_bridge.update.releases import KEY, KEYS, NOW
from tests.firmware_bridge.update.smp_peer import smp_peer

KIND = "keypad"
PROVE_S = 0.5


def released(
    version: str, *, board: Kind = SWAP, image: bytes = b"", flipped_at: int | None = None
) -> Release:
    image = image or board.image(version, flipped_at=flipped_at)
    manifest = Manifest(
        name=f"firmware {version}",
        kind=KIND,
        version=version,
        size=len(image),
        sha256=hashlib.sha256(image).digest(),
        table=b"",
        expires=NOW + timedelta(days=30),
    )
    return Release.checked(manifest.signed(KEY), image, KEYS, now=NOW)


async def runs(path: str) -> tuple[str, bool]:
    async with SmpBoard(path) as board:
        image = await board.running()
        return image.version, image.confirmed


class Seen:
    """The stages of an update; does something once, in one of them."""

    def __init__(self, deed: Callable[[], None] = lambda: None, *, at: Stage = Stage.DONE) -> None:
        self.stages: list[Stage] = []
        self.offsets: list[int] = []
        self._deed = deed
        self._at = at

    def __call__(self, step: Progress) -> None:
        if step.stage is Stage.SENDING:
            self.offsets.append(step.sent)
        if self.stages[-1:] != [step.stage]:
            self.stages.append(step.stage)
            if step.stage is self._at:
                self._deed()


@pytest.mark.real
async def test_a_release_is_sent_tried_confirmed_and_not_sent_again() -> None:
    release, seen = released("1.2.3"), Seen()
    with qemu_board(SWAP) as far:
        image = await update(far.path, release, kind=KIND, progress=seen, prove_s=PROVE_S)
        assert (image.version, image.active, image.confirmed) == ("1.2.3", True, True)
        assert seen.stages == [
            *(Stage.CONNECTING, Stage.SENDING, Stage.CHECKING, Stage.RESTARTING),
            *(Stage.CONNECTING, Stage.PROVING, Stage.DONE),
        ]
        assert seen.offsets == sorted(set(seen.offsets))
        assert seen.offsets[-1] == len(release.image)
        far.cut_power()
        assert await runs(far.path) == ("1.2.3", True)
        again = Seen()
        assert await update(far.path, release, kind=KIND, progress=again) == image
        assert again.stages == [Stage.CONNECTING, Stage.DONE]
        with pytest.raises(OlderVersionError):
            await update(far.path, released("1.2.2"), kind=KIND)


@pytest.mark.real
@pytest.mark.parametrize("stage", [Stage.SENDING, Stage.CHECKING, Stage.RESTARTING])
async def test_an_update_goes_on_after_the_power_was_cut_amid_it(stage: Stage) -> None:
    with qemu_board(SWAP) as far:
        seen = Seen(far.cut_power, at=stage)
        image = await update(far.path, released("1.2.3"), kind=KIND, progress=seen, prove_s=PROVE_S)
        assert (image.version, image.confirmed) == ("1.2.3", True)
        assert far.starts >= 2


@pytest.mark.real
async def test_an_image_that_restarts_on_trial_is_not_confirmed_and_the_old_one_is_back() -> None:
    with qemu_board(SWAP) as far:
        seen = Seen(far.cut_power, at=Stage.PROVING)
        with pytest.raises(RolledBackError):
            await update(far.path, released("1.2.3"), kind=KIND, progress=seen, prove_s=PROVE_S)
        assert await runs(far.path) == ("0.0.0", True)


@pytest.mark.real
async def test_a_corrupted_release_is_refused_by_the_bootloader_and_the_old_one_answers() -> None:
    release = released("1.2.3", flipped_at=0x3000)
    with qemu_board(SWAP) as far:
        with pytest.raises(RolledBackError, match="the bootloader did not take it"):
            await update(far.path, release, kind=KIND, prove_s=PROVE_S)
        assert "Image in the secondary slot is not valid!" in far.printed
        assert await runs(far.path) == ("0.0.0", True)


@pytest.mark.real
async def test_where_nothing_ever_goes_back_it_is_done_only_when_that_is_allowed() -> None:
    release, seen = released("1.2.3", board=ONE_WAY), Seen()
    with qemu_board(ONE_WAY) as far:
        with pytest.raises(NoRevertError):
            await update(far.path, release, kind=KIND, progress=seen)
        assert Stage.SENDING not in seen.stages
        await update(far.path, release, kind=KIND, one_way=True)
        assert await runs(far.path) == ("1.2.3", True)


@pytest.mark.parametrize("cut", [0, 20, 0x200, -30, None])
async def test_what_is_no_image_of_mcuboot_is_named_before_all(cut: int | None) -> None:
    image = SWAP.firmware[:cut] if cut is not None else bytes(1000)
    with pytest.raises(ImageDiffersError):
        await update("/dev/null/none", released("1.2.3", image=image or b"\0"), kind=KIND)


async def test_another_kind_or_version_than_the_manifest_s_is_named_before_all() -> None:
    with pytest.raises(WrongKindError):
        await update("/dev/null/none", released("1.2.3"), kind="panel")
    with pytest.raises(ImageDiffersError, match=r"1\.2\.3"):
        await update("/dev/null/none", released("1.2.4", image=SWAP.image("1.2.3")), kind=KIND)


def test_an_image_s_version_has_its_build_number_if_there_is_one() -> None:
    assert image_identity(SWAP.image("1.2.3")).version == "1.2.3"
    assert image_identity(SWAP.image("1.2.3+4")).version == "1.2.3.4"


async def test_a_board_that_is_not_there_or_mute_is_waited_for_so_long() -> None:
    release = released("1.2.3")
    with pytest.raises(BoardGoneError):
        await update("/dev/null/none", release, kind=KIND, meet_s=0.2)
    with smp_peer() as peer:
        with pytest.raises(BoardMuteError):
            await update(peer.path, release, kind=KIND, meet_s=0.2)
        with pytest.raises(UpdateTimedOutError):
            await update(peer.path, release, kind=KIND, within_s=0.2)
