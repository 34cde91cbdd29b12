"""The one-stop API: token, next number, upload, create, progress, status (domain §2.4)."""

import asyncio
import base64
import hashlib
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from devices.contract.clock import SimulatedClock
from kiosk.domain.dossier import read_code
from kiosk.register.config import AgencyConfig, DossiersConfig
from tests.kiosk.register.office import MONDAY, machine, officer, running, sample_config
from tests.kiosk.register.wishes import (
    AGENCY,
    BASE,
    NUMBER,
    OWNER,
    PDF,
    create,
    key,
    number,
    paper,
    sent,
    step,
    wish,
)


async def test_without_a_good_token_nothing_is_answered(tmp_path: Path) -> None:
    """RFC 6750 §3: no code without a token, invalid_token, insufficient_scope."""
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        path = f"{BASE}/dossiers/x"
        none = await client.get(path)
        odd = await client.get(path, headers={"Authorization": "Bearer a b"})
        wrong = await client.get(path, headers={"Authorization": "Bearer wrong"})
        async with machine(client, scope="dossiers.number") as one:
            narrow = await one.get(path)
        async with machine(client) as one:
            known = await one.get(path)
            clock.move(timedelta(seconds=601))
            late = await one.get(path)
    told = {
        "none": none.headers["www-authenticate"],
        "odd": odd.headers["www-authenticate"],
        "wrong": wrong.headers["www-authenticate"],
        "narrow": narrow.headers["www-authenticate"],
        "late": late.headers["www-authenticate"],
    }
    assert "error" not in told["none"]
    assert 'error="invalid_request"' in told["odd"]
    assert 'error="invalid_token"' in told["wrong"]
    assert 'error="insufficient_scope"' in told["narrow"]
    assert 'scope="dossiers.status"' in told["narrow"]
    assert 'error="invalid_token"' in told["late"]
    answers = [none, odd, wrong, narrow, known, late]
    assert [one.status_code for one in answers] == [401, 400, 401, 403, 404, 401]


