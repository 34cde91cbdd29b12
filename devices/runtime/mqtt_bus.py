"""The bus over MQTT 5 (aiomqtt on paho).

The only file of the boxes that imports an MQTT library.
"""

import asyncio
import contextlib
import logging
import math
import socket
import ssl
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiomqtt
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.contract.errors import LineDownError
from devices.contract.message import MAX_PAYLOAD_BYTES
from devices.runtime.alongside import alongside
from devices.runtime.backoff import Backoff, FullJitter, Waits
from devices.runtime.bus import DEFAULT_INBOX, Inbox, Packet, Qos, matches
from devices.runtime.settings import BusConfig
from devices.runtime.tls import CertificateRefusedError, client_context, refusal

T = TypeVar("T")

_SESSION_S = 60  # the will's delay counts only while the session lives (MQTT 5 §3.1.3.2.2)
_TIMEOUT_S = 10
_ENTERED_S = 3
_QUEUED = 4096
_NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # Nagle costs 44 ms a command
_STEADY_S = 2.0  # two of one name throw each other out at once: they must not do so at full speed
_RECONNECT = Backoff(least_s=0.2, most_s=15.0)  # to the broker of one's own machine
_log = structlog.get_logger()
_paho_log = logging.getLogger("motcua.mqtt")
_paho_log.setLevel(logging.ERROR)  # it writes a line for each packet it drops; inboxes count them


@asynccontextmanager
async def mqtt_bus(
    config: BusConfig, client_id: str, *, will: Packet | None = None, will_delay_s: int = 0
) -> "AsyncIterator[MqttBus]":
    """Connect, and stay connected for as long as the context lasts.

    Begins before the broker is there.
    """
    bus = MqttBus(config, client_id, will, will_delay_s)
    async with alongside(bus.run(), name=f"bus {client_id}"):
        yield bus


class MqttBus:
    """A connection that is made again whenever it drops: over TLS with full jitter, up to 300 s."""

    def __init__(
        self, config: BusConfig, client_id: str, will: Packet | None, will_delay_s: int
    ) -> None:
        self._config = config
        self._client_id = client_id
        self._will = _will(will, will_delay_s) if will else None
        self._client: aiomqtt.Client | None = None
        self._up = asyncio.Event()
        self._down = asyncio.Event()
        self._down.set()
        self._listeners: list[tuple[tuple[str, ...], Inbox]] = []
        self._waits: Waits = FullJitter(client_id) if config.tls else _RECONNECT

    @property
    def connected(self) -> bool:
        """Whether the line is up now."""
        return self._up.is_set()

    async def wait_connected(self) -> None:
        """Wait until the line is up."""
        await self._up.wait()

    async def wait_lost(self) -> None:
        """Wait until the line that is up now is lost."""
        await self._down.wait()

    async def run(self) -> None:
        """Keep the connection; never returns."""
        tries, up_at = 0, math.inf
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with self._connection() as client:
                    up_at = loop.time()
                    await self._converse(client)
            except (aiomqtt.MqttError, CertificateRefusedError) as error:
                tries = 1 if loop.time() - up_at > _STEADY_S else tries + 1
                up_at = math.inf
                if tries == 1:
                    await self._tell_lost(str(error))
            await asyncio.sleep(self._waits.wait_s(max(tries, 1)))

    async def publish(self, packet: Packet) -> None:
        """Send a packet; with QoS 1, return when the broker has it. Raises LineDownError."""
        client = self._client
        if client is None:
            raise LineDownError
        lost = asyncio.create_task(self._down.wait())
        sent = asyncio.create_task(
            client.publish(
                packet.topic, packet.payload, packet.qos, packet.retain, _properties(packet)
            )
        )
        try:
            await asyncio.wait((lost, sent), return_when=asyncio.FIRST_COMPLETED)
            if not sent.done():
                raise LineDownError
            sent.result()
        except aiomqtt.MqttError as error:
            raise LineDownError(f"The broker cannot be reached: {error}") from error
        finally:
            await _cancelled(lost, sent)

    @asynccontextmanager
    async def listen(self, *filters: str, limit: int = DEFAULT_INBOX) -> AsyncIterator[Inbox]:
        """Subscribe for as long as the context lasts, across reconnections."""
        listener = (filters, Inbox(limit))
        self._listeners.append(listener)
        if self._client:
            with contextlib.suppress(aiomqtt.MqttError):  # the next connection subscribes again
                await self._subscribe(self._client, filters)
        try:
            yield listener[1]
        finally:
            self._listeners.remove(listener)
            if self._client and (unused := self._unused(filters)):
                with contextlib.suppress(aiomqtt.MqttError):
                    await _apart(self._client.unsubscribe(unused))

    async def _tell_lost(self, why: str) -> None:
        """Say once of a loss why it came; of a certificate in words that a technician can use."""
        config, said = self._config, ""
        if config.tls:
            said = await asyncio.to_thread(refusal, config.host, config.port, config.tls)
        _log.warning("bus.lost", client=self._client_id, why=said or why)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiomqtt.Client]:
        tls = self._config.tls  # read afresh: a certificate may have been renewed
        client = self._new_client(await asyncio.to_thread(client_context, tls) if tls else None)
        entering = asyncio.create_task(client.__aenter__())
        try:
            await asyncio.wait((entering,))
            entering.result()
            yield client
        finally:
            await asyncio.wait((entering,), timeout=_ENTERED_S)  # half of one cannot be left
            await _cancelled(entering)
            with contextlib.suppress(aiomqtt.MqttError):
                await _apart(client.__aexit__(None, None, None))

    def _new_client(self, tls: ssl.SSLContext | None) -> aiomqtt.Client:
        connect = _new(PacketTypes.CONNECT)
        connect.SessionExpiryInterval = _SESSION_S
        connect.MaximumPacketSize = MAX_PAYLOAD_BYTES + 4096
        client = aiomqtt.Client(
            self._config.host,
            self._config.port,
            identifier=self._client_id,
            logger=_paho_log,
            protocol=aiomqtt.ProtocolVersion.V5,
            will=self._will,
            clean_start=True,
            keepalive=self._config.keepalive_s,
            properties=connect,
            timeout=_TIMEOUT_S,
            max_queued_incoming_messages=_QUEUED,
            max_queued_outgoing_messages=_QUEUED,
            socket_options=[_NODELAY],
            tls_context=tls,
        )
        client.pending_calls_threshold = _QUEUED  # a journal publishes by the window
        return client

    async def _converse(self, client: aiomqtt.Client) -> None:
        self._client = client  # who begins to listen from now on subscribes for itself
        try:
            if filters := {filter_ for listener in self._listeners for filter_ in listener[0]}:
                await self._subscribe(client, tuple(filters))
            self._down.clear()
            self._up.set()
            async for message in client.messages:
                packet = _packet(message)
                for filters_, inbox in list(self._listeners):
                    if any(matches(filter_, packet.topic) for filter_ in filters_):
                        inbox.put(packet)
                del message, packet  # it may be a card: not held until the next one comes
        finally:
            self._client = None
            self._up.clear()
            self._down.set()

    async def _subscribe(self, client: aiomqtt.Client, filters: tuple[str, ...]) -> None:
        options = SubscribeOptions(qos=1, retainAsPublished=True)
        await _apart(client.subscribe([(filter_, options) for filter_ in filters]))

    def _unused(self, filters: tuple[str, ...]) -> list[str]:
        used = {filter_ for listener in self._listeners for filter_ in listener[0]}
        return [filter_ for filter_ in filters if filter_ not in used]


