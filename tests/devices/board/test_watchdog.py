"""The watchdog over the box: a real part on a real broker, and the real firmware."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devices.board.config import WatchdogConfig
from devices.board.messages import BoardButtonPressed, BoxPowerCycled, HoldWatchdog
from devices.board.serial import SerialBoardConfig
from devices.contract.message import Health
from devices.host import Equipment
from devices.hosted import Fitted
from devices.messages import Kind
from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from firmware_bridge.board import Board
from firmware_bridge.simulated import SimulatedBoard
from tests.counterparts.mosquitto import RealBroker
from tests.devices.board.boxes import Province, devices_on
from tests.devices.boxes import BOX, User, user_on
from tests.kiosk.ui.test_touchscreen import virtual_screen
from tests.waiting import until

pytestmark = pytest.mark.real

ALONE = """[counter]
url = "http://127.0.0.1:9"
[agent]
url = ""
[glass]
fullscreen = false
"""
LIMIT_S = 5  # no configuration may say so little: a part of a box tells its status every minute


class Box:
    """A broker, a device process with a board, and parts that are processes of their own."""

    def __init__(
        self, folder: Path, port: int, board: SimulatedBoard, *, limit_s: int = LIMIT_S
    ) -> None:
        self._folder = folder
        self._limit_s = limit_s
        self._port = port
        self.board = board

    @asynccontextmanager
    async def devices(self, parts: tuple[str, ...]) -> AsyncIterator[tuple[User, Province]]:
        watchdog = WatchdogConfig(parts=parts, limit_s=self._limit_s) if parts else None
        config = SerialBoardConfig(path=str(self.board.path), watchdog=watchdog)
        board = config.build()
        board.check_every_s = 0.1  # type: ignore[misc]  # a real one is asked every other second
        async with self.fitted(Equipment(board=Fitted(board, "serial"))) as (user, province):
            await user.sees(Kind.BOARD, Health.READY)
            yield user, province

    @asynccontextmanager
    async def fitted(self, equipment: Equipment) -> AsyncIterator[tuple[User, Province]]:
        bus_config = BusConfig(port=self._port)
        async with (
            mqtt_bus(bus_config, "user") as user_bus,
            mqtt_bus(bus_config, "devices") as bus,
            mqtt_bus(bus_config, "province") as up,
        ):
            province = Province(up, {})
            async with (
                user_on(user_bus) as user,
                alongside(province.ingests(), name="province"),
                devices_on(bus, equipment, self._folder),
            ):
                yield user, province

    @asynccontextmanager
    async def part(
        self, *words: str, display: str = "", more: str = ""
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the smallest part there is, or the one of these words, on a display."""
        file = self._folder / "kiosk.toml"
        file.write_text(
            f'box = "{BOX}"\nstate_dir = "{self._folder}"\nstatus_every_s = 0.2\n'
            f"bus = {{ port = {self._port} }}\n{more}"
        )
        module = words or ("tests.devices.board.part_process",)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *module, "--config", str(file)),
            env=os.environ | {"DISPLAY": display, "SDL_VIDEODRIVER": "x11"},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def counted(self, query: str) -> int:
        """Return what the book of events says, read beside its owner; -1 before it is made."""
        uri = f"file:{self._folder}/board-events.sqlite?mode=ro"
        try:
            with contextlib.closing(sqlite3.connect(uri, uri=True)) as book:
                return int(book.execute(query).fetchone()[0])
        except sqlite3.OperationalError:
            return -1

    async def log(self) -> str:
        async with Board(str(self.board.path), within_s=5) as board:
            return str((await board.ask("log", 0))[1].decode())

    def cuts(self) -> int:
        return [line for _, line in self.board.shown].count("power 0")

    async def is_awake(self, user: User) -> None:
        await until(
            lambda: self.watchdog(user) == "awake",
            "the watchdog is awake",
            within_s=20 + self._limit_s,
        )

    def held_s(self, user: User) -> float:
        return float(user.device(Kind.BOARD).facts.get("watchdog_held_s", 0.0))

    def waits_for(self, user: User) -> str:
        return str(user.device(Kind.BOARD).facts.get("watchdog_waits_for"))

    def rests_for(self, user: User) -> str:
        return str(user.device(Kind.BOARD).facts.get("watchdog_rests_for", ""))

    def watchdog(self, user: User) -> str:
        return str(user.device(Kind.BOARD).facts.get("watchdog"))


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Box]:
    (tmp_path / "broker").mkdir()
    async with (
        RealBroker(tmp_path / "broker") as broker,
        SimulatedBoard(tmp_path / "board") as board,
    ):
        yield Box(tmp_path, broker.port, board)


