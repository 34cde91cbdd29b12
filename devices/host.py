"""The heart of the device process: every device in care, and the desks that take commands."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from devices.board.care import BoardCare
from devices.board.leaving import board_left
from devices.board.mcuboot import FirmwareBoard
from devices.board.mcuboot_care import McubootCare
from devices.board.port import ControlBoard
from devices.camera.port import Camera
from devices.chip.messages import ChipRead, ForgetChip, ReadChip
from devices.chip.port import READ_WITHIN_S, ChipReader
from devices.contract.clock import Clock
from devices.contract.errors import LineDownError, MotcuaError, NoSuchDeviceError
from devices.contract.message import Command, Description, Done, Health, encode
from devices.contract.topics import PartTopics
from devices.display.port import TEST_COUNTER, TEST_NUMBER, Panel
from devices.hosted import DEFAULT_LIMITS, D, Fitted, Hosted, Limits, nothing
from devices.identifying import Identifying
from devices.messages import (
    FROM_PROVINCE,
    DeviceTested,
    Identified,
    IdentifyBox,
    Kind,
    LampState,
    PrintReceipt,
    ReceiptPrinted,
    RotateOnPanel,
    Said,
    Say,
    SetLamp,
    ShowOnPanel,
    TestDevice,
)
from devices.panel_io.port import PanelIo
from devices.printer.port import Printer
from devices.printing import Printing
from devices.rs485.bus import Rs485Bus
from devices.runtime.backoff import Backoff
from devices.runtime.bus import Bus, Packet
from devices.runtime.part import PartLink, Report, present, software_version
from devices.runtime.requests import Desk, Handler
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from devices.scan.settings import ScansConfig
from devices.scanner.classify import DEFAULT_RULES, ScanRules, classify
from devices.scanner.port import Scanner
from devices.scanning import Scanning
from devices.speaker.aloud import Hush, ReadAloud
from devices.speaker.headphones import ALOUD_WITHIN_S, Headphones
from devices.speaker.port import Speaker

REOPEN = Backoff(least_s=0.2, most_s=3.0)
SAY_WITHIN_S = 60.0
SHOW_WITHIN_S = 5.0
TEST_WITHIN_S = 120.0
_SETTLED_WITHIN_S = 5.0
_READ_GRACE_S = 5.0
_BOOK = "print-jobs.sqlite"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What a box is fitted with; `None` where there is nothing."""

    printer: Fitted[Printer] | None = None
    scanner: Fitted[Scanner] | None = None
    panel: Fitted[Panel] | None = None
    speaker: Fitted[Speaker] | None = None
    headphones: Fitted[Headphones] | None = None
    camera: Fitted[Camera] | None = None
    panel_io: Fitted[PanelIo] | None = None
    board: Fitted[ControlBoard] | None = None
    chip: Fitted[ChipReader] | None = None
    mcuboot: Fitted[FirmwareBoard] | None = None  # instead of the other one
    rs485: Rs485Bus | None = None
    scans: ScansConfig | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """Where the host stands: the bus, its part's topics and boot number, its folder on the disk."""

    bus: Bus
    topics: PartTopics
    boot: int
    state_dir: Path
    clock: Clock
    site: str = ""
    status_every_s: float = 60.0


