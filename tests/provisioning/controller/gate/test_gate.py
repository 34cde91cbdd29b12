"""The gate: what is turned down says why, and nothing is half-stored."""

import asyncio
import base64
import random
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7

from provisioning.claims import shown_words
from provisioning.controller.registry.records import Place, Standing
from provisioning.pki.authority import key_pem
from provisioning.pki.certificates import number_of, process_certificate
from provisioning.pki.requests import judged
from tests.provisioning.controller.gate.conftest import EST, Gate
from tests.provisioning.controller.registry.somewhere import CLAIM, SERIAL, csr, new_key

MUTATIONS = 300


def certificate_in(answer: httpx.Response) -> x509.Certificate:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/pkcs7-mime")
    pem = b"-----BEGIN PKCS7-----\n" + answer.content + b"\n-----END PKCS7-----\n"
    (certificate,) = pkcs7.load_pem_pkcs7_certificates(pem)
    return certificate


async def enrol(
    http: httpx.AsyncClient, body: bytes, claim: str, user: str = SERIAL
) -> httpx.Response:
    return await http.post(f"{EST}/simpleenroll", content=body, auth=(user, claim))


async def in_service(gate: Gate, serial: str = SERIAL, box: str = "gio-linh-1") -> Path:
    """Return a PEM file of the certificate and key that a box got."""
    key = new_key()
    async with gate.client() as http:
        answer = await enrol(
            http, base64.b64encode(csr(serial, key=key)), gate.claim(serial, box), serial
        )
    path = gate.folder / f"{box}.pem"
    pem = certificate_in(answer).public_bytes(serialization.Encoding.PEM)
    path.write_bytes(pem + key_pem(key))
    return path