async def _apart(call: Coroutine[Any, Any, T]) -> T:
    """Await a call of aiomqtt in a task of its own.

    It waits with `asyncio.wait_for`, which on Python 3.11 swallows a cancellation that comes in
    the same moment as the answer: whoever was cancelled would go on for ever.
    """
    task = asyncio.create_task(call)
    try:
        await asyncio.wait((task,))
        return task.result()
    finally:
        await _cancelled(task)


async def _cancelled(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _new(packet_type: int) -> Properties:
    return Properties(packet_type)  # type: ignore[no-untyped-call]  # paho leaves it untyped


def _properties(packet: Packet) -> Properties:
    properties = _new(PacketTypes.PUBLISH)
    if packet.expiry_s:
        properties.MessageExpiryInterval = packet.expiry_s
    if packet.response_topic:
        properties.ResponseTopic = packet.response_topic
    if packet.correlation:
        properties.CorrelationData = packet.correlation
    if packet.actor:
        properties.UserProperty = [("actor", packet.actor)]
    return properties


def _packet(message: aiomqtt.Message) -> Packet:
    properties = message.properties
    users = dict(getattr(properties, "UserProperty", ()))
    qos: Qos = 1 if message.qos else 0
    return Packet(
        topic=str(message.topic),
        payload=bytes(message.payload),
        qos=qos,
        retain=message.retain,
        expiry_s=getattr(properties, "MessageExpiryInterval", 0),
        response_topic=getattr(properties, "ResponseTopic", ""),
        correlation=getattr(properties, "CorrelationData", b""),
        actor=users.get("actor", ""),
    )


def _will(packet: Packet, delay_s: int) -> aiomqtt.Will:
    properties = _new(PacketTypes.WILLMESSAGE)
    properties.WillDelayInterval = delay_s
    return aiomqtt.Will(packet.topic, packet.payload, packet.qos, packet.retain, properties)
