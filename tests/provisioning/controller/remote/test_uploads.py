"""Files that boxes put to the gate, over real TLS: once, whole, and only what was asked for."""

import hashlib
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from devices.contract.clock import SystemClock
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.database import Database
from provisioning.controller.remote.ledger import Ledger
from provisioning.controller.remote.records import OrderRecord
from provisioning.controller.remote.remote import Remote
from provisioning.controller.remote.uploads import (
    Expected,
    NoSuchUploadError,
    Piece,
    UploadFinishedError,
    Uploads,
    UploadsConfig,
    UploadTooLargeError,
    WrongDigestError,
    WrongOffsetError,
)
from tests.provisioning.controller.remote.province import BOX, CLOCK, Province

NAME, OTHER = "a" * 24, "b" * 24
DATA = bytes(range(256)) * 3000
SHA = hashlib.sha256(DATA).hexdigest()


def expected(name: str = NAME, box: str = BOX, most: int = len(DATA)) -> Expected:
    return Expected(
        name=name,
        box=box,
        file_name=f"{box}-logs.jsonl.gz",
        media_type="application/gzip",
        most_bytes=most,
        made_at=CLOCK.now(),
    )


def record(name: str = NAME, box: str = BOX) -> OrderRecord:
    now = CLOCK.now()
    return OrderRecord(
        name=name,
        box=box,
        kind="agent.fetch_logs",
        body=b"{}",
        actor="ky-thuat",
        asked_at=now,
        not_after=now,
        due_at=now + timedelta(hours=1),
    )


@pytest.fixture
def uploads(database: Database, tmp_path: Path) -> Uploads:
    Ledger(database, Audit(database, SystemClock())).put(record(), expected())
    return Uploads(database, tmp_path / "files", UploadsConfig())


def piece(begin: int, end: int, data: bytes = DATA, sha: str = SHA) -> Piece:
    return Piece(begin=begin, size_bytes=len(data), sha256=sha, data=data[begin:end])


def test_a_file_comes_in_pieces_and_is_whole_at_the_end(uploads: Uploads) -> None:
    half = len(DATA) // 2
    assert uploads.put(BOX, NAME, piece(0, half)).received == half
    with pytest.raises(NoSuchUploadError):
        uploads.stored(NAME)
    assert uploads.put(BOX, NAME, piece(half, len(DATA))).finished
    assert uploads.stored(NAME).path.read_bytes() == DATA
    assert uploads.received(BOX, NAME).finished


def test_it_is_put_once(uploads: Uploads) -> None:
    uploads.put(BOX, NAME, piece(0, len(DATA)))
    with pytest.raises(UploadFinishedError):
        uploads.put(BOX, NAME, piece(0, len(DATA)))


def test_another_box_knows_nothing_of_it(uploads: Uploads) -> None:
    for box in ("other-1", "nobody"):
        with pytest.raises(NoSuchUploadError):
            uploads.received(box, NAME)
        with pytest.raises(NoSuchUploadError):
            uploads.put(box, NAME, piece(0, 10))
    assert uploads.received(BOX, NAME).received == 0


def test_a_piece_twice_or_out_of_place_is_refused(uploads: Uploads) -> None:
    uploads.put(BOX, NAME, piece(0, 1000))
    for begin in (0, 2000):
        with pytest.raises(WrongOffsetError, match="1000"):
            uploads.put(BOX, NAME, piece(begin, begin + 1000))


def test_one_that_is_too_large_is_refused_before_a_byte_is_kept(uploads: Uploads) -> None:
    larger = DATA + b"!"
    with pytest.raises(UploadTooLargeError):
        uploads.put(BOX, NAME, piece(0, 10, larger, "0" * 64))
    assert uploads.received(BOX, NAME).received == 0


def test_one_that_was_damaged_begins_anew(uploads: Uploads) -> None:
    damaged = b"?" + DATA[1:]
    with pytest.raises(WrongDigestError):
        uploads.put(BOX, NAME, piece(0, len(DATA), damaged))
    assert uploads.received(BOX, NAME).received == 0
    assert uploads.put(BOX, NAME, piece(0, len(DATA))).finished


