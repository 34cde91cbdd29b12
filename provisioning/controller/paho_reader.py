"""The reader on paho-mqtt: MQTT 5, PUBACK after the commit, no Nagle.

paho's own loop asks the kernel before each packet, takes a packet's head byte by byte and sends
each PUBACK by itself. Ours (paho's interface for a loop of one's own) asks when nothing is left;
`_Client` takes what is there in one piece and sends all PUBACKs at once.
"""

import contextlib
import select
import socket
import struct
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
_RECEIVE_BYTES = 4 << 20  # what the kernel keeps for us while a batch is committed
_TAKE_BYTES = 1 << 16
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
        self._client: _Client | None = None
        self._answered = 0
        self._refused = ""

    def open(self, filters: Iterable[str]) -> None:
        """Connect and subscribe; raises LineDownError, over TLS with what the certificate lacks."""
        self.close()
        self._answered, self._refused = 0, ""
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
        client = self._connected()
        until = time.monotonic() + _SILENCE_S
        while not client.arrived and (left := until - time.monotonic()) > 0:
            self._turn(left)
        until = time.monotonic() + self._linger_s
        while 0 < len(client.arrived) < _PLENTY and (left := until - time.monotonic()) > 0:
            self._turn(left)
        arrived, client.arrived = client.arrived, []
        return arrived

    def acknowledge(self, arrived: Sequence[Arrived]) -> None:
        """Send the PUBACKs."""
        client = self._connected()
        client.acknowledge(one.receipt for one in arrived if one.receipt)
        _succeeded(client.loop_write())

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a retained message with QoS 1."""
        client = self._connected()
        try:
            client.publish(topic, payload, _QOS, retain=True)
        except (OSError, ValueError) as error:
            raise LineDownError(f"not published: {error}") from error

    def _new_client(self) -> "_Client":
        client = _Client(self._client_id)
        client.max_inflight_messages_set(0)  # acks go out at once: they are small and idempotent
        if self._config.tls:
            client.tls_set_context(client_context(self._config.tls))
        client.on_socket_open = _tune
        client.on_socket_register_write = _later
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        return client

    def _why(self, error: Exception) -> str:
        config = self._config
        said = config.tls and refusal(config.host, config.port, config.tls)
        return said or f"the broker cannot be reached: {error}"

    def _connected(self) -> "_Client":
        if self._client is None:
            raise LineDownError
        return self._client

    def _turn(self, seconds: float) -> None:
        """Let paho write what it has, and read all that is there or comes within the time."""
        client = self._connected()
        line = client.socket()
        if line is None:
            raise LineDownError("the broker went away")
        seconds = 0.0 if client.may_have_more else seconds
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

    def _read_on(self, client: "_Client") -> None:
        client.may_have_more = True
        while client.may_have_more and len(client.arrived) < self._most:
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


class _Client(paho.Client):
    """paho with three of its insides done otherwise: as they come they are two thirds of a message.

    They are those of the version that pyproject.toml names; read them again before it is moved.
    What is unusual still goes paho's own way.
    """

    def __init__(self, client_id: str) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=paho.MQTTv5,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        self.arrived: list[Arrived] = []
        self.may_have_more = True  # without waiting: taken already, or by TLS, or in the kernel
        self._taken = b""
        self._used = 0
        self.on_message = self._note

    def acknowledge(self, receipts: Iterable[int]) -> None:
        """Queue one PUBACK each (MQTT 5 §3.4.2.1: two bytes are success), to be sent in one go."""
        packets = b"".join(struct.pack("!BBH", paho.PUBACK, 2, receipt) for receipt in receipts)
        if packets:
            self._packet_queue(paho.PUBACK, packets, 0, _QOS)

    def _sock_recv(self, bufsize: int) -> bytes:
        """Return what was taken before; paho asks for single bytes of a packet's head."""
        if self._used == len(self._taken):
            try:
                self._taken, self._used = super()._sock_recv(_TAKE_BYTES), 0
            except BlockingIOError:
                self.may_have_more = False
                raise
        given = self._taken[self._used : self._used + bufsize]
        self._used += len(given)
        return given

    def _handle_publish(self) -> MQTTErrorCode:
        """Take a PUBLISH of QoS 1 that has no properties, as boxes send (MQTT 5 §3.3).

        For any, paho makes an object of properties, which costs more than all the rest.
        """
        head, packet = self._in_packet["command"], self._in_packet["packet"]
        name_ends = 2 + int.from_bytes(packet[:2], "big")
        begins = name_ends + 3  # behind its number, and the length of its properties
        if head & 0x06 != _QOS << 1 or len(packet) < begins or packet[begins - 1]:
            return super()._handle_publish()
        try:
            topic = packet[2:name_ends].decode()
        except UnicodeDecodeError:
            return super()._handle_publish()
        receipt = int.from_bytes(packet[name_ends : begins - 1], "big")
        self.arrived.append(Arrived(topic, bytes(packet[begins:]), bool(head & 0x01), receipt))
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _note(self, _: object, __: object, message: paho.MQTTMessage) -> None:
        """Take what went paho's own way."""
        receipt = message.mid if message.qos else 0
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""  # judged as no topic of ours
        self.arrived.append(Arrived(topic, bytes(message.payload), message.retain, receipt))


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
