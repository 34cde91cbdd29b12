"""Who signed a chip's data: judged here, and by OpenSSL both ways."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from devices.chip import lds, tlv
from devices.chip.errors import BadIssuersError
from devices.chip.issuers import issuers_in
from devices.chip.messages import Proof
from devices.chip.passive import judged
from devices.chip.specimen import HOA, Issuer, groups_of, security_object
from devices.chip.words import PROVES

NOW = datetime.now(UTC)
ISSUER, STRANGER = Issuer(NOW), Issuer(NOW)
GROUPS = groups_of(HOA)
SOD = ISSUER.signed(GROUPS)
KNOWN = (ISSUER.certificate,)


def test_data_as_a_known_issuer_signed_it_is_told_so() -> None:
    assert judged(SOD, GROUPS, KNOWN, NOW) is Proof.SIGNED_BY_KNOWN_ISSUER
    only_zone = {lds.DG1: GROUPS[lds.DG1]}
    assert judged(SOD, only_zone, (STRANGER.certificate, *KNOWN), NOW) is (
        Proof.SIGNED_BY_KNOWN_ISSUER
    )


@pytest.mark.parametrize("issuers", [(), (STRANGER.certificate,)], ids=["none", "of the same name"])
def test_an_issuer_that_nobody_knows_is_told_so(issuers: tuple[x509.Certificate, ...]) -> None:
    assert judged(SOD, GROUPS, issuers, NOW) is Proof.UNKNOWN_ISSUER


@pytest.mark.parametrize("days", [-2, 400])
def test_an_issuer_is_judged_by_the_day(days: int) -> None:
    assert judged(SOD, GROUPS, KNOWN, NOW + timedelta(days=days)) is Proof.ISSUER_EXPIRED


@pytest.mark.parametrize("group", GROUPS)
def test_one_altered_byte_of_a_group_is_found(group: int) -> None:
    data = GROUPS[group]
    altered = {**GROUPS, group: data[:-1] + bytes((data[-1] ^ 1,))}
    assert judged(SOD, altered, KNOWN, NOW) is Proof.HASHES_WRONG


def test_a_group_that_nobody_signed_for_is_found() -> None:
    assert judged(ISSUER.signed({1: GROUPS[1]}), GROUPS, KNOWN, NOW) is Proof.HASHES_WRONG


def test_hashes_written_anew_are_not_signed() -> None:
    """Whoever alters a group and its hash has to sign again, and cannot."""
    altered = {**GROUPS, lds.DG1: GROUPS[lds.DG1].replace(b"HOA", b"MAI")}
    forged = SOD.replace(security_object(GROUPS), security_object(altered))
    assert judged(forged, altered, KNOWN, NOW) is Proof.SIGNATURE_WRONG


def test_a_signature_of_another_signers_key_is_found() -> None:
    theirs = ISSUER.signer.public_bytes(Encoding.DER)
    forger = Issuer(NOW)
    ours = forger.signer.public_bytes(Encoding.DER)
    whole = forger.signed(GROUPS)
    if len(ours) == len(theirs):
        proof = judged(whole.replace(ours, theirs), GROUPS, KNOWN, NOW)
        assert proof in {Proof.UNREADABLE, Proof.SIGNATURE_WRONG}
    assert judged(whole, GROUPS, KNOWN, NOW) is Proof.UNKNOWN_ISSUER


def test_a_chip_without_a_signature_proves_nothing() -> None:
    assert judged(b"", GROUPS, KNOWN, NOW) is Proof.NOT_SIGNED
    assert judged(tlv.encode(lds.SOD_TAG, b"\x30\x00"), GROUPS, KNOWN, NOW) is Proof.UNREADABLE


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@given(st.integers(0, len(SOD) - 1), st.integers(1, 255))
def test_an_altered_signature_is_never_believed_for_more_than_was_signed(
    at: int, flip: int
) -> None:
    """Some bytes nobody signs (versions, lists of algorithms); hashes and signer are not among."""
    altered = bytearray(SOD)
    altered[at] ^= flip
    if judged(bytes(altered), GROUPS, KNOWN, NOW) is Proof.SIGNED_BY_KNOWN_ISSUER:
        assert ISSUER.signer.tbs_certificate_bytes in bytes(altered)
        assert security_object(GROUPS) in bytes(altered)


@given(st.binary(max_size=300))
def test_any_security_object_is_judged(data: bytes) -> None:
    for sod in (data, tlv.encode(lds.SOD_TAG, data)):
        assert judged(sod, GROUPS, KNOWN, NOW) in {
            Proof.UNREADABLE,
            Proof.NOT_SIGNED,
            Proof.UNSUPPORTED,
        }


def test_no_words_claim_more_than_was_shown() -> None:
    """ID-12."""
    for proof in Proof:
        words = PROVES[proof]
        assert "xác thực" not in words.vi.lower()
        assert "authentic" not in words.en.lower()
    assert "không loại trừ chip sao chép" in PROVES[Proof.SIGNED_BY_KNOWN_ISSUER].vi
    for proof in (Proof.UNKNOWN_ISSUER, Proof.NOT_SIGNED, Proof.UNSUPPORTED, Proof.UNREADABLE):
        assert "có một con chip trả lời" in PROVES[proof].vi


# OpenSSL


def openssl(folder: Path, *words: str) -> bytes:
    done = subprocess.run(("openssl", *words), cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.real
def test_openssl_finds_our_signature_right(tmp_path: Path) -> None:
    (tmp_path / "csca.pem").write_bytes(ISSUER.pem)
    (tmp_path / "sod.der").write_bytes(tlv.read_one(SOD, lds.SOD_TAG).value)
    verify = ("cms", "-verify", "-inform", "DER", "-in", "sod.der", "-CAfile", "csca.pem")
    content = openssl(tmp_path, *verify, "-purpose", "any", "-binary")
    assert content == security_object(GROUPS)


KEYS = {
    "rsa": ("-newkey", "rsa:2048"),
    "ec256": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "ec384": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "brainpool": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"),
}
PSS = ("-keyopt", "rsa_padding_mode:pss")
SIGNED_BY_OPENSSL = [
    pytest.param("rsa", "sha256", (), id="rsa-sha256"),
    pytest.param("rsa", "sha256", PSS, id="pss-sha256"),
    pytest.param("rsa", "sha512", (*PSS, "-keyopt", "rsa_pss_saltlen:32"), id="pss-sha512-salt32"),
    pytest.param("ec256", "sha256", (), id="ecdsa-sha256"),
    pytest.param("ec384", "sha384", (), id="ecdsa-sha384"),
    pytest.param("brainpool", "sha512", (), id="brainpool-sha512"),
    pytest.param("ec256", "sha256", ("-keyid",), id="named by its key"),
]


@pytest.mark.real
@pytest.mark.parametrize(("key", "digest", "options"), SIGNED_BY_OPENSSL)
def test_what_openssl_signs_is_found_right_and_altered_is_not(
    tmp_path: Path, key: str, digest: str, options: tuple[str, ...]
) -> None:
    """CSCA, document signer and security object, all of OpenSSL's making."""
    new = ("req", "-x509", "-nodes", "-days", "30", *KEYS[key], "-sha256")
    (tmp_path / "known").mkdir()
    csca = "known/csca.pem"
    openssl(tmp_path, *new, "-keyout", "csca.key", "-out", csca, "-subj", "/CN=CSCA UTO")
    signer = (*new, "-CA", csca, "-CAkey", "csca.key", "-subj", "/CN=DS UTO")
    extension = ("-addext", "basicConstraints=critical,CA:FALSE")
    openssl(tmp_path, *signer, *extension, "-keyout", "ds.key", "-out", "ds.pem")
    (tmp_path / "content").write_bytes(security_object(GROUPS))
    sign = ("cms", "-sign", "-binary", "-nodetach", "-md", digest, "-in", "content")
    kind = ("-econtent_type", "2.23.136.1.1.1", "-outform", "DER")
    signed = openssl(tmp_path, *sign, *kind, "-signer", "ds.pem", "-inkey", "ds.key", *options)
    sod = tlv.encode(lds.SOD_TAG, signed)
    issuers = issuers_in(str(tmp_path / "known"))
    now = datetime.now(UTC) + timedelta(minutes=1)
    assert judged(sod, GROUPS, issuers, now) is Proof.SIGNED_BY_KNOWN_ISSUER
    assert judged(sod[:-1] + bytes((sod[-1] ^ 1,)), GROUPS, issuers, now) is Proof.SIGNATURE_WRONG


# The folder of issuers


def test_issuers_are_read_from_pem_and_der_and_other_files_are_left(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(ISSUER.pem + STRANGER.pem)
    (tmp_path / "b.der").write_bytes(ISSUER.certificate.public_bytes(Encoding.DER))
    (tmp_path / "notes.txt").write_text("no certificate")
    assert issuers_in(str(tmp_path)) == (
        ISSUER.certificate,
        STRANGER.certificate,
        ISSUER.certificate,
    )
    assert issuers_in(str(tmp_path / "nowhere")) == ()
    assert issuers_in("") == ()


@pytest.mark.parametrize(
    "content", [b"no certificate", ISSUER.signer.public_bytes(Encoding.PEM)], ids=["text", "signer"]
)
def test_a_file_that_is_no_issuer_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "csca.pem").write_bytes(content)
    with pytest.raises(BadIssuersError, match=r"csca\.pem"):
        issuers_in(str(tmp_path))
