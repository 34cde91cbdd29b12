"""A province's real mosquitto with its door for boxes, and those who come to it."""

import asyncio
import socket
from pathlib import Path

import aiomqtt

from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig, ClientTls
from devices.runtime.tls import client_context
from provisioning.broker import BridgeTls, Door, DoorFiles, acl, province_config
from provisioning.broker.files import written
from tests.certificates import Identity, TestAuthority
from tests.counterparts.mosquitto import RealBroker

HOST = "127.0.0.1"
NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class MtlsProvince(RealBroker):
    """`port` is the plain one on loopback, `door` the one with certificates."""

    def __init__(
        self, directory: Path, *, users: tuple[str, ...] = (), without: str = "", most: int = 12_000
    ) -> None:
        """Leave out the line of the configuration that holds `without`: a negative control."""
        self.door = free_port()
        self.authority = TestAuthority(_made(directory), "province")
        folder = directory / "door"
        names = ("ca.pem", "server.pem", "server.key", "crl.pem", "acl")
        self.files = DoorFiles(*(folder / name for name in names))
        port = free_port()
        door = Door(port=self.door, files=self.files, host=HOST, most_boxes=most)
        text = province_config(port=port, directory=directory, door=door)
        lines = [line for line in text.splitlines() if not without or without not in line]
        super().__init__(directory, "\n".join(lines) + "\n", port)
        own = self.authority.issue("mqtt.province")
        for path, content in (
            (self.files.ca, self.authority.certificate.read_bytes()),
            (self.files.certificate, own.certificate.read_bytes()),
            (self.files.key, own.key.read_bytes()),
            (self.files.crl, self.authority.crl()),
            (self.files.acl, acl(users).encode()),
        ):
            written(path, content)

    async def revoke(self, identity: Identity) -> None:
        """Have the broker know of it."""
        self.authority.revoke(identity)
        written(self.files.crl, self.authority.crl())
        await self.running.reload()

    def tls(self, identity: Identity | None) -> ClientTls:
        return shown(self.authority.certificate, identity)

    def bus(self, identity: Identity | None) -> BusConfig:
        return BusConfig(host=HOST, port=self.door, tls=self.tls(identity))

    def bridge(self, identity: Identity) -> BridgeTls:
        return BridgeTls(self.files.ca, identity.certificate, identity.key)

    def client(self, identity: Identity | None, **settings: object) -> aiomqtt.Client:
        """Return an MQTT 5 client at the door, not connected yet."""
        return aiomqtt.Client(
            HOST,
            self.door,
            protocol=aiomqtt.ProtocolVersion.V5,
            tls_context=client_context(self.tls(identity)),
            socket_options=[NODELAY],
            **settings,  # type: ignore[arg-type]  # aiomqtt's own names
        )

    def inside(self, name: str = "") -> aiomqtt.Client:
        """Return a client on the plain listener: the province's own, and the observer of tests."""
        return aiomqtt.Client(
            HOST,
            self.port,
            identifier=name or None,
            protocol=aiomqtt.ProtocolVersion.V5,
            socket_options=[NODELAY],
        )


def shown(ca: Path, identity: Identity | None) -> ClientTls:
    """Return what somebody with this certificate connects with."""
    return ClientTls(
        ca_file=str(ca),
        certificate_file=str(identity.certificate) if identity else "",
        key_file=str(identity.key) if identity else "",
    )


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return directory


async def until_said(listener: aiomqtt.Client, last: bytes, within_s: float = 20) -> list[bytes]:
    """Return the payloads that come until `last` does."""
    payloads: list[bytes] = []
    async with asyncio.timeout(within_s):
        async for message in listener.messages:
            assert isinstance(message.payload, bytes)
            payloads.append(message.payload)
            if message.payload == last:
                break
    return payloads
