"""A real mosquitto on a free loopback port, which can be killed and come back on the same port."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from devices.runtime.ports import free_port
from provisioning.broker import NoMosquittoError, province_config, started_mosquitto


class RealBroker:
    """`kill()` is kill -9, `start()` brings it back on its port."""

    def __init__(self, directory: Path, config: str = "", port: int = 0) -> None:
        self.port = port or free_port()
        self._directory = directory
        self._config = config or province_config(port=self.port, directory=directory)
        self._stack = contextlib.AsyncExitStack()
        self.pid = 0

    async def start(self) -> None:
        try:
            running = await self._stack.enter_async_context(
                started_mosquitto(self._config, self._directory)
            )
        except NoMosquittoError as error:
            pytest.fail(error.sentence)
        self.pid, self.running = running.pid, running

    async def kill(self) -> None:
        """End it as a power cut does."""
        os.kill(self.pid, signal.SIGKILL)
        await self.stop()

    async def stop(self) -> None:
        await self._stack.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


@contextlib.contextmanager
def broker_beside(directory: Path) -> Iterator[int]:
    """Run a broker in a thread of its own, for tests without a loop; yields its port."""
    started, done = threading.Event(), threading.Event()
    broker = RealBroker(directory)

    async def life() -> None:
        async with broker:
            started.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(life(),))
    thread.start()
    try:
        assert started.wait(10), "mosquitto did not start"
        yield broker.port
    finally:
        done.set()
        thread.join()
