"""A tty in the event loop: what goes wrong with it is one error, at once."""

import asyncio
import fcntl
import os
import struct
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import serial

from firmware_bridge.errors import BoardBusyError, BoardGoneError
from firmware_bridge.serial_link import SerialLine
from tests.waiting import until

TCGETS2 = 0x802C542A


class Terminal:
    """A pseudo terminal: its master is the far end."""

    def __init__(self) -> None:
        self.master, self._slave = os.openpty()
        tty.setraw(self.master)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self._slave)

    def hang_up(self) -> None:
        """End it; as long as it is held, no other terminal of this machine gets its name."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def close(self) -> None:
        self.hang_up()
        os.close(self._slave)

    def settings(self) -> tuple[int, ...]:
        raw = fcntl.ioctl(self._slave, TCGETS2, bytes(44))
        return struct.unpack("IIII", raw[:16]) + struct.unpack("II", raw[36:])

    def cooked_by_someone(self) -> None:
        """Leave it as a program does that asked for lines, echo and HUPCL."""
        attributes = termios.tcgetattr(self._slave)
        attributes[2] |= termios.HUPCL
        attributes[3] |= termios.ICANON | termios.ECHO
        termios.tcsetattr(self._slave, termios.TCSANOW, attributes)


class Opened:
    """A line, and what it told."""

    def __init__(self, path: str, baud: int = 115_200) -> None:
        self.came = b""
        self.drained = 0
        self.lost: list[BoardGoneError] = []
        self.line = SerialLine(
            path, baud, came=self._came, drained=self._drained, lost=self.lost.append
        )

    def _came(self, data: bytes) -> None:
        self.came += data

    def _drained(self) -> None:
        self.drained += 1


@contextmanager
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    try:
        yield made
    finally:
        made.close()


async def test_bytes_go_both_ways_as_they_are() -> None:
    anything = bytes(range(256))
    with terminal() as far:
        near = Opened(far.path)
        os.write(far.master, anything)
        await until(lambda: near.came == anything, "what the far end wrote")
        near.line.write(anything)
        assert os.read(far.master, 1000) == anything
        near.line.close()


@pytest.mark.parametrize("baud", [57_600, 115_200, 250_000, 1_000_000])
async def test_any_baud_rate_and_no_hang_up_at_the_end(baud: int) -> None:
    with terminal() as far:
        far.cooked_by_someone()
        near = Opened(far.path, baud)
        _, _, cflag, lflag, speed_in, speed_out = far.settings()
        assert not cflag & termios.HUPCL
        assert not lflag & (termios.ICANON | termios.ECHO)
        assert (speed_in, speed_out) == (baud, baud)
        near.line.close()


async def test_a_line_that_is_hung_up_is_lost_once_and_can_be_opened_no_more() -> None:
    with terminal() as far:
        near = Opened(far.path)
        far.hang_up()
        await until(lambda: bool(near.lost), "the hang-up")
        near.line.close()
        near.line.write(b"to nobody")
        assert not near.line.ready
        assert len(near.lost) == 1
        with pytest.raises(BoardGoneError, match=r"/dev/pts"):
            Opened(far.path)


async def test_a_line_that_is_gone_when_it_is_written_to_is_lost_too() -> None:
    with terminal() as far:
        near = Opened(far.path)
        far.hang_up()
        near.line.write(b"hello?")
        assert not near.lost, "never amid the step of who writes"
        await until(lambda: bool(near.lost), "the hang-up")


async def test_a_second_program_is_refused_by_name_until_the_first_lets_go() -> None:
    with terminal() as far:
        near = Opened(far.path)
        with pytest.raises(BoardBusyError, match="another program"):
            Opened(far.path)
        near.line.close()
        Opened(far.path).line.close()


async def test_a_port_that_another_library_holds_is_busy() -> None:
    with terminal() as far, serial.Serial(far.path, exclusive=True), pytest.raises(BoardBusyError):
        Opened(far.path)


async def test_what_is_no_port_is_gone() -> None:
    for path in ("/dev/there-is-no-such-port", "/dev/null", "/"):
        with pytest.raises(BoardGoneError):
            Opened(path)


async def test_nobody_reading_stops_what_is_written_and_nothing_is_lost_when_somebody_does() -> (
    None
):
    with terminal() as far:
        near = Opened(far.path)
        block, written = bytes(range(256)) * 16, 0
        while near.line.ready:
            near.line.write(block)
            written += len(block)
        with pytest.raises(BoardBusyError, match="not sent yet"):
            near.line.write(b"more")
        read = b""
        while len(read) < written:
            await asyncio.sleep(0)
            try:
                read += os.read(far.master, 4096)
            except BlockingIOError:
                continue
        assert read == block * (written // len(block))
        await until(lambda: near.drained == 1, "it is told that it may go on")
        assert near.line.ready
        near.line.close()


async def test_closing_does_not_wait_for_a_far_end_that_reads_nothing() -> None:
    with terminal() as far:
        near = Opened(far.path)
        while near.line.ready:
            near.line.write(bytes(4096))
        near.line.close()
        again = Opened(far.path)
        os.write(far.master, b"here")
        await until(lambda: again.came == b"here", "the new one hears")
        again.line.close()
