"""The agent's life: on its way to an identity, in service under it, and what follows from it.

Three things run beside each other: enrolment, the broker that follows the identity, and the service
on the bus, which begins anew when the box gets another name.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.contract.identity import AGENT
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus
from devices.runtime.part import part_on_bus
from devices.runtime.worker import Worker
from provisioning.agent.broker import BoxBroker, LineWatch
from provisioning.agent.clock import Timekeeper
from provisioning.agent.config import AgentConfig
from provisioning.agent.current import Current
from provisioning.agent.enrolment.enrolment import Enrolment
from provisioning.agent.identity import Identity, IdentityStore
from provisioning.agent.matters import Matter, MatterCode
from provisioning.agent.naming import name_parts
from provisioning.agent.notice import Notice
from provisioning.agent.parts import Parts
from provisioning.agent.screen import png
from provisioning.agent.serial import serial_of
from provisioning.agent.service import in_service
from provisioning.agent.standing import Standing
from provisioning.agent.stick import StickWatch
from provisioning.broker.files import READABLE, written

_SERIAL_AGAIN_S = 30.0
_DAY_S = 86_400.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """What the agent works with; `identity` is the one thread of the identity's files."""

    config: AgentConfig
    boot: int
    clock: Clock
    timekeeper: Timekeeper
    parts: Parts
    notice: Notice
    machine: Worker
    identity: Worker


class Life:
    """One agent. Without a gate in its configuration it serves under the name given there."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._current = Current()
        self._bridged = Current() if staff.config.broker else self._current
        self._store = IdentityStore(staff.config.identity_dir)
        broker = staff.config.broker
        self._enrolment: Enrolment | None = None
        self._broker = BoxBroker(staff.config, broker, staff.machine) if broker else None

    async def run(self, ready: Callable[[], None]) -> None:
        """Live until cancelled."""
        config = self._staff.config
        async with asyncio.TaskGroup() as group:
            if config.screen.picture_file:
                group.create_task(self._keep_picture(Path(config.screen.picture_file)))
            if config.gate is None:
                self._staff.notice.say(Matter(code=MatterCode.NO_GATE))
                group.create_task(self._serve_as(config, None, ready), name="service")
                return
            group.create_task(self._enrol(config.gate.ca_sha256), name="enrolment")
            group.create_task(self._serve(), name="service")
            if self._broker:
                group.create_task(self._bridge(self._broker), name="bridge")
            ready()

    # Identity

    async def _enrol(self, ca_sha256: str) -> None:
        staff = self._staff
        serial = await self._serial()
        enrolment = Enrolment(
            staff.config,
            serial,
            self._store,
            staff.identity,
            clock=staff.clock,
            timekeeper=staff.timekeeper,
            notice=staff.notice,
            on_identity=self._current.put,
        )
        sticks = StickWatch(
            staff.config.stick,
            serial,
            ca_sha256,
            self._store,
            staff.identity,
            clock=staff.clock,
            notice=staff.notice,
        )
        self._enrolment = enrolment

        async def look_at_sticks() -> None:
            while True:
                await sticks.taken()
                enrolment.nudge()

        async with asyncio.TaskGroup() as group:
            group.create_task(enrolment.run(), name="certificate")
            group.create_task(look_at_sticks(), name="sticks")

    async def _serial(self) -> str:
        while True:
            try:
                return await self._staff.machine.do(serial_of, self._staff.config.serial)
            except MotcuaError as error:
                self._staff.notice.say(Matter(code=MatterCode.NO_SERIAL, detail=error.sentence))
            await asyncio.sleep(_SERIAL_AGAIN_S)

    # Service

    async def _serve(self) -> None:
        identity = await self._bridged.other_than(None)
        while True:
            box = identity.box
            config = msgspec.structs.replace(
                self._staff.config, box=box, site=identity.place.site or self._staff.config.site
            )
            await self._name_parts(config)
            async with alongside(self._serve_as(config, identity), name=f"service of {box}"):
                while identity.box == box:
                    identity = await self._bridged.other_than(identity)

    async def _name_parts(self, config: AgentConfig) -> None:
        """Have the box's parts know its name; those which did not are started anew."""
        staff = self._staff
        files = [(part, staff.parts.config_file(part)) for part in staff.parts.names]
        try:
            changed = await staff.machine.do(name_parts, files, config.box, config.site)
        except MotcuaError as error:
            staff.notice.say(Matter(code=MatterCode.STORAGE, detail=error.sentence))
            return
        for part in changed:
            try:
                await staff.parts.restart(part)
            except MotcuaError as error:
                _log.warning("part.not_restarted", part=part, text=error.sentence)

    async def _serve_as(
        self,
        config: AgentConfig,
        identity: Identity | None,
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        staff = self._staff
        async with part_on_bus(config, AGENT, staff.boot) as (bus, topics):
            standing = Standing(
                bus=bus,
                topics=topics,
                boot=staff.boot,
                parts=staff.parts,
                config=config,
                clock=staff.clock,
            )
            async with contextlib.AsyncExitStack() as stack:
                if self._broker and identity:
                    watch = self._watch(bus, self._broker)
                    await stack.enter_async_context(alongside(watch, name="line"))
                await in_service(standing, staff.machine, self._figures, ready)

    def _figures(self) -> dict[str, float]:
        figures: dict[str, float] = {}
        identity, offset_s = self._current.identity, self._staff.timekeeper.offset_s
        if identity:
            left = identity.not_after - self._staff.clock.now()
            figures["certificate_days_left"] = round(left.total_seconds() / _DAY_S, 2)
        if offset_s is not None:
            figures["clock_offset_s"] = round(offset_s, 3)
        return figures

    # What follows the identity

    async def _bridge(self, broker: BoxBroker) -> None:
        identity: Identity | None = None
        while True:
            identity = await self._current.other_than(identity)
            is_bridged = await broker.follow(identity)
            self._bridged.put(identity)  # a broker that restarts is no place to connect to
            if not is_bridged:
                await broker.follow_at_last(identity)

    async def _watch(self, bus: Bus, broker: BoxBroker) -> None:
        staff = self._staff
        watch = LineWatch(broker, staff.machine, staff.clock, staff.notice)
        while True:
            revoked = await watch.run(bus, self._current)
            if self._enrolment:
                self._enrolment.revoked(revoked.number)
            await self._current.other_than(revoked)

    async def _keep_picture(self, path: Path) -> None:
        staff = self._staff
        size = staff.config.screen.width, staff.config.screen.height
        while True:
            showing = staff.notice.showing
            with contextlib.suppress(MotcuaError):  # a full disk: the page still shows it
                picture = await staff.machine.do(png, showing, *size)
                await staff.machine.do(written, path, picture, mode=READABLE)
            if showing == staff.notice.showing:
                await staff.notice.changed()