class DeviceHost:
    """Keeps every device, takes commands, and tells how everything is. `run` is its life."""

    def __init__(
        self,
        equipment: Equipment,
        station: Station,
        *,
        rules: ScanRules = DEFAULT_RULES,
        limits: Limits = DEFAULT_LIMITS,
        backoff: Backoff = REOPEN,
    ) -> None:
        self._station = station
        self._rules = rules
        self._limits = limits
        self._backoff = backoff
        self._changed = asyncio.Event()
        self._lit = ShowOnPanel()
        self._passing = RotateOnPanel()
        self._lamps: dict[str, LampState] = {}
        self._identifying = Identifying(self._as_before)
        self._printing: Printing | None = None
        self._rs485 = equipment.rs485
        self._care = self._care_for(equipment.board)
        self._board = self._take(equipment.board, tend=self._care.tend if self._care else None)
        self._mcuboot = self._take(equipment.mcuboot)
        self._mcuboot_care = self._mcuboot_care_for(equipment.mcuboot)
        self._printer = self._take(equipment.printer)
        self._scanner = self._take(equipment.scanner, tend=self._pass_on)
        self._panel = self._take(equipment.panel, greet=self._greet_panel)
        self._speaker = self._take(equipment.speaker)
        self._headphones = self._take(equipment.headphones)
        self._worn = equipment.headphones.device if equipment.headphones else None
        self._camera = self._take(equipment.camera)
        self._panel_io = self._take(
            equipment.panel_io, greet=self._light_again, tend=self._pass_presses
        )
        self._chip = self._take(equipment.chip, tend=self._pass_cards)
        self._chip_reader = equipment.chip.device if equipment.chip else None
        self._scanning = (
            Scanning(equipment.scans, self._camera, station.clock, changed=self._changed.set)
            if equipment.scans
            else None
        )

    async def run(self, ready: Callable[[], None]) -> None:
        """Keep the devices and take commands until cancelled.

        `ready` is called once every device was tried, or after 5 s. A bug of a driver ends it all.
        """
        station = self._station
        inside, province = self._desks()
        description = self._description(inside)
        every_s = station.status_every_s
        link = PartLink(station.bus, station.topics, description, station.clock, every_s=every_s)
        link.tell(self._report())
        async with (
            self._book_kept(),
            self._scanning.living() if self._scanning else contextlib.nullcontext(),
            self._care.living()
            if self._care
            else board_left(station.bus, station.topics, station.state_dir),
            present(link),
            asyncio.TaskGroup() as group,
        ):
            if self._rs485:
                life = keep("rs485", self._rs485.run, backoff=self._backoff)
                group.create_task(life, name="rs485")
            for hosted in self._all():
                life = keep(hosted.kind, hosted.live, backoff=self._backoff)
                group.create_task(life, name=hosted.kind)
            group.create_task(self._tell(link), name="status")
            group.create_task(inside.serve(), name="desk")
            group.create_task(province.serve(), name="desk of the province")
            group.create_task(self._identifying.run(), name="identifying")
            group.create_task(self._say_when_ready(ready), name="readiness")
            if self._care:
                await self._care.until_told()

    def _take(
        self,
        fitted: Fitted[D] | None,
        *,
        greet: Callable[[D], Awaitable[None]] = nothing,
        tend: Callable[[D], Coroutine[Any, Any, None]] | None = None,
    ) -> Hosted[D] | None:
        if fitted is None:
            return None
        return Hosted(
            fitted,
            clock=self._station.clock,
            changed=self._changed.set,
            greet=greet,
            tend=tend,
            limits=self._limits,
        )

    def _care_for(self, board: Fitted[ControlBoard] | None) -> BoardCare | None:
        if board is None:
            return None
        at = self._station
        return BoardCare(
            board.device, at.bus, at.topics, at.state_dir, at.clock, changed=self._changed.set
        )

    def _mcuboot_care_for(self, board: Fitted[FirmwareBoard] | None) -> McubootCare | None:
        if board is None or self._mcuboot is None:
            return None
        return McubootCare(self._mcuboot, board.device, self._station.clock)

    def _all(self) -> tuple[Hosted[Any], ...]:
        every = (
            *(self._board, self._mcuboot, self._printer, self._scanner, self._panel),
            *(self._speaker, self._headphones, self._camera, self._panel_io, self._chip),
        )
        return tuple(hosted for hosted in every if hosted is not None)

    @asynccontextmanager
    async def _book_kept(self) -> AsyncIterator[None]:
        if self._printer is None:
            yield
            return
        async with Worker("print jobs") as worker:
            self._printing = Printing(self._printer, self._station.state_dir / _BOOK, worker)
            try:
                yield
            finally:
                await self._printing.close()

    # What it tells

    def _report(self) -> Report:
        troubles = self._care.reports if self._care else ()
        scans = self._scanning.reports if self._scanning else ()
        devices = (*(hosted.report for hosted in self._all()), *troubles, *scans)
        ranks = list(Health)
        worst = max((device.health for device in devices), key=ranks.index, default=Health.READY)
        return Report(health=worst, devices=devices)

    def _description(self, inside: Desk) -> Description:
        return Description(
            boot=self._station.boot,
            version=software_version(),
            site=self._station.site,
            drivers={hosted.kind: hosted.driver for hosted in self._all()},
            commands=inside.commands,
        )

    async def _tell(self, link: PartLink) -> None:
        """Tell each change at once, and facts that moved meanwhile with the next regular status."""
        while True:
            self._changed.clear()
            link.tell(self._report())
            try:
                async with asyncio.timeout(self._station.status_every_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _say_when_ready(self, ready: Callable[[], None]) -> None:
        try:
            async with asyncio.timeout(_SETTLED_WITHIN_S):
                for hosted in self._all():
                    await hosted.settled()
        except TimeoutError:
            _log.warning("device.slow_to_open", devices=[hosted.kind for hosted in self._all()])
        ready()

    async def _pass_on(self, scanner: Scanner) -> None:
        """Tell the box what is scanned. It may be a person's card: it is never logged or kept."""
        async for text in scanner.scans():
            signal = classify(text, self._rules)
            packet = Packet(topic=self._station.topics.signal, payload=encode(signal))
            try:
                await self._station.bus.publish(packet)
            except LineDownError:
                _log.warning("scan.lost")
            del text, signal, packet  # not held until the next one comes

    async def _pass_presses(self, panel_io: PanelIo) -> None:
        async for press in panel_io.presses():
            packet = Packet(topic=self._station.topics.signal, payload=encode(press))
            try:
                await self._station.bus.publish(packet)
            except LineDownError:
                _log.warning("press.lost", button=press.button)

    async def _pass_cards(self, chip: ChipReader) -> None:
        async for signal in chip.happenings():
            packet = Packet(topic=self._station.topics.signal, payload=encode(signal))
            try:
                await self._station.bus.publish(packet)
            except LineDownError:
                _log.warning("chip.signal_lost")

    # What it is told

    def _desks(self) -> tuple[Desk, Desk]:
        topics, bus = self._station.topics, self._station.bus
        inside = Desk(bus, topics.cmd)
        handlers: dict[type[Command[Any]], Handler[Any]] = {
            PrintReceipt: self._print,
            Say: self._say,
            ReadAloud: self._read_aloud,
            Hush: self._hush,
            ShowOnPanel: self._show,
            RotateOnPanel: self._rotate,
            SetLamp: self._set_lamp,
            IdentifyBox: self._identify,
            TestDevice: self._test,
            ReadChip: self._read_chip,
            ForgetChip: partial(self._forget_chip, inside),
        }
        if self._care and self._board:
            handlers |= self._care.handlers(self._board)
        if self._mcuboot_care:
            handlers |= self._mcuboot_care.handlers()
        if self._scanning:
            handlers |= self._scanning.handlers
        province = Desk(bus, topics.province_cmd, known=tuple(handlers))
        for kind, handler in handlers.items():
            inside.on(kind, handler)
        for kind in FROM_PROVINCE:
            province.on(kind, handlers[kind])
        return inside, province

    async def _print(self, command: PrintReceipt) -> ReceiptPrinted:
        if self._printing is None:
            raise _none(Kind.PRINTER)
        return await self._printing.print(command)

    async def _say(self, command: Say) -> Said:
        async def work(speaker: Speaker) -> float:
            return await speaker.say(command.text, command.language)

        speaker = _there(self._speaker, Kind.SPEAKER)
        return Said(seconds=await speaker.use(work, within_s=SAY_WITHIN_S))

    async def _read_aloud(self, command: ReadAloud) -> Said:
        headphones = _there(self._headphones, Kind.HEADPHONES)
        turn = self._worn.begin() if self._worn else 0
        seconds = await headphones.use(
            lambda worn: worn.read(command, turn), within_s=ALOUD_WITHIN_S
        )
        return Said(seconds=seconds)

    async def _hush(self, _: Hush) -> Done:
        _there(self._headphones, Kind.HEADPHONES)
        if self._worn:
            self._worn.hush()
        return Done()

    async def _show(self, command: ShowOnPanel) -> Done:
        panel = _there(self._panel, Kind.PANEL)
        self._lit = command
        await panel.use(self._show_again, within_s=SHOW_WITHIN_S)
        return Done()

    async def _show_again(self, panel: Panel) -> None:
        await panel.show(self._lit.number, self._lit.counter)

    async def _rotate(self, command: RotateOnPanel) -> Done:
        panel = _there(self._panel, Kind.PANEL)
        self._passing = command
        await panel.use(lambda panel: panel.rotate(command.texts), within_s=SHOW_WITHIN_S)
        return Done()

    async def _greet_panel(self, panel: Panel) -> None:
        await self._show_again(panel)
        await panel.rotate(self._passing.texts)

    async def _set_lamp(self, command: SetLamp) -> Done:
        async def work(panel_io: PanelIo) -> None:
            await panel_io.set_lamp(command.lamp, command.state)

        panel_io = _there(self._panel_io, Kind.PANEL_IO)
        await panel_io.use(work, within_s=SHOW_WITHIN_S)
        self._lamps[command.lamp] = command.state
        return Done()

    async def _light_again(self, panel_io: PanelIo) -> None:
        for lamp in panel_io.lamps:
            await panel_io.set_lamp(lamp, self._lamps.get(lamp, LampState.OFF))

    async def _read_chip(self, command: ReadChip) -> ChipRead:
        chip = _there(self._chip, Kind.CHIP)
        within_s = READ_WITHIN_S + _READ_GRACE_S
        return await chip.use(lambda chip: chip.read(command), within_s=within_s)

    async def _forget_chip(self, inside: Desk, _: ForgetChip) -> Done:
        if self._chip_reader:
            self._chip_reader.stop()
        inside.forget()
        return Done()

    async def _identify(self, command: IdentifyBox) -> Identified:
        shown = []
        with contextlib.suppress(MotcuaError):  # the other one may be well
            if self._panel_io:
                await self._panel_io.use(_blink, within_s=SHOW_WITHIN_S)
                shown.append(str(Kind.PANEL_IO))
        with contextlib.suppress(MotcuaError):
            if self._panel:
                await self._panel.use(_show_pattern, within_s=SHOW_WITHIN_S)
                shown.append(str(Kind.PANEL))
        if not shown:
            raise NoSuchDeviceError("This box has no lamps and no panel that work.")
        self._identifying.begin(command.seconds)
        return Identified(shown_by=tuple(shown))

    async def _as_before(self) -> None:
        with contextlib.suppress(MotcuaError):  # one that comes back is shown its state then
            if self._panel_io:
                await self._panel_io.use(self._light_again, within_s=SHOW_WITHIN_S)
        with contextlib.suppress(MotcuaError):
            if self._panel:
                await self._panel.use(self._show_again, within_s=SHOW_WITHIN_S)

    async def _test(self, command: TestDevice) -> DeviceTested:
        hosted = _there(self._of(command.device), command.device)
        result = await hosted.use(lambda device: device.self_test(), within_s=TEST_WITHIN_S)
        return DeviceTested(device=command.device, result=result)

    def _of(self, kind: Kind) -> Hosted[Any] | None:
        return next((hosted for hosted in self._all() if hosted.kind == kind), None)


async def _blink(panel_io: PanelIo) -> None:
    for lamp in panel_io.lamps:
        await panel_io.set_lamp(lamp, LampState.BLINKING)


async def _show_pattern(panel: Panel) -> None:
    await panel.show(TEST_NUMBER, TEST_COUNTER)


def _there(hosted: Hosted[D] | None, kind: Kind) -> Hosted[D]:
    if hosted is None:
        raise _none(kind)
    return hosted


def _none(kind: Kind) -> NoSuchDeviceError:
    return NoSuchDeviceError(f"This box has no {kind}.")
