"""The agent as a process of its own, and a box's mosquitto that somebody tends."""

import asyncio
import contextlib
import os
import pwd
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devices.contract.toml import as_toml
from devices.runtime.alongside import alongside
from provisioning.agent.config import AgentConfig

MOTCUA = str(Path(sys.executable).with_name("motcua"))
LIBFAKETIME = "*/faketime/libfaketime.so.1"


@asynccontextmanager
async def agent_process(
    config: AgentConfig, directory: Path, env: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `motcua agent`; its log is `agent.log`."""
    path = directory / "agent.toml"
    path.write_text(as_toml(config))
    with (directory / "agent.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            MOTCUA, "agent", "--config", path, stderr=log, env={**os.environ, **(env or {})}
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        async with asyncio.timeout(15):
            await process.wait()


@asynccontextmanager
async def tended_mosquitto(config: Path, pid_file: Path) -> AsyncIterator[None]:
    """Run mosquitto on a configuration and start it again whenever it ends, as systemd does."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.fail("mosquitto is not installed: apt-get install mosquitto")

    async def tend() -> None:
        own = config.with_suffix(".own")
        while True:
            await asyncio.to_thread(_as_us, config, own)
            with config.with_suffix(".log").open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    program, "-c", own, stderr=log, stdin=asyncio.subprocess.DEVNULL
                )
            await asyncio.to_thread(pid_file.write_text, str(process.pid))
            try:
                await process.wait()
            finally:
                if process.returncode is None:
                    process.terminate()
                    await process.wait()
            await asyncio.sleep(0.05)

    async with alongside(tend(), name="mosquitto"):
        yield


def _as_us(config: Path, own: Path) -> None:
    """Have mosquitto keep our user: as root it would take its own, who cannot read our files."""
    own.write_text(f"user {pwd.getpwuid(os.getuid()).pw_name}\n{config.read_text()}")


def faked(offset_file: Path) -> dict[str, str]:
    """Return the environment of a process whose clock is off by the seconds in a file."""
    found = sorted(Path("/usr/lib").glob(LIBFAKETIME))
    if not found:
        pytest.fail("faketime is not installed: apt-get install faketime")
    return {
        "LD_PRELOAD": str(found[0]),
        "FAKETIME_TIMESTAMP_FILE": str(offset_file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