def test_old_files_go_and_then_the_oldest_until_the_rest_fits(
    database: Database, uploads: Uploads
) -> None:
    uploads.put(BOX, NAME, piece(0, len(DATA)))
    assert uploads.sweep(CLOCK.now() + timedelta(days=29)) == []
    path = uploads.stored(NAME).path
    assert uploads.sweep(CLOCK.now() + timedelta(days=31)) == [NAME]
    assert not path.exists()
    with pytest.raises(NoSuchUploadError):
        uploads.stored(NAME)
    ledger = Ledger(database, Audit(database, SystemClock()))
    for name in ("c" * 24, "d" * 24):
        ledger.put(record(name), expected(name, most=2**27))
        uploads.put(BOX, name, Piece(begin=0, size_bytes=3, sha256=_sha(b"abc"), data=b"abc"))
    assert uploads.sweep(CLOCK.now()) == []


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# Over the gate


@asynccontextmanager
async def client_of(province: Province, name: str) -> AsyncIterator[httpx.AsyncClient]:
    box = province.box(name)
    held = box.identity.held()
    assert held
    context = ssl.create_default_context(cafile=str(held.ca_file))
    context.load_cert_chain(held.certificate_file, held.key_file)
    async with httpx.AsyncClient(base_url=province.gate, verify=context) as client:
        yield client


def headers(begin: int, end: int, size: int, data: bytes = DATA) -> dict[str, str]:
    digest = b64encode(hashlib.sha256(data).digest()).decode()
    return {
        "content-range": f"bytes {begin}-{end - 1}/{size}",
        "repr-digest": f"sha-256=:{digest}:",
        "content-type": "application/octet-stream",
    }


@pytest.fixture
async def gate(province: Province) -> AsyncIterator[Remote]:
    async with province.running() as remote:
        remote.orders.ledger.put(record(), expected())
        yield remote


@pytest.mark.real
async def test_only_the_box_that_was_asked_may_put_its_file(
    province: Province, gate: Remote
) -> None:
    async with client_of(province, "other-1") as stranger:
        answer = await stranger.put(
            f"/box/uploads/{NAME}", content=DATA[:100], headers=headers(0, 100, len(DATA))
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await stranger.get(f"/box/uploads/{NAME}")).status_code == 404
    async with client_of(province, BOX) as own:
        answer = await own.put(
            f"/box/uploads/{NAME}", content=DATA, headers=headers(0, len(DATA), len(DATA))
        )
        assert answer.json() == {"received": len(DATA), "finished": True}
        again = await own.put(
            f"/box/uploads/{NAME}", content=DATA, headers=headers(0, len(DATA), len(DATA))
        )
        assert (again.status_code, again.json()["code"]) == (409, "upload.finished")
    assert gate.uploads.stored(NAME).path.read_bytes() == DATA


@pytest.mark.real
@pytest.mark.usefixtures("gate")
@pytest.mark.parametrize(
    "name", ["../../../../etc/passwd", "..%2f..%2fcontroller.sqlite3", "%2e%2e", "A" * 24, OTHER]
)
async def test_a_name_is_never_a_path(province: Province, name: str) -> None:
    async with client_of(province, BOX) as own:
        answer = await own.put(f"/box/uploads/{name}", content=b"x", headers=headers(0, 1, 1, b"x"))
    assert answer.status_code in (400, 404, 405)
    assert set(answer.json()) >= {"code", "text"}
    folder = province.folder / "controller" / "uploads"
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.real
@pytest.mark.usefixtures("gate")
@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"content-range": "bytes 0-9/5"}, 400),
        ({"content-range": "bytes 0-98/100"}, 400),
        ({"content-range": "bytes */100"}, 400),
        ({"content-range": "0-99/100"}, 400),
        ({"content-range": f"bytes 0-99/{'9' * 15}"}, 413),
        ({"repr-digest": "md5=:AAAA:"}, 400),
        ({"repr-digest": ""}, 400),
    ],
)
async def test_a_piece_that_does_not_say_what_it_is_is_refused(
    province: Province, wrong: dict[str, str], status: int
) -> None:
    async with client_of(province, BOX) as own:
        answer = await own.put(
            f"/box/uploads/{NAME}",
            content=DATA[:100],
            headers=headers(0, 100, len(DATA)) | wrong,
        )
        assert answer.status_code == status
        assert (await own.get(f"/box/uploads/{NAME}")).json()["received"] == 0


@pytest.mark.real
async def test_an_oversized_piece_is_cut_off(province: Province, gate: Remote) -> None:
    async with client_of(province, BOX) as own:
        size = 3 * 2**20
        answer = await own.put(
            f"/box/uploads/{NAME}", content=bytes(size), headers=headers(0, size, size)
        )
    assert answer.status_code == 413
    assert gate.uploads.received(BOX, NAME).received == 0
