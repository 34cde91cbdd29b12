"""`motcua board`, from outside, at a board that runs the real firmware."""

import asyncio
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from firmware_bridge import frames
from firmware_bridge.board import Board
from firmware_bridge.simulated import SimulatedBoard
from firmware_bridge.update.manifest import Manifest

pytestmark = pytest.mark.real
COMMAND = (sys.executable, "-m", "provisioning.cli", "board")


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


async def motcua(*words: str) -> Said:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"COLUMNS": "160", "PATH": "/usr/bin"},
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return Said(process.returncode or 0, out.decode(), err.decode())


@contextlib.asynccontextmanager
async def begun(*words: str) -> AsyncIterator[Callable[[str], "asyncio.Future[str]"]]:
    """Run the command; yields a wait for a line with some text."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *words, stdout=asyncio.subprocess.PIPE, env={"COLUMNS": "160"}
    )
    assert process.stdout
    lines = process.stdout

    async def line(text: str) -> str:
        async with asyncio.timeout(30):
            while text not in (read := (await lines.readline()).decode()):
                assert read, f"it ended without {text!r}"
        return read

    try:
        yield lambda text: asyncio.ensure_future(line(text))
    finally:
        process.kill()
        await process.communicate()


async def test_the_boards_are_found_by_their_lasting_names_and_asked_who_they_are(
    tmp_path: Path,
) -> None:
    async with SimulatedBoard(tmp_path / "by-id") as far:
        (tmp_path / "by-id" / "usb-empty-if00").symlink_to(tmp_path / "nowhere")
        said = await motcua("list", "--folder", str(far.path.parent))
        assert said.status == 0, said.err
        (row,) = [line for line in said.out.splitlines() if far.path.name in line]
        assert far.uid.hex() in row
        assert "có điện lại" in row, "why it started"
        (none,) = [line for line in said.out.splitlines() if "usb-empty" in line]
        assert "không trả lời" in none


async def test_no_board_at_all_is_a_status_for_scripts_and_a_guide_for_people(
    tmp_path: Path,
) -> None:
    said = await motcua("list", "--folder", str(tmp_path))
    assert (said.status, "cáp USB" in said.out) == (69, True)
    said = await motcua("info", "--folder", str(tmp_path))
    assert (said.status, "cáp USB" in said.err) == (69, True)
    said = await motcua("info", "--port", str(tmp_path / "gone"))
    assert said.status == 69
    assert "board.gone" in said.err


async def test_one_of_two_boards_is_chosen_by_a_part_of_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "by-id"
    async with SimulatedBoard(tmp_path / "a") as one, SimulatedBoard(tmp_path / "b") as two:
        folder.mkdir()
        for name, board in (("usb-one", one), ("usb-two", two)):
            (folder / name).symlink_to(board.path)
        said = await motcua("info", "--folder", str(folder))
        assert said.status == 69
        assert "usb-one" in said.err
        assert "usb-two" in said.err
        two.switch(frames.TAMPER, 0)
        said = await motcua("info", "--folder", str(folder), "--port", "two")
        assert said.status == 0, said.err
        assert "Công tắc chống mở" in said.out
        assert "25.0 °C" in said.out


async def test_who_holds_the_port_is_named_and_what_to_do(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "by-id") as far, Board(str(far.path), within_s=10):
        said = await motcua("info", "--port", str(far.path))
        assert said.status == 75
        assert "board.busy" in said.err
        assert f"tiến trình {os.getpid()}" in said.err, "the program that holds it"
        assert "→" in said.err
        listed = await motcua("list", "--json", "--folder", str(far.path.parent))
        (one,) = json.loads(listed.out)
        assert one["code"] == "board.busy"
        assert one["held_by"] > 0


async def test_the_log_of_the_board_is_printed(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "by-id") as far:
        said = await motcua("logs", "--port", str(far.path))
        assert said.status == 0, said.err
        assert "boot 1, power" in said.out


async def test_who_watches_sees_presses_and_takes_none_of_them_away(tmp_path: Path) -> None:
    async with SimulatedBoard(tmp_path / "by-id") as far:
        async with Board(str(far.path), within_s=10) as board:
            await board.ask("feed", 60)
        async with begun("watch", "--port", str(far.path)) as line:
            await line("bo mạch khởi động")
            far.press(3)
            assert "nút 3 được bấm" in await line("nút 3")
        async with Board(str(far.path), within_s=10) as board:
            _, left_s, held_s, _ = await board.ask("watch")
            assert held_s > 0, "nobody fed the watchdog meanwhile"
            assert left_s > held_s
            seen = []
            async for event in board.events():
                seen.append(event.name)
                if event.name == "pressed":
                    break
        assert seen == ["restarted", "pressed"]


async def test_an_image_that_no_trusted_key_has_signed_is_refused_before_the_port_is_opened(
    tmp_path: Path,
) -> None:
    image, keys = tmp_path / "panel.img", tmp_path / "keys"
    ours, theirs = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    image.write_bytes(b"an image")
    image.with_name("panel.img.json").write_bytes(_manifest(b"an image").signed(theirs))
    keys.mkdir()
    pem = ours.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (keys / "province.pem").write_bytes(pem)
    words = ("flash", str(image), "--keys", str(keys), "--port", str(tmp_path / "nowhere"))
    said = await motcua(*words)
    assert said.status == 65
    assert "update.signature" in said.err
    image.with_name("panel.img.json").write_bytes(_manifest(b"another one").signed(ours))
    said = await motcua(*words)
    assert said.status == 65
    assert "update.image_differs" in said.err
    image.with_name("panel.img.json").unlink()
    said = await motcua(*words)
    assert said.status == 65
    assert "panel.img.json" in said.err


def _manifest(image: bytes) -> Manifest:
    return Manifest(
        name="panel",
        kind="panel",
        version="2.0",
        size=len(image),
        sha256=hashlib.sha256(image).digest(),
        table=frames.TABLE_HASH,
        expires=datetime.now(UTC) + timedelta(days=30),
    )
