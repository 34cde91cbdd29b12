"""The reader on paho-mqtt: MQTT 5, PUBACK after the commit, no Nagle.

paho's own loop asks the kernel before each packet and sends each PUBACK by itself. Ours (paho's
interface for a loop of one's own) asks when nothing is left, and sends all PUBACKs at once.
"""

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Iterable, Sequence

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.contract.errors import LineDownError
from devices.contract.message import MAX_PAYLOAD_BYTES
from devices.runtime.settings import BusConfig
from devices.runtime.tls import client_context, refusal
from provisioning.controller.intake import Arrived

_QOS = 1
_HANDSHAKE_S = 10.0
_SILENCE_S = 0.5
_RECEIVE_BYTES = 4 << 20
_PLENTY = 200  # messages for which no others are waited for: one commit bears them well


class PahoReader:
    """Reads at most about `most` messages at once; a few wait `linger_s` for others."""

    def __init__(
        self, config: BusConfig, client_id: str, *, most: int = 2_000, linger_s: float = 0.05
    ) -> None:
        self._config = config
        self._client_id = client_id
        self._most = most
        self._linger_s = linger_s
        self._client: paho.Client | None = None
        self._arrived: list[Arrived] = []
        self._answered = 0
        self._refused = ""

    def open(self, filters: Iterable[str]) -> None:
        """Connect and subscribe; raises LineDownError, over TLS with what the certificate lacks."""
        self.close()
        self._arrived, self._answered, self._refused = [], 0, ""
        client = self._client = self._new_client()
        try:
            client.connect(
                self._config.host,
                self._config.port,
                self._config.keepalive_s,
                clean_start=True,
                properties=_connect_properties(),
            )
            self._turn_until(1)
        except (OSError, ValueError, LineDownError) as error:
            raise LineDownError(self._why(error)) from error
        options = SubscribeOptions(qos=_QOS, retainAsPublished=False)  # retained: from before us
        client.subscribe([(filter_, options) for filter_ in filters])
        self._turn_until(2)

    def close(self) -> None:
        """Let go."""
        if self._client is not None:
            with contextlib.suppress(OSError, ValueError):
                self._client.disconnect()
                self._client.loop_write()
            self._client = None

    def read(self) -> Sequence[Arrived]:
        """Return at least one message and at most about `most`, or none after half a second."""
        until = time.monotonic() + _SILENCE_S
        while not self._arrived and (left := until - time.monotonic()) > 0:
            self._turn(left)
        until = time.monotonic() + self._linger_s
        while 0 < len(self._arrived) < _PLENTY and (left := until - time.monotonic()) > 0:
            self._turn(left)
        arrived, self._arrived = self._arrived, []
        return arrived

    def acknowledge(self, arrived: Sequence[Arrived]) -> None:
        """Send the PUBACKs."""
        client = self._connected()
        for one in arrived:
            if one.receipt:
                client.ack(one.receipt, _QOS)
        line = client.socket()
        if not isinstance(line, socket.socket):
            raise LineDownError
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)  # few segments, not thousands
        _succeeded(client.loop_write())
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a retained message with QoS 1."""
        client = self._connected()
        try:
            client.publish(topic, payload, _QOS, retain=True)
        except (OSError, ValueError) as error:
            raise LineDownError(f"not published: {error}") from error

    def _new_client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=paho.MQTTv5,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        client.max_inflight_messages_set(0)  # acks go out at once: they are small and idempotent
        if self._config.tls:
            client.tls_set_context(client_context(self._config.tls))
        client.on_socket_open = _tune
        client.on_socket_register_write = _later
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _why(self, error: Exception) -> str:
        config = self._config
        said = config.tls and refusal(config.host, config.port, config.tls)
        return said or f"the broker cannot be reached: {error}"

    def _connected(self) -> paho.Client:
        if self._client is None:
            raise LineDownError
        return self._client

    def _turn(self, seconds: float) -> None:
        """Let paho write what it has, and read all that is there or comes within the time."""
        client = self._connected()
        line = client.socket()
        if line is None:
            raise LineDownError("the broker went away")
        if isinstance(line, ssl.SSLSocket) and line.pending():
            seconds = 0.0
        waits_for = select.POLLIN | (select.POLLOUT if client.want_write() else 0)
        try:
            ready = _ready(line.fileno(), waits_for, seconds)
        except (OSError, ValueError) as error:
            raise LineDownError(f"the broker went away: {error}") from error
        if ready & select.POLLOUT:
            _succeeded(client.loop_write())
        if ready & ~select.POLLOUT or not seconds:
            self._read_on(client)
        _succeeded(client.loop_misc())
        if self._refused:
            raise LineDownError(f"the broker refused: {self._refused}")

    def _read_on(self, client: paho.Client) -> None:
        before = -1
        while before < len(self._arrived) < self._most:
            before = len(self._arrived)
            _succeeded(client.loop_read())

    def _turn_until(self, answers: int) -> None:
        until = time.monotonic() + _HANDSHAKE_S
        while self._answered < answers:
            if (left := until - time.monotonic()) <= 0:
                raise LineDownError("the broker does not answer")
            self._turn(left)

    def _on_connect(
        self, _: object, __: object, ___: object, reason: ReasonCode, ____: object
    ) -> None:
        self._answered += 1
        self._refused = str(reason) if reason.is_failure else ""

    def _on_subscribe(
        self, _: object, __: object, ___: int, reasons: list[ReasonCode], ____: object
    ) -> None:
        self._answered += 1
        self._refused = ", ".join(str(reason) for reason in reasons if reason.is_failure)

    def _on_message(self, _: object, __: object, message: paho.MQTTMessage) -> None:
        receipt = message.mid if message.qos else 0
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""  # judged as no topic of ours
        self._arrived.append(Arrived(topic, bytes(message.payload), message.retain, receipt))


def _ready(line: int, waits_for: int, seconds: float) -> int:
    """Return what a file is ready for; `select.select` knows no number above 1023."""
    waiting = select.poll()
    waiting.register(line, waits_for)
    return sum(ready for _, ready in waiting.poll(seconds * 1000))


def _succeeded(code: MQTTErrorCode) -> None:
    if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
        raise LineDownError(f"the broker went away: {paho.error_string(code)}")


def _later(_: object, __: object, ___: object) -> None:
    """Let what is to be written wait for our loop: paho then does not send packet by packet."""


def _connect_properties() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
    properties.ReceiveMaximum = 0xFFFF
    properties.MaximumPacketSize = 4 * MAX_PAYLOAD_BYTES
    return properties


def _tune(_: object, __: object, line: object) -> None:
    assert isinstance(line, socket.socket)  # noqa: S101 - TCP, as connected above
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
