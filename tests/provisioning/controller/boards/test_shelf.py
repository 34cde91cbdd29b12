"""Firmware that is kept for boards: only what a trusted key has signed, and each image once."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.contract.errors import MotcuaError
from provisioning.controller.boards.errors import (
    ExpiredReleaseError,
    ImageDiffersError,
    NoKeysError,
    NoSuchReleaseError,
    TooManyReleasesError,
    UnreadableReleaseError,
    UntrustedReleaseError,
    WrongSignatureError,
)
from provisioning.controller.boards.shelf import Shelf
from tests.provisioning.controller.boards.releases import NOW, image, manifest, trust


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "firmware", trust(tmp_path / "keys"))


def test_releases_are_kept_the_newest_version_first_and_are_there_after_a_restart(
    shelf: Shelf, tmp_path: Path
) -> None:
    for version in ("1.2.0", "1.10.0", "1.9"):
        shelf.put(manifest(version), image(version), NOW)
    again = Shelf(tmp_path / "firmware", tmp_path / "keys")
    assert [one.version for one in again.all()] == ["1.10.0", "1.9", "1.2.0"]
    newest = again.all()[0]
    there, content = again.files(newest.id)
    assert (there.read_bytes(), content.read_bytes()) == (manifest("1.10.0"), image("1.10.0"))
    assert newest.same_table
    assert again.remove(newest.id) == newest
    with pytest.raises(NoSuchReleaseError):
        again.files(newest.id)
    assert not content.exists()


@pytest.mark.parametrize(
    ("envelope", "content", "error"),
    [
        (manifest("1.0", key=Ed25519PrivateKey.generate()), image("1.0"), WrongSignatureError),
        (manifest("1.0", days=-1), image("1.0"), ExpiredReleaseError),
        (manifest("1.0"), image("1.1"), ImageDiffersError),
        (manifest("1.0"), image("1.0") + b" ", ImageDiffersError),
        (b"{}", image("1.0"), UnreadableReleaseError),
        (b"\xff" * 20_000, image("1.0"), UnreadableReleaseError),
    ],
)
def test_what_is_not_right_is_not_kept(
    shelf: Shelf, envelope: bytes, content: bytes, error: type[MotcuaError]
) -> None:
    with pytest.raises(error):
        shelf.put(envelope, content, NOW)
    assert shelf.all() == []


def test_where_no_key_is_trusted_nothing_is_kept_and_nothing_given_out(
    shelf: Shelf, tmp_path: Path
) -> None:
    kept = shelf.put(manifest("1.0"), image("1.0"), NOW)
    (tmp_path / "keys" / "province.pem").unlink()
    assert not shelf.has_keys
    assert shelf.all() == []
    with pytest.raises(UntrustedReleaseError):
        shelf.files(kept.id)
    with pytest.raises(NoKeysError):
        shelf.put(manifest("1.1"), image("1.1"), NOW)


def test_what_a_key_of_yesterday_signed_is_listed_apart_never_given_out_and_can_be_removed(
    shelf: Shelf, tmp_path: Path
) -> None:
    old = shelf.put(manifest("1.0"), image("1.0"), NOW)
    assert shelf.strangers() == [], "while its key is trusted"
    young = Ed25519PrivateKey.generate()
    trust(tmp_path / "keys", young)
    new = shelf.put(manifest("1.1", key=young), image("1.1"), NOW)
    assert shelf.all() == [new]
    (stranger,) = shelf.strangers()
    size = len(manifest("1.0")) + len(image("1.0"))
    assert (stranger.id, stranger.size_bytes) == (old.id, size)
    for ask in (shelf.release, shelf.files):
        with pytest.raises(UntrustedReleaseError):
            ask(old.id)
    assert shelf.remove(old.id) == stranger
    assert shelf.strangers() == []
    assert shelf.all() == [new]
    with pytest.raises(NoSuchReleaseError):
        shelf.remove(old.id)
    assert len(list((tmp_path / "firmware").iterdir())) == 2


def test_what_nobody_vouches_for_takes_room_too(shelf: Shelf, tmp_path: Path) -> None:
    for number in range(40):
        shelf.put(manifest(f"1.{number}"), image(f"1.{number}"), NOW)
    young = Ed25519PrivateKey.generate()
    trust(tmp_path / "keys", young)
    with pytest.raises(TooManyReleasesError):
        shelf.put(manifest("2.0", key=young), image("2.0"), NOW)
    shelf.remove(shelf.strangers()[0].id)
    shelf.put(manifest("2.0", key=young), image("2.0"), NOW)


def test_the_same_image_signed_anew_takes_the_older_ones_place(shelf: Shelf) -> None:
    shelf.put(manifest("1.0", days=1), image("1.0"), NOW)
    shelf.put(manifest("1.0", days=60), image("1.0"), NOW)
    (one,) = shelf.all()
    assert one.expires == NOW + timedelta(days=60)


def test_only_so_many_are_kept(shelf: Shelf) -> None:
    for number in range(40):
        shelf.put(manifest(f"1.{number}"), image(f"1.{number}"), NOW)
    with pytest.raises(TooManyReleasesError):
        shelf.put(manifest("2.0"), image("2.0"), NOW)
    shelf.put(manifest("1.0"), image("1.0"), NOW)  # it is there already


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "x" * 32, "A" * 32])
def test_a_name_is_no_path(shelf: Shelf, name: str) -> None:
    with pytest.raises(NoSuchReleaseError):
        shelf.files(name)
