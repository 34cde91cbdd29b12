"""The province's mosquitto as the controller's child: loopback, and a door for boxes over mTLS."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog
from cryptography import x509

from devices.contract.clock import Clock
from devices.contract.errors import LineDownError, MotcuaError, StorageError
from devices.runtime.worker import Worker
from provisioning.broker import Door, Mosquitto, province_config, started_mosquitto

_LOOK_EVERY_S = 60.0
_log = structlog.get_logger()


class ExpiredListError(MotcuaError):
    """The revocation list has expired: with it mosquitto locks every box out."""

    code = "broker.crl_expired"
    retry = True


class ProvinceBroker:
    """Runs mosquitto at `port` of loopback, its store in `directory`.

    `door` writes the door's files, renews what has to be renewed, and returns it; it is called on
    `worker` at each start and then every minute.
    """

    def __init__(
        self,
        *,
        port: int,
        directory: Path,
        worker: Worker,
        clock: Clock,
        door: Callable[[], Door] | None = None,
    ) -> None:
        self._port = port
        self._directory = directory
        self._worker = worker
        self._clock = clock
        self._door = door
        self._running: Mosquitto | None = None

    async def run(self) -> None:
        """Run it until it ends; raises BrokerEndedError, ExpiredListError, StorageError."""
        door = await self._kept_door()
        text = province_config(port=self._port, directory=self._directory, door=door)
        async with started_mosquitto(text, self._directory) as running:
            _log.info("broker", port=self._port, door=door.port if door else None)
            self._running = running
            try:
                await self._tend(running, door)
            finally:
                self._running = None

    async def reload(self) -> None:
        """Have it read ACL, revocation list and its certificate; who comes later is judged by them.

        Raises LineDownError while it does not run, ExpiredListError, StorageError, and then all
        stays as it was.
        """
        running = self._running
        if running is None:
            raise LineDownError("mosquitto does not run")
        await self._kept_door()
        await running.reload()

    async def _tend(self, running: Mosquitto, door: Door | None) -> None:
        """Take what was renewed into use, and keep the log short, until mosquitto ends."""
        ended = asyncio.create_task(running.ended())
        read = await self._worker.do(_stamp, door)
        try:
            while not ended.done():
                await asyncio.wait((ended,), timeout=_LOOK_EVERY_S)
                if not ended.done():
                    read = await self._look(running, read)
            ended.result()
        finally:
            ended.cancel()

    async def _look(self, running: Mosquitto, read: tuple[int, ...]) -> tuple[int, ...]:
        await running.trim_log()
        try:
            now = await self._worker.do(_stamp, await self._kept_door())
            if now != read:
                await running.reload()
        except MotcuaError as error:  # what runs goes on; the next look tries again
            _log.error("broker.files", code=error.code, text=error.sentence)
            return read
        return now

    async def _kept_door(self) -> Door | None:
        if self._door is None:
            return None
        door = await self._worker.do(self._door)
        await self._worker.do(check_list, door.files.crl, self._clock)
        return door


def check_list(path: Path, clock: Clock) -> None:
    """Raise ExpiredListError when a revocation list has expired, StorageError when it is none."""
    try:
        until = x509.load_pem_x509_crl(path.read_bytes()).next_update_utc
    except (OSError, ValueError) as error:
        raise StorageError(f"{path} is no revocation list: {error}") from error
    if until is None or until <= clock.now():
        raise ExpiredListError(f"{path} has expired at {until}: mosquitto would lock every box out")


def _stamp(door: Door | None) -> tuple[int, ...]:
    """Return when the files were written that mosquitto can read again."""
    if door is None:
        return ()
    files = (door.files.certificate, door.files.key, door.files.crl, door.files.acl)
    return tuple(file.stat().st_mtime_ns for file in files)
