"""What is asked of the units of a bus, when, and how it went."""

import asyncio
from collections.abc import Callable, Iterable

from devices.contract.errors import DeviceError, MuteError
from devices.rs485.frames import Request, Values
from devices.rs485.rounds import Attendance

Outcome = Values | DeviceError
Told = Callable[[Outcome], None]


def _nobody(_outcome: Outcome) -> None:
    """Hear nothing."""


class Duty:
    """One exchange of one unit. `told` hears how each time went, in the bus's task.

    `refusal` is the unit's word, when it refused the last time.
    """

    def __init__(
        self, seat: "Seat", asks: Callable[[], Request], every_s: float, told: Told
    ) -> None:
        self.every_s = every_s
        self.due_at = 0.0
        self.refusal: DeviceError | None = None
        self._seat = seat
        self._asks = asks
        self._told = told
        self._ordered: asyncio.Future[Outcome] | None = None
        self._under_way: asyncio.Future[Outcome] | None = None

    def order(self) -> "asyncio.Future[Outcome]":
        """Have it done in the next round, and return how that will have gone.

        When the bus is down or the unit is silent the answer is there at once; it is done all the
        same as soon as that is over.
        """
        if self._ordered is None or self._ordered.done():
            self._ordered = asyncio.get_running_loop().create_future()
        ordered, self.due_at = self._ordered, 0.0
        if fault := self._seat.fault:
            _give(ordered, fault)
        self._seat.stir()
        return ordered

    def begin(self) -> Request:
        """Return what is asked now, for whoever ordered it until now."""
        self._under_way, self._ordered = self._ordered, None
        return self._asks()

    def end(self, outcome: Outcome, now: float) -> None:
        """Tell how it went. What met silence, or was ordered anew meanwhile, stays due."""
        if not isinstance(outcome, MuteError):
            self.refusal = outcome if isinstance(outcome, DeviceError) else None
            if self._ordered is None:
                self.due_at = now + self.every_s
        _give(self._under_way, outcome)
        self._told(outcome)

    def fail(self, error: DeviceError) -> None:
        """Answer all who wait: it will not be done soon."""
        _give(self._under_way, error)
        _give(self._ordered, error)


class Seat:
    """A unit's place on the bus: how it attends, and its duties."""

    def __init__(
        self,
        number: int,
        *,
        bus_fault: Callable[[], DeviceError | None],
        stir: Callable[[], None],
    ) -> None:
        self.number = number
        self.reply_within_s = 0.0
        self.attendance = Attendance()
        self.duties: list[Duty] = []
        self.stir = stir
        self._bus_fault = bus_fault

    @property
    def fault(self) -> DeviceError | None:
        """What is wrong: the bus is down, or the unit is silent."""
        if fault := self._bus_fault():
            return fault
        if self.attendance.silent:
            return MuteError(f"Unit {self.number} of the RS-485 bus does not answer.")
        return None

    @property
    def due_at(self) -> float:
        """When it is to be asked next."""
        soonest = min((duty.due_at for duty in self.duties), default=float("inf"))
        return max(soonest, self.attendance.again_at)

    def fault_of(self, duties: Iterable[Duty]) -> DeviceError | None:
        """Return what is wrong with these duties of the unit."""
        refusals = (duty.refusal for duty in duties)
        return self.fault or next((refusal for refusal in refusals if refusal), None)

    def duty(self, asks: Callable[[], Request], every_s: float, told: Told = _nobody) -> Duty:
        """Take on a duty, for as long as the bus lives."""
        duty = Duty(self, asks, every_s, told)
        self.duties.append(duty)
        return duty


def _give(asked: "asyncio.Future[Outcome] | None", outcome: Outcome) -> None:
    if asked and not asked.done():
        asked.set_result(outcome)
