"""The authority is made once, guards its key, and what it signs others understand."""

import resource
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from devices.contract.errors import StorageError
from provisioning.pki.authority import Authority, key_pem, new_key, opened
from provisioning.pki.certificates import (
    box_certificate,
    kept_server_certificate,
    number_of,
    process_certificate,
    server_certificate,
)
from provisioning.pki.pkcs7 import certs_only
from provisioning.pki.revocation import VALID, Revoked, write_list

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return opened(tmp_path / "pki", "Tỉnh Mẫu", NOW)


def test_the_authority_is_made_once_and_its_key_is_for_its_owner(
    authority: Authority, tmp_path: Path
) -> None:
    again = opened(tmp_path / "pki", "another name", NOW)
    assert again.pem == authority.pem
    assert stat.S_IMODE((tmp_path / "pki" / "ca.key").stat().st_mode) == 0o600


def test_half_an_authority_is_not_made_anew(authority: Authority) -> None:
    (authority.directory / "ca.key").unlink()
    with pytest.raises(StorageError, match=r"ca\.key"):
        opened(authority.directory, "Tỉnh Mẫu", NOW)
    assert (authority.directory / "ca.pem").read_bytes() == authority.pem


def test_the_key_of_another_authority_is_noticed(authority: Authority, tmp_path: Path) -> None:
    opened(tmp_path / "other", "other", NOW)
    (tmp_path / "other" / "ca.key").rename(authority.directory / "ca.key")
    with pytest.raises(StorageError, match="not the key"):
        opened(authority.directory, "Tỉnh Mẫu", NOW)


def test_a_boxs_certificate_says_who_it_is_for_90_days_and_since_long_ago(
    authority: Authority,
) -> None:
    made = box_certificate(
        authority, new_key().public_key(), box="gio-linh-1", serial="10000000a3b4", now=NOW
    )
    said = {one.oid: one.value for one in made.subject}
    assert said == {NameOID.COMMON_NAME: "gio-linh-1", NameOID.SERIAL_NUMBER: "10000000a3b4"}
    assert made.not_valid_after_utc == NOW + timedelta(days=90)
    assert made.not_valid_before_utc == authority.certificate.not_valid_before_utc
    assert made.not_valid_before_utc < datetime(2022, 1, 1, tzinfo=UTC)
    made.verify_directly_issued_by(authority.certificate)
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [one.dotted_string for one in usage] == ["1.3.6.1.5.5.7.3.2"]
    constraints = made.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert not constraints.ca


def test_tls_takes_what_the_authority_signs(authority: Authority, tmp_path: Path) -> None:
    for made in (
        server_certificate(authority, ("gate.tinh.vn", "10.0.0.1"), NOW),
        process_certificate(authority, "province-ingest", NOW),
    ):
        both = tmp_path / "both.pem"
        both.write_bytes(made[0] + made[1])
        context = ssl.create_default_context(cafile=str(authority.directory / "ca.pem"))
        context.load_cert_chain(both)


def test_a_doors_certificate_is_made_anew_for_other_names_and_before_its_end(
    authority: Authority,
) -> None:
    def kept(*names: str, later: timedelta = timedelta()) -> bytes:
        path, key = kept_server_certificate(authority, "gate", names, NOW + later)
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        return path.read_bytes()

    first = kept("a.vn")
    assert kept("a.vn", later=timedelta(days=300)) == first
    renamed = kept("b.vn")
    assert renamed != first
    assert kept("b.vn", later=timedelta(days=2 * 365 + 1)) != renamed
    (authority.directory / "gate.pem").write_text("broken")
    assert b"BEGIN CERTIFICATE" in kept("b.vn")


def test_a_doors_key_that_is_not_its_certificates_is_made_anew_with_it(
    authority: Authority,
) -> None:
    """Power may go between the two files, and no server starts with such a pair."""
    certificate, key = kept_server_certificate(authority, "gate", ["a.vn"], NOW)
    key.write_bytes(key_pem(new_key()))
    kept_server_certificate(authority, "gate", ["a.vn"], NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    key.write_text("broken")
    kept_server_certificate(authority, "gate", ["a.vn"], NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)


def test_a_list_that_cannot_be_written_is_told_and_the_old_one_stands(
    authority: Authority,
) -> None:
    path = write_list(authority, [], NOW)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))  # as on a disk that is full
    try:
        with pytest.raises(StorageError, match=path.name):
            write_list(authority, [], NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert list(authority.directory.glob(".*")) == []


def test_the_revocation_list_is_good_for_weeks_and_replaced_whole(authority: Authority) -> None:
    revoked = [Revoked("0a1b2c", NOW), Revoked("ff", NOW)]
    path = write_list(authority, revoked, NOW)
    read = x509.load_pem_x509_crl(path.read_bytes())
    ca = authority.certificate.public_key()
    assert read.is_signature_valid(ca)  # type: ignore[arg-type]  # an elliptic key
    assert sorted(f"{one.serial_number:x}" for one in read) == ["a1b2c", "ff"]
    assert read.next_update_utc == NOW + VALID
    write_list(authority, [], NOW)
    assert len(x509.load_pem_x509_crl(path.read_bytes())) == 0
    assert [one.name for one in authority.directory.glob(".*")] == []


def test_an_est_answer_has_no_line_breaks_and_holds_the_certificate(authority: Authority) -> None:
    body = certs_only([authority.certificate])
    assert b"\n" not in body
    pem = b"-----BEGIN PKCS7-----\n" + body + b"\n-----END PKCS7-----\n"
    read = pkcs7.load_pem_pkcs7_certificates(pem)
    assert [number_of(one) for one in read] == [number_of(authority.certificate)]
