"""One part's presence on the bus: birth and will, description, and a status that is always true."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import msgspec
import structlog

from devices.contract.clock import Clock
from devices.contract.errors import LineDownError
from devices.contract.identity import BoxId, Part
from devices.contract.message import (
    Connection,
    Description,
    DeviceReport,
    Health,
    LinkState,
    PartStatus,
    encode,
)
from devices.contract.topics import PartTopics
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Packet
from devices.runtime.mqtt_bus import MqttBus, mqtt_bus
from devices.runtime.settings import ProcessConfig

WILL_DELAY_S = 20
_JITTER = 1 / 6  # 60 s ± 10 s
_GOODBYE_S = 1.0
_log = structlog.get_logger()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a part says of itself; the link adds boot, number and time."""

    health: Health = Health.READY
    devices: tuple[DeviceReport, ...] = ()
    figures: dict[str, float] = {}


class PartLink:
    """Tells the world that the part lives and how it is.

    `tell` may be called as often as one likes.
    """

    def __init__(
        self,
        bus: Bus,
        topics: PartTopics,
        description: Description,
        clock: Clock,
        *,
        every_s: float = 60.0,
    ) -> None:
        self._bus = bus
        self._topics = topics
        self._description = description
        self._clock = clock
        self._every_s = every_s
        self._report = Report()
        self._seq = 0
        self._changed = asyncio.Event()

    @property
    def report(self) -> Report:
        """The report told last."""
        return self._report

    def tell(self, report: Report) -> None:
        """Publish the report soon, if it differs from the last one."""
        if report != self._report:
            self._report = report
            self._changed.set()

    async def run(self) -> None:
        """Say on each new line that the part is ready, then its status at each change."""
        while True:
            await self._bus.wait_connected()
            with contextlib.suppress(LineDownError):
                await self._be_born()
                while True:
                    self._changed.clear()
                    await self._publish(self._topics.status, self._status())
                    await self._wait()

    async def goodbye(self, state: LinkState) -> None:
        """Say that the part rests on purpose, or that it is lost, if the line is up."""
        with contextlib.suppress(LineDownError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_S):
                await self._publish(self._topics.conn, self._connection(state))

    async def _be_born(self) -> None:
        await self._publish(self._topics.conn, self._connection(LinkState.READY))
        await self._publish(self._topics.desc, self._description)

    async def _wait(self) -> None:
        spread = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
        changed = asyncio.create_task(self._changed.wait())
        lost = asyncio.create_task(self._bus.wait_lost())
        try:
            await asyncio.wait(
                (changed, lost),
                timeout=self._every_s * spread,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            changed.cancel()
            lost.cancel()
        if not self._bus.connected:
            raise LineDownError

    def _status(self) -> PartStatus:
        self._seq += 1
        return PartStatus(
            boot=self._description.boot,
            seq=self._seq,
            at=self._clock.now(),
            health=self._report.health,
            devices=self._report.devices,
            figures=self._report.figures,
        )

    def _connection(self, state: LinkState) -> Connection:
        return Connection(state=state, boot=self._description.boot)

    async def _publish(self, topic: str, message: msgspec.Struct) -> None:
        await self._bus.publish(Packet(topic=topic, payload=encode(message), qos=1, retain=True))


@asynccontextmanager
async def part_on_bus(
    config: ProcessConfig, part: Part, boot: int
) -> AsyncIterator[tuple[MqttBus, PartTopics]]:
    """Connect a part to its box's broker, with its will; yields the bus and the part's topics."""
    topics = PartTopics(BoxId(config.box), part)
    will = Packet(
        topic=topics.conn,
        payload=encode(Connection(state=LinkState.LOST, boot=boot)),
        qos=1,
        retain=True,
    )
    client_id = f"{config.box}-{part}"
    async with mqtt_bus(config.bus, client_id, will=will, will_delay_s=WILL_DELAY_S) as bus:
        yield bus, topics


@asynccontextmanager
async def present(link: PartLink) -> AsyncIterator[None]:
    """Keep the part present for as long as the context lasts, and say goodbye at its end.

    A part that a bug ends says that it is lost: nobody meant it to rest.
    """
    async with alongside(link.run(), name="presence"):
        state = LinkState.SLEEPING
        try:
            yield
        except Exception:
            state = LinkState.LOST
            raise
        finally:
            await link.goodbye(state)


def software_version() -> str:
    """Return the installed version of this software."""
    return version("motcua-edge")
