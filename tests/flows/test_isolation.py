"""One valid box against another: 1,000 tries over mTLS at a real mosquitto, and none succeeds.

Judged by an observer on the broker, by the victim, and by the ingest that shares the events.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiomqtt
import pytest

from devices.contract.message import encode
from devices.device import SelfTest
from devices.messages import DeviceTested, Kind, TestDevice
from devices.runtime.alongside import alongside
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.requests import Desk
from devices.runtime.settings import BusConfig
from devices.runtime.tls import client_context
from tests.flows.intruder import BRIDGE, Caught, Intruder, Try
from tests.provisioning.broker.mtls import HOST, MtlsProvince

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
TRIES = 1_000
VICTIM, OWN = "box-1", "box-2"
SECRET, EVENT, EVIL = b"secret", b"event", b"evil"
SETTLED_S = 5
IDS = ("", OWN, VICTIM, f"bridge-{VICTIM}", "inside-observer", "inside-ingest", "#", "a/b", "$SYS")
FILTERS = (
    "#",
    "+/#",
    "mc1/#",
    "mc1/+/dn/#",
    "mc1/+/+/+/+",
    f"mc1/{VICTIM}/#",
    f"mc1/{VICTIM}/dn/agent/cmd",
    f"mc1/{VICTIM}/up/devices/event",
    f"$share/x/mc1/{VICTIM}/dn/#",
    "$share/x/#",
    "$share/ingest/mc1/+/up/+/event",
    "$SYS/#",
    "$SYS/broker/clients/connected",
    f"mc1/{OWN}/dn/../../{VICTIM}/dn/#",
    f"mc1/{OWN}/up/#",
    "",
    "mc1/##",
)
TOPICS = (
    f"mc1/{VICTIM}/up/devices/status",
    f"mc1/{VICTIM}/up/devices/event",
    f"mc1/{VICTIM}/up/bridge/line",
    f"mc1/{VICTIM}/dn/agent/cmd",
    f"mc1/{VICTIM}/dn/agent/desired",
    f"mc1/{VICTIM}/in/devices/cmd",
    f"mc1/{OWN}/dn/agent/cmd",
    f"mc1/{OWN}/in/devices/cmd",
    f"mc1/{OWN}0/up/devices/status",
    f"mc1/{OWN}",
    f"/mc1/{VICTIM}/up/devices/status",
    f"MC1/{VICTIM}/up/devices/status",
    f"$share/x/mc1/{VICTIM}/dn/agent/cmd",
    "$SYS/broker/clients/connected",
    "$SYS/broker/connection/box-1/state",
    "mc1/+/dn/agent/cmd",
    "#",
    "",
    "mc1",
)
OWN_UP = f"mc1/{OWN}/up/"


@dataclass
class Judgement:
    """What attempts came to. But for `connected` all is empty when nobody succeeded."""

    connected: int = 0
    read: list[Try] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    missed: set[bytes] = field(default_factory=set)
    thrown_out: bool = False


def tries(seed: int, count: int) -> list[Try]:
    """Return attempts drawn over all ways at once."""
    dice = random.Random(seed)
    return [
        Try(
            client_id=dice.choice(IDS),
            version=dice.choice((5, 5, 5, 4, 3, 4 | BRIDGE, 3 | BRIDGE, 5 | BRIDGE)),
            user=dice.choice(("", "", VICTIM, "ingest", "province")),
            clean=dice.random() < 0.5,
            will=dice.choice(TOPICS) if dice.random() < 0.2 else "",
            retain=dice.random() < 0.5,
            qos=dice.choice((0, 1, 2)),
            filters=tuple(dice.sample(FILTERS, dice.randrange(3))),
            topics=tuple(dice.sample(TOPICS, dice.randrange(3))),
            answer_to=dice.choice(("", f"mc1/{VICTIM}/dn/devices/reply", "$SYS/x")),
            payload=EVIL,
        )
        for _ in range(count)
    ]


ASKS = Try(
    topics=(f"mc1/{OWN}/up/devices/ask",),
    answer_to=f"mc1/{VICTIM}/dn/devices/reply",
    payload=encode(TestDevice(device=Kind.PRINTER)),
)
"""A right question, with the wish that the province answers somebody else."""
STEALS = Try(client_id=VICTIM, clean=False)
SIPHONS = Try(filters=("$share/ingest/mc1/+/up/+/event",), qos=1, lives=4)


class Province:
    """What runs beside the intruder, and judges."""

    def __init__(
        self, broker: MtlsProvince, inside: aiomqtt.Client, victim: aiomqtt.Client
    ) -> None:
        self.broker = broker
        self.judgement = Judgement()
        self._inside = inside
        self._victim = victim
        self._awaited: set[bytes] = set()
        self._sent = 0

    async def live(self) -> None:
        """Let a secret go down to the victim, and an event of the victim up."""
        self._sent += 1
        secret, event = (b"%s %d" % (word, self._sent) for word in (SECRET, EVENT))
        self._awaited |= {secret, event}
        try:
            await self._inside.publish(f"mc1/{VICTIM}/dn/agent/cmd", secret, qos=1)
            await self._victim.publish(f"mc1/{VICTIM}/up/devices/event", event, qos=1)
        except aiomqtt.MqttError:
            self.judgement.thrown_out = True

    async def observe(self, observer: aiomqtt.Client) -> None:
        """See all that the broker lets through."""
        async for message in observer.messages:
            topic, payload = str(message.topic), message.payload
            assert isinstance(payload, bytes)
            if payload.startswith(EVIL) and not topic.startswith(OWN_UP):
                self.judgement.written.append(topic)

    async def hear(self, client: aiomqtt.Client) -> None:
        """Take what the client is there for."""
        async for message in client.messages:
            payload = message.payload
            assert isinstance(payload, bytes)
            self._awaited.discard(payload)

    async def hear_victim(self) -> None:
        """Take what the victim is told, and see whether it is thrown out."""
        try:
            async for message in self._victim.messages:
                payload = message.payload
                assert isinstance(payload, bytes)
                if not payload.startswith(SECRET):
                    self.judgement.written.append(f"{message.topic}: the victim was told")
                self._awaited.discard(payload)
        except aiomqtt.MqttError:
            self.judgement.thrown_out = True

    async def attacked(self, attempts: list[Try]) -> Judgement:
        """Let each attempt have its connection, and judge."""
        own = client_context(self.broker.tls(self.broker.authority.issue(OWN)))
        for attempt in attempts:
            intruder = Intruder(HOST, self.broker.door, own, attempt)
            async with intruder:
                await intruder.attack()
                for _ in range(attempt.lives):
                    await self.live()
                await intruder.settle()
            self._judge(attempt, intruder.caught)
        await self._settle()
        return self.judgement

    def _judge(self, attempt: Try, caught: Caught) -> None:
        self.judgement.connected += caught.connected
        own = (f"mc1/{OWN}/dn/",)
        foreign = [topic for topic, _ in caught.packets if not topic.startswith(own)]
        secrets = [payload for _, payload in caught.packets if payload.startswith(SECRET)]
        if foreign or secrets:
            self.judgement.read.append(attempt)

    async def _settle(self) -> None:
        """Wait for what is still on its way, and take what does not come for missed."""
        try:
            async with asyncio.timeout(SETTLED_S):
                while self._awaited:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            self.judgement.missed |= self._awaited


@asynccontextmanager
async def besieged(
    directory: Path, *, without: str = "", group: str = "a-word-no-box-knows"
) -> AsyncIterator[Province]:
    """Run a province with a victim that lives its life, and yield it to be attacked."""
    async with MtlsProvince(directory, without=without) as broker:
        plain = BusConfig(port=broker.port)
        victim = broker.client(broker.authority.issue(VICTIM), identifier=VICTIM)
        async with (
            broker.inside("inside-observer") as observer,
            broker.inside("inside-ingest") as ingest,
            broker.inside() as speaker,
            mqtt_bus(plain, "inside-deputy") as bus,
            victim,
        ):
            await observer.subscribe("#", qos=1)
            await ingest.subscribe(f"$share/{group}/mc1/+/up/+/event", qos=1)
            await victim.subscribe(f"mc1/{VICTIM}/dn/#", qos=1)
            desk = Desk(bus, "mc1/+/up/devices/ask")
            desk.on(TestDevice, _tested)
            province = Province(broker, speaker, victim)
            lives = (
                province.observe(observer),
                province.hear(ingest),
                province.hear_victim(),
                desk.serve(),
            )
            async with alongside(*lives, name="province"):
                yield province


async def _tested(command: TestDevice) -> DeviceTested:
    return DeviceTested(device=command.device, result=SelfTest(passed=True, text="bench"))


async def test_of_a_thousand_tries_to_be_somebody_else_none_succeeds(tmp_path: Path) -> None:
    async with besieged(tmp_path) as province:
        judgement = await province.attacked([*tries(1, TRIES), ASKS, STEALS])
    assert judgement.connected > TRIES / 2  # else nothing was tried
    assert judgement == Judgement(connected=judgement.connected)


async def test_the_judges_see_a_stolen_session(tmp_path: Path) -> None:
    """Negative control: without this line a valid box throws another out, and gets its session."""
    async with besieged(tmp_path, without="use_username_as_clientid") as province:
        judgement = await province.attacked([STEALS])
    assert judgement.thrown_out


async def test_the_judges_see_a_box_that_reads_and_writes_what_it_likes(tmp_path: Path) -> None:
    async with besieged(tmp_path, without="acl_file") as province:
        topics = (f"mc1/{VICTIM}/dn/agent/cmd",)
        judgement = await province.attacked([Try(filters=("#",), topics=topics)])
    assert judgement.read
    assert judgement.written


async def test_the_judges_see_events_that_vanish_into_a_shared_subscription(tmp_path: Path) -> None:
    """Negative control: mosquitto deals an event to a member that may not have it, and it is gone.

    So the group that ingest shares has a name that boxes cannot know.
    """
    async with besieged(tmp_path, group="ingest") as province:
        judgement = await province.attacked([SIPHONS])
    assert judgement.missed
