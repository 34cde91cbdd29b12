"""Why a door stays shut, found out over real TLS, with every kind of wrong certificate."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from devices.contract.clock import SystemClock
from devices.runtime.ports import free_port
from provisioning.agent.enrolment.est import trusting
from provisioning.agent.identity import Identity, IdentityStore
from provisioning.agent.matters import MatterCode
from provisioning.agent.why import asked, own_matter, why
from provisioning.pki.authority import Authority, opened
from provisioning.pki.certificates import box_certificate, server_certificate
from provisioning.pki.requests import judged
from provisioning.pki.revocation import Revoked, write_list

NOW = datetime.now(UTC)


class Shop:
    """Authorities, identities and a TLS door, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = opened(folder / "ca", "CA", NOW)
        self.stranger = opened(folder / "stranger", "CA", NOW)

    def identity(self, name: str, ca: Authority, *, days: float = 90) -> Identity:
        store = IdentityStore(self.folder / name)
        key = judged(store.ask_as("abc", "x").pem.encode()).public_key
        certificate = box_certificate(ca, key, box="box-1", serial="abc", now=NOW, days=days)
        return store.take(certificate, ca.certificate, NOW)

    def trusted(self, identity: Identity | None, ca: Authority) -> ssl.SSLContext:
        return trusting(ca.certificate, identity=identity)

    @asynccontextmanager
    async def door(
        self,
        *,
        names: tuple[str, ...] = ("localhost",),
        days: float = 30,
        revoked: str = "",
        speaks: bool = True,
        most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ) -> AsyncIterator[int]:
        """Serve TLS that wants a certificate of the CA; yields the port."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = most
        for name, content in zip(
            ("door.pem", "door.key"),
            server_certificate(self.ca, names, NOW, days=days),
            strict=True,
        ):
            (self.folder / name).write_bytes(content)
        context.load_cert_chain(self.folder / "door.pem", self.folder / "door.key")
        context.load_verify_locations(self.folder / "ca" / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        if revoked:
            write_list(self.ca, [Revoked(revoked, NOW)], NOW)
            context.load_verify_locations(next((self.folder / "ca").glob("crl*")))
            context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF

        if speaks:
            with _said_aloud(context) as port:
                yield port
            return

        async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                await reader.read()
            writer.close()

        server = await asyncio.start_server(hold, "127.0.0.1", 0, ssl=context)
        async with server:
            yield int(server.sockets[0].getsockname()[1])


@contextlib.contextmanager
def _said_aloud(context: ssl.SSLContext) -> Iterator[int]:
    """Serve as OpenSSL's own servers do (mosquitto): with an alert that says what is wrong."""

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            with (
                contextlib.suppress(OSError),
                taken,
                context.wrap_socket(taken, server_side=True) as secured,
            ):
                secured.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


async def found(port: int, context: ssl.SSLContext, identity: Identity | None) -> MatterCode | None:
    error = await asyncio.to_thread(asked, "localhost", port, context)
    return why(error, identity, SystemClock().now()).code if error else None


@pytest.mark.parametrize("most", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_why_the_box_was_refused(shop: Shop, most: ssl.TLSVersion) -> None:
    right = shop.identity("right", shop.ca)
    expired = shop.identity("expired", shop.ca, days=-1)
    foreign = shop.identity("foreign", shop.stranger)
    async with shop.door(most=most) as port:
        for identity, code in (
            (right, None),
            (None, MatterCode.OWN_UNSHOWN),
            (expired, MatterCode.OWN_EXPIRED),
            (foreign, MatterCode.OWN_FOREIGN),
        ):
            context = shop.trusted(identity, shop.ca)
            assert await found(port, context, identity) is code
    async with shop.door(most=most, revoked=right.number) as port:
        context = shop.trusted(right, shop.ca)
        assert await found(port, context, right) is MatterCode.OWN_REVOKED


async def test_a_door_that_closes_without_a_word_is_understood_by_the_box_s_own_dates(
    shop: Shop,
) -> None:
    """The gate's server does; its handshake ends before it could say anything."""
    right = shop.identity("right", shop.ca)
    expired = shop.identity("expired", shop.ca, days=-1)
    foreign = shop.identity("foreign", shop.stranger)
    async with shop.door(speaks=False) as port:
        for identity, code in (
            (right, None),
            (None, MatterCode.OWN_UNSHOWN),
            (expired, MatterCode.OWN_EXPIRED),
        ):
            context = shop.trusted(identity, shop.ca)
            assert await found(port, context, identity) is code
        assert await found(port, shop.trusted(foreign, shop.ca), foreign) is MatterCode.OWN_REFUSED


async def test_why_the_box_refused_the_door(shop: Shop) -> None:
    identity = shop.identity("right", shop.ca)
    context = shop.trusted(identity, shop.ca)
    async with shop.door(names=("other.example",)) as port:
        assert await found(port, context, identity) is MatterCode.GATE_NAME
    async with shop.door(days=-1) as port:
        assert await found(port, context, identity) is MatterCode.GATE_DATES
    async with shop.door() as port:
        strange = shop.trusted(None, shop.stranger)
        assert await found(port, strange, None) is MatterCode.GATE_FOREIGN
    assert await found(free_port(), context, identity) is MatterCode.NO_LINE


def test_the_box_s_own_dates_and_issuer_are_looked_at_first(shop: Shop) -> None:
    identity = shop.identity("right", shop.ca)
    assert own_matter(identity, NOW) is None
    late = own_matter(identity, identity.not_after)
    assert late
    assert late.code is MatterCode.OWN_EXPIRED
    assert "hết hạn" in late.detail
    early = own_matter(identity, identity.not_before - timedelta(days=1))
    assert early
    assert early.code is MatterCode.OWN_NOT_YET
    assert "01/01/2020" in early.detail
    other = x509.load_pem_x509_certificate(shop.stranger.pem)
    (identity.ca_file.resolve()).write_bytes(other.public_bytes(Encoding.PEM))
    foreign = own_matter(identity, NOW)
    assert foreign
    assert foreign.code is MatterCode.OWN_FOREIGN


async def test_a_certificate_not_yet_valid_is_told_by_the_box_s_own_dates(shop: Shop) -> None:
    """The alert says `bad certificate` at most; the dates say which clock to look at."""
    expired = shop.identity("expired", shop.ca, days=-1)
    async with shop.door() as port:
        context = shop.trusted(expired, shop.ca)
        error = await asyncio.to_thread(asked, "localhost", port, context)
    assert error
    behind = expired.not_before - timedelta(days=300)
    assert why(error, expired, behind).code is MatterCode.OWN_NOT_YET
