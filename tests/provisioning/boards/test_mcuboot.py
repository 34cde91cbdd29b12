"""`motcua board flash --mcuboot`, from outside, at MCUboot and Zephyr's SMP server in QEMU."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware_bridge.update import errors
from firmware_bridge.update.manifest import Manifest
from firmware_bridge.update.mcumgr import SmpBoard
from provisioning.boards import words
from tests.counterparts.qemu import ONE_WAY, SWAP, Kind, QemuBoard, qemu_board
from tests.provisioning.boards.test_board_command import Said, motcua
from tests.provisioning.controller.boards.releases import KEY, trust


@pytest.fixture
def swap() -> Iterator[QemuBoard]:
    with qemu_board(SWAP) as far:
        yield far


class Disk:
    """A technician's: images, and the keys that are trusted."""

    def __init__(self, folder: Path, board: Kind) -> None:
        self._folder = folder
        self._board = board
        self._keys = trust(folder / "keys")

    def image(self, version: str) -> Path:
        """Write an image without a manifest."""
        file = self._folder / f"{version}.bin"
        file.write_bytes(self._board.image(version))
        return file

    def release(self, version: str, *, key: Ed25519PrivateKey = KEY) -> Path:
        """Write an image and its manifest."""
        file = self.image(version)
        content = file.read_bytes()
        manifest = Manifest(
            name=f"Bàn phím {version}",
            kind="keypad",
            version=version,
            size=len(content),
            sha256=hashlib.sha256(content).digest(),
            table=b"",
            expires=datetime.now(UTC) + timedelta(days=30),
        )
        file.with_name(f"{file.name}.json").write_bytes(manifest.signed(key))
        return file

    async def flash(self, image: Path, port: str, *more: str) -> Said:
        return await motcua(
            *("flash", str(image), "--mcuboot", "--port", port, "--keys", str(self._keys)),
            *("--prove", "0.5", *more),
        )


async def runs(path: str) -> str:
    async with SmpBoard(path) as board:
        return (await board.running()).version


@pytest.mark.real
async def test_a_signed_release_is_tried_and_kept_and_nothing_else_is_sent(
    swap: QemuBoard, tmp_path: Path
) -> None:
    disk = Disk(tmp_path, SWAP)
    said = await disk.flash(disk.image("1.0.0"), swap.path)
    assert (said.status, "1.0.0.bin.json" in said.err) == (65, True), "there is no manifest"
    stranger = disk.release("1.0.1", key=Ed25519PrivateKey.generate())
    said = await disk.flash(stranger, swap.path)
    assert (said.status, "update.signature" in said.err) == (65, True)
    release = disk.release("1.2.3")
    said = await disk.flash(release, swap.path, "--kind", "panel")
    assert (said.status, "update.kind" in said.err) == (65, True)
    assert (swap.starts, await runs(swap.path)) == (1, "0.0.0")
    said = await disk.flash(release, swap.path, "--kind", "keypad")
    assert (said.status, said.err) == (0, "")
    assert "1.2.3, đã xác nhận" in said.out
    assert "KHÔNG CÓ CHỮ KÝ" not in said.out
    assert await runs(swap.path) == "1.2.3"


@pytest.mark.real
async def test_a_laboratory_may_do_without_a_signature_and_is_told_so_loudly(
    swap: QemuBoard, tmp_path: Path
) -> None:
    disk = Disk(tmp_path, SWAP)
    said = await disk.flash(disk.image("1.0.0"), swap.path, "--unsigned")
    assert said.status == 0, said.err
    assert said.out.index("KHÔNG CÓ CHỮ KÝ") < said.out.index("1.0.0, đã xác nhận")
    assert await runs(swap.path) == "1.0.0"


@pytest.mark.real
async def test_a_board_that_never_goes_back_is_left_alone_until_that_is_accepted(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path, ONE_WAY)
    with qemu_board(ONE_WAY) as far:
        said = await disk.flash(disk.release("1.2.3"), far.path)
        assert said.status == 65
        assert "update.no_revert" in said.err
        assert "--one-way" in said.err
        assert await runs(far.path) == "0.0.0"


@pytest.mark.parametrize(
    "odd", [("--unsigned",), ("--one-way",), ("--mcuboot", "--unsigned", "--manifest", "x.json")]
)
async def test_what_does_not_go_together_is_refused(odd: tuple[str, ...]) -> None:
    assert (await motcua("flash", "x.bin", *odd)).status == 2


def test_every_error_of_an_update_has_words_of_its_own() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.UpdateError)
    ]
    leaves = [kind for kind in kinds if not kind.__subclasses__()]
    assert errors.NoRevertError in leaves
    assert len({words.guide(kind()).matter for kind in leaves}) == len(leaves)
