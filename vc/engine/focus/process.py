"""One child process of the engine: started with its sockets, spoken to in datagrams, ended."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from vc.engine.focus.wire import Order

BUFFER_BYTES = 8 * 2**20
"""Room for the IDRs of every view at once; the kernel gives what it may without CAP_NET_ADMIN."""
MAX_DATAGRAM_BYTES = 2**20
_END_S = 2.0


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What a child runs: a module with a `__main__`, and its configuration."""

    name: str
    module: str
    config: msgspec.Struct


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Return a connected pair that keeps datagrams whole and in order, with large buffers."""
    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in pair:
        for forced, usual in (
            (getattr(socket, "SO_SNDBUFFORCE", 32), socket.SO_SNDBUF),
            (getattr(socket, "SO_RCVBUFFORCE", 33), socket.SO_RCVBUF),
        ):
            try:
                end.setsockopt(socket.SOL_SOCKET, forced, BUFFER_BYTES)
            except OSError:  # not privileged: as much as net.core.[rw]mem_max allows
                end.setsockopt(socket.SOL_SOCKET, usual, BUFFER_BYTES)
    return pair


class Child:
    """A started program. `received` is called in the loop with each datagram it sends.

    The view handed over is only good until `received` returns.
    """

    def __init__(
        self,
        program: Program,
        process: asyncio.subprocess.Process,
        control: socket.socket,
        received: Callable[["Child", memoryview], None],
    ) -> None:
        self.name = program.name
        self._process = process
        self._control = control
        self._received = received
        self._buffer = bytearray(MAX_DATAGRAM_BYTES)
        self._hung_up = asyncio.Event()
        control.setblocking(False)
        asyncio.get_running_loop().add_reader(control, self._read)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def send(self, order: Order) -> None:
        """Send an order; raises OSError when the child is gone or takes nothing any more."""
        self._control.send(msgspec.msgpack.encode(order))

    async def ended(self) -> str:
        """Wait until it ends or hangs up; returns how it went, for the log."""
        left = asyncio.create_task(self._process.wait())
        silent = asyncio.create_task(self._hung_up.wait())
        try:
            await asyncio.wait((left, silent), return_when=asyncio.FIRST_COMPLETED)
        finally:
            left.cancel()
            silent.cancel()
        code = self._process.returncode
        return f"{self.name} hung up" if code is None else f"{self.name} ended with {code}"

    def kill(self) -> None:
        """End it at once."""
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def gone(self) -> None:
        """Wait until it is gone, after `kill`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await self._process.wait()

    def cpu_s(self) -> float:
        """Return the seconds of processor it has used; 0 where the system does not tell."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        except OSError:
            return 0.0
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _read(self) -> None:
        while not self._hung_up.is_set():
            try:
                size = self._control.recv_into(self._buffer)
            except BlockingIOError:
                return
            except OSError:
                size = 0
            if not size:
                asyncio.get_running_loop().remove_reader(self._control)
                self._hung_up.set()
                return
            self._received(self, memoryview(self._buffer)[:size])


async def start(
    program: Program,
    sockets: Sequence[socket.socket],
    received: Callable[[Child, memoryview], None],
) -> Child:
    """Start `python -m MODULE FD_CONTROL FD... CONFIG_JSON`; the given sockets become the child's.

    It ends by itself when its control socket does, so also when we are killed.
    """
    ours, theirs = socket_pair()
    try:
        handed = [theirs, *sockets]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", program.module),
            *(str(one.fileno()) for one in handed),
            msgspec.json.encode(program.config).decode(),
            stdin=asyncio.subprocess.DEVNULL,
            pass_fds=[one.fileno() for one in handed],
        )
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return Child(program, process, ours, received)