async def test_numbers_are_official_run_by_the_day_and_are_given_once(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client, machine(client) as one:
        first = await number(one, "a")
        again = await number(one, "a")
        second = await number(one, "b")
        body = {"MaDonVi": AGENCY, "MaTTHC": "2.000635"}
        reused = await one.post(f"{BASE}/numbers", json=body, headers=key("a.number"))
        body = {"MaDonVi": "H50.99", "MaTTHC": "2.000635"}
        foreign = await one.post(f"{BASE}/numbers", json=body, headers=key("c"))
        keyless = await one.post(f"{BASE}/numbers", json=body)
    clock.move(timedelta(days=1))
    async with running(sample_config(tmp_path), clock) as client, machine(client) as one:
        next_day = await number(one, "d")
    assert (first, again, second) == ("H50.34-20260713-0000001", first, "H50.34-20260713-0000002")
    assert next_day == "H50.34-20260714-0000001"
    assert (reused.status_code, reused.json()["code"]) == (422, "request.reused")
    assert (foreign.status_code, foreign.json()["code"]) == (409, "dossier.other_agency")
    assert keyless.status_code == 400


async def test_a_commune_without_an_agency_code_gives_numbers_that_are_plainly_local(
    tmp_path: Path,
) -> None:
    """DOS-3: such a number matches none of the official forms."""
    config = sample_config(tmp_path, agency=AgencyConfig())
    async with running(config, SimulatedClock(MONDAY)) as client, machine(client) as one:
        code = read_code(await number(one, "a"))
    assert code is not None
    assert (code.text, code.is_local) == ("TAM-GIOLINH1-260713-0001", True)


async def test_many_at_once_get_numbers_without_a_gap_or_a_double(tmp_path: Path) -> None:
    async with (
        running(sample_config(tmp_path), SimulatedClock(MONDAY)) as client,
        machine(client) as one,
    ):
        names = [f"k{at % 20}" for at in range(60)]  # each asked three times at once
        codes = await asyncio.gather(*(number(one, name) for name in names))
    assert len({*zip(names, codes, strict=True)}) == 20
    assert sorted(set(codes)) == [f"H50.34-20260713-{at:07d}" for at in range(1, 21)]


async def test_a_dossier_is_new_until_an_officer_accepts_it_and_then_has_a_due_date(
    tmp_path: Path,
) -> None:
    async with (
        running(sample_config(tmp_path), SimulatedClock(MONDAY)) as client,
        machine(client) as one,
        officer(client) as browser,
    ):
        code = await sent(one, MaTam="TAM-KIOSK1-260713-0001")
        new = (await one.get(f"{BASE}/dossiers/{code}")).json()
        early = await one.post(f"{BASE}/dossiers/{code}/progress", json=step(2))
        term = {"seen": "1", "amount": "3", "unit": "ngày làm việc"}
        taken = await browser.post(f"/dossiers/{code}/accept", data=term)
        old = (await one.get(f"{BASE}/dossiers/TAM-KIOSK1-260713-0001")).json()
        await one.post(f"{BASE}/dossiers/{code}/progress", json=step(4))
        steps = (await one.get(f"{BASE}/dossiers/{code}/progress")).json()
    assert (new["TrangThai"], new["NgayTiepNhan"], new["NgayHenTra"]) == (1, "", "")
    assert early.status_code == 409, "only an officer's act receives (DOS-9)"
    assert taken.status_code == 303
    assert (old["MaHoSo"], old["TrangThai"]) == (code, 2)
    assert old["NgayTiepNhan"] == "2026-07-13 08:00:00"
    assert old["NgayHenTra"] == "2026-07-16 17:00:00"
    assert [one["TrangThai"] for one in steps] == [1, 2, 4]


async def test_a_clock_that_stands_promises_no_day_and_gives_its_time_back(tmp_path: Path) -> None:
    """States 5, 6 and 8 pause: three working days asked on Tuesday and answered on Thursday."""
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        async with machine(client) as one, officer(client) as browser:
            code = await sent(one)
            term = {"seen": "1", "amount": "3", "unit": "ngày làm việc"}
            await browser.post(f"/dossiers/{code}/accept", data=term)
        clock.move(timedelta(days=1))
        async with machine(client) as one:
            path = f"{BASE}/dossiers/{code}"
            why = {**step(5, "Thiếu giấy"), "NoiDungXuLy": "Bổ sung bản sao"}
            stands = (await one.post(f"{path}/progress", json=why)).json()
        clock.move(timedelta(days=2))
        async with machine(client) as one:
            goes_on = (await one.post(f"{path}/progress", json=step(4))).json()
            same = await one.post(f"{path}/progress", json=step(4))
            steps = (await one.get(f"{path}/progress")).json()
    assert (stands["TrangThai"], stands["NgayHenTra"], stands["GhiChu"]) == (
        5,
        "",
        "Bổ sung bản sao",
    )
    assert goes_on["NgayHenTra"] == "2026-07-20 17:00:00"
    assert same.status_code == 200
    assert [one["TrangThai"] for one in steps] == [1, 2, 5, 4], "the same state again is no step"


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        (3, 409, "dossier.step_refused"),
        (5, 400, "dossier.reason_missing"),
        (77, 400, "request.bad"),
    ],
)
async def test_a_step_that_no_rule_allows_is_refused(
    tmp_path: Path, state: int, status: int, code: str
) -> None:
    async with (
        running(sample_config(tmp_path), SimulatedClock(MONDAY)) as client,
        machine(client) as one,
        officer(client) as browser,
    ):
        dossier = await sent(one)
        await browser.post(f"/dossiers/{dossier}/accept", data={"seen": "1"})
        told = await one.post(f"{BASE}/dossiers/{dossier}/progress", json=step(state))
    assert (told.status_code, told.json()["code"]) == (status, code)


