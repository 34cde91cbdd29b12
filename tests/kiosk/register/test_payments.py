"""Fees: pending until an officer or an authenticated notice says otherwise (PAY-5)."""

import base64
import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from devices.contract.clock import SimulatedClock
from kiosk.backoffice.config import SecretFile
from kiosk.backoffice.notices import NoticeKey
from kiosk.register.config import RegisterConfig
from kiosk.register.payments.config import NoticeSender, PaymentsConfig
from tests.kiosk.register.office import MONDAY, machine, officer, running, sample_config

API = "/api/payments"
KEY_TEXT = "whsec_" + base64.b64encode(b"k" * 32).decode()
KEY = NoticeKey(KEY_TEXT)
FEE = {"dossier": "H50.34-260713-00001", "amount_vnd": 8000, "reference": "H50 260713 00001"}
WRONG_TOKEN = {"Authorization": "Bearer x"}
NOTICE = {
    "amount_vnd": 8000,
    "reference": FEE["reference"],
    "transaction": "FT26194000001",
    "paid_at": "2026-07-13T08:00:00+07:00",
}


def with_a_bank(folder: Path) -> RegisterConfig:
    (folder / "bank.key").write_text(KEY_TEXT, encoding="ascii")
    sender = NoticeSender(id="bank", key=SecretFile(path=str(folder / "bank.key")))
    return sample_config(folder, payments=PaymentsConfig(senders=(sender,)))


