"""Buttons and lamps on the pins of a Raspberry Pi, through gpiozero on lgpio."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec

from devices.contract.errors import DeviceError, UnpluggedError
from devices.device import DeviceState, DriverConfig, SelfTest
from devices.messages import ButtonPressed, LampState
from devices.panel_io.port import NoSuchLampError, PanelIo
from devices.runtime.settings import Name

Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]
_BLINK_S = 0.4
_TEST_S = 1.0
_WAITING = 32


class GpioPanelIoConfig(DriverConfig, frozen=True, kw_only=True, tag="gpio"):
    """Names and BCM numbers of pins. Buttons close to ground; lamps burn at high level."""

    buttons: dict[Name, Pin] = msgspec.field(default_factory=dict)
    lamps: dict[Name, Pin] = msgspec.field(default_factory=dict)
    bounce_s: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05

    def build(self) -> "GpioPanelIo":
        """Return the buttons and lamps."""
        return GpioPanelIo(self)


class GpioPanelIo(PanelIo):
    """The pins. gpiozero tells presses on a thread of its own."""

    def __init__(self, config: GpioPanelIoConfig, pins: Any = None) -> None:
        """`pins` is a factory of gpiozero; None takes the machine's own, at opening."""
        self._config = config
        self._pins = pins
        self._own_pins: Any = None
        self._buttons: dict[str, Any] = {}
        self._leds: dict[str, Any] = {}
        self._pressed: asyncio.Queue[str] = asyncio.Queue(_WAITING)

    @property
    def lamps(self) -> tuple[str, ...]:
        """The names of its lamps."""
        return tuple(self._config.lamps)

    async def open(self) -> None:
        """Take the pins; all lamps are dark."""
        await self.close()
        self._pressed = asyncio.Queue(_WAITING)
        loop = asyncio.get_running_loop()
        try:
            await asyncio.to_thread(self._take, loop)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of the pins; all lamps are dark."""
        await asyncio.to_thread(self._let_go)

    async def check(self) -> DeviceState:
        """Read every pin."""
        if self._own_pins is None and self._pins is None:
            raise UnpluggedError
        facts: dict[str, str | float | bool] = {}
        for name, button in self._buttons.items():
            facts[f"button_{name}"] = bool(button.is_pressed)
        for name, led in self._leds.items():
            facts[f"lamp_{name}"] = bool(led.is_lit)
        return DeviceState(facts=facts)

    async def self_test(self) -> SelfTest:
        """Let every lamp burn for a second, so that a person sees a dead one."""
        for led in self._leds.values():
            led.on()
        await asyncio.sleep(_TEST_S)
        for led in self._leds.values():
            led.off()
        return SelfTest(passed=True, text=f"lit {', '.join(self._leds)}")

    async def set_lamp(self, lamp: str, state: LampState) -> None:
        """Let a lamp be dark, burn or blink."""
        if lamp not in self._config.lamps:
            raise NoSuchLampError(f"{lamp!r} is none of: {', '.join(self.lamps)}")
        if (led := self._leds.get(lamp)) is None:
            raise UnpluggedError
        if state is LampState.BLINKING:
            led.blink(on_time=_BLINK_S, off_time=_BLINK_S)
        elif state is LampState.ON:
            led.on()
        else:
            led.off()

    async def presses(self) -> AsyncIterator[ButtonPressed]:
        """Yield each button as it goes down; a bounce is no press."""
        while True:
            yield ButtonPressed(button=await self._pressed.get())

    def _take(self, loop: asyncio.AbstractEventLoop) -> None:
        import gpiozero  # noqa: PLC0415 - the hardware library, in the call that opens the hardware

        config = self._config
        try:
            pins = self._pins or self._opened()
            for name, pin in config.buttons.items():
                button = gpiozero.Button(pin, bounce_time=config.bounce_s or None, pin_factory=pins)
                button.when_pressed = self._teller(loop, name)
                self._buttons[name] = button
            for name, pin in config.lamps.items():
                self._leds[name] = gpiozero.LED(pin, pin_factory=pins)
        except (gpiozero.GPIOZeroError, ImportError, OSError) as error:
            raise DeviceError(f"The pins cannot be used: {error}") from error

    def _opened(self) -> Any:
        from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - as above

        self._own_pins = LGPIOFactory()
        return self._own_pins

    def _teller(self, loop: asyncio.AbstractEventLoop, name: str) -> Any:
        def tell() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._arrive, name)

        return tell

    def _arrive(self, name: str) -> None:
        if not self._pressed.full():  # nobody presses that fast
            self._pressed.put_nowait(name)

    def _let_go(self) -> None:
        for pin in (*self._buttons.values(), *self._leds.values()):
            pin.close()
        self._buttons, self._leds = {}, {}
        if self._own_pins is not None:
            self._own_pins.close()
            self._own_pins = None