async def test_creation_is_carried_out_once_for_each_key(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, machine(client) as one:
        code = await number(one, "a")
        body = wish(code, await paper(one, "a"))
        answers = await asyncio.gather(*(create(one, "a", body) for _ in range(6)))
        other = await create(one, "a", {**body, "ChuHoSo": "Ai khác"})
        taken = await create(one, "b", wish(code))
        async with machine(client, scope="dossiers.create") as same:
            never = await create(same, "c", wish("H50.34-20260713-0009999"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert (other.status_code, other.json()["code"]) == (422, "request.reused")
    for answer in (taken, never):
        assert (answer.status_code, answer.json()["code"]) == (409, "dossier.number_unknown")


async def test_a_paper_must_be_what_was_stored_and_belongs_to_one_dossier(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, machine(client) as one:
        stored = await paper(one, "a")
        code = await number(one, "a")
        odd = {**stored, "HashTepTin": "0" * 64}
        wrong = await create(one, "a", wish(code, odd))
        right = await create(one, "a", wish(code, stored))
        second = await create(one, "b", wish(await number(one, "b"), stored))
    assert (wrong.status_code, right.status_code, second.status_code) == (409, 201, 409)
    assert second.json()["code"] == "dossier.paper_unknown"


async def test_an_upload_is_bounded_judged_and_checked(tmp_path: Path) -> None:
    config = sample_config(tmp_path, dossiers=DossiersConfig(paper_mb=0.1))
    digest = base64.b64encode(hashlib.sha256(PDF).digest()).decode()

    async with running(config) as client, machine(client) as one:

        async def send(name: str, content: object, **headers: str) -> int:
            told = {**key(name), **headers}
            answer = await one.post(f"{BASE}/papers", content=content, headers=told)  # type: ignore[arg-type]
            return answer.status_code

        async def endless() -> object:
            for _ in range(1000):
                yield PDF * 1000

        assert await send("a", PDF, **{"Content-Digest": f"sha-256=:{digest}:"}) == 201
        assert await send("a", PDF) == 201
        assert await send("a", PDF + b"x") == 422
        assert await send("b", PDF + b"x", **{"Content-Digest": f"sha-256=:{digest}:"}) == 400
        assert await send("c", PDF + b"x" * 200_000) == 413
        assert await send("d", endless()) == 413
        assert await send("e", b"<html>") == 415
        assert await send("f", b"") == 415
        assert await send("a b", PDF) == 400
    assert len(list((tmp_path / "papers").iterdir())) == 1, "nothing of what was refused stays"


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_nothing_of_a_person_is_on_the_disk_in_the_clear_or_in_a_look_up(
    tmp_path: Path,
) -> None:
    marks = [NUMBER.encode(), OWNER.encode(), b"a paper", "bí mật".encode()]
    async with (
        running(sample_config(tmp_path), SimulatedClock(MONDAY)) as client,
        machine(client) as one,
        officer(client) as browser,
    ):
        code = await sent(one)
        await browser.post(f"/dossiers/{code}/accept", data={"seen": "1", "why": "bí mật"})
        path = f"{BASE}/dossiers/{code}"
        told = (await one.get(path)).content + (await one.get(f"{path}/progress")).content
        page = (await browser.get(f"/dossiers/{code}")).text
    assert NUMBER in page, "the officer sees it"
    assert "bí mật" in page
    stored = all_bytes(tmp_path)
    assert code.encode() in stored, "negative control: this is the database"
    for mark in marks:
        assert mark not in stored
        assert mark not in told
    assert (tmp_path / "register.sqlite").stat().st_mode & 0o077 == 0


async def test_papers_that_were_lacking_are_added_once_and_only_by_who_sent_the_dossier(
    tmp_path: Path,
) -> None:
    clients = sample_config(tmp_path).clients
    other = msgspec.structs.replace(clients[0], id="another")
    config = sample_config(tmp_path, clients=(*clients, other))
    async with (
        running(config, SimulatedClock(MONDAY)) as client,
        machine(client) as one,
        machine(client, "another") as stranger,
        officer(client) as browser,
    ):
        code = await sent(one)
        path = f"{BASE}/dossiers/{code}/papers"
        more = wish(code, await paper(one, "more", PDF + b"2"))["ThanhPhanHoSo"]
        for _ in range(2):
            added = await one.post(path, json={"ThanhPhanHoSo": more})
            assert added.status_code == 200, added.text
        foreign = await stranger.post(path, json={"ThanhPhanHoSo": more})
        page = (await browser.get(f"/dossiers/{code}")).text
        await browser.post(f"/dossiers/{code}/papers", data={"papers": "Bản sao căn cước (sao)"})
        after = (await browser.get(f"/dossiers/{code}")).text
    assert foreign.status_code == 404
    assert page.count("PDF, ") == 2
    assert page.count("Bổ sung giấy tờ</b>") == 1
    assert "Bản sao căn cước" in after


async def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    config = sample_config(tmp_path)
    async with running(config, SimulatedClock(MONDAY)) as client, machine(client) as one:
        _, writer = await asyncio.open_connection("127.0.0.1", config.http.port)
        head = (
            f"POST {BASE}/papers HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n"
            f"Authorization: {one.headers['authorization']}\r\nIdempotency-Key: cut\r\n\r\n"
        )
        writer.write(head.encode() + PDF * 40_000)
        async with asyncio.timeout(20):
            await writer.drain()
            while not stored(tmp_path):
                await asyncio.sleep(0.01)
            writer.close()
            while stored(tmp_path):
                await asyncio.sleep(0.01)
        whole = await one.post(f"{BASE}/papers", content=PDF, headers=key("cut"))
    assert whole.status_code == 201, "the key of what was never stored is free"


def stored(folder: Path) -> list[Path]:
    return list((folder / "papers").iterdir())
