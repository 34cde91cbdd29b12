"""Sealing: the standard's own vector, another implementation, and everything that must not open."""

import io

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.sealed.hpke import BadKeyError, OpeningKey, SealingKey, UnreadableError, new_key
from kiosk.sealed.parcel import MAGIC, NoParcelError, Parcel, Sender, packed
from kiosk.sealed.prepared import Prepared, missing_lines
from tests.kiosk.sealed import rfc9180
from tests.kiosk.sealed.parcels import NAME, NUMBER, PDFS, PREPARED

SENDER = Sender(kiosk="kiosk-1", request="0" * 32)


def parcel(key: OpeningKey, data: bytes, sender: Sender = SENDER) -> Parcel:
    return Parcel(io.BytesIO(data), key, sender)


def test_the_other_implementation_holds_to_the_vector_of_rfc_9180() -> None:
    """RFC 9180 A.1.1, sequence 0."""
    enc = bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
    private = bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    key, nonce = rfc9180.schedule(enc, private, b"Ode on a Grecian Urn", rfc9180.AES_128)
    assert key.hex() == "4531685d41d65f03dc48f6b8302c05b0"
    assert nonce.hex() == "56d890e5accaaf011cff4b7d"
    sealed = AESGCM(key).encrypt(nonce, b"Beauty is truth, truth beauty", b"Count-0")
    assert sealed.hex().startswith(
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
    )


def test_what_we_seal_is_hpke_and_opens_in_the_other_implementation() -> None:
    raw = new_key()
    sealed = OpeningKey(raw).sealing.seal("Nguyễn Thị Hoa".encode(), "part 1")
    assert rfc9180.opened(sealed, raw, b"part 1").decode() == "Nguyễn Thị Hoa"


def test_nothing_opens_with_another_key_another_name_or_a_changed_byte() -> None:
    key = OpeningKey(new_key())
    sealed = key.sealing.seal(b"content", "name")
    assert key.open(sealed, "name") == b"content"
    with pytest.raises(UnreadableError):
        OpeningKey(new_key()).open(sealed, "name")
    with pytest.raises(UnreadableError):
        key.open(sealed, "other")
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(UnreadableError):
            key.open(bytes(changed), "name")
    for short in range(len(sealed)):
        with pytest.raises(UnreadableError):
            key.open(sealed[:short], "name")


def test_keys_that_are_none_are_refused() -> None:
    with pytest.raises(BadKeyError):
        SealingKey(bytes(31))
    with pytest.raises(BadKeyError):
        SealingKey(bytes(32)).seal(b"x", "")
    with pytest.raises(BadKeyError):
        OpeningKey(b"short")


def test_a_parcel_gives_what_was_put_in_and_holds_none_of_it_in_the_clear() -> None:
    key = OpeningKey(new_key())
    data = packed(PREPARED, PDFS, key.sealing, SENDER)
    whole = parcel(key, data)
    assert whole.check() == PREPARED
    assert [whole.pdf(at) for at in range(len(PDFS))] == list(PDFS)
    with pytest.raises(IndexError):
        whole.pdf(len(PDFS))
    for marked in (NAME.encode(), NUMBER.encode(), b"%PDF"):
        assert marked not in data


def test_every_changed_byte_of_a_parcel_is_noticed() -> None:
    key = OpeningKey(new_key())
    data = packed(PREPARED, PDFS, key.sealing, SENDER)
    for at in range(0, len(data), 7):
        changed = bytearray(data)
        changed[at] ^= 0x40
        with pytest.raises((UnreadableError, NoParcelError)):
            parcel(key, bytes(changed)).check()


def test_a_parcel_that_was_cut_or_mixed_is_noticed() -> None:
    key = OpeningKey(new_key())
    data = packed(PREPARED, PDFS, key.sealing, SENDER)
    for end in range(0, len(data), 11):
        with pytest.raises((UnreadableError, NoParcelError)):
            parcel(key, data[:end]).check()
    with pytest.raises(NoParcelError):
        parcel(key, data + b"\0").check()
    with pytest.raises(NoParcelError):
        parcel(key, b"%PDF-" + data).check()
    with pytest.raises(NoParcelError):
        parcel(key, MAGIC).check()
    other = Sender(kiosk="kiosk-2", request=SENDER.request)
    with pytest.raises(UnreadableError):
        parcel(key, data, other).check()
    first = packed(PREPARED, PDFS[::-1], key.sealing, SENDER)
    with pytest.raises(UnreadableError):
        parcel(key, first).check()
    with pytest.raises(NoParcelError):
        parcel(key, packed(PREPARED, PDFS[:1], key.sealing, SENDER)).check()


def test_values_show_in_no_repr() -> None:
    assert NAME not in repr(PREPARED)
    assert NUMBER not in repr(PREPARED.declaration)


@pytest.mark.parametrize("count", [0, 100, 137])
def test_no_list_of_papers_is_too_long_for_a_draft_and_none_is_left_out_unsaid(count: int) -> None:
    lines = missing_lines([f"Giấy {at} " * 200 for at in range(count)])
    sent = msgspec.json.encode(msgspec.structs.replace(PREPARED, missing=lines))
    assert msgspec.json.decode(sent, type=Prepared).missing == lines
    assert len(lines) == min(count, 100)
    assert ("và 38 giấy tờ khác" in lines) == (count == 137)
