"""A real pcscd with vsmartcard's reader, and a card of software on the other end of its wire.

The way of a command: pyscard, pcscd, vpcd, TCP, our chip. vpcd listens on every address (and
Debian's ends itself when it is told to connect instead), so pcscd gets a network of its own with
nothing but loopback, and mounts of its own: neither the system's pcscd nor a real reader is seen or
touched. Needs root for that, and `apt-get install pcscd vsmartcard-vpcd`.
"""

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from smartcard import scard

from devices.chip.apdu import Transmit
from devices.chip.applet import SoftwareChip

READER = "Virtual PCD"
_SLOT = f"{READER} 00 00"
ATR = bytes.fromhex("3B80800101")  # ISO 14443-4 without historical bytes, as PC/SC part 3 maps it

_DRIVERS = Path("/usr/lib/pcsc/drivers")
_DRIVER = _DRIVERS / "serial/libifdvpcd.so"
_START_S = 10.0
_POWER_ON, _RESET, _GET_ATR = b"\x01", b"\x02", b"\x04"
_PORT = 35_963
_IN_MOUNTS_OF_ITS_OWN = """\
set -e
ip link set lo up
cp -L "$3" "$1/driver.so"
mount -t tmpfs none /usr/lib/pcsc/drivers
mount -t tmpfs none /run
mkdir /run/pcscd
mount --bind "$1" /run/pcscd
exec pcscd --foreground --config "$2"
"""


class Wire:
    """The line from vpcd to a card, in the network of pcscd's process."""

    def __init__(self) -> None:
        self._network = -1
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def lead_to(self, pid: int) -> None:
        """Begin in the network of this process."""
        self._network = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)

    def lay(self, chip: Transmit) -> None:
        """Put a card on the reader; `chip` answers its commands, on a thread of its own."""
        laid = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(chip, laid), daemon=True)
        self._thread.start()
        assert laid.wait(_START_S), "vpcd does not take the card"

    def take(self) -> None:
        """Take it away, in the middle of a command if need be."""
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        if self._thread:
            self._thread.join(5)

    def take_for_good(self) -> None:
        """Take it away, and wait until pcscd has seen it, as it has when people take one.

        It looks every 0.4 s: who puts a card there sooner puts it into the other's session.
        """
        self.take()
        until = time.monotonic() + _START_S
        while _is_card_seen():
            assert time.monotonic() < until, "pcscd does not see that the card has gone"
            time.sleep(0.02)

    def close(self) -> None:
        self.take()
        if self._network >= 0:
            os.close(self._network)
            self._network = -1

    def _serve(self, chip: Transmit, laid: threading.Event) -> None:
        if ctypes.CDLL(None, use_errno=True).setns(self._network, 0):
            raise OSError(ctypes.get_errno(), "setns")
        with contextlib.suppress(OSError), _connected() as line:
            self._line = line
            laid.set()
            while True:
                word = _received(line)
                if len(word) > 1:
                    _send(line, chip(word))
                elif word[:1] == _GET_ATR:
                    _send(line, ATR)
                elif word[:1] in (_POWER_ON, _RESET) and isinstance(chip, SoftwareChip):
                    chip.power_on()


@contextlib.contextmanager
def pcscd(folder: Path, wire: Wire) -> Iterator[Path]:
    """Run pcscd with one reader at the end of the wire; yields its socket."""
    for need in (shutil.which("pcscd"), _DRIVER.exists()):
        if not need:
            pytest.fail("pcscd with vpcd: apt-get install pcscd vsmartcard-vpcd")
    run, readers = folder / "run", folder / "readers"
    run.mkdir(exist_ok=True)
    readers.mkdir(exist_ok=True)
    (readers / "vpcd").write_text(
        f'FRIENDLYNAME "{READER}"\n'
        f"DEVICENAME /dev/null:0x{_PORT:X}\n"
        "LIBPATH /run/pcscd/driver.so\n"
        f"CHANNELID 0x{_PORT:X}\n"
    )
    shell = ("unshare", "--net", "--mount", "sh", "-c", _IN_MOUNTS_OF_ITS_OWN, "sh")
    with (folder / "pcscd.log").open("wb") as log:
        daemon = subprocess.Popen(
            (*shell, str(run), str(readers), str(_DRIVER)), stdout=log, stderr=log
        )
    try:
        _wait_for(run / "pcscd.comm", daemon, folder / "pcscd.log")
        wire.lead_to(daemon.pid)
        yield run / "pcscd.comm"
    finally:
        daemon.terminate()
        try:
            daemon.wait(5)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()
        wire.close()
        (run / "pcscd.comm").unlink(missing_ok=True)


@contextlib.contextmanager
def looked_for_in(folder: Path) -> Iterator[None]:
    """Let libpcsclite of this process look for pcscd there: once, so the folder has to stay."""
    place = folder / "run/pcscd.comm"
    before = os.environ.get("PCSCLITE_CSOCK_NAME")
    os.environ["PCSCLITE_CSOCK_NAME"] = str(place)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PCSCLITE_CSOCK_NAME"]
        else:
            os.environ["PCSCLITE_CSOCK_NAME"] = before


def _is_card_seen() -> bool:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    assert result == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(result)
    try:
        asked = [(_SLOT, scard.SCARD_STATE_UNAWARE)]
        result, states = scard.SCardGetStatusChange(context, 0, asked)
        assert result == scard.SCARD_S_SUCCESS, scard.SCardGetErrorMessage(result)
        return bool(states[0][1] & scard.SCARD_STATE_PRESENT)
    finally:
        scard.SCardReleaseContext(context)


def _wait_for(place: Path, daemon: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _START_S
    while not _answers(place):
        if daemon.poll() is not None or time.monotonic() > until:
            pytest.fail(f"pcscd does not start: {log.read_text(errors='replace')[-500:]}")
        time.sleep(0.02)


def _answers(place: Path) -> bool:
    """Return whether somebody listens there: the file comes a moment before."""
    with socket.socket(socket.AF_UNIX) as asker:
        try:
            asker.connect(str(place))
        except OSError:
            return False
    return True


def _connected() -> socket.socket:
    until = time.monotonic() + _START_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", _PORT), timeout=None)
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _send(line: socket.socket, data: bytes) -> None:
    line.sendall(len(data).to_bytes(2, "big") + data)


def _received(line: socket.socket) -> bytes:
    size = int.from_bytes(_exactly(line, 2), "big")
    return _exactly(line, size)


def _exactly(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # vpcd writes in two pieces
        piece = line.recv(count - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data
