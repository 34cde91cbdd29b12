"""The box's own mosquitto: bridged to the province under the box's certificate, once it has one."""

import asyncio
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from cryptography import x509

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.contract.identity import BRIDGE, BoxId
from devices.contract.topics import PartTopics
from devices.runtime.backoff import Backoff
from devices.runtime.bus import Bus
from devices.runtime.worker import Worker
from provisioning.agent.config import AgentConfig, BrokerConfig
from provisioning.agent.current import Current
from provisioning.agent.enrolment.est import trusting
from provisioning.agent.identity import Identity, Place
from provisioning.agent.matters import Matter, MatterCode
from provisioning.agent.notice import Notice
from provisioning.agent.why import asked, own_matter, why
from provisioning.broker import Bridge, BridgeTls, box_config
from provisioning.broker.files import READABLE, written

_LOOK_EVERY_S = 60.0
_PROBE_S = 30.0
_AGAIN = Backoff(least_s=1.0, most_s=60.0)
_DONE = ".done"  # beside the configuration: what the running broker has read
_UP = b"1"
_log = structlog.get_logger()


def province_of(config: AgentConfig, table: BrokerConfig, place: Place) -> tuple[str, int]:
    """Return where the province's broker is: as the stick, the table or the gate says."""
    if place.broker_host:
        return place.broker_host, place.broker_port or table.province_port
    gate = place.gate or (config.gate.url if config.gate else "")
    return table.province_host or urlsplit(gate).hostname or "", table.province_port


class BoxBroker:
    """Keeps the broker's configuration true to the box's identity, and starts it anew for it."""

    def __init__(self, config: AgentConfig, broker: BrokerConfig, worker: Worker) -> None:
        self._config = config
        self._broker = broker
        self._worker = worker
        self._restart = broker.restart.build("broker")

    async def follow(self, identity: Identity) -> bool:
        """Write the configuration for this identity, and restart the broker if it has not read it.

        Returns whether it has now.
        """
        try:
            text = self._text(identity)
            if await self._worker.do(self._written, text):
                await self._restart.restart()
                await self._worker.do(written, self._done, text.encode())
                _log.info("broker.bridged", box=identity.box, number=identity.number)
        except MotcuaError as error:
            _log.warning("broker.not_bridged", code=error.code, text=error.sentence)
            return False
        return True

    async def follow_at_last(self, identity: Identity) -> None:
        """Try until it has: without its broker a box tells the province nothing."""
        tries = 0
        while not await self.follow(identity):
            tries += 1
            await asyncio.sleep(_AGAIN.wait_s(tries))

    @property
    def why_after_s(self) -> float:
        """How long a line may be down before somebody asks why."""
        return self._broker.why_after_s

    def province(self, identity: Identity) -> tuple[str, int]:
        """Return where the province's broker is."""
        return province_of(self._config, self._broker, identity.place)

    @property
    def _done(self) -> Path:
        path = Path(self._broker.config_file)
        return path.with_name(path.name + _DONE)

    def _text(self, identity: Identity) -> str:
        host, port = self.province(identity)
        tls = BridgeTls(
            ca_file=identity.ca_file,
            certificate_file=identity.certificate_file,
            key_file=identity.key_file,
        )
        wait_s = self._broker.longest_wait_s
        bridge = Bridge(identity.box, host, port, tls=tls, longest_wait_s=wait_s) if host else None
        directory = Path(self._broker.directory)
        text = box_config(port=self._config.bus.port, directory=directory, bridge=bridge)
        user = f"user {self._broker.user}\n" if self._broker.user else ""
        return f"# written by motcua agent, for certificate {identity.number}\n{user}{text}"

    def _written(self, text: str) -> bool:
        """Write it; return whether the broker has not read it yet."""
        written(Path(self._broker.config_file), text.encode(), mode=READABLE)  # no secret is in it
        try:
            return self._done.read_bytes() != text.encode()
        except OSError:
            return True


class LineWatch:
    """Watches the broker's line to the province, and finds out why it is down."""

    def __init__(self, broker: BoxBroker, worker: Worker, clock: Clock, notice: Notice) -> None:
        self._broker = broker
        self._why_after_s = broker.why_after_s
        self._worker = worker
        self._clock = clock
        self._notice = notice

    async def run(self, bus: Bus, current: Current) -> Identity:
        """Watch until the province says that the certificate in use is revoked; returns it."""
        identity = await current.other_than(None)
        topic = PartTopics(BoxId(identity.box), BRIDGE).line
        loop = asyncio.get_running_loop()
        try:
            async with bus.listen(topic) as inbox:
                look_at: float | None = loop.time() + self._why_after_s
                while True:
                    try:
                        async with asyncio.timeout_at(look_at):
                            is_up = (await inbox.get()).payload == _UP
                        if is_up:
                            look_at = None
                            self._notice.say_of_line(None)
                        elif look_at is None:  # the broker says so again at each of its tries
                            look_at = loop.time() + self._why_after_s
                    except TimeoutError:
                        identity = await current.other_than(None)
                        matter = await self._why_down(identity)
                        self._notice.say_of_line(matter)
                        _log.warning("line.down", matter=matter.code, text=matter.detail)
                        if matter.code is MatterCode.OWN_REVOKED:
                            return identity
                        look_at = loop.time() + _LOOK_EVERY_S
        finally:
            self._notice.say_of_line(None)

    async def _why_down(self, identity: Identity) -> Matter:
        try:
            return await self._worker.within(_PROBE_S, self._ask, identity)
        except MotcuaError as error:
            return Matter(code=MatterCode.BROKER, detail=error.sentence)

    def _ask(self, identity: Identity) -> Matter:
        host, port = self._broker.province(identity)
        error = asked(host, port, _context(identity))
        now = self._clock.now()
        if error:
            return why(error, identity, now)
        return own_matter(identity, now) or Matter(code=MatterCode.BROKER, detail=f"{host}:{port}")


def _context(identity: Identity) -> ssl.SSLContext:
    ca = x509.load_pem_x509_certificate(identity.ca_file.read_bytes())
    return trusting(ca, identity=identity)
