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
        self.seat = seat
        self._asks = asks
        self._told = told
        self._ordered: list[asyncio.Future[Outcome]] = []
        self._under_way: list[asyncio.Future[Outcome]] = []

    def order(self) -> "asyncio.Future[Outcome]":
        """Have it done in the next round, and return how it will have gone.

        A unit that misses its turn has another, until it counts as silent. When it does, or the bus
        is down, the answer is there at once; it is done all the same as soon as that is over.
        """
        ordered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.due_at = 0.0
        self.seat.stir()
        if fault := self.seat.fault:
            ordered.set_result(fault)
        else:
            self._ordered = [*_waiting(self._ordered), ordered]
        return ordered

    def begin(self) -> Request:
        """Return what is asked now, for whoever ordered it until now."""
        self._under_way, self._ordered = [*self._under_way, *self._ordered], []
        return self._asks()

    def end(self, outcome: Outcome, now: float) -> None:
        """Tell how it went. What met silence, or was ordered anew meanwhile, stays due."""
        if not isinstance(outcome, MuteError):
            self.refusal = outcome if isinstance(outcome, DeviceError) else None
            under_way, self._under_way = self._under_way, []
            _give(under_way, outcome)
            if not self._ordered:
                self.due_at = now + self.every_s
        self._told(outcome)

    def fail(self, error: DeviceError) -> None:
        """Answer all who wait: it will not be done soon."""
        waiting = [*self._under_way, *self._ordered]
        self._under_way, self._ordered = [], []
        _give(waiting, error)


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


def _waiting(orders: "list[asyncio.Future[Outcome]]") -> "list[asyncio.Future[Outcome]]":
    """Return those whose owner has not gone."""
    return [order for order in orders if not order.done()]


def _give(orders: "list[asyncio.Future[Outcome]]", outcome: Outcome) -> None:
    for order in _waiting(orders):
        order.set_result(outcome)
