"""The room of the settings: takes what the province wants, and says what the box made of it."""

import asyncio
import contextlib
import sys
from pathlib import Path

import msgspec
import structlog

from devices.contract.errors import BadPayloadError, LineDownError, MotcuaError
from devices.contract.identity import box_id
from devices.contract.message import DeviceReport, decode, encode
from devices.runtime.backoff import Backoff
from devices.runtime.bus import Inbox, Packet
from devices.runtime.requests import Desk
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.agent.settings.applying import Applying
from provisioning.agent.settings.births import births_on
from provisioning.agent.settings.checking import CommandCheck
from provisioning.agent.settings.shelf import Shelf
from provisioning.agent.standing import Standing
from provisioning.desired import MAX_DEPTH, Desired, too_deep

MOTCUA = (sys.executable, "-m", "provisioning.cli")
_AGAIN = Backoff(least_s=1.0, most_s=60.0)
_INBOX = 4
_log = structlog.get_logger()


class SettingsRoom:
    """Takes `dn/agent/desired`, answers on `up/agent/reported`."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._newest: Desired | None = None
        self._unreadable = ""
        self._failure = ""
        self._wanted = asyncio.Event()
        self._changed = asyncio.Event()

    def register(self, desk: Desk) -> None:
        """Register the commands of the province that are taken here: none."""
        del desk

    async def run(self) -> None:
        """Do its work until cancelled."""
        standing = self._standing
        config, bus = standing.config, standing.bus
        box = box_id(config.box)
        state_dir = config.settings.state_dir or config.state_dir
        own = {"box": config.box, "site": config.site, "state_dir": state_dir}
        async with (
            Worker("settings") as worker,
            births_on(bus, box, standing.parts.names) as births,
            bus.listen(standing.topics.desired, limit=_INBOX) as inbox,
        ):
            applying = Applying(
                standing.parts,
                Shelf(Path(config.state_dir) / "settings"),
                CommandCheck(
                    MOTCUA,
                    config.settings.check_within_s,
                    trials=config.settings.allow_simulated,
                ),
                births,
                worker,
                own=own | {"bus": msgspec.to_builtins(config.bus)},
                config=config.settings,
                changed=self._changed.set,
            )
            await applying.load()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear(inbox), name="desired")
                group.create_task(self._tell(applying), name="reported")
                work = keep(
                    "settings",
                    lambda: self._work(applying),
                    backoff=_AGAIN,
                    on_failure=self._failed,
                )
                group.create_task(work, name="settings")

    async def reports(self) -> tuple[DeviceReport, ...]:
        """Say nothing: what became of settings is on `reported`."""
        return ()

    async def _hear(self, inbox: Inbox) -> None:
        """Keep the newest version that came; one that cannot be read is told, and left."""
        async for packet in inbox:
            if not packet.payload:
                continue  # the province has taken it back: what is in force stays so
            try:
                self._newest = _read(packet.payload)
                self._unreadable = ""
            except BadPayloadError as error:
                _log.error("settings.unreadable", why=error.sentence)
                self._unreadable = f"{error.code}: {error.sentence}"
            self._wanted.set()
            self._changed.set()  # whoever asks again wants the answer again

    async def _work(self, applying: Applying) -> None:
        await applying.resume()
        while True:
            self._wanted.clear()
            if self._newest is not None:
                await applying.take(self._newest)
            if self._failure:
                self._failure = ""
                self._changed.set()
            await self._wanted.wait()

    def _failed(self, error: MotcuaError) -> None:
        self._failure = f"{error.code}: {error.sentence}"
        self._changed.set()

    async def _tell(self, applying: Applying) -> None:
        """Report on each new line, and at each change; never returns."""
        bus, topics = self._standing.bus, self._standing.topics
        while True:
            await bus.wait_connected()
            self._changed.clear()
            odd = "; ".join(filter(None, (self._unreadable, self._failure)))
            said = encode(applying.reported(self._standing.boot, odd))
            with contextlib.suppress(LineDownError):
                await bus.publish(Packet(topic=topics.reported, payload=said, qos=1, retain=True))
                await self._changed_or_lost()

    async def _changed_or_lost(self) -> None:
        changed = asyncio.create_task(self._changed.wait())
        lost = asyncio.create_task(self._standing.bus.wait_lost())
        try:
            await asyncio.wait((changed, lost), return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
            lost.cancel()


def _read(payload: bytes) -> Desired:
    """Return what is wanted; raises BadPayloadError, also for what nests without end."""
    desired = decode(payload, Desired)
    if too_deep(desired.parts):
        raise BadPayloadError(f"nested more than {MAX_DEPTH} deep")
    return desired