async def ask(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    fee = {**FEE, **changes}
    return await client.post(f"{API}/fees", json=fee, headers={"Idempotency-Key": "k"})


async def state(client: httpx.AsyncClient) -> str:
    answer = await client.get(f"{API}/fees/{FEE['reference']}")
    return f"{answer.json()['state']} {answer.json()['confirmed_by']}".strip()


async def tell(
    client: httpx.AsyncClient, clock: SimulatedClock, key: NoticeKey = KEY, **changes: Any
) -> httpx.Response:
    body = json.dumps({**NOTICE, **changes}).encode()
    headers = key.headers("msg_1", int(clock.now().timestamp()), body)
    return await client.post(f"{API}/notices", content=body, headers=headers)


async def test_a_banks_notice_confirms_once_and_a_repeated_one_changes_nothing(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(with_a_bank(tmp_path), clock) as client, machine(client) as counter:
        assert (await ask(counter)).json()["state"] == "pending"
        assert await state(counter) == "pending"
        first = await tell(client, clock)
        clock.move(timedelta(minutes=2))
        again = await tell(client, clock)
        assert await state(counter) == "confirmed bank"
        fee = (await counter.get(f"{API}/fees/{FEE['reference']}")).json()
        repeated = await ask(counter)
        async with officer(client) as browser:
            sheet = await browser.get("/payments.csv?day=2026-07-13")
    assert first.json() == again.json() == {"matched": True, "state": "confirmed"}
    assert fee["confirmed_at"].startswith("2026-07-13T01:00:00")
    assert repeated.json() == fee
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Loại", "phí", "báo có"]
    assert rows[1][1:5] == [FEE["reference"], FEE["dossier"], "8000", "confirmed"]
    assert rows[2][7] == "FT26194000001"


async def test_money_that_fits_nothing_is_shown_and_confirms_nothing(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(with_a_bank(tmp_path), clock) as client, machine(client) as counter:
        await ask(counter)
        unmatched: tuple[dict[str, Any], ...] = (
            {"amount_vnd": 7999, "transaction": "1"},
            {"reference": "X", "transaction": "2"},
            {"dossier": "another", "transaction": "3"},
        )
        for changes in unmatched:
            assert (await tell(client, clock, **changes)).json()["matched"] is False
        assert await state(counter) == "pending"
        await tell(client, clock)
        twice = await tell(client, clock, transaction="4")
        async with officer(client) as browser:
            page = (await browser.get("/payments?day=2026-07-13")).text
    assert twice.json() == {"matched": False, "state": "confirmed"}
    assert page.count("không khớp</span>") == 3
    assert page.count("trả hai lần</span>") == 1
    assert "hoặc đã thu rồi: 4" in page


async def test_money_that_comes_before_its_fee_is_asked_confirms_it_once(tmp_path: Path) -> None:
    clock, config = SimulatedClock(MONDAY), with_a_bank(tmp_path)
    async with running(config, clock) as client:
        for changes in ({"amount_vnd": 7999, "transaction": "1"}, {}, {"transaction": "3"}):
            assert (await tell(client, clock, **changes)).json()["matched"] is False
            clock.move(timedelta(minutes=1))
    async with (
        running(config, clock) as client,
        machine(client) as counter,
        officer(client) as browser,
    ):
        asked = (await ask(counter)).json()
        clock.move(timedelta(minutes=1))
        again = (await ask(counter)).json()
        assert (await tell(client, clock)).json() == {"matched": True, "state": "confirmed"}
        twice = await tell(client, clock, transaction="3")
        rows = (await browser.get("/payments.csv?day=2026-07-13")).content.decode("utf-8-sig")
    assert (asked["state"], asked["confirmed_by"]) == ("confirmed", "bank")
    assert again == asked
    assert twice.json() == {"matched": False, "state": "confirmed"}
    outcomes = {row[7]: row[4] for row in csv.reader(io.StringIO(rows)) if row[0] == "báo có"}
    assert outcomes == {"1": "unmatched", "FT26194000001": "confirmed", "3": "twice"}


async def test_a_notice_nobody_signed_changes_nothing(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(with_a_bank(tmp_path), clock) as client, machine(client) as counter:
        await ask(counter)
        body = json.dumps(NOTICE).encode()
        at_s = int(MONDAY.timestamp())
        other = NoticeKey("whsec_" + base64.b64encode(b"x" * 32).decode())
        refused = [
            await client.post(f"{API}/notices", content=body),
            await tell(client, clock, other),
            await client.post(
                f"{API}/notices", content=body, headers=KEY.headers("m", at_s - 301, body)
            ),
            await client.post(
                f"{API}/notices", content=body + b" ", headers=KEY.headers("m", at_s, body)
            ),
            await client.post(
                f"{API}/notices", content=body, headers={"Authorization": "Bearer x"}
            ),
            await counter.post(f"{API}/notices", content=body),
        ]
        bad = await tell(client, clock, amount_vnd=0)
        first = await tell(client, clock, paid_at="0001-01-01T00:00:00+14:00")
        unzoned = await tell(client, clock, paid_at="2026-07-13T08:00:00")
        assert await state(counter) == "pending"
    assert [one.status_code for one in refused] == [401, 401, 401, 401, 401, 403]
    assert (bad.status_code, unzoned.status_code, first.status_code) == (400, 400, 400)


async def test_a_province_s_platform_shows_a_token_instead(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with (
        running(sample_config(tmp_path), clock) as client,
        machine(client) as counter,
        machine(client, "bank") as platform,
    ):
        await ask(counter)
        told = await platform.post(f"{API}/notices", json=NOTICE)
        assert await state(counter) == "confirmed bank"
        assert (await platform.get(f"{API}/fees/x")).status_code == 403
    assert told.json() == {"matched": True, "state": "confirmed"}


async def test_an_officer_confirms_or_cancels_once_and_a_later_notice_agrees(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(MONDAY)
    async with (
        running(with_a_bank(tmp_path), clock) as client,
        machine(client) as counter,
        officer(client) as browser,
    ):
        form = {**FEE, "what": "Lệ phí"}
        made = await browser.post("/payments", data=form)
        fee = f"/payments/fees/{FEE['reference']}"
        confirmed = await browser.post(fee, data={"state": "confirmed"})
        cancelled = await browser.post(fee, data={"state": "cancelled"})
        assert await state(counter) == "confirmed officer"
        agreed = await tell(client, clock)
        twice = await tell(client, clock, transaction="2")
        await ask(counter, reference="B", dossier="=cmd|x")
        await browser.post("/payments/fees/B", data={"state": "cancelled"})
        back = await tell(client, clock, reference="B", transaction="3")
        sheet = (await browser.get("/payments.csv?day=2026-07-13")).text
    assert (made.status_code, confirmed.status_code, cancelled.status_code) == (303, 303, 409)
    assert agreed.json() == {"matched": True, "state": "confirmed"}
    assert (twice.json()["matched"], back.json()["matched"]) == (False, False)
    assert ",'=cmd|x," in sheet  # no formula of a spreadsheet


async def test_a_reference_is_one_fee_s_alone(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, machine(client) as counter:
        assert (await ask(counter)).status_code == 201
        answers = [await ask(counter, amount_vnd=1), await ask(counter, dossier="x")]
        bad = [await ask(counter, reference="Lệ phí"), await ask(counter, amount_vnd=0)]
        unknown = await counter.get(f"{API}/fees/none")
    assert [one.json()["code"] for one in answers] == ["fee.reference_taken"] * 2
    assert [one.status_code for one in bad] == [400, 400]
    assert unknown.status_code == 404


async def test_the_fees_of_a_dossier_are_told_oldest_first_and_those_of_others_are_not(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(with_a_bank(tmp_path), clock) as plain, machine(plain) as api:
        await ask(api, what="Lệ phí hộ tịch")
        clock.move(timedelta(minutes=1))
        await ask(api, reference="H50 260713 00001 B", amount_vnd=20000)
        await ask(api, reference="H50 260713 00002", dossier="H50.34-260713-00002")
        told = await api.get(f"{API}/fees", params={"dossier": "H50.34-260713-00001"})
        nobody = await api.get(f"{API}/fees", params={"dossier": "H50.34-260713-00009"})
        refused = await plain.get(f"{API}/fees", params={"dossier": "H50.34-260713-00001"})
    assert [(fee["amount_vnd"], fee["what"]) for fee in told.json()] == [
        (8000, "Lệ phí hộ tịch"),
        (20000, ""),
    ]
    assert nobody.json() == []
    assert refused.status_code == 401
