"""The application over hours, turn by turn, on hardware whose clock the test turns."""

import struct
from binascii import crc32
from pathlib import Path

import pytest

from firmware_bridge import frames
from firmware_bridge.cobs import encode
from firmware_bridge.firmware.app import App
from firmware_bridge.firmware.boot import Boot
from firmware_bridge.firmware.panel import MATRIX, SEGMENTS
from firmware_bridge.link import LEAST_PAYLOAD, VERSION, Link

TURN_MS = 20


class Clock:
    def __init__(self) -> None:
        self.ms = 0

    def now_ms(self) -> int:
        return self.ms


class TimedIo:
    """Hardware with a clock that stands until it is turned."""

    uid, cause, byte_us = b"timedbrd", frames.RESET_POWER, 0
    buttons, lamps, switches = 1, 1, 1
    lines = ((SEGMENTS, 8), (MATRIX, 64))

    def __init__(self) -> None:
        self.clock = Clock()
        self.down = 0
        self.lit = False
        self.powered = True
        self.shown = ["", ""]
        self.restarted: list[int] = []
        self.fed = 0
        self.written = b""

    def button(self, _button: int) -> int:
        return self.down

    def switch(self, _switch: int) -> int:
        return 1

    def paper(self) -> int:
        return 1

    def temperature_mc(self) -> int:
        return 20_000

    def lamp(self, _lamp: int, lit: bool) -> None:  # noqa: FBT001 - the hardware's
        self.lit = lit

    def line(self, line: int, text: str, _column: int) -> None:
        self.shown[line] = text

    def fan(self, percent: int) -> None:
        pass

    def power(self, on: bool) -> None:  # noqa: FBT001 - the hardware's
        self.powered = on

    def feed(self) -> None:
        self.fed += 1

    def restart(self, cause: int) -> None:
        self.restarted.append(cause)

    def write(self, data: bytes) -> int:
        self.written += data
        return len(data)


