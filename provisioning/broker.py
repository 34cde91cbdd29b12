"""mosquitto as a child process: its configuration on a box and at the province."""

import asyncio
import contextlib
import os
import pwd
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.contract.errors import MotcuaError
from devices.contract.identity import BRIDGE, BoxId
from devices.contract.message import MAX_PAYLOAD_BYTES
from devices.contract.topics import VERSION, Leaf, PartTopics, Way

LOOPBACK = "127.0.0.1"
_OUTSIDE_PATH = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"  # Debian keeps it off a user's PATH
_START_S = 10.0
_STOP_S = 5.0
_POLL_S = 0.02
_LAST_LINES = 5
# all but `line`: the bridge says that itself at either end, and its own words would come back late
_CARRIED_UP = (
    Leaf.CONN,
    Leaf.DESC,
    Leaf.STATUS,
    Leaf.EVENT,
    Leaf.REPLY,
    Leaf.ASK,
    Leaf.STATE,
    Leaf.REPORTED,
)


class NoMosquittoError(MotcuaError):
    """mosquitto is not installed: apt-get install mosquitto."""

    code = "broker.missing"


class BrokerEndedError(MotcuaError):
    """The broker ended, or did not start."""

    code = "broker.ended"
    retry = True


@dataclass(frozen=True, slots=True)
class Bridge:
    """Where a box's broker finds the province's."""

    box: str
    host: str
    port: int


def province_config(*, port: int, directory: Path) -> str:
    """Return mosquitto's configuration for the province.

    Loopback only: boxes reach it from outside once they have certificates.
    """
    return _config(port=port, directory=directory, queued=200_000)


def box_config(*, port: int, directory: Path, bridge: Bridge | None = None) -> str:
    """Return mosquitto's configuration for a box: loopback only, its `up/+/...` and `dn/#` bridged.

    The bridge says at the province whether its line is up, and leaves a will: a line that was cut
    is known there within 15 s. While the line is down, what does not fit the queue is dropped;
    retained topics are sent afresh by the bridge when it is up again, and journals resend by
    themselves.
    """
    text = _config(port=port, directory=directory, queued=4_000)
    if bridge is None:
        return text
    own = f"{VERSION}/{bridge.box}"
    box = BoxId(bridge.box)
    parts_say = "".join(f"topic {own}/{Way.UP}/+/{leaf} out 1\n" for leaf in _CARRIED_UP)
    return text + (
        f"connection {bridge.box}\n"
        f"address {bridge.host}:{bridge.port}\n"
        "bridge_protocol_version mqttv50\n"
        f"remote_clientid {bridge.box}\n"
        f"local_clientid bridge-{bridge.box}\n"
        "cleansession false\n"
        "notifications true\n"
        f"notification_topic {PartTopics(box, BRIDGE).line}\n"
        "start_type automatic\n"
        "restart_timeout 1 5\n"
        "keepalive_interval 10\n"
        "bridge_attempt_unsubscribe false\n"
        f"{parts_say}"
        f"topic {own}/{Way.DOWN}/# in 1\n"
    )


def _config(*, port: int, directory: Path, queued: int) -> str:
    return (
        f"listener {port} {LOOPBACK}\n"
        "allow_anonymous true\n"
        "set_tcp_nodelay true\n"  # without it a QoS 1 round trip costs 44 ms a side
        f"max_queued_messages {queued}\n"
        "max_inflight_messages 1000\n"
        f"message_size_limit {2 * MAX_PAYLOAD_BYTES}\n"
        "persistence true\n"
        f"persistence_location {directory.absolute()}/\n"
        "autosave_interval 60\n"
        "connection_messages false\n"
        "log_dest stderr\n"
        "log_type error\nlog_type warning\nlog_type notice\nlog_type information\n"
    )


class Mosquitto:
    """A mosquitto that runs; its log is `mosquitto.log` of this start."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    async def ended(self) -> None:
        """Wait until it ends, and then raise BrokerEndedError with its last words."""
        code = await self._process.wait()
        last = self._log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
        raise BrokerEndedError(f"mosquitto ended with {code}: {'; '.join(last)}")

    async def listens(self) -> None:
        """Wait until it listens; raises BrokerEndedError."""
        ended = asyncio.ensure_future(self.ended())
        try:
            async with asyncio.timeout(_START_S):
                while not self._says_running():
                    await asyncio.wait((ended,), timeout=_POLL_S)
                    if ended.done():
                        ended.result()
        except TimeoutError as error:
            raise BrokerEndedError(f"mosquitto is not ready after {_START_S:.0f} s") from error
        finally:
            ended.cancel()

    async def stop(self) -> None:
        """End it, in order if it can."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(_STOP_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _says_running(self) -> bool:
        lines = self._log.read_text(errors="replace").splitlines()
        return any(line.endswith(" running") for line in lines)


@contextlib.asynccontextmanager
async def started_mosquitto(config: str, directory: Path) -> AsyncIterator[Mosquitto]:
    """Run mosquitto for as long as the context lasts; yields when it listens.

    It ends with us even when we are killed. Raises NoMosquittoError, BrokerEndedError.
    """
    written = _write(config, directory)
    log = directory / "mosquitto.log"
    with log.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *_command(written), stdin=asyncio.subprocess.DEVNULL, stderr=stderr
        )
    broker = Mosquitto(process, log)
    try:
        await broker.listens()
        yield broker
    finally:
        await broker.stop()


def _write(config: str, directory: Path) -> Path:
    """Write the configuration; mosquitto keeps our user, so that it can write where we can."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "mosquitto.conf"
    path.write_text(f"user {pwd.getpwuid(os.getuid()).pw_name}\n{config}")
    return path


def _command(config: Path) -> Sequence[str]:
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path=_OUTSIDE_PATH)
    if program is None:
        raise NoMosquittoError
    setpriv = shutil.which("setpriv")
    ends_with_us = (setpriv, "--pdeathsig", "TERM") if setpriv else ()
    return (*ends_with_us, program, "-c", str(config))