async def test_a_box_without_a_certificate_learns_the_authority_and_the_time(
    gate: Gate, http: httpx.AsyncClient
) -> None:
    assert certificate_in(await http.get(f"{EST}/cacerts")) == gate.room.authority.certificate
    assert (await http.get("/ca.pem")).content == gate.ca.read_bytes()
    attributes = base64.b64decode((await http.get(f"{EST}/csrattrs")).content)
    assert attributes[1] == len(attributes) - 2
    told = (await http.get("/time")).json()
    assert abs(told["unix"] - gate.room.clock.now().timestamp()) < 60
    listed = x509.load_der_x509_crl((await http.get("/crl")).content)
    assert listed.issuer == gate.room.authority.certificate.subject


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("Bearer abc", 401),
        ("Basic %%%", 401),
        ("Basic " + base64.b64encode(b"no colon").decode(), 401),
        ("Basic " + base64.b64encode(b"\xff\xfe:x").decode(), 401),
        ("Basic " + "QUFB" * 1000, 401),
        ("Basic " + base64.b64encode(f"{SERIAL}:short".encode()).decode(), 400),
        ("Basic " + base64.b64encode(b"../..:" + b"x" * 20).decode(), 400),
    ],
)
async def test_who_does_not_say_who_it_is_is_told_so(
    gate: Gate, http: httpx.AsyncClient, header: str, status: int
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = await http.post(f"{EST}/simpleenroll", content=csr(), headers=headers)
    assert answer.status_code == status
    assert answer.json()["text"]
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert gate.room.registry.asking() == []


async def test_a_claim_used_already_is_refused_but_a_lost_answer_is_given_again(
    gate: Gate, http: httpx.AsyncClient
) -> None:
    claim, body = gate.claim(), base64.b64encode(csr())
    first = certificate_in(await enrol(http, body, claim))
    assert certificate_in(await enrol(http, body, claim)) == first
    answer = await enrol(http, base64.b64encode(csr()), claim)
    assert answer.status_code == 401
    assert answer.json()["code"] == "enrol.claim_used"


async def test_a_name_that_is_not_the_claims_is_refused(
    gate: Gate, http: httpx.AsyncClient
) -> None:
    gate.claim("aaaa", "dong-ha-1")
    answer = await enrol(http, base64.b64encode(csr("dong-ha-1")), gate.claim())
    assert answer.status_code == 403
    assert "dong-ha-1" in answer.json()["text"]
    assert {one.standing for one in gate.room.registry.all()} == {Standing.EXPECTED}


async def test_an_unknown_box_is_told_to_come_again_and_its_words(
    gate: Gate, http: httpx.AsyncClient
) -> None:
    der = csr()
    answer = await enrol(http, base64.b64encode(der), CLAIM)
    assert answer.status_code == 202
    assert int(answer.headers["retry-after"]) > 0
    assert shown_words(SERIAL, CLAIM, judged(der).key_der) in answer.json()["text"]
    (one,) = gate.room.registry.asking()
    gate.room.registry.refuse(one.id, "không phải của tỉnh", "test")
    answer = await enrol(http, base64.b64encode(der), CLAIM)
    assert (answer.status_code, answer.json()["code"]) == (403, "enrol.refused")


async def test_renewing_needs_a_certificate_that_the_registry_knows(gate: Gate) -> None:
    body = base64.b64encode(csr("gio-linh-1", serial=SERIAL))
    shown = await in_service(gate)
    async with gate.client(shown) as box:
        renewed = certificate_in(await box.post(f"{EST}/simplereenroll", content=body))
        gate.room.registry.owner(number_of(renewed))
        as_other = base64.b64encode(csr("dong-ha-1"))
        assert (await box.post(f"{EST}/simplereenroll", content=as_other)).status_code == 403
        gate.room.registry.retire("gio-linh-1", "test")
        gone = await box.post(f"{EST}/simplereenroll", content=body)
        assert (gone.status_code, gone.json()["code"]) == (403, "enrol.certificate_revoked")
    async with gate.client() as nobody:
        answer = await nobody.post(f"{EST}/simplereenroll", content=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "enrol.certificate_missing")


async def test_a_certificate_of_ours_that_is_no_boxs_renews_nothing(gate: Gate) -> None:
    """As the one that puts a revoked box off: the same CN, and not on record."""
    await in_service(gate)
    certificate, key = process_certificate(
        gate.room.authority, "gio-linh-1", gate.room.clock.now(), days=1
    )
    path = gate.folder / "kick.pem"
    path.write_bytes(certificate + key)
    async with gate.client(path) as box:
        body = base64.b64encode(csr("gio-linh-1"))
        answer = await box.post(f"{EST}/simplereenroll", content=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "enrol.certificate_unknown")


async def test_mutated_requests_are_refused_with_a_reason_and_spend_no_claim(
    gate: Gate, http: httpx.AsyncClient
) -> None:
    claim, whole, seeded = gate.claim(), csr(), random.Random(2986)
    statuses = set()
    for _ in range(MUTATIONS):
        der = bytearray(whole)
        der[seeded.randrange(len(der))] ^= seeded.randrange(1, 256)
        answer = await enrol(http, base64.b64encode(der), claim)
        statuses.add(answer.status_code)
        assert answer.json()["text"]
    assert statuses <= {400, 429}
    assert 429 in statuses, "whoever is wrong too often waits"
    assert gate.room.registry.asking() == []
    record = gate.room.registry.known("gio-linh-1")
    assert record is not None
    assert record.certificate is None


@pytest.mark.parametrize(
    "body", [b"", b"\0", b"\xff" * 100, b"-----BEGIN CERTIFICATE REQUEST-----", b"A" * 20_000]
)
async def test_bodies_that_are_no_requests_are_refused(
    gate: Gate, http: httpx.AsyncClient, body: bytes
) -> None:
    answer = await enrol(http, body, gate.claim())
    assert answer.status_code == 400
    assert answer.json()["code"] == "enrol.request_bad"


async def test_a_body_beyond_the_bound_is_not_read(gate: Gate, http: httpx.AsyncClient) -> None:
    answer = await enrol(http, b"A" * 100_000, gate.claim())
    assert answer.status_code == 413


async def test_many_boxes_come_at_once_and_each_gets_its_own_name(
    gate: Gate, http: httpx.AsyncClient
) -> None:
    claims = {f"{at:08}": gate.claim(f"{at:08}", f"box-{at}") for at in range(40)}

    async def one(serial: str) -> str:
        body = base64.b64encode(csr(serial))
        return number_of(certificate_in(await enrol(http, body, claims[serial], serial)))

    numbers = await asyncio.gather(*map(one, claims))
    owners = [gate.room.registry.owner(number).box for number in numbers]
    assert owners == [f"box-{at}" for at in range(40)]


async def test_of_two_that_race_with_one_claim_one_gets_in(
    gate: Gate, http: httpx.AsyncClient
) -> None:
    claim = gate.claim()
    keys: list[ec.EllipticCurvePrivateKey] = [new_key() for _ in range(5)]
    answers = await asyncio.gather(
        *(enrol(http, base64.b64encode(csr(key=key)), claim) for key in keys)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]


async def test_a_box_placed_by_the_technician_stands_there(
    gate: Gate, http: httpx.AsyncClient
) -> None:
    body = base64.b64encode(csr())
    await enrol(http, body, CLAIM)
    (one,) = gate.room.registry.asking()
    place = Place(unit="19495", site="gio-linh", role="kiosk")
    gate.room.registry.accept(one.id, "gio-linh-1", place, "test")
    owner = gate.room.registry.owner(number_of(certificate_in(await enrol(http, body, CLAIM))))
    assert (owner.unit, owner.site, owner.role) == ("19495", "gio-linh", "kiosk")
