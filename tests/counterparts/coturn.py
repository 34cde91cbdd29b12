"""A real coturn on free loopback ports, with time-limited credentials (use-auth-secret)."""

import asyncio
import contextlib
import os
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.runtime.ports import free_port
from vc.signaling.turn import IceConfig

SECRET = "a secret that coturn and the server share"
_START_WITHIN_S = 20.0
_STOP_WITHIN_S = 5.0

_CONFIG = """
listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port={port}
min-port={first}
max-port={last}
realm=motcua.test
fingerprint
use-auth-secret
static-auth-secret={secret}
allow-loopback-peers
cli-password=unused
no-cli
no-tls
no-dtls
no-multicast-peers
simple-log
new-log-timestamp
log-file=stdout
pidfile={folder}/turnserver.pid
userdb={folder}/turndb
verbose
"""


@dataclass(frozen=True)
class Coturn:
    """A running server; `log` is everything it said so far."""

    port: int
    log: Path

    def config(self, transport: str, *, secret: str = SECRET) -> IceConfig:
        """Return what a conference server is configured with to name this one."""
        url = f"turn:127.0.0.1:{self.port}?transport={transport}"
        return IceConfig(turn_urls=(url,), turn_secret=secret, relay_only=True)


@contextlib.asynccontextmanager
async def coturn(folder: Path) -> AsyncIterator[Coturn]:
    """Start a TURN server that relays between loopback addresses; it ends with the context."""
    program = shutil.which("turnserver")
    if not program:
        pytest.fail("turnserver is missing: apt-get install coturn")
    port, first = _free_port(), _free_range()
    file, log = folder / "turnserver.conf", folder / "turnserver.log"
    file.write_text(
        _CONFIG.format(port=port, first=first, last=first + 99, secret=SECRET, folder=folder)
    )
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            program, "-c", str(file), stdout=out, stderr=out, cwd=folder
        )
    try:
        await _answering(process, port, log)
        yield Coturn(port, log)
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(_STOP_WITHIN_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def _answering(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + _START_WITHIN_S
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            await writer.wait_closed()
            return
        if process.returncode is not None or loop.time() > end:
            said = await asyncio.to_thread(log.read_text, errors="replace")
            pytest.fail(f"coturn did not start: {said[-2000:]}")
        await asyncio.sleep(0.05)


def _free_port() -> int:
    """Return a port that is free for TCP and UDP."""
    for _ in range(50):
        port = free_port()
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            udp.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free for TCP and UDP")


def _free_range() -> int:
    """Return the first of a hundred ports below the ephemeral ones, told apart by process."""
    return 20_000 + os.getpid() % 100 * 100
