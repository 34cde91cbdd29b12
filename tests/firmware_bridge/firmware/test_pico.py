"""The Pico's own hardware file under the real MicroPython, with modelled pins."""

import asyncio
import os
import subprocess
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from firmware_bridge import frames
from firmware_bridge.board import Board
from firmware_bridge.firmware import max7219
from firmware_bridge.link import Link
from firmware_bridge.simulated import micropython
from firmware_bridge.update import image

pytestmark = pytest.mark.real

HERE = Path(__file__).parent / "pico"
SOURCE = Path.cwd()
SEGMENTS_CS, MATRIX_CS, LAMP_0, FAN, RELAY = 17, 20, 8, 16, 21
CTRL_C = 3
BUTTON_2, DOOR, TAMPER = 4, 14, 15


def test_negative_control_there_is_a_ctrl_c_in_every_call_of_a_box() -> None:
    for nonce in range(0x10101010, 0x10101030):
        assert CTRL_C in Link(nonce, frames.TABLE_HASH).poll(0)


class Pico:
    def __init__(self, folder: Path, port: str) -> None:
        self.folder = folder
        self.port = port

    def low(self, pin: int) -> None:
        (self.folder / f"low{pin}").touch()

    def lines(self, *words: object) -> list[str]:
        start = " ".join(str(word) for word in words)
        pins = self.folder / "pins"
        found = pins.read_text().splitlines() if pins.exists() else ()
        return [line for line in found if line.startswith(start)]

    async def until(self, *words: object) -> None:
        async with asyncio.timeout(5):
            while not self.lines(*words):
                await asyncio.sleep(0.01)

    def chip(self, select: int, chips: int, which: int) -> dict[int, int]:
        """Return a chip's registers after all that was latched."""
        registers: dict[int, int] = {}
        for line in self.lines("latch", select):
            words = bytes.fromhex(line.split()[2])
            assert len(words) == 2 * chips
            registers[words[2 * which]] = words[2 * which + 1]
        return registers


@contextmanager
def running(
    tmp_path: Path, script: str, heap: str = "380k", *, ends: int | None = None
) -> Iterator[Pico]:
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    for switch in (DOOR, TAMPER):  # closed
        (tmp_path / f"low{switch}").touch()
    errors = tmp_path / "errors"
    with errors.open("wb") as to:
        process = subprocess.Popen(
            (micropython(), "-X", f"heapsize={heap}", str(HERE / script)),
            cwd=tmp_path,
            env={"MICROPYPATH": f"{HERE}:{SOURCE}:.frozen"},
            stdin=master,
            stdout=master,
            stderr=to,
        )
    try:
        yield Pico(tmp_path, os.ttyname(slave))
        status = process.poll() if ends is None else process.wait(5)
        assert (status, errors.read_text()) == (ends, "")
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


@pytest.fixture
def pico(tmp_path: Path) -> Iterator[Pico]:
    with running(tmp_path, "run.py") as found:
        yield found


async def test_a_pico_drives_its_pins_and_reads_them(pico: Pico) -> None:
    async with Board(pico.port, within_s=5) as board:
        assert board.identity.uid == b"picomodl".hex()
        assert pico.lines("pin", RELAY) == [f"pin {RELAY} 0"]  # the box has its power
        await board.ask("lamp", 0, frames.BURNS)
        await pico.until("pin", LAMP_0, 1)
        await board.ask("fan", 40)
        await pico.until("pwm", FAN, 26214)
        pico.low(BUTTON_2)
        (pico.folder / f"low{DOOR}").unlink()
        told = []
        async with asyncio.timeout(5):
            async for event in board.events():
                told.append((event.name, *event.values))
                if len(told) == 3:
                    break
        assert told[1:] == [("pressed", 2), ("switched", frames.DOOR, 0)]
        buttons, switches, millidegrees, paper, _ = await board.ask("read")
        assert (buttons, switches, paper) == (0b100, 0b10, 0)
        assert abs(millidegrees - 25_000) < 100
        await pico.until("fed", 100)


async def test_a_pico_knows_a_crash_from_a_hang(tmp_path: Path) -> None:
    files = image.sources() | {"firmware_bridge/firmware/app.py": b"raise RuntimeError\n"}
    (tmp_path / "image").write_bytes(image.packed(files, "1.0.0"))
    with running(tmp_path, "loaded.py", heap="2m", ends=16) as pico:
        await pico.until("reset")
    assert await reset_of(tmp_path) == "unknown", "a bug, which the log has"
    (tmp_path / "scratch").write_text("0")  # no word, before the hardware watchdog bit
    assert await reset_of(tmp_path) == "watchdog"


async def reset_of(tmp_path: Path) -> str:
    with running(tmp_path, "run.py") as pico:
        async with Board(pico.port, within_s=5) as board:
            return board.identity.reset


async def test_a_picos_panel_shows_digits_and_dots(pico: Pico) -> None:
    async with Board(pico.port, within_s=5) as board:
        await board.ask("show", 0, 0, b"A012   3")
        await board.ask("show", 1, 0, b"88888888")
        await board.ask("show", 2, 0, b"HI")
        segments = max7219.segments_of("A012   3", 8)
        async with asyncio.timeout(5):
            while [pico.chip(SEGMENTS_CS, 2, 0)[row] for row in range(8, 0, -1)] != [*segments]:
                await asyncio.sleep(0.01)
            while [pico.chip(SEGMENTS_CS, 2, 1)[row] for row in range(8, 0, -1)] != [0x7F] * 8:
                await asyncio.sleep(0.01)
            while not any(pico.chip(MATRIX_CS, 8, 0)[row] for row in range(1, 9)):
                await asyncio.sleep(0.01)
        letter = [f"{pico.chip(MATRIX_CS, 8, 0)[row]:08b}" for row in range(1, 9)]
        assert letter[0][1:3] == letter[2][1:3] == "11"  # the left stroke of an H
        assert all(pico.chip(MATRIX_CS, 8, 7)[row] == 0 for row in range(1, 9))


async def test_the_box_loses_its_power_through_the_relay(pico: Pico) -> None:
    async with Board(pico.port, within_s=5) as board:
        await board.ask("feed", 1)
        await pico.until("pin", RELAY, 1)


async def test_the_loader_of_a_pico_starts_an_image_under_its_watchdog(tmp_path: Path) -> None:
    opened = b"from firmware_bridge.firmware.io_pico import PicoIo as opened\n"
    files = image.sources() | {"firmware_bridge/firmware/hardware.py": opened}
    (tmp_path / "image").write_bytes(image.packed(files, "1.0.0"))
    with running(tmp_path, "loaded.py", heap="2m") as pico:
        async with Board(pico.port, within_s=5) as board:
            found = board.identity
            assert (found.version, found.slot, found.reset) == ("panel 1.0.0", 0, "update")
            assert not found.confirmed
            assert pico.lines("timer")[-1] == "timer 125000", "it is taken back, whatever it does"
            await board.ask("update_confirm")
            assert pico.lines("timer")[-1] == "timer 0"
        async with Board(pico.port, within_s=5) as board:
            assert board.identity.confirmed
            await board.ask("lamp", 0, frames.BURNS)
            await pico.until("pin", LAMP_0, 1)
        assert pico.lines()[0] == "interrupted by -1 before the loader"
        assert len(pico.lines("fed", 1)) == 2, "by the loader while it imported, and by the image"
