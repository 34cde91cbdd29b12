"""TLS: browsers come without a certificate, boxes with one, strangers do not come in."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from litestar import Litestar, Request, get

from devices.contract.config import BadConfigError
from devices.web.serve import served
from devices.web.tls import TlsConfig, peer_name, peer_number
from tests.certificates import Identity, TestAuthority


@get("/who", media_type="text/plain")
async def who(request: Request[Any, Any, Any]) -> str:
    return peer_name(request.scope) or "nobody"


@get("/number", media_type="text/plain")
async def number(request: Request[Any, Any, Any]) -> str:
    return peer_number(request.scope) or "none"


@pytest.fixture
def authority(tmp_path: Path) -> TestAuthority:
    return TestAuthority(tmp_path, "province")


@pytest.fixture
async def url(authority: TestAuthority) -> AsyncIterator[str]:
    own = authority.issue("conference")
    tls = TlsConfig(
        certificate_file=str(own.certificate),
        key_file=str(own.key),
        client_ca_file=str(authority.certificate),
    )
    async with served(Litestar([who, number]), "127.0.0.1", 0, tls=tls) as port:
        yield f"https://127.0.0.1:{port}/who"


async def asked(url: str, ca: Path, identity: Identity | None = None) -> str:
    context = ssl.create_default_context(cafile=str(ca))
    if identity:
        context.load_cert_chain(identity.certificate, identity.key)
    async with httpx.AsyncClient(verify=context, timeout=10, trust_env=False) as client:
        first = await client.get(url)
        again = await client.get(url)
    assert first.text == again.text
    return first.text


async def test_a_browser_needs_no_certificate(url: str, authority: TestAuthority) -> None:
    assert await asked(url, authority.certificate) == "nobody"


async def test_a_box_is_known_by_its_certificate(url: str, authority: TestAuthority) -> None:
    box = authority.issue("dong-ha-room")
    assert await asked(url, authority.certificate, box) == "dong-ha-room"


async def test_a_certificate_is_known_by_its_number(url: str, authority: TestAuthority) -> None:
    box = authority.issue("dong-ha-room")
    shown = x509.load_pem_x509_certificate(box.certificate.read_bytes()).serial_number
    at = url.replace("/who", "/number")
    assert await asked(at, authority.certificate, box) == f"{shown:x}"
    assert await asked(at, authority.certificate) == "none"


async def test_a_box_of_another_authority_does_not_come_in(
    url: str, authority: TestAuthority, tmp_path: Path
) -> None:
    stranger = TestAuthority(tmp_path, "elsewhere").issue("dong-ha-room")
    with pytest.raises(httpx.TransportError):
        await asked(url, authority.certificate, stranger)
    assert await asked(url, authority.certificate) == "nobody"


async def test_a_client_cannot_name_itself_by_a_header(url: str, authority: TestAuthority) -> None:
    context = ssl.create_default_context(cafile=str(authority.certificate))
    async with httpx.AsyncClient(verify=context, timeout=10, trust_env=False) as client:
        answer = await client.get(url, headers={"client-cert-name": "dong-ha-room"})
    assert answer.text == "nobody"


async def test_a_missing_file_is_named(authority: TestAuthority, tmp_path: Path) -> None:
    tls = TlsConfig(
        certificate_file=str(tmp_path / "gone.pem"), key_file=str(authority.certificate)
    )
    with pytest.raises(BadConfigError, match=r"gone\.pem"):
        async with served(Litestar([who]), "127.0.0.1", 0, tls=tls):
            pass
