"""Requests are judged: what is wrong with one is said, and nothing crashes."""

import base64
import random

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from provisioning.pki.requests import MOST_BYTES, BadRequestError, judged
from tests.provisioning.controller.registry.somewhere import SERIAL, csr

MUTATIONS = 4000


def signed(key: object, *names: str) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return made.sign(key, algorithm).public_bytes(serialization.Encoding.DER)  # type: ignore[arg-type]  # any key


@pytest.mark.parametrize("form", ["der", "base64", "lines", "pem"])
def test_a_request_is_read_in_every_form_that_clients_send(form: str) -> None:
    der = csr(serial=SERIAL)
    body = {
        "der": der,
        "base64": base64.b64encode(der),
        "lines": base64.encodebytes(der).replace(b"\n", b"\r\n"),
        "pem": x509.load_der_x509_csr(der).public_bytes(serialization.Encoding.PEM),
    }[form]
    read = judged(body)
    assert (read.name, read.serial, read.der) == (SERIAL, SERIAL, der)


@pytest.mark.parametrize("bits", [2048, 3072])
def test_rsa_keys_are_taken_from_2048_bits(bits: int) -> None:
    assert judged(signed(rsa.generate_private_key(65537, bits), "box-1")).name == "box-1"


def test_p_384_is_taken() -> None:
    assert judged(signed(ec.generate_private_key(ec.SECP384R1()), "box-1")).name == "box-1"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no request"),
        (b"%%%%", "not base64"),
        (b"MIIB", "cannot be read"),
        (base64.b64encode(b"\x30\x03\x02\x01\x00"), "cannot be read"),
        (b"A" * (MOST_BYTES + 1), "more than"),
        (signed(rsa.generate_private_key(65537, 1024), "box-1"), "1024 bits"),  # noqa: S505 - weak on purpose
        (signed(ec.generate_private_key(ec.SECP256K1()), "box-1"), "secp256k1"),
        (signed(ed25519.Ed25519PrivateKey.generate(), "box-1"), "kind of key"),
        (signed(ec.generate_private_key(ec.SECP256R1())), "no CN"),
        (signed(ec.generate_private_key(ec.SECP256R1()), "box-1", "box-2"), "2 CN"),
    ],
)
def test_a_bad_request_is_refused_with_the_reason(body: bytes, why: str) -> None:
    with pytest.raises(BadRequestError, match=why):
        judged(body)


def test_a_request_signed_by_another_key_is_refused() -> None:
    der = bytearray(csr())
    der[-1] ^= 1
    with pytest.raises(BadRequestError):
        judged(bytes(der))


def test_thousands_of_mutated_requests_are_refused_and_none_crashes() -> None:
    seeded = random.Random(7030)
    whole = csr(serial=SERIAL)
    refused = 0
    for _ in range(MUTATIONS):
        der = bytearray(whole)
        for _ in range(seeded.randint(1, 4)):
            at = seeded.randrange(len(der))
            match seeded.randrange(3):
                case 0:
                    der[at] = seeded.randrange(256)
                case 1:
                    del der[at : at + seeded.randint(1, 8)]
                case _:
                    der[at:at] = seeded.randbytes(seeded.randint(1, 8))
        try:
            judged(base64.b64encode(der))
        except BadRequestError:
            refused += 1
        else:
            assert bytes(der) == whole or judged(bytes(base64.b64encode(der))).name
    assert refused > MUTATIONS * 0.95, "a mutated request keeps no right signature"


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        judged(body)
