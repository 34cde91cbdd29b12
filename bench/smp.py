"""MCUmgr at a port: what a request costs with our transport, and with the one of smpclient."""

import asyncio
import os
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager

import cbor2
import msgspec
from smp import packet
from smpclient import SMPClient
from smpclient.generics import success
from smpclient.requests.os_management import EchoWrite
from smpclient.transport import SMPTransport
from smpclient.transport.serial import SMPSerialTransport

from bench.table import Table, percentile, spread
from firmware_bridge.update.mcumgr import SmpBoard
from firmware_bridge.update.smp_line import SmpLine
from tests.counterparts.qemu import ONE_WAY, SWAP, Kind, qemu_board
from tests.counterparts.wire import wire

ROUNDS = 3
REQUESTS = {SmpLine: 5_000, SMPSerialTransport: 500}
BAUD = 115_200
KEPT_BYTES = 45_000  # of an image that is sent: each rate is a median of rounds of some seconds
_HOW = """\
`smpclient`'s client asks for an echo of 8 bytes, one request at a time, of a server that answers at
once (`bench/smp.py`, a process behind a pseudo terminal): with our transport, and with the one that
smpclient ships, in turns, {rounds} rounds. *CPU* is the client's, the loop's thread alone.

*upload* sends an image to Zephyr 4.4's SMP server, on boards with MCUboot in QEMU, whose time goes
by instructions (16 ns each): as fast as it takes it, which is the emulator's pace and no chip's,
and over a wire of 115,200 baud (`tests/counterparts/wire.py`). *of the wire* is the image's bytes
against the 11,520 that the wire carries each second: base64 takes a quarter of them, heads, line
ends, and the replies, which are waited for, the rest. A server with a buffer of 1,024 bytes can
have about 68%, one with 384 about 62%.
"""


class _Asked(msgspec.Struct):
    """What a round took."""

    a_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


def measure() -> Table:
    """Return the table of SMP."""
    rounds: dict[type[SMPTransport], list[_Asked]] = {SmpLine: [], SMPSerialTransport: []}
    with _instant_server() as port:
        for _ in range(ROUNDS):
            for transport, taken in rounds.items():
                taken.append(asyncio.run(_ask(transport(), port, REQUESTS[transport])))
    return Table(
        title="Boards with MCUboot",
        how=_HOW.format(rounds=ROUNDS),
        head=("", "a second", "p50 ms", "p99 ms", "CPU µs", "of the wire", "wanted"),
        rows=(
            _asked("echo, our transport", rounds[SmpLine], ">= 2,500/s, p50 <= 0.3 ms"),
            _asked("echo, smpclient's transport", rounds[SMPSerialTransport], ""),
            _sent("upload, Cortex-M0, 384 bytes", SWAP, 0),
            _sent("upload, Cortex-M3, 1,024 bytes", ONE_WAY, 0),
            _sent("the same, 115,200 baud", ONE_WAY, BAUD),
        ),
    )


def _asked(name: str, rounds: list[_Asked], wanted: str) -> tuple[str, ...]:
    return (
        name,
        spread([taken.a_second for taken in rounds], 0),
        spread([taken.p50_ms for taken in rounds], 2),
        spread([taken.p99_ms for taken in rounds], 2),
        spread([taken.cpu_us for taken in rounds], 0),
        "",
        wanted,
    )


def _sent(name: str, kind: Kind, baud: int) -> tuple[str, ...]:
    kib_s = [asyncio.run(_upload(kind, baud)) for _ in range(ROUNDS)]
    share = spread([100 * rate * 1024 * 10 / baud for rate in kib_s], 0) + "%" if baud else ""
    return (name, spread(kib_s) + " KiB", "", "", "", share, "")


async def _ask(transport: SMPTransport, port: str, count: int) -> _Asked:
    client = SMPClient(transport, port)
    await client.connect()
    took, began, cpu = [], time.perf_counter(), time.thread_time()
    for _ in range(count):
        begun = time.perf_counter()
        reply = await client.request(EchoWrite(d="12345678"))
        took.append(1000 * (time.perf_counter() - begun))
        assert success(reply)
    seconds, cpu = time.perf_counter() - began, time.thread_time() - cpu
    await client.disconnect()
    return _Asked(count / seconds, percentile(took, 0.5), percentile(took, 0.99), 1e6 * cpu / count)


async def _upload(kind: Kind, baud: int) -> float:
    """Return KiB a second; without the first piece, before which the slot is erased."""
    image = kind.image("1.0.0")[:KEPT_BYTES]
    times: list[tuple[float, int]] = []
    with qemu_board(kind) as far, wire(far.path, baud=baud) as laid:
        async with SmpBoard(laid.path, baud=baud or BAUD) as board:
            await board.upload(image, sent=lambda sent: times.append((time.perf_counter(), sent)))
    (begun, first), (ended, last) = times[0], times[-1]
    return (last - first) / 1024 / (ended - begun)


@contextmanager
def _instant_server() -> Iterator[str]:
    """Run a server; yields its port."""
    with subprocess.Popen((sys.executable, "-m", __name__), stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().decode().strip()
        finally:
            process.kill()


def _serve() -> None:
    """Answer each echo at once, for ever."""
    near, slave = os.openpty()
    tty.setraw(slave)
    print(os.ttyname(slave), flush=True)
    decoder, text = packet.decode(), b""
    next(decoder)
    while True:
        *lines, text = (text + os.read(near, 4096)).split(b"\n")
        for line in lines:
            try:
                decoder.send(line + b"\n")
            except StopIteration as whole:
                os.write(near, _answered(whole.value))
                decoder = packet.decode()
                next(decoder)


def _answered(request: bytes) -> bytes:
    said = cbor2.loads(request[8:])
    body = cbor2.dumps({"r": said["d"]} if "d" in said else {"buf_size": 1024, "buf_count": 1})
    head = bytes((request[0] + 1, 0)) + len(body).to_bytes(2, "big") + request[4:8]
    return b"".join(packet.encode(head + body, 128))


if __name__ == "__main__":
    _serve()
