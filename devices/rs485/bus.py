"""A bus: one port, owned by one task, and on it units that are asked in rounds.

A driver takes a `Seat` for each of its units, and gives it duties: exchanges that are carried out
when they are ordered, and again each so often. So what shall be lit is lit on a panel that comes
back, and what is read is read for as long as the bus lives.
"""

import asyncio
import math

from devices.contract.errors import DeviceError, MuteError, UnpluggedError
from devices.rs485.duty import Outcome, Seat
from devices.rs485.frames import RefusedByUnitError, Request
from devices.rs485.port import Rs485Port, opened
from devices.rs485.rounds import a_round
from devices.rs485.settings import Rs485Config


class Rs485Bus:
    """The bus. `run` is its life; `fault` is why it is down."""

    def __init__(self, config: Rs485Config) -> None:
        self.fault: DeviceError | None = UnpluggedError(f"{config.path}: not open yet")
        self._config = config
        self._seats: dict[int, Seat] = {}
        self._tried = asyncio.Event()
        self._stirred = asyncio.Event()

    def seat(self, number: int, reply_within_s: float) -> Seat:
        """Return the seat of a unit: the same to all who have something to do with it."""
        if number not in self._seats:
            stir = self._stirred.set
            self._seats[number] = Seat(number, bus_fault=lambda: self.fault, stir=stir)
        seat = self._seats[number]
        seat.reply_within_s = max(seat.reply_within_s, reply_within_s)
        return seat

    async def opened(self) -> None:
        """Wait until the port was tried; raises DeviceError when the bus is down."""
        await self._tried.wait()
        if self.fault:
            raise self.fault.with_traceback(None)

    async def run(self) -> None:
        """Open the port and go the rounds until it fails; raises DeviceError then."""
        try:
            with opened(self._config, self._stirred.set) as port:
                self.fault = None
                self._tried.set()
                while True:
                    await self._round(port)
        except DeviceError as error:
            self._fall(error)
            raise
        finally:
            self.fault = self.fault or UnpluggedError(f"{self._config.path}: closed")

    def _fall(self, fault: DeviceError) -> None:
        self.fault = fault
        for seat in self._seats.values():
            for duty in seat.duties:
                duty.fail(fault)
        self._tried.set()

    async def _round(self, port: Rs485Port) -> None:
        self._stirred.clear()
        now = asyncio.get_running_loop().time()
        seats = self._seats
        due = {number: seat.attendance for number, seat in seats.items() if seat.due_at <= now}
        turns = a_round(due, now)
        for number in turns:
            await self._turn(port, seats[number])
        if not turns:
            await self._rest(port)

    async def _rest(self, port: Rs485Port) -> None:
        """Wait until something is due, is ordered, or the port is gone."""
        until = min((seat.due_at for seat in self._seats.values()), default=math.inf)
        try:
            async with asyncio.timeout_at(until if until < math.inf else None):
                await self._stirred.wait()
        except TimeoutError:
            return
        port.raise_if_lost()

    async def _turn(self, port: Rs485Port, seat: Seat) -> None:
        """Carry out what is due of one unit, up to its first silence."""
        loop = asyncio.get_running_loop()
        begun_at = loop.time()
        for duty in [duty for duty in seat.duties if duty.due_at <= begun_at]:
            outcome = await _outcome(port, seat, duty.begin())
            if isinstance(outcome, MuteError):
                seat.attendance.missed(loop.time())
                duty.end(outcome, loop.time())
                break
            seat.attendance.heard()
            duty.end(outcome, loop.time())
        if fault := seat.fault:
            for duty in seat.duties:
                duty.fail(fault)


async def _outcome(port: Rs485Port, seat: Seat, request: Request) -> Outcome:
    try:
        values = await port.exchange(seat.number, request, seat.reply_within_s)
    except RefusedByUnitError as error:
        return error
    if values is None:
        return MuteError(f"Unit {seat.number} of the RS-485 bus did not answer.")
    return values
