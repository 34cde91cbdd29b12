"""EST with clients that others wrote, unmodified: strongSwan's `pki`, curl with openssl."""

import asyncio
import shutil
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from provisioning.controller.registry.records import Place
from provisioning.pki.certificates import number_of
from tests.provisioning.controller.gate.conftest import EST, Gate
from tests.provisioning.controller.registry.somewhere import CLAIM, SERIAL
from tests.waiting import until

pytestmark = pytest.mark.real


def program(name: str, package: str) -> str:
    """Return where a program is; fails when it is missing."""
    found = shutil.which(name)
    if not found:
        pytest.fail(f"{name} is missing: apt-get install {package}")
    return found


class Swan:
    """A box that uses strongSwan's pki: its key and its certificates are files in a folder."""

    def __init__(self, gate: Gate, folder: Path) -> None:
        self._pki = program("pki", "strongswan-pki")
        self._gate = gate
        self._folder = folder
        folder.mkdir(exist_ok=True)

    async def key(self, name: str) -> Path:
        made = await self._gate.run(
            self._pki, "--gen", "--type", "ecdsa", "--size", "256", "--outform", "pem"
        )
        path = self._folder / f"{name}.key"
        path.write_bytes(made)
        return path

    async def request(self, key: Path, dn: str) -> Path:
        args = ("--req", "--type", "priv", "--in", key, "--dn", dn, "--outform", "pem")
        path = key.with_suffix(".csr")
        path.write_bytes(await self._gate.run(self._pki, *args))
        return path

    async def ca(self) -> Path:
        out = self._folder / "est-ca"
        await self._gate.run(
            *(self._pki, "--estca", "--url", self._gate.url, "--cacert", self._gate.ca),
            *("--caout", out, "--outform", "pem", "--force"),
        )
        return self._folder / "est-ca"

    async def est(self, csr: Path, *how: str | Path, fails: bool = False) -> bytes:
        return await self._gate.run(
            *(self._pki, "--est", "--url", self._gate.url, "--in", csr, "--cacert", self._gate.ca),
            *("--outform", "pem", *how),
            fails=fails,
        )

    async def enrol(self, dn: str, user: str, claim: str) -> tuple[Path, Path]:
        key = await self.key("first")
        csr = await self.request(key, dn)
        path = self._folder / "first.pem"
        path.write_bytes(await self.est(csr, "--userpass", f"{user}:{claim}"))
        return key, path


@pytest.fixture
def swan(gate: Gate, tmp_path: Path) -> Swan:
    return Swan(gate, tmp_path / "swan")


async def test_strongswan_gets_the_authority(swan: Swan, gate: Gate) -> None:
    await swan.ca()
    (got,) = swan._folder.glob("est-ca*")
    read = x509.load_pem_x509_certificate(got.read_bytes())
    assert read == gate.room.authority.certificate


async def test_strongswan_enrols_and_enrols_again(swan: Swan, gate: Gate) -> None:
    key, first = await swan.enrol(f"CN={SERIAL}", SERIAL, gate.claim())
    got = x509.load_pem_x509_certificate(first.read_bytes())
    assert got.subject.rfc4514_string() == f"2.5.4.5={SERIAL},CN=gio-linh-1"
    second_key = await swan.key("second")
    csr = await swan.request(second_key, f"CN=gio-linh-1, serialNumber={SERIAL}")
    again = x509.load_pem_x509_certificate(await swan.est(csr, "--cert", first, "--key", key))
    assert again.subject == got.subject
    assert again.public_key() != got.public_key()
    for one in (got, again):
        assert gate.room.registry.owner(number_of(one)).box == "gio-linh-1"


async def test_strongswan_does_not_enrol_twice_with_one_claim(swan: Swan, gate: Gate) -> None:
    claim = gate.claim()
    await swan.enrol(f"CN={SERIAL}", SERIAL, claim)
    csr = await swan.request(await swan.key("thief"), f"CN={SERIAL}")
    said = await swan.est(csr, "--userpass", f"{SERIAL}:{claim}", fails=True)
    assert b"401" in said


async def test_strongswan_does_not_enrol_as_another_box(swan: Swan, gate: Gate) -> None:
    gate.claim("aaaa", "dong-ha-1")
    csr = await swan.request(await swan.key("first"), "CN=dong-ha-1")
    said = await swan.est(csr, "--userpass", f"{SERIAL}:{gate.claim()}", fails=True)
    assert b"403" in said


async def test_strongswan_waits_for_the_technician(swan: Swan, gate: Gate) -> None:
    csr = await swan.request(await swan.key("first"), f"CN={SERIAL}")
    asked = asyncio.create_task(swan.est(csr, "--userpass", f"{SERIAL}:{CLAIM}", "--interval", "1"))
    await until(lambda: bool(gate.room.registry.asking()), "it asks")
    (one,) = gate.room.registry.asking()
    gate.room.registry.accept(one.id, "gio-linh-1", Place(), "test")
    got = x509.load_pem_x509_certificate(await asked)
    assert gate.room.registry.owner(number_of(got)).box == "gio-linh-1"


async def test_curl_and_openssl_enrol_and_enrol_again(gate: Gate, tmp_path: Path) -> None:
    curl, openssl = program("curl", "curl"), program("openssl", "openssl")
    claim = gate.claim()

    async def asked(step: str, subject: str) -> Path:
        key, csr = tmp_path / f"{step}.key", tmp_path / f"{step}.csr"
        await gate.run(
            *(openssl, "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", key, "-subj", subject, "-outform", "DER", "-out", csr),
        )
        base64 = tmp_path / f"{step}.b64"
        await gate.run(openssl, "base64", "-in", csr, "-out", base64)
        return base64

    async def sent(step: str, path: str, *how: str | Path) -> Path:
        body = await gate.run(
            *(curl, "--silent", "--fail-with-body", "--cacert", gate.ca, *how),
            *("-H", "Content-Type: application/pkcs10", "--data-binary"),
            *(f"@{tmp_path / step}.b64", f"{gate.url}{EST}/{path}"),
        )
        pem = b"-----BEGIN PKCS7-----\n" + body + b"\n-----END PKCS7-----\n"
        (got,) = pkcs7.load_pem_pkcs7_certificates(pem)
        whole = tmp_path / f"{step}.pem"
        key = (tmp_path / f"{step}.key").read_bytes()
        whole.write_bytes(got.public_bytes(serialization.Encoding.PEM) + key)
        await gate.run(openssl, "verify", "-CAfile", gate.ca, whole)
        return whole

    await asked("first", f"/CN={SERIAL}")
    first = await sent("first", "simpleenroll", "-u", f"{SERIAL}:{claim}")
    await asked("second", f"/CN=gio-linh-1/serialNumber={SERIAL}")
    second = await sent("second", "simplereenroll", "--cert", first)
    got = x509.load_pem_x509_certificate(second.read_bytes())
    assert gate.room.registry.owner(number_of(got)).serial == SERIAL