class Bench:
    """A board and a box on one table."""

    def __init__(self, folder: Path) -> None:
        self.io = TimedIo()
        self.app = App(Boot(number=1, root=f"{folder}/"), self.io)
        self.box = Link(2, frames.TABLE_HASH)
        self.heard: list[bytes] = []
        while not self.box.up:
            self.turn()

    def turn(self) -> None:
        self.io.clock.ms += TURN_MS
        now = self.io.clock.ms
        self.app.service.take(self.box.poll(now))
        self.app.turn()
        written, self.io.written = self.io.written, b""
        self.heard += self.box.feed(written, now)

    def ask(self, name: str, *values: object) -> None:
        self.box.send(frames.ask(name, 1, *values))
        self.turn()
        self.turn()

    def pass_s(self, seconds: int) -> None:
        """Let time pass without a word of the box."""
        for _ in range(seconds * 1000 // TURN_MS):
            self.io.clock.ms += TURN_MS
            self.app.turn()

    def hear_a_box(self, nonce: int, longest: int) -> None:
        """Let it hear the call of a box that takes no longer messages."""
        head = struct.pack("<IIBBH", nonce, 0, VERSION, 8, longest)
        body = bytes((1, 0, 0)) + head + frames.TABLE_HASH
        packet = encode(body + struct.pack("<I", crc32(body)))
        self.app.service.take(b"\0" + bytes(packet) + b"\0")

    def told(self) -> list[str]:
        return [frames.told(each)[0] for each in self.heard if not each[0] & frames.REPLY]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_what_was_called_is_no_longer_shown_when_the_box_is_silent(bench: Bench) -> None:
    bench.ask("show", 0, 0, b"A012")
    bench.ask("message", 0, b"welcome")
    bench.ask("lamp", 0, frames.BURNS)
    bench.pass_s(50)
    assert (bench.io.shown, bench.io.lit) == (["A012", "welcome"], True)
    bench.pass_s(20)
    assert (bench.io.shown, bench.io.lit) == (["", "welcome"], False)


def test_the_watchdog_is_kept_over_a_restart_and_backs_off_over_it(
    bench: Bench, tmp_path: Path
) -> None:
    bench.ask("feed", 60)
    bench.pass_s(61)
    assert not bench.io.powered
    bench.pass_s(6)
    assert bench.io.powered
    again = Bench(tmp_path)
    again.pass_s(110)
    assert again.io.powered
    again.pass_s(12)
    assert not again.io.powered


def test_a_watchdog_that_was_put_to_sleep_sleeps_after_a_restart(
    bench: Bench, tmp_path: Path
) -> None:
    bench.ask("feed", 60)
    bench.ask("feed", 0)
    again = Bench(tmp_path)
    again.pass_s(600)
    assert again.io.powered


def test_a_hold_is_kept_over_restarts_and_shorter_with_each(bench: Bench, tmp_path: Path) -> None:
    bench.ask("feed", 60)
    bench.ask("hold", 600)
    again = Bench(tmp_path)
    again.pass_s(590)
    assert again.io.powered, "the power went at once: all of it is left, for all it knows"
    for held_s in (300, 150):
        again = Bench(tmp_path)
        again.pass_s(held_s - 10)
        assert again.io.powered
    again.pass_s(72)
    assert not again.io.powered, "no hold is for ever, however often it starts"


def test_after_a_restart_in_order_a_hold_goes_on_for_what_was_left(
    bench: Bench, tmp_path: Path
) -> None:
    bench.ask("feed", 60)
    bench.ask("hold", 600)
    bench.pass_s(500)
    bench.ask("restart")
    bench.pass_s(1)
    again = Bench(tmp_path)
    again.pass_s(150)
    assert again.io.powered
    again.pass_s(12)
    assert not again.io.powered


def test_a_hold_that_is_over_holds_nothing_after_a_restart(bench: Bench, tmp_path: Path) -> None:
    bench.ask("feed", 60)
    bench.ask("hold", 100)
    bench.pass_s(101)
    again = Bench(tmp_path)
    again.pass_s(61)
    assert not again.io.powered


def test_a_flash_is_written_when_a_hold_begins_and_ends_and_not_between(
    bench: Bench, tmp_path: Path
) -> None:
    def written() -> int:
        return (tmp_path / "watchdog").stat().st_mtime_ns

    bench.ask("feed", 60)
    before = written()
    bench.ask("hold", 600)
    begun = written()
    assert begun > before
    for _ in range(11):
        bench.pass_s(50)
        bench.ask("feed", 60)
    bench.pass_s(40)
    bench.ask("feed", 60)
    assert written() == begun
    bench.pass_s(20)
    assert (tmp_path / "watchdog").read_text() == "60 0\n", "as older firmware reads it"


def test_a_press_in_the_last_moment_before_a_restart_is_told_as_lost(
    bench: Bench, tmp_path: Path
) -> None:
    bench.ask("stored", 1, 1)
    end_ms = bench.io.clock.ms + 200
    bench.ask("restart")
    while not bench.io.restarted:
        bench.io.down = int(end_ms - bench.io.clock.ms <= 30)
        bench.turn()
    assert bench.told() == ["restarted"], "it could not get to the box any more"
    again = Bench(tmp_path)
    again.turn()
    again.turn()
    events = [frames.told(each) for each in again.heard if not each[0] & frames.REPLY]
    assert [(event[0], event[4]) for event in events] == [
        ("lost", (1,)),
        ("restarted", (frames.RESET_POWER,)),
    ]


def test_a_box_of_another_version_keeps_its_power_while_it_is_there(bench: Bench) -> None:
    bench.ask("feed", 60)
    bench.box = Link(3, b"another!")
    for turn in range(100_000 // TURN_MS):
        if turn % 10 == 0 and bench.box.up:
            bench.box.ping()
        bench.turn()
    assert bench.box.up
    assert bench.io.powered, "it can only update the board"
    bench.pass_s(65)
    assert not bench.io.powered, "it has hung all the same"


def test_a_flash_that_takes_nothing_leaves_the_watchdog_awake(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "gone")
    bench.ask("feed", 60)
    bench.pass_s(61)
    assert not bench.io.powered


def test_it_answers_before_it_restarts(bench: Bench) -> None:
    bench.ask("restart")
    assert frames.answered(bench.heard[-1])[1] == frames.OK
    assert bench.io.restarted == []
    bench.pass_s(1)
    assert bench.io.restarted[0] == frames.RESET_ASKED


def test_every_turn_feeds_its_own_watchdog(bench: Bench) -> None:
    before = bench.io.fed
    bench.pass_s(1)
    assert bench.io.fed - before == 1000 // TURN_MS


def test_a_reply_that_a_box_cannot_take_is_refused_and_no_crash(bench: Bench) -> None:
    bench.hear_a_box(bench.box.nonce, longest=LEAST_PAYLOAD)
    bench.ask("echo", b"x" * 100)
    bench.ask("echo", b"short")
    replies = [frames.answered(each) for each in bench.heard if each[0] & frames.REPLY]
    assert [status for _, status, _ in replies] == [frames.FAILED, frames.OK]
    assert bench.app.service.unanswered == 0


def test_what_takes_nothing_at_all_is_no_box(bench: Bench) -> None:
    session = bench.app.service.link.session
    bench.hear_a_box(77, longest=LEAST_PAYLOAD - 1)
    bench.turn()
    assert bench.app.service.link.session == session
    bench.hear_a_box(77, longest=LEAST_PAYLOAD)
    assert bench.app.service.link.session == session + 1


def test_a_thousand_presses_that_nobody_takes_are_counted(bench: Bench) -> None:
    for _ in range(1_000):
        for bench.io.down in (1, 0):
            for _ in range(2):
                bench.io.clock.ms += TURN_MS
                bench.app.turn()
    for _ in range(200):
        bench.turn()
        newest = [frames.told(each)[2] for each in bench.heard if not each[0] & frames.REPLY]
        if newest:
            bench.ask("stored", 1, newest[-1])
    events = [frames.told(each) for each in bench.heard if not each[0] & frames.REPLY]
    assert [event[2] for event in events] == list(range(1, len(events) + 1))
    lost = sum(event[4][0] for event in events if event[0] == "lost")
    assert lost > 0
    assert bench.told().count("pressed") + lost == 1_000
