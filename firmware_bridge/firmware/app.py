"""The application of a board: everything that it does for its box, one turn every few ms.

Nothing here waits: a turn looks at every part once. The hardware watchdog is fed by the turns
alone, so that a board that stopped turning begins anew.
"""

import asyncio
import os

from firmware_bridge import frames
from firmware_bridge.firmware import hardware, watchdog
from firmware_bridge.firmware.boot import Boot, Refused
from firmware_bridge.firmware.contacts import NO_PAPER_SENSOR, PRESS_MS, SWITCH_MS, Contact, bits
from firmware_bridge.firmware.events import EventRing
from firmware_bridge.firmware.fan import Fan
from firmware_bridge.firmware.files import CrashFile, LostFile, WatchdogFile, described
from firmware_bridge.firmware.lamps import Lamps
from firmware_bridge.firmware.log import Log
from firmware_bridge.firmware.panel import MOST_BYTES, Panel
from firmware_bridge.firmware.service import Service

try:
    from typing import Any
except ImportError:  # MicroPython reads no annotation
    pass

TURN_MS = 5
_SLOW_MS = 20  # panel, lamps
_SLOWER_MS = 1_000  # temperature, fan
_LAST_WORDS_MS = 200  # until a restart, for the reply to arrive
_CLOSED_MS = 50  # of these: what comes then, the box would not have on disk in time
_LOG_PIECE = 480
_STRANGER_MS = 2_000  # a box asks for a sign of life long before
_ALONE_MS = 60_000  # the box is silent for so long: what it called is no longer true


