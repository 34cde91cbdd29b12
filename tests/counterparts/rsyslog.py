"""A real rsyslog that takes syslog over TLS (RFC 5425) and writes to a file what came."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from devices.runtime.ports import free_port

_PATH = os.environ.get("PATH", "") + ":/usr/sbin"


class Collector:
    """A collector that may be ended and started anew on its port."""

    def __init__(self, directory: Path, ca: Path, certificate: Path, key: Path) -> None:
        self.port = free_port()
        self._directory = directory
        self._file = directory / "told.log"
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "rsyslog.conf").write_text(
            f'global(workDirectory="{directory}" net.enableDNS="off"\n'
            f'  defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="{ca}"\n'
            f'  defaultNetstreamDriverCertFile="{certificate}"\n'
            f'  defaultNetstreamDriverKeyFile="{key}" maxMessageSize="64k")\n'
            'module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1"\n'
            '  streamDriver.authMode="anon")\n'
            f'input(type="imtcp" address="127.0.0.1" port="{self.port}")\n'
            'template(name="raw" type="string" string="%rawmsg%\\n")\n'
            f'action(type="omfile" file="{self._file}" template="raw")\n'
        )
        self._process: asyncio.subprocess.Process | None = None

    def lines(self) -> list[str]:
        """Return what it has written."""
        if not self._file.exists():
            return []
        return self._file.read_text(encoding="utf-8").splitlines()

    async def start(self) -> None:
        """Run it, and wait until it listens."""
        program = shutil.which("rsyslogd", path=_PATH)
        if program is None:
            pytest.fail("rsyslogd is missing: apt-get install rsyslog rsyslog-openssl")
        self._process = await asyncio.create_subprocess_exec(
            program,
            *(
                "-n",
                "-f",
                str(self._directory / "rsyslog.conf"),
                "-i",
                str(self._directory / "pid"),
            ),
            stdin=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(15):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                assert self._process.returncode is None, "rsyslogd ended"
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """End it."""
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()


@contextlib.asynccontextmanager
async def collector(
    directory: Path, ca: Path, certificate: Path, key: Path
) -> AsyncIterator[Collector]:
    """Run a collector for as long as the context lasts."""
    running = Collector(directory, ca, certificate, key)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
