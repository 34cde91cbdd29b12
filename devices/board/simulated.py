"""A board in this process: the firmware's own application, on hardware that is only variables.

It holds one end of a pseudo terminal, and `path` is a link to the other; so the driver speaks to it
as to any board, through the same link. It runs as long as the event loop, plugged in or not.
"""

import asyncio
import contextlib
import os
import tty
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from devices.board.config import BoardDriverConfig
from devices.board.port import ControlBoard
from devices.contract.errors import DeviceError
from devices.faults import Faults
from firmware_bridge import frames
from firmware_bridge.firmware.app import App
from firmware_bridge.firmware.boot import Boot
from firmware_bridge.firmware.contacts import NO_PAPER_SENSOR
from firmware_bridge.firmware.files import next_boot
from firmware_bridge.firmware.io_unix import Finger
from firmware_bridge.firmware.panel import MATRIX, SEGMENTS

_TURN_S = 0.02
_BACK_S = 0.05  # after a restart
_READ_BYTES = 4096
_LOOK_TURNS = 5  # between two looks at a file


class SimulatedBoardConfig(BoardDriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """The twin.

    `folder` is its flash. Each line added to `presses_file` is the name of a pressed button;
    `shown_file` always holds what its panel and lamps show; `faults_file` may hold a word of
    `Fault`. `uid` is its number, in hex.
    """

    for_trials: ClassVar[bool] = True
    folder: str
    uid: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")] = "7477696e30303031"
    presses_file: str = ""
    shown_file: str = ""
    faults_file: str = ""

    def build(self) -> ControlBoard:
        """Return the board."""
        return ControlBoard(self, SimulatedBoard(self))


class _Clock:
    """The loop's, as the firmware counts."""

    def now_ms(self) -> int:
        """Return milliseconds that never go back."""
        return int(asyncio.get_running_loop().time() * 1000)


class SimulatedBoard:
    """The twin, and the socket it is plugged into.

    `panel`, `lit`, `fan_percent` and `box_power` are what it shows.
    """

    buttons, lamps, switches = 6, 6, 2
    lines = ((SEGMENTS, 8), (SEGMENTS, 8), (MATRIX, 64))
    byte_us = 0
    baud = 115_200

    def __init__(self, config: SimulatedBoardConfig) -> None:
        self.uid = bytes.fromhex(config.uid)
        self.cause = frames.RESET_POWER
        self.clock = _Clock()
        self.path = str(Path(config.folder) / f"usb-motcua_board_{config.uid}-if00")
        self.panel = [""] * len(self.lines)
        self.lit = [False] * self.lamps
        self.fan_percent = 0
        self.box_power = True
        self._config = config
        self._faults = Faults(config.faults_file)
        self._fingers = [Finger() for _ in range(self.buttons)]
        self._closed = [1] * self.switches
        self._paper = 1
        self._temperature_mc = 25_000
        self._app: App | None = None
        self._master = -1
        self._slave = -1
        self._turns = 0
        self._presses_read = len(self._presses())

    async def ready(self) -> None:
        """Have power and be plugged in, unless ordered otherwise."""
        await self._faults.strike()
        if self._app is None:
            self.give_power()

    # What happens to it

    def give_power(self) -> None:
        """Start, for the reason in `cause`."""
        if self._app is not None:
            return
        folder = Path(self._config.folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            number = next_boot(f"{folder}/")
        except OSError as error:
            raise DeviceError(f"{folder}: {error.strerror}") from error
        self._app = App(Boot(number=number, version="twin 1.0.0", root=f"{folder}/"), self)
        self.plug()
        asyncio.get_running_loop().call_soon(self._turn, self._app)

    def cut_power(self) -> None:
        """Take its power; it forgets what it has in memory."""
        self.unplug()
        self._app = None
        self.panel, self.lit = [""] * len(self.lines), [False] * self.lamps
        self._fingers = [Finger() for _ in range(self.buttons)]
        self.box_power = True
        self.cause = frames.RESET_POWER

    def unplug(self) -> None:
        """Draw the cable; it runs on."""
        if self._master < 0:
            return
        asyncio.get_running_loop().remove_reader(self._master)
        Path(self.path).unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1

    def plug(self) -> None:
        """Put the cable in again: another terminal behind the same link."""
        if self._master >= 0:
            return
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        fresh = Path(f"{self.path}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.rename(self.path)
        asyncio.get_running_loop().add_reader(self._master, self._came)

    def press(self, button: int) -> None:
        """Press a button and let it go."""
        if self._app is not None:
            self._fingers[button].press()

    def set_switch(self, switch: int, closed: int) -> None:
        """Close (1) or open (0) a switch."""
        self._closed[switch] = closed

    def set_paper(self, state: int) -> None:
        """Put in paper (1), take it out (0), or the sensor (NO_PAPER_SENSOR)."""
        if state not in (0, 1, NO_PAPER_SENSOR):
            raise ValueError(state)
        self._paper = state

    # Its time

    def _turn(self, app: App) -> None:
        if app is not self._app:
            return
        self._turns += 1
        if self._turns % _LOOK_TURNS == 0:
            self._read_presses()
        app.turn()
        asyncio.get_running_loop().call_later(_TURN_S, self._turn, app)

    def _came(self) -> None:
        try:
            data = os.read(self._master, _READ_BYTES)
        except OSError:
            return
        if self._app is not None:
            self._app.service.take(data)
            self._app.service.flush()

    def _presses(self) -> list[str]:
        if not self._config.presses_file:
            return []
        try:
            return Path(self._config.presses_file).read_text(encoding="utf-8").split()
        except OSError:
            return []

    def _read_presses(self) -> None:
        presses = self._presses()
        for name in presses[self._presses_read :]:
            if name in self._config.buttons:
                self.press(self._config.buttons.index(name))
        self._presses_read = len(presses)

    def _show(self) -> None:
        if not self._config.shown_file:
            return
        names = self._config.lamps
        shown = [f"line {line} {text}" for line, text in enumerate(self.panel)]
        shown += [f"lamp {name} {int(lit)}" for name, lit in zip(names, self.lit, strict=False)]
        shown += [f"power {int(self.box_power)}"]
        with contextlib.suppress(OSError):  # eyes only
            Path(self._config.shown_file).write_text("\n".join(shown) + "\n", encoding="utf-8")

    # The hardware that the application sees

    def button(self, button: int) -> int:
        """Return 1 while it is down."""
        return self._fingers[button].look()

    def switch(self, switch: int) -> int:
        """Return 1 while it is closed."""
        return self._closed[switch]

    def paper(self) -> int:
        """Return 1 while there is paper, 0 when there is none."""
        return self._paper

    def temperature_mc(self) -> int:
        """Return millidegrees."""
        return self._temperature_mc

    def lamp(self, lamp: int, lit: bool) -> None:  # noqa: FBT001 - a level, no choice
        """Let a lamp burn, or not."""
        if self.lit[lamp] != lit:
            self.lit[lamp] = lit
            self._show()

    def line(self, line: int, text: str, _column: int) -> None:
        """Show a text."""
        if self.panel[line] != text:
            self.panel[line] = text
            self._show()

    def fan(self, percent: int) -> None:
        """Turn the fan."""
        self.fan_percent = percent

    def power(self, on: bool) -> None:  # noqa: FBT001 - a level, no choice
        """Give the box its power, or take it."""
        self.box_power = on
        self._show()

    def feed(self) -> None:
        """Tell the hardware watchdog that the loop turns; here it never bites."""

    def write(self, data: bytes) -> int:
        """Put on the wire what fits; all of it into the void when nothing is plugged in."""
        if self._master < 0:
            return len(data)
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)

    def restart(self, cause: int) -> None:
        """Begin anew; the next start knows why."""
        self.cut_power()
        self.cause = cause
        asyncio.get_running_loop().call_later(_BACK_S, self.give_power)
