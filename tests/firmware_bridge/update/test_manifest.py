"""What may be installed: every lie is refused by its name, before anything is sent."""

import base64
import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.update import errors, image
from firmware_bridge.update.manifest import (
    TYPE,
    Manifest,
    Release,
    key_id,
    trusted_key,
    version_key,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
IMAGE = image.packed({"a.py": b"one = 1\n"}, "1.4.0")
MANIFEST = image.described(IMAGE, name="Bảng gọi số", expires=NOW + timedelta(days=30))
ENVELOPE = MANIFEST.signed(KEY)


def verified(envelope: bytes, *keys: Ed25519PrivateKey, now: datetime = NOW) -> Manifest:
    trusted = [key.public_key() for key in keys or (KEY,)]
    return Manifest.verified(envelope, trusted, now=now)


def checked(envelope: bytes, data: bytes) -> Release:
    return Release.checked(envelope, data, [KEY.public_key()], now=NOW)


def resigned(**fields: object) -> bytes:
    """Return an envelope whose payload says something else, signed all the same."""
    body = json.loads(base64.b64decode(json.loads(ENVELOPE)["payload"])) | fields
    data = json.dumps(body).encode()
    signature = KEY.sign(b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(data), data))
    one = {"keyid": key_id(KEY.public_key()), "sig": base64.b64encode(signature).decode()}
    outer = {"payloadType": TYPE, "payload": base64.b64encode(data).decode(), "signatures": [one]}
    return json.dumps(outer).encode()


def test_what_was_signed_is_read_as_it_was() -> None:
    assert verified(ENVELOPE) == MANIFEST
    assert checked(ENVELOPE, IMAGE) == Release(MANIFEST, IMAGE)
    assert (MANIFEST.kind, MANIFEST.version, MANIFEST.size) == ("panel", "1.4.0", len(IMAGE))


def test_any_of_the_trusted_keys_will_do_so_that_keys_can_be_changed() -> None:
    assert verified(MANIFEST.signed(OTHER, KEY)) == MANIFEST
    assert verified(ENVELOPE, OTHER, KEY) == MANIFEST


def test_a_signature_of_somebody_else_is_wrong() -> None:
    with pytest.raises(errors.WrongSignatureError):
        verified(ENVELOPE, OTHER)
    with pytest.raises(errors.WrongSignatureError):
        verified(MANIFEST.signed())


def test_a_key_is_read_as_settings_have_it() -> None:
    text = KEY.public_key().public_bytes_raw().hex()
    assert key_id(trusted_key(text)) == key_id(KEY.public_key())
    for wrong in ("", "xyz", text[2:]):
        with pytest.raises(ValueError, match=r"."):
            trusted_key(wrong)


def test_a_payload_that_was_changed_is_wrong() -> None:
    outer = json.loads(ENVELOPE)
    body = base64.b64decode(outer["payload"]).replace(b"1.4.0", b"9.4.0")
    outer["payload"] = base64.b64encode(body).decode()
    with pytest.raises(errors.WrongSignatureError):
        verified(json.dumps(outer).encode())


def test_a_signature_for_another_type_of_document_is_wrong() -> None:
    outer = json.loads(ENVELOPE) | {"payloadType": "application/json"}
    with pytest.raises(errors.WrongSignatureError):
        verified(json.dumps(outer).encode())


def test_a_manifest_is_good_until_its_day() -> None:
    assert verified(ENVELOPE, now=MANIFEST.expires - timedelta(seconds=1)) == MANIFEST
    with pytest.raises(errors.ExpiredError):
        verified(ENVELOPE, now=MANIFEST.expires)
    hanoi = timezone(timedelta(hours=7))
    with pytest.raises(errors.ExpiredError):
        verified(ENVELOPE, now=MANIFEST.expires.astimezone(hanoi))


@pytest.mark.parametrize(
    "data", [IMAGE + b"x", IMAGE[:-1], IMAGE[:-1] + b"?", b""], ids=["long", "short", "other", "no"]
)
def test_a_tampered_image_is_refused(data: bytes) -> None:
    with pytest.raises(errors.ImageDiffersError):
        checked(ENVELOPE, data)


def test_what_a_later_manifest_says_besides_is_passed_over() -> None:
    assert verified(resigned(channel="beta")) == MANIFEST


@pytest.mark.parametrize(
    "fields",
    [
        {"format": 2},
        {"version": "latest"},
        {"version": "1..2"},
        {"kind": "../etc"},
        {"size": "many"},
        {"size": float("inf")},
        {"sha256": "xyz"},
        {"table": None},
        {"expires": "tomorrow"},
        {"expires": 5},
    ],
)
def test_a_signed_manifest_that_is_none_of_ours_is_unreadable(fields: dict[str, object]) -> None:
    with pytest.raises(errors.UnreadableManifestError):
        verified(resigned(**fields))


@pytest.mark.parametrize(
    "envelope", [b"", b"{}", b"[1]", b"\xff", b"[" * 5000, b" " * 20_000, b'{"payload": 1}']
)
def test_what_is_no_envelope_is_unreadable(envelope: bytes) -> None:
    with pytest.raises(errors.UnreadableManifestError):
        verified(envelope)


@given(st.integers(0, len(ENVELOPE) - 1), st.binary(max_size=3))
def test_a_spoiled_envelope_is_refused_or_says_the_same(at: int, spoil: bytes) -> None:
    envelope = ENVELOPE[:at] + spoil + ENVELOPE[at + len(spoil) + 1 :]
    with contextlib.suppress(errors.UnreadableManifestError, errors.WrongSignatureError):
        assert verified(envelope) == MANIFEST


@pytest.mark.parametrize(
    ("older", "newer"), [("1.2", "1.2.1"), ("1.9.0", "1.10.0"), ("0", "0.0.1"), ("9", "10")]
)
def test_versions_are_ordered_by_their_numbers(older: str, newer: str) -> None:
    assert version_key(older) < version_key(newer)


def test_a_version_is_the_same_with_noughts_behind_it() -> None:
    assert version_key("1.4") == version_key("1.4.0.0")


def test_every_error_of_an_update_has_its_own_code() -> None:
    family: list[type[errors.UpdateError]] = [
        errors.UpdateError,
        *errors.UpdateError.__subclasses__(),
    ]
    assert len({error.code for error in family}) == len(family)
    assert all(error.code.startswith("update.") for error in family)


def test_a_manifest_says_when_it_is_another() -> None:
    assert verified(replace(MANIFEST, name="x").signed(KEY)).name == "x"
