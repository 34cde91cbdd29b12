"""The device process: owns all hardware of the box, and heals each device by itself."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

import msgspec

from devices.board.mcuboot import McubootBoardConfig
from devices.board.port import ControlBoard
from devices.config import DevicesConfig
from devices.contract.clock import SystemClock
from devices.contract.identity import DEVICES
from devices.device import Device
from devices.host import DeviceHost, Equipment, Station
from devices.hosted import Fitted
from devices.rs485.bus import Rs485Bus
from devices.runtime.boot import next_boot
from devices.runtime.memory import give_back_large_blocks
from devices.runtime.part import part_on_bus
from devices.runtime.process import Serve, command_line, run_process

D_co = TypeVar("D_co", bound=Device, covariant=True)


@runtime_checkable
class _Driver(Protocol[D_co]):
    def build(self) -> D_co: ...


@runtime_checkable
class _DriverOnBoard(Protocol[D_co]):
    def build_on(self, board: ControlBoard) -> D_co: ...


class _DriverOnBus(Protocol[D_co]):
    def build_on_bus(self, bus: Rs485Bus) -> D_co: ...


_AnyDriver = _Driver[D_co] | _DriverOnBoard[D_co] | _DriverOnBus[D_co]


def build(config: DevicesConfig) -> Serve:
    """Return the process: it serves until cancelled, and is ready when each device was tried."""
    state_dir = Path(config.state_dir)

    async def serve(ready: Callable[[], None]) -> None:
        boot = await asyncio.to_thread(next_boot, state_dir, DEVICES)
        async with part_on_bus(config, DEVICES, boot) as (bus, topics):
            station = Station(
                bus=bus,
                topics=topics,
                boot=boot,
                state_dir=state_dir,
                clock=SystemClock(),
                site=config.site,
                status_every_s=config.status_every_s,
            )
            await DeviceHost(equipment(config), station, rules=config.scan_rules).run(ready)

    return serve


def equipment(config: DevicesConfig) -> Equipment:
    """Return the configured devices, none of them opened."""
    smp = config.board if isinstance(config.board, McubootBoardConfig) else None
    board = None if isinstance(config.board, McubootBoardConfig) else _fitted(config.board)
    bus = Rs485Bus(config.rs485) if config.rs485 else None
    return Equipment(
        board=board,
        mcuboot=_fitted(smp),
        rs485=bus,
        printer=_fitted(config.printer),
        scanner=_fitted(config.scanner),
        panel=_fitted_on(board, bus, config.panel),
        speaker=_fitted(config.speaker),
        headphones=_fitted(config.headphones),
        camera=_fitted(config.camera),
        panel_io=_fitted_on(board, bus, config.panel_io),
        chip=_fitted(config.chip),
        scans=config.scans,
    )


def _fitted_on(
    board: Fitted[ControlBoard] | None, bus: Rs485Bus | None, driver: _AnyDriver[D_co] | None
) -> Fitted[D_co] | None:
    """Return a device that is on the board or on the bus, or is none of their business."""
    if driver is None or isinstance(driver, _Driver):
        return _fitted(driver)
    if isinstance(driver, _DriverOnBoard):
        if board is None:
            raise ValueError("on a board that is not there")
        return Fitted(driver.build_on(board.device), _name_of(driver))
    if bus is None:
        raise ValueError("on a bus that is not there")
    return Fitted(driver.build_on_bus(bus), _name_of(driver))


def _fitted(driver: _Driver[D_co] | None) -> Fitted[D_co] | None:
    if driver is None:
        return None
    return Fitted(driver.build(), _name_of(driver))


def _name_of(driver: object) -> str:
    return str(msgspec.to_builtins(driver)["driver"])


def start(config: DevicesConfig) -> int:
    """Run the devices, and return the exit code."""
    give_back_large_blocks()
    return run_process(DEVICES, build(config))


main = command_line(DevicesConfig, start, (__doc__ or "").partition("\n")[0])