class App:
    """The parts of a board, and what each request does to them."""

    def __init__(self, boot: Boot, io: "Any") -> None:
        now = io.clock.now_ms()
        cause = io.cause if boot.cause == frames.RESET_UNKNOWN else boot.cause
        self._io = io
        self._number = boot.number
        self._file = WatchdogFile(boot.root)
        limit_s, cuts, held_s = self._file.read()
        self._watchdog = watchdog.Watchdog(limit_s, cuts, now, held_s)
        self._held_s = held_s // 2  # how much of it was over when the power went, nobody knows
        self._lost = LostFile(boot.root)
        self._events = EventRing(boot.number)
        self._log = Log()
        self._panel = Panel(io.lines)
        self._lamps = Lamps(io.lamps)
        self._fan = Fan()
        self._buttons = [Contact(0, PRESS_MS) for _ in range(io.buttons)]
        self._switches = [Contact(1, SWITCH_MS) for _ in range(io.switches)]
        self._paper = Contact(io.paper(), SWITCH_MS)
        self._temperature_mc = frames.NO_TEMPERATURE
        self._slow_ms = self._slower_ms = now
        self._session = 0
        self._restart_ms = -1
        self.note(f"boot {frames.starts(boot.number)}, {frames.RESET_NAMES[cause]}, {boot.version}")
        if held_s:
            self._keep()
        lost = self._lost.read()
        if lost:
            self._events.put(now, "lost", lost)
        self._owed = self._events.newest  # until it is stored, the file keeps it
        self._events.put(now, "restarted", cause)
        boot.leave = self.leave
        self.service = self._serve(boot, cause)

    def _serve(self, boot: Boot, cause: int) -> Service:
        io, updates = self._io, boot.updates

        def greeting() -> bytes:
            who = (frames.TABLE_HASH, io.uid, boot.number, cause, boot.slot, int(boot.confirmed))
            return frames.identity(*who, boot.version.encode())

        def confirm() -> tuple[()]:
            updates.confirm()
            boot.confirmed = True
            service.greet(greeting())
            return ()

        nonce = int.from_bytes(os.urandom(4), "little")
        service = Service(io, nonce, greeting(), io.clock.now_ms, io.byte_us)
        for name, handler in (
            ("update_begin", updates.begin),
            ("update_write", updates.write),
            ("update_end", updates.end),
            ("update_confirm", confirm),
            ("restart", self._restart),
            ("log", self._read_log),
            ("show", self._show),
            ("message", self._message),
            ("lamp", self._lamp),
            ("fan", self._turn_fan),
            ("feed", self._feed),
            ("hold", self._hold),
            ("watch", self._watch),
            ("read", self._read),
            ("fitted", self._fitted),
            ("stored", self._stored),
        ):
            service.serve(name, handler)
        return service

    def turn(self) -> None:
        """Do what is due."""
        now = self._io.clock.now_ms()
        self._look(now)
        self._watch_box(now)
        if now - self._slow_ms >= _SLOW_MS:
            self._slow_ms = now
            self._display(now)
        if now >= self._slower_ms:
            self._slower_ms = now + _SLOWER_MS
            self._temperature_mc = self._io.temperature_mc()
            self._fan.turn(self._temperature_mc)
            self._io.fan(self._fan.percent)
        self._tell(now)
        self.service.flush()
        self._io.feed()
        if self._restart_ms >= 0:
            self._end(now)

    def _end(self, now: int) -> None:
        if now >= self._restart_ms - _CLOSED_MS:
            self._events.close()
        if now >= self._restart_ms:
            self.leave()
            self._io.restart(frames.RESET_ASKED)

    def leave(self) -> None:
        """Keep over a restart what is only in memory: what is left of a hold, and what is lost."""
        self._held_s = self._watchdog.held_s(self._io.clock.now_ms())
        self._keep()
        self._keep_lost(self._events.unstored)

    def _look(self, now: int) -> None:
        for which in range(len(self._buttons)):  # enumerate would make garbage, 200 times a second
            button = self._buttons[which]
            if button.turn(self._io.button(which), now) and button.level:
                self._events.put(now, "pressed", which)
        for which in range(len(self._switches)):
            switch = self._switches[which]
            if switch.turn(self._io.switch(which), now):
                self._events.put(now, "switched", which, switch.level)
        if self._paper.turn(self._io.paper(), now) and self._paper.level != NO_PAPER_SENSOR:
            self._events.put(now, "paper", self._paper.level)

    def _watch_box(self, now: int) -> None:
        if self._meets_a_stranger(now):
            self._watchdog.wait(now)
        if self._held_s and not self._watchdog.held_s(now):
            self._held_s = 0
            self._keep()
        unfed_s = self._watchdog.unfed_s(now)
        act = self._watchdog.turn(now)
        if act == watchdog.CUT:
            self._io.power(False)
            self._events.put(now, "power_cycled", min(unfed_s, 0xFFFF), self._watchdog.cuts)
            self.note(f"box not fed for {unfed_s} s: power off, {self._watchdog.cuts}. time")
            self._keep()
        elif act == watchdog.RESTORE:
            self._io.power(True)
            self.note("box's power on")

    def _meets_a_stranger(self, now: int) -> bool:
        """Return whether there is a box of another version: it lives, and can only update us."""
        link = self.service.link
        return link.up and not self.service.ready and now - link.heard_ms < _STRANGER_MS

    def _display(self, now: int) -> None:
        if now - self.service.link.heard_ms > _ALONE_MS:
            self._panel.clear()
            self._lamps.clear()
        self._panel.turn(now)
        for line in range(len(self._panel)):
            self._io.line(line, *self._panel.seen(line, now))
        for lamp in range(len(self._lamps)):
            self._io.lamp(lamp, self._lamps.lit(lamp, now))

    def _tell(self, now: int) -> None:
        if self.service.link.session != self._session:
            self._session = self.service.link.session
            self._events.again()
            table = "" if self.service.ready else ", its table differs"
            self.note(f"box met{table}; {self.service.link.damaged} frames damaged so far")
        while self.service.can_tell:
            event = self._events.next(now)
            if event is None:
                return
            self.service.link.send(event)
            self._events.sent()

    def note(self, text: str) -> None:
        """Write a line into the log."""
        self._log.add(self._io.clock.now_ms(), text)

    def _keep(self) -> None:
        try:
            self._file.write(self._watchdog.limit_s, self._watchdog.cuts, self._held_s)
        except OSError as error:  # the watchdog watches on; a restart finds it as it was before
            self.note(f"watchdog not kept: {error}")

    def _keep_lost(self, count: int) -> None:
        try:
            self._lost.write(count)
        except OSError as error:
            self.note(f"{count} lost events not kept: {error}")

    # The rows

    def _restart(self) -> tuple[()]:
        self._restart_ms = self._io.clock.now_ms() + _LAST_WORDS_MS
        return ()

    def _read_log(self, offset: int) -> tuple[int, bytes]:
        return self._log.read(offset, _LOG_PIECE)

    def _show(self, line: int, flash_s: int, text: bytes) -> tuple[()]:
        self._panel.show(line, flash_s, _text(text), self._io.clock.now_ms())
        return ()

    def _message(self, which: int, text: bytes) -> tuple[()]:
        self._panel.message(which, _text(text), self._io.clock.now_ms())
        return ()

    def _lamp(self, lamp: int, state: int) -> tuple[()]:
        self._lamps.set(lamp, state)
        return ()

    def _turn_fan(self, percent: int) -> tuple[()]:
        self._fan.tell(percent)
        self._slower_ms = 0
        return ()

    def _feed(self, limit_s: int) -> tuple[int]:
        before = (self._watchdog.limit_s, self._watchdog.cuts)
        holds = self._watchdog.feed(limit_s, self._io.clock.now_ms())
        if (self._watchdog.limit_s, self._watchdog.cuts) != before:
            self.note(f"watchdog: {holds} s")
            self._keep()
        return (holds,)

    def _hold(self, for_s: int) -> tuple[int]:
        self.note(f"watchdog holds still for {for_s} s")
        self._held_s = self._watchdog.hold(for_s, self._io.clock.now_ms())
        self._keep()
        return (self._held_s,)

    def _watch(self) -> tuple[int, int, int, int]:
        return self._watchdog.state(self._io.clock.now_ms())

    def _read(self) -> tuple[int, int, int, int, int]:
        levels = bits(self._buttons), bits(self._switches)
        return levels + (self._temperature_mc, self._paper.level, self._fan.percent)

    def _fitted(self) -> tuple[int, int, int, int]:
        return len(self._panel), len(self._buttons), len(self._lamps), len(self._switches)

    def _stored(self, boot: int, event: int) -> tuple[()]:
        self._events.stored(boot, event)
        if self._owed and boot == self._number and event >= self._owed:
            self._owed = 0
            self._keep_lost(0)
        return ()


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Refused(frames.BAD, f"a text has at most {MOST_BYTES} bytes")
    try:
        return data.decode()
    except UnicodeError:
        pass
    raise Refused(frames.BAD, "no UTF-8")  # out there: MicroPython chains no exceptions


async def _turns(app: App) -> None:
    while True:
        app.turn()
        await asyncio.sleep(TURN_MS / 1000)


async def live(boot: Boot, io: "Any", crash: str = "") -> None:
    """Serve on this hardware until cancelled, or until the board restarts."""
    app = App(boot, io)
    if crash:
        app.note(f"the last crash was: {crash}")
    try:
        await asyncio.gather(app.service.run(), io.run(), _turns(app))
    except Exception:
        app.leave()
        raise


def run(boot: Boot) -> None:
    """Run until the board restarts; a bug is written down, and restarts it too."""
    io = hardware.opened()
    crash = CrashFile(boot.root)
    try:
        asyncio.run(live(boot, io, crash.read()))
    except Exception as error:  # noqa: BLE001 - the root of the program
        text = described(error)
        io.crashed(text)
        try:
            crash.write(text)
        finally:
            io.restart(frames.RESET_UNKNOWN)
