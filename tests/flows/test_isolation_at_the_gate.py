"""One valid box asks the gate, in every way it has, for the certificate of another.

Judged by what certificates say that were given, and by the registry's record of the other box.
"""

import base64
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from devices.contract.clock import SimulatedClock, SystemClock
from provisioning.controller.database import Database
from provisioning.controller.gate.config import GateConfig
from provisioning.controller.gate.serving import gate_served
from provisioning.controller.registry.records import BoxRecord
from provisioning.controller.registry.registrar import Registrar
from provisioning.pki.authority import key_pem
from tests.provisioning.controller.gate.conftest import Gate
from tests.provisioning.controller.registry.somewhere import csr, new_key, registrar_in

TRIES = 300
VICTIM, OWN = "box-1", "box-2"
SERIALS = {VICTIM: "serial-of-1", OWN: "serial-of-2"}
EST = "/.well-known/est"
NAMES = (VICTIM, OWN, SERIALS[VICTIM], SERIALS[OWN], "BOX-1", " box-1", "box-1\n", "bоx-1", "*")


@dataclass(frozen=True)
class Siege:
    """The gate, the room behind it, what the box holds that asks, and time, so that limits pass."""

    gate: Gate
    room: Registrar
    clock: SimulatedClock
    own: Path
    key: ec.EllipticCurvePrivateKey
    spent: dict[str, str]

    def victim(self) -> BoxRecord:
        return next(one for one in self.room.registry.all() if one.box == VICTIM)


@asynccontextmanager
async def besieged(folder: Path) -> AsyncIterator[Siege]:
    """Put both boxes in service."""
    clock, config = SimulatedClock(SystemClock().now()), GateConfig(port=0)  # TLS has the real day
    database = Database(f"sqlite:///{folder}/controller.sqlite3")
    async with (
        registrar_in(folder, database, clock=clock, gate=config) as room,
        gate_served(room, config) as port,
    ):
        gate = Gate(f"https://localhost:{port}", folder / "pki" / "ca.pem", room, folder)
        spent = {box: gate.claim(serial, box) for box, serial in SERIALS.items()}
        key = new_key()
        async with gate.client() as http:
            for box, serial in SERIALS.items():
                body = base64.b64encode(csr(serial, key=key if box == OWN else None))
                came = await http.post(
                    f"{EST}/simpleenroll", content=body, auth=(serial, spent[box])
                )
                (certificate,) = given(came)
        own = folder / "own.pem"
        own.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + key_pem(key))
        yield Siege(gate, room, clock, own, key, spent)
    database.close()


def given(answer: httpx.Response) -> list[x509.Certificate]:
    if answer.status_code != 200:
        return []
    pem = b"-----BEGIN PKCS7-----\n" + answer.content + b"\n-----END PKCS7-----\n"
    return pkcs7.load_pem_pkcs7_certificates(pem)


def asked(dice: random.Random, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a request with names as somebody makes it who wants to be somebody else."""
    names = [
        x509.NameAttribute(NameOID.COMMON_NAME, name)
        for name in dice.choices(NAMES, k=dice.choice((1, 1, 1, 2)))
    ]
    if dice.random() < 0.5:
        names.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, dice.choice((*SERIALS.values(),))))
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    if dice.random() < 0.3:
        others = x509.SubjectAlternativeName([x509.DNSName(VICTIM)])
        made = made.add_extension(others, critical=False)
    if dice.random() < 0.2:
        authority = x509.BasicConstraints(ca=True, path_length=None)
        made = made.add_extension(authority, critical=True)
    signed = made.sign(dice.choice((key, new_key())), hashes.SHA256())
    return base64.b64encode(signed.public_bytes(serialization.Encoding.DER))


async def test_no_box_is_given_the_name_of_another(tmp_path: Path) -> None:
    dice = random.Random(1)
    got: list[x509.Certificate] = []
    async with besieged(tmp_path) as siege, siege.gate.client(siege.own) as http:
        before = siege.victim()
        users = (*SERIALS.values(), *SERIALS, "")
        claims = (*siege.spent.values(), "", "lusab-babad-gutih-tugad")
        for _ in range(TRIES):
            siege.clock.move(timedelta(minutes=1))  # else limits would answer for the gate
            basic = httpx.BasicAuth(dice.choice(users), dice.choice(claims))
            answer = await http.post(
                f"{EST}/{dice.choice(('simpleenroll', 'simplereenroll'))}",
                content=asked(dice, siege.key),
                auth=basic if dice.random() < 0.7 else httpx.USE_CLIENT_DEFAULT,
                headers={"X-SSL-Client-S-DN-CN": VICTIM, "X-Forwarded-For": "127.0.0.1"},
            )
            assert answer.status_code < 500, answer.text
            assert answer.status_code != 429
            got += given(answer)
        assert siege.victim() == before
    assert got  # its own it may renew: else nothing was tried
    assert {names(one, NameOID.COMMON_NAME) for one in got} == {(OWN,)}
    assert {names(one, NameOID.SERIAL_NUMBER) for one in got} == {(SERIALS[OWN],)}
    for one in got:
        held = {type(extension.value) for extension in one.extensions}
        assert x509.SubjectAlternativeName not in held
        assert not one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def names(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> tuple[str, ...]:
    found = certificate.subject.get_attributes_for_oid(kind)
    return tuple(str(one.value) for one in found)
