"""One device in the care of one task: opened, asked how it is, used by one at a time, healed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from devices.contract.clock import Clock
from devices.contract.errors import BusyError, DeviceError, MotcuaError, MuteError
from devices.contract.message import DeviceReport, Health
from devices.device import Device, DeviceState
from devices.runtime.alongside import alongside

D = TypeVar("D", bound=Device)
T = TypeVar("T")

OPEN_WITHIN_S = 12.0  # a camera takes up to 8 s to show that its pictures live
CHECK_WITHIN_S = 6.0
CLOSE_WITHIN_S = 3.0
WAITING = 8
WAIT_S = 45.0
_log = structlog.get_logger()


class NotOpenYetError(DeviceError):
    """The device is being opened for the first time."""

    code = "device.opening"


class _LateError(MuteError):
    """The device did not end within the host's deadline: what it does now nobody knows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Deadlines of the calls that every device has; how many may wait for a turn, and how long."""

    open_s: float = OPEN_WITHIN_S
    check_s: float = CHECK_WITHIN_S
    waiting: int = WAITING
    wait_s: float = WAIT_S


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Fitted(Generic[D]):
    """A device, not opened yet, and its driver's name in the configuration."""

    device: D
    driver: str


@dataclass(frozen=True, slots=True)
class _Turn(Generic[D]):
    work: Callable[[D], Awaitable[Any]]
    within_s: float
    answer: asyncio.Future[Any]
    lapse: asyncio.TimerHandle

    def give(self, result: object) -> None:
        if not self.answer.done():
            self.answer.set_result(result)

    def refuse(self, error: MotcuaError) -> None:
        _refuse(self.answer, error)


def _refuse(answer: asyncio.Future[Any], error: MotcuaError) -> None:
    if not answer.done():
        answer.set_exception(error)


async def nothing(_device: Device) -> None:
    """Do nothing."""