async def test_a_hung_part_takes_the_boxs_power_and_a_living_one_does_not(box: Box) -> None:
    async with box.devices(("kiosk",)) as (user, province), box.part() as part:
        await box.is_awake(user)
        await asyncio.sleep(LIMIT_S)
        assert box.cuts() == 0, "it lives"
        part.send_signal(signal.SIGSTOP)
        await until(lambda: box.cuts() == 1, "the power is cut", within_s=LIMIT_S + 3)
        await until(lambda: len(province.of(BoxPowerCycled)) == 1, "the province is told")
        assert not box.board.box_power


async def test_the_kiosk_itself_hung_takes_the_boxs_power(box: Box) -> None:
    async with (
        virtual_screen() as screen,
        box.devices(("kiosk",)) as (user, province),
        box.part("provisioning.cli", "kiosk", display=screen.display, more=ALONE) as kiosk,
    ):
        await box.is_awake(user)
        kiosk.send_signal(signal.SIGSTOP)
        await until(lambda: box.cuts() == 1, "the power is cut", within_s=LIMIT_S + 3)
        await until(lambda: len(province.of(BoxPowerCycled)) == 1, "the province is told")


async def test_a_part_that_was_stopped_on_purpose_costs_no_power(box: Box) -> None:
    async with box.devices(("kiosk",)) as (user, _), box.part() as part:
        await box.is_awake(user)
        part.terminate()
        await part.wait()
        await until(lambda: box.rests_for(user) == "kiosk", "it rests")
        await asyncio.sleep(LIMIT_S)
        assert box.cuts() == 0


async def test_a_part_that_does_not_exist_puts_the_watchdog_to_sleep_and_is_told(
    box: Box,
) -> None:
    async with box.devices(("kiosk",)) as (user, _), box.part():
        await box.is_awake(user)
    async with box.devices(("kiosk", "kiosks")) as (user, _), box.part():
        await until(lambda: box.watchdog(user) == "asleep", "it would cut a healthy box")
        await until(lambda: box.waits_for(user) == "kiosks", "it is told", within_s=20)
        assert box.watchdog(user) == "asleep"
        assert box.cuts() == 0


async def test_held_for_maintenance_it_bites_only_afterwards(box: Box) -> None:
    async with box.devices(("kiosk",)) as (user, _), box.part() as part:
        await box.is_awake(user)
        await user.ask(HoldWatchdog(seconds=600))
        part.kill()
        await until(lambda: box.waits_for(user) == "kiosk", "it is missed")
        assert box.watchdog(user) == "held"
        assert box.cuts() == 0
        await user.ask(HoldWatchdog(seconds=0))
        await until(lambda: box.cuts() == 1, "the power is cut", within_s=LIMIT_S + 3)


async def test_for_a_part_that_was_never_there_it_never_wakes(box: Box) -> None:
    async with box.devices(("kiosk", "counter")) as (user, _), box.part():
        await until(lambda: box.waits_for(user) == "counter", "the other one lives", within_s=60)
        assert box.watchdog(user) == "asleep"


async def test_a_process_that_starts_gives_parts_time_and_puts_to_sleep_what_nobody_wants(
    box: Box,
) -> None:
    async with box.devices(("kiosk",)) as (user, _), box.part():
        await box.is_awake(user)
    assert "watchdog holds still for 900 s" in await box.log(), "the process ended in order"
    async with box.devices(("kiosk",)) as (user, _):
        await until(lambda: 0 < box.held_s(user) <= LIMIT_S, "the rest ends, a grace begins")
        await until(lambda: box.watchdog(user) == "awake", "not for ever")
    async with box.devices(()) as (user, _):
        await until(lambda: box.watchdog(user) == "asleep", "no part is named any more")


async def test_a_board_that_leaves_the_settings_sleeps_and_its_events_go_up_all_the_same(
    box: Box,
) -> None:
    presses = "SELECT COUNT(*) FROM journal WHERE CAST(event AS TEXT) LIKE '%button_pressed%'"
    async with box.devices(("kiosk",)) as (user, province), box.part():
        province.answers = False
        box.board.press(0)
        await until(lambda: box.counted(presses) == 1, "it is on disk")
        await box.is_awake(user)
    async with box.fitted(Equipment()) as (_, province):
        await until(lambda: len(province.of(BoardButtonPressed)) == 1, "the press", within_s=10)
        await until(lambda: box.counted("SELECT COUNT(*) FROM board_awake") == 0, "it is found")
    async with Board(str(box.board.path), within_s=5) as board:
        limit_s, *_ = await board.ask("watch")
        assert limit_s == 0, "nobody would feed it any more"
