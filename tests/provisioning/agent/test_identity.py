"""The box's identity on its disk."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from provisioning.agent.identity import (
    Asking,
    Identity,
    IdentityStore,
    Place,
    WrongCertificateError,
)
from provisioning.pki.authority import Authority, new_key, opened
from provisioning.pki.certificates import box_certificate

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return opened(tmp_path / "ca", "CA", NOW)


@pytest.fixture
def store(tmp_path: Path) -> IdentityStore:
    return IdentityStore(tmp_path / "identity")


def signed(ca: Authority, asking: Asking, box: str = "box-1", days: int = 90) -> x509.Certificate:
    key = x509.load_der_x509_csr(asking.request).public_key()
    return box_certificate(ca, key, box=box, serial="abc", now=NOW, days=days)


def enrolled(ca: Authority, store: IdentityStore) -> Identity:
    return store.take(signed(ca, store.ask_as("abc", "claim")), ca.certificate, NOW)


def key_fits(identity: Identity) -> bool:
    key = serialization.load_pem_private_key(identity.key_file.read_bytes(), None)
    certificate = x509.load_pem_x509_certificate(identity.certificate_file.read_bytes())
    return key.public_key() == certificate.public_key()


def test_a_box_is_who_its_certificate_says(ca: Authority, store: IdentityStore) -> None:
    assert store.held() is None
    identity = enrolled(ca, store)
    assert identity.box == "box-1"
    assert identity.since == NOW
    assert identity.not_after == NOW + timedelta(days=90)
    assert key_fits(identity)
    assert store.held() == identity
    assert store.under_way() is None


def test_only_the_box_reads_its_key_and_its_claim(ca: Authority, store: IdentityStore) -> None:
    identity = enrolled(ca, store)
    claim = identity.key_file.with_name("claim")
    for secret in (identity.key_file, claim):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(identity.key_file.resolve().parent.stat().st_mode) == 0o700


def test_a_key_is_shared_with_a_group_where_its_folder_is_laid_so(
    ca: Authority, tmp_path: Path
) -> None:
    folder = tmp_path / "identity"
    folder.mkdir()
    folder.chmod(0o2750)
    store = IdentityStore(folder)
    key = enrolled(ca, store).key_file
    assert [stat.S_IMODE(one.stat().st_mode) for one in (key, key.resolve().parent)] == [
        0o640,
        0o2750,
    ]
    assert stat.S_IMODE((folder / "1" / "claim").stat().st_mode) == 0o600
    folder.chmod(0o700)
    store.recover()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_request_under_way_survives_a_restart(store: IdentityStore, tmp_path: Path) -> None:
    asking = store.ask_as("abc", "claim")
    assert IdentityStore(tmp_path / "identity").under_way() == asking
    assert store.ask_as("abc", "other").public_key != asking.public_key


def test_a_renewal_has_a_new_key_and_the_same_subject(ca: Authority, store: IdentityStore) -> None:
    first = enrolled(ca, store)
    old = first.key_file.read_bytes()
    again = store.ask_again()
    assert key_fits(first), "the old pair stands while the new one is asked for"
    request = x509.load_der_x509_csr(again.request)
    assert request.subject.rfc4514_string() == "2.5.4.5=abc,CN=box-1"
    second = store.take(signed(ca, again, days=180), ca.certificate, NOW)
    assert second.key_file == first.key_file
    assert second.key_file.read_bytes() != old
    assert key_fits(second)
    assert second.not_after > first.not_after


def test_the_place_a_stick_told_stays_with_the_next_certificate(
    ca: Authority, store: IdentityStore
) -> None:
    place = Place(gate="https://gate.example", broker_host="b.example", broker_port=8883, site="S")
    store.take(signed(ca, store.ask_as("abc", "claim")), ca.certificate, NOW, place)
    assert store.take(signed(ca, store.ask_again()), ca.certificate, NOW).place == place


def test_a_certificate_for_somebody_else_is_refused(
    ca: Authority, store: IdentityStore, tmp_path: Path
) -> None:
    before = enrolled(ca, store)
    asking = store.ask_again()
    stranger = opened(tmp_path / "stranger", "CA", NOW)
    other_key = new_key().public_key()
    for certificate, why in (
        (signed(stranger, asking), "CA"),
        (signed(ca, asking, box="No Box"), "names no box"),
        (box_certificate(ca, other_key, box="box-1", serial="abc", now=NOW), "another key"),
    ):
        with pytest.raises(WrongCertificateError, match=why):
            store.take(certificate, ca.certificate, NOW)
        assert store.held() == before
        assert store.under_way() == asking


@pytest.mark.parametrize("left", [0, 1, 2, 3, 4, 5, 6, 7])
def test_a_power_cut_leaves_the_old_identity_or_the_new_one(
    ca: Authority, store: IdentityStore, tmp_path: Path, left: int
) -> None:
    """The disk as it is after each step of a renewal: rebuilt from its files in their order."""
    enrolled(ca, store)
    store.ask_again()
    folder = tmp_path / "identity" / "2"
    asking = store.under_way()
    assert asking
    steps = [folder / name for name in ("key.pem", "claim", "request.pem")]
    if left < len(steps):
        for gone in steps[left:]:
            gone.unlink()
    else:
        (folder / "taken.json").write_text("{}")
        files = {"ca.pem": ca.pem, "certificate.pem": pem(signed(ca, asking))}
        for name, content in list(files.items())[: left - 4]:
            (folder / name).write_bytes(content)
        if left == 7:
            (tmp_path / "identity" / "current.new").symlink_to("2")
    after = IdentityStore(tmp_path / "identity")
    after.recover()
    identity = after.held()
    assert identity
    assert key_fits(identity)
    assert (identity.key_file.resolve().parent == folder) == (left >= 6)
    if left < len(steps):
        assert after.under_way() is None
    assert key_fits(after.take(signed(ca, after.ask_again()), ca.certificate, NOW))


@pytest.mark.parametrize("broken", ["key.pem", "certificate.pem", "ca.pem"])
def test_a_broken_file_is_no_identity_and_a_new_one_can_be_had(
    ca: Authority, store: IdentityStore, broken: str
) -> None:
    identity = enrolled(ca, store)
    identity.key_file.with_name(broken).write_bytes(b"-----BEGIN")
    assert store.held() is None
    assert key_fits(enrolled(ca, store))


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
