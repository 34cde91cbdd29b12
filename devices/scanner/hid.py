"""A scanner in keyboard mode: its keys are grabbed, so that they reach nobody else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import msgspec

from devices.contract.afar import DevicePath
from devices.contract.errors import UnpluggedError
from devices.device import DeviceState, DriverConfig
from devices.scanner.keys import KeyDecoder
from devices.scanner.port import Scanner, Scans

_EV_KEY = 1


class HidScannerConfig(DriverConfig, frozen=True, kw_only=True, tag="hid"):
    """A scanner in keyboard mode; prefer serial mode, which keeps diacritics (ID-6).

    `/dev/input/by-id/...-event-kbd` stays the same across USB ports. A scan ends with Enter, or
    after `silence_s` without a key.
    """

    path: DevicePath
    silence_s: Annotated[float, msgspec.Meta(gt=0, le=5)] = 0.3

    def build(self) -> "HidScanner":
        """Return the scanner."""
        return HidScanner(self)


class HidScanner(Scanner):
    """The scanner."""

    def __init__(self, config: HidScannerConfig) -> None:
        self._config = config
        self._device: Any = None
        self._decoder = KeyDecoder()
        self._scans = Scans()
        self._silence: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Grab the scanner's keys; raises UnpluggedError when it is not there or taken."""
        import evdev  # noqa: PLC0415 - the hardware library, in the call that opens the hardware

        await self.close()
        self._decoder, self._scans = KeyDecoder(), Scans()
        try:
            self._device = evdev.InputDevice(self._config.path)
            self._device.grab()
        except OSError as error:
            await self.close()
            raise UnpluggedError(f"{self._config.path}: {error}") from error
        asyncio.get_running_loop().add_reader(self._device.fd, self._read)

    async def close(self) -> None:
        """Let the keys go."""
        self._deafen()
        device, self._device = self._device, None
        if device is not None:
            try:
                device.close()
            except OSError:
                return

    async def check(self) -> DeviceState:
        """See that the device is still there; raises UnpluggedError."""
        self._scans.raise_if_failed()
        if not self._is_there():
            raise UnpluggedError(f"{self._config.path}: the scanner is gone.")
        dropped = float(self._decoder.dropped + self._scans.dropped)
        return DeviceState(facts={"dropped_scans": dropped})

    def scans(self) -> AsyncIterator[str]:
        """Yield each scan's text."""
        return aiter(self._scans)

    def _is_there(self) -> bool:
        return self._device is not None and Path(self._config.path).exists()

    def _read(self) -> None:
        try:
            events = list(self._device.read())
        except BlockingIOError:
            return
        except OSError as error:
            self._deafen()
            self._scans.fail(UnpluggedError(f"{self._config.path}: {error}"))
            return
        for event in events:
            if event.type == _EV_KEY:
                self._put(self._decoder.feed(event.code, event.value))
        if self._silence:
            self._silence.cancel()
        loop = asyncio.get_running_loop()
        self._silence = loop.call_later(self._config.silence_s, self._fall_silent)

    def _fall_silent(self) -> None:
        self._put(self._decoder.flush())

    def _put(self, text: str | None) -> None:
        if text:
            self._scans.put(text)

    def _deafen(self) -> None:
        if self._silence:
            self._silence.cancel()
        if self._device is not None:
            asyncio.get_running_loop().remove_reader(self._device.fd)
