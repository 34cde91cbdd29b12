"""The port of a bus: a request goes out, its reply comes in, and nobody talks into another's words.

What can be wrong with the port is one DeviceError.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from devices.contract.errors import TakenError, UnpluggedError
from devices.rs485.frames import Request, Values, found_reply, frame_of, reply_bytes
from devices.rs485.pace import Pace
from devices.rs485.settings import Rs485Config
from firmware_bridge.errors import BoardBusyError, BoardError
from firmware_bridge.serial_link import SerialLine

_HEARD_BYTES = 1024
_PARITIES = {"none": "N", "even": "E", "odd": "O"}


class Rs485Port:
    """An open port. `lost` is called once it is gone; every call says so from then on."""

    def __init__(self, config: Rs485Config, lost: Callable[[], None]) -> None:
        """Open it; raises UnpluggedError, TakenError."""
        self._tell_lost = lost
        self._loop = asyncio.get_running_loop()
        self._config = config
        self._pace = Pace(config)
        self._error: BoardError | None = None
        self._heard = bytearray()
        self._came = asyncio.Event()
        self._spoken_at = self._loop.time()
        with _translated():
            self._line = SerialLine(
                config.path,
                config.baud,
                parity=_PARITIES[config.parity],
                stop_bits=config.stop_bits,
                came=self._come,
                drained=_nothing,
                lost=self._lose,
            )

    def close(self) -> None:
        """Let go of it."""
        self._line.close()

    async def exchange(self, unit: int, request: Request, reply_within_s: float) -> Values | None:
        """Return the unit's reply, or None when it did not begin in time.

        It takes at most `Pace.slot_s`, whatever the unit does. Raises RefusedByUnitError,
        UnpluggedError, TakenError.
        """
        frame, reply_size = frame_of(request, unit), reply_bytes(request)
        times = (len(frame), reply_size, reply_within_s)
        slot_end = self._loop.time() + self._pace.slot_s(*times)
        await self._silence(slot_end)
        self._heard.clear()
        with _translated():
            self._line.write(frame)
        self._spoken_at = self._loop.time() + self._pace.wire_s(len(frame))
        echoed = len(frame) if self._config.echo else 0
        try:
            async with asyncio.timeout(self._pace.window_s(*times)):
                return await self._reply(echoed, request, unit)
        except TimeoutError:
            # It may have come in time, and this process been too busy to look.
            if (values := self._found(echoed, request, unit)) is not None:
                return values
            await asyncio.sleep(self._config.after_silence_s)
            await self._silence(slot_end)  # it may have begun just then
            return None

    def raise_if_lost(self) -> None:
        """Raise what is wrong with the port."""
        if self._error:
            with _translated():
                raise self._error

    def _found(self, echoed: int, request: Request, unit: int) -> Values | None:
        return found_reply(bytes(self._heard[echoed:]), request, unit)

    async def _reply(self, echoed: int, request: Request, unit: int) -> Values:
        while True:
            if (values := self._found(echoed, request, unit)) is not None:
                return values
            self._came.clear()
            self.raise_if_lost()
            await self._came.wait()

    async def _silence(self, end: float) -> None:
        """Wait until nobody has spoken for 3.5 characters, or until the end."""
        while True:
            quiet_at = min(self._spoken_at + self._pace.silence_s, end)
            wait_s = quiet_at - self._loop.time()
            if wait_s <= 0:
                break
            await asyncio.sleep(wait_s)
        self.raise_if_lost()

    def _come(self, data: bytes) -> None:
        self._heard += data
        del self._heard[:-_HEARD_BYTES]
        self._spoken_at = self._loop.time()
        self._came.set()

    def _lose(self, error: BoardError) -> None:
        self._error = error
        self._came.set()
        self._tell_lost()


@contextmanager
def opened(config: Rs485Config, lost: Callable[[], None]) -> Iterator[Rs485Port]:
    """Hold the port open; raises UnpluggedError, TakenError."""
    port = Rs485Port(config, lost)
    try:
        yield port
    finally:
        port.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except BoardBusyError as error:
        raise TakenError(str(error)) from error
    except BoardError as error:
        raise UnpluggedError(str(error)) from error


def _nothing() -> None:
    """Do nothing: a frame is smaller than what the kernel takes at once."""