class Hosted(Generic[D]):
    """A device that only `live` touches; everybody else asks for a turn with `use`.

    `greet` is done after each opening, `tend` runs beside the turns for as long as the device is
    open; `changed` is called when the report says something new, its facts apart.
    """

    def __init__(
        self,
        fitted: Fitted[D],
        *,
        clock: Clock,
        changed: Callable[[], None],
        greet: Callable[[D], Awaitable[None]] = nothing,
        tend: Callable[[D], Coroutine[Any, Any, None]] | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._device = fitted.device
        self._driver = fitted.driver
        self._clock = clock
        self._changed = changed
        self._greet = greet
        self._tend = tend
        self._limits = limits
        self._turns: asyncio.Queue[_Turn[D]] = asyncio.Queue(self._limits.waiting)
        self._turn: _Turn[D] | None = None
        self._fault: MotcuaError | None = NotOpenYetError()
        self._state = _as_state(self._fault, Health.WARNING)
        self._since = clock.now()
        self._check_at = 0.0
        self._settled = asyncio.Event()

    @property
    def kind(self) -> str:
        """The device's family, and its name on the box."""
        return self._device.kind

    @property
    def driver(self) -> str:
        """The driver's name in the configuration."""
        return self._driver

    @property
    def report(self) -> DeviceReport:
        """How the device is, as known now."""
        state = self._state
        return DeviceReport(
            name=self.kind,
            kind=self.kind,
            driver=self._driver,
            health=state.health,
            code=state.code,
            text=state.text,
            since=self._since,
            facts=state.facts,
        )

    async def settled(self) -> None:
        """Wait until the first try to open has ended, either way."""
        await self._settled.wait()

    async def use(self, work: Callable[[D], Awaitable[T]], *, within_s: float) -> T:
        """Do the work when its turn comes, and return its result.

        Raises at once what is wrong when the device is not open, BusyError when too many wait, or
        when its turn did not come in time and never will; then what the work raises, or MuteError
        when it does not end in `within_s`. Work begun ends, even when nobody waits for it any more.
        """
        if self._fault:
            raise self._fault.with_traceback(None)  # else it grows with every asker
        if self._turns.full():
            raise BusyError(f"Too much waits for the {self.kind} already.")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        late = BusyError(f"The {self.kind} was busy for too long.")
        lapse = loop.call_later(self._limits.wait_s, _refuse, answer, late)
        self._turns.put_nowait(_Turn(work, within_s, answer, lapse))
        try:
            return await answer
        finally:
            lapse.cancel()

    async def live(self) -> None:
        """Open the device and serve turns and checks until it fails; raises DeviceError then."""
        try:
            await self._begin()
            tending = (self._stream(self._tend),) if self._tend else ()
            async with alongside(*tending, name=f"{self.kind} stream"):
                while True:
                    await self._serve_next()
        except MotcuaError as error:
            self._fall(error)
            raise
        except ExceptionGroup as errors:  # the stream and a turn failed in the same moment
            failure = _only_failures(errors)
            self._fall(failure)
            raise failure from None
        finally:
            await self._close()

    async def _stream(self, tend: Callable[[D], Coroutine[Any, Any, None]]) -> None:
        await tend(self._device)
        raise MuteError(f"The {self.kind} has stopped talking.")

    async def _begin(self) -> None:
        async with _deadline(self._limits.open_s, f"The {self.kind} does not open."):
            await self._device.open()
            await self._greet(self._device)
        state = await self._ask()
        if self._fault:
            _log.info("device.open", device=self.kind, driver=self._driver)
        self._fault = None
        self._become(state)
        self._settled.set()

    async def _serve_next(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(self._check_at):
                turn = await self._turns.get()
        except TimeoutError:
            self._become(await self._ask())
            return
        if turn.answer.done():
            return
        turn.lapse.cancel()
        self._turn = turn
        await self._carry_out(turn)
        self._turn = None
        if loop.time() >= self._check_at:
            self._become(await self._ask())

    async def _carry_out(self, turn: _Turn[D]) -> None:
        late = f"The {self.kind} did not finish within {turn.within_s:g} s."
        try:
            async with _deadline(turn.within_s, late):
                turn.give(await turn.work(self._device))
        except _LateError as error:
            turn.refuse(error)
            raise
        except DeviceError as error:
            turn.refuse(error)
            self._become(await self._ask())  # raises when the device is to be opened anew
        except MotcuaError as error:
            turn.refuse(error)

    async def _ask(self) -> DeviceState:
        async with _deadline(self._limits.check_s, f"The {self.kind} does not say how it is."):
            state = await self._device.check()
        self._check_at = asyncio.get_running_loop().time() + self._device.check_every_s
        return state

    def _become(self, state: DeviceState) -> None:
        before, self._state = self._state, state
        if (before.health, before.code) != (state.health, state.code):
            self._since = self._clock.now()
        if (before.health, before.code, before.text) != (state.health, state.code, state.text):
            self._changed()

    def _fall(self, error: MotcuaError) -> None:
        self._fault = error
        self._become(_as_state(error))
        self._settled.set()
        if self._turn:  # the stream failed in the middle of it
            self._turn.refuse(error)
            self._turn = None
        while not self._turns.empty():
            self._turns.get_nowait().refuse(error)

    async def _close(self) -> None:
        try:
            async with _deadline(CLOSE_WITHIN_S, f"The {self.kind} does not close."):
                await self._device.close()
        except _LateError:
            _log.warning("device.does_not_close", device=self.kind)


@asynccontextmanager
async def _deadline(seconds: float, sentence: str) -> AsyncIterator[None]:
    """Raise MuteError with the sentence when the body does not end in time."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise _LateError(sentence) from None


def _as_state(error: MotcuaError, health: Health = Health.FAULT) -> DeviceState:
    return DeviceState(health=health, code=error.code, text=error.sentence)


def _only_failures(errors: ExceptionGroup[Exception]) -> MotcuaError:
    """Return the first failure of a group that holds nothing else; raises the group otherwise."""
    failures = [error for error in errors.exceptions if isinstance(error, MotcuaError)]
    if len(failures) != len(errors.exceptions):
        raise errors
    return failures[0]
