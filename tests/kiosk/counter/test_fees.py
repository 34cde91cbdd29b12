"""Fees at the kiosks: as the payment system says, pending until somebody confirms (PAY-5)."""

import csv
import io
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from devices.contract.clock import SimulatedClock
from kiosk.api.fees import FeesOfDay, FeesOfDossier, FeeTold
from kiosk.api.payments import Fee, FeeState
from kiosk.counter import schema
from kiosk.counter.fees.book import FeeBook
from kiosk.counter.fees.config import FeesConfig, PayToConfig
from kiosk.counter.main import DATABASE
from kiosk.counter.store import Store
from tests.kiosk.counter.province import MONDAY, Commune, code_of, commune
from tests.kiosk.counter.site import officer, running, sample_config
from tests.kiosk.register.office import officer as register_officer

DOSSIER = "H50.34-260713-00001"
REFERENCE = "H50 34 260713 00001"
BEFORE_LOOKS = 12
ACCOUNT = FeesConfig(
    pay_to=PayToConfig(bank="970436", account="0011001234567", holder="UBND XA GIO LINH")
)


@asynccontextmanager
async def with_a_fee(folder: Path, clock: SimulatedClock, **changes: Any) -> AsyncIterator[Commune]:
    """Open a commune whose register asks 8,000 for a dossier."""
    async with commune(folder, clock, **{"fees": ACCOUNT, **changes}) as place:
        fee = {
            "dossier": DOSSIER,
            "amount_vnd": 8000,
            "reference": REFERENCE,
            "what": "Lệ phí hộ tịch",
        }
        asked = await place.api.post(
            "/api/payments/fees", json=fee, headers={"Idempotency-Key": "k"}
        )
        assert asked.status_code < 300, asked.text
        yield place


async def of_dossier(place: Commune, code: str = DOSSIER) -> FeesOfDossier:
    answer = await place.client.get("/api/fees", params={"dossier": code})
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=FeesOfDossier)


async def one(place: Commune) -> FeeTold:
    answer = await place.client.get(f"/api/fees/{REFERENCE}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=FeeTold)


async def settled(place: Commune, state: str) -> None:
    """Have an officer of the register settle it."""
    async with (
        httpx.AsyncClient(base_url=place.register.url) as plain,
        register_officer(plain) as browser,
    ):
        answer = await browser.post(f"/payments/fees/{REFERENCE}", data={"state": state})
        assert answer.status_code < 400, answer.text


async def day(browser: httpx.AsyncClient, of: str = "") -> FeesOfDay:
    answer = await browser.get("/api/officer/fees", params={"day": of} if of else {})
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=FeesOfDay)


async def act(browser: httpx.AsyncClient, what: str, reason: str = "") -> httpx.Response:
    body = {"reference": REFERENCE, "reason": reason}
    return await browser.post(f"/api/officer/fees/{what}", json=body)


async def test_a_fee_is_told_with_the_account_and_pending_until_the_system_confirms(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(MONDAY)
    async with with_a_fee(tmp_path, clock) as place:
        (fee,) = (await of_dossier(place, f" {DOSSIER.lower()} ")).fees
        assert (fee.amount_vnd, fee.reference, fee.what) == (8000, REFERENCE, "Lệ phí hộ tịch")
        assert (fee.state, fee.live) == (FeeState.PENDING, True)
        assert fee.pay_to
        assert fee.pay_to.bank_name == "Vietcombank"
        await settled(place, "confirmed")
        clock.move(timedelta(seconds=5))
        told = await one(place)
        assert told.state is FeeState.CONFIRMED
        assert told.confirmed_at == MONDAY
        assert (await one(place)) == told, "told again it is the same"


async def test_a_dossier_without_fees_has_none_and_an_unknown_fee_is_not_found(
    tmp_path: Path,
) -> None:
    async with with_a_fee(tmp_path, SimulatedClock(MONDAY)) as place:
        assert (await of_dossier(place, "H50.34-260713-00009")).fees == ()
        unknown = await place.client.get("/api/fees/nobody")
        assert code_of(unknown) == (404, "not_found")


async def test_while_the_system_fails_what_was_told_is_told_as_old_and_the_rest_not_at_all(
    tmp_path: Path,
) -> None:
    """Cut lines and 500s: never a guess."""
    clock = SimulatedClock(MONDAY)
    async with with_a_fee(tmp_path, clock) as place:
        await of_dossier(place)
        clock.move(timedelta(seconds=30))
        place.faults.only = "/api/payments"
        place.faults.broken = 3
        (fee,) = (await of_dossier(place)).fees
        assert (fee.live, fee.state, fee.told_at) == (False, FeeState.PENDING, MONDAY)
        place.faults.broken, place.faults.cut = 0, 3
        assert not (await one(place)).live
        place.faults.cut = 3
        answer = await place.client.get("/api/fees", params={"dossier": "H50.34-260713-00002"})
        assert code_of(answer) == (503, "office.away")
        place.faults.cut = 0
        clock.move(timedelta(seconds=30))
        assert (await one(place)).live


async def test_a_wrong_secret_is_away_and_no_system_is_said_plainly(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with commune(tmp_path, clock, secret="wrong") as place:
        answer = await place.client.get("/api/fees", params={"dossier": DOSSIER})
        assert code_of(answer) == (503, "office.away")
    async with running(sample_config(tmp_path / "alone")) as client:
        answer = await client.get("/api/fees", params={"dossier": DOSSIER})
        assert code_of(answer) == (503, "office.not_connected")


async def test_without_an_account_no_transfer_is_offered(tmp_path: Path) -> None:
    async with with_a_fee(tmp_path, SimulatedClock(MONDAY), fees=FeesConfig()) as place:
        (fee,) = (await of_dossier(place)).fees
        assert fee.pay_to is None
        assert (await place.client.get("/api/officer/fees")).status_code == 401


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ('[[banks]]\nbin = "970436"\nname = "Ngân hàng mẫu"\n', "Ngân hàng mẫu"),
        ("banks = 1", "Vietcombank"),
    ],
)
async def test_a_bank_has_the_name_of_the_sites_own_table_when_that_is_whole(
    tmp_path: Path, table: str, name: str
) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "banks.toml").write_text(table, encoding="utf-8")
    clock = SimulatedClock(MONDAY)
    async with with_a_fee(tmp_path, clock, tables_folder=str(folder)) as place:
        (fee,) = (await of_dossier(place)).fees
        assert fee.pay_to
        assert fee.pay_to.bank_name == name


async def test_an_officer_confirms_and_takes_it_back_with_a_reason(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with with_a_fee(tmp_path, clock) as place, officer(place.client, "1") as browser:
        await of_dossier(place)
        assert [row.state for row in (await day(browser)).fees] == [FeeState.PENDING]
        assert (await act(browser, "confirm")).status_code == 200
        assert (await act(browser, "confirm")).status_code == 200, "again changes nothing"
        shown = await day(browser)
        assert (shown.asked_vnd, shown.confirmed_vnd) == (8000, 8000)
        assert (shown.fees[0].confirmed_by, shown.fees[0].by_officer) == ("officer", "1")
        assert (await one(place)).state is FeeState.CONFIRMED
        assert code_of(await act(browser, "undo")) == (409, "fee.reason_missing")
        assert (await act(browser, "undo", "Nhầm hồ sơ")).status_code == 200
        assert (await one(place)).state is FeeState.PENDING
        shown = await day(browser)
        assert (shown.confirmed_vnd, shown.fees[0].reason) == (0, "Nhầm hồ sơ")


async def test_what_the_system_settled_no_officer_changes_here(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with with_a_fee(tmp_path, clock) as place, officer(place.client, "1") as browser:
        await of_dossier(place)
        await settled(place, "cancelled")
        clock.move(timedelta(seconds=5))
        assert (await one(place)).state is FeeState.CANCELLED
        assert code_of(await act(browser, "confirm")) == (409, "fee.settled")
        assert code_of(await act(browser, "undo", "x")) == (409, "fee.not_confirmed_here")


async def test_the_days_list_opens_in_a_spreadsheet(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with with_a_fee(tmp_path, clock) as place, officer(place.client, "1") as browser:
        await of_dossier(place)
        await act(browser, "confirm", "=HYPERLINK(1)")
        answer = await browser.get("/api/officer/fees.csv")
        assert answer.headers["content-type"].startswith("text/csv")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0]["Số tiền (đồng)"] == "8000"
        assert rows[0]["Trạng thái"] == "đã xác nhận"
        assert rows[0]["Lý do"] == "'=HYPERLINK(1)", "no formula"
        other = await browser.get("/api/officer/fees.csv", params={"day": "2026-07-12"})
        assert len(other.content.decode("utf-8-sig").splitlines()) == 1


async def test_of_more_fees_than_are_listed_the_sums_and_the_sheet_have_all(tmp_path: Path) -> None:
    clock, config = SimulatedClock(MONDAY), sample_config(tmp_path)
    with Store(tmp_path / DATABASE) as store:
        FeeBook(store, clock, keep_days=2).told([fee_of(number) for number in range(1002)])
    async with running(config, clock) as client, officer(client, "1") as browser:
        told = await day(browser, "2026-07-13")
        sheet = await browser.get("/api/officer/fees.csv", params={"day": "2026-07-13"})
    assert (len(told.fees), told.not_listed, told.asked_vnd) == (1000, 2, 1002 * 8000)
    assert told.fees[-1].reference == "R 1001", "the latest are listed"
    assert len(sheet.content.decode("utf-8-sig").splitlines()) == 1 + 1002


def fee_of(number: int) -> Fee:
    """Return a fee as the payment system tells it."""
    return Fee(
        dossier=f"D-{number}",
        amount_vnd=8000,
        reference=f"R {number}",
        state=FeeState.PENDING,
        asked_at=MONDAY,
    )


async def test_a_fee_is_on_the_list_of_each_day_it_was_looked_at(tmp_path: Path) -> None:
    """Who comes back to pay is found by the officer on the day of the payment."""
    clock = SimulatedClock(MONDAY)
    async with with_a_fee(tmp_path, clock, keep_days=3) as place:
        for _ in range(2):
            await of_dossier(place)
            clock.move(timedelta(days=2))
        async with officer(place.client, "1") as browser:
            for one_day, count in (("13", 1), ("14", 0), ("15", 1), ("16", 0)):
                assert len((await day(browser, f"2026-07-{one_day}")).fees) == count
            await of_dossier(place, "H50.34-260713-00009")
            assert (await day(browser, "2026-07-13")).fees == (), "its days are over"
            assert len((await day(browser, "2026-07-15")).fees) == 1


async def test_a_clock_that_was_set_back_does_not_keep_an_old_word_fresh(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with with_a_fee(tmp_path, clock) as place:
        await of_dossier(place)
        await settled(place, "confirmed")
        clock.move(timedelta(minutes=-30))
        assert (await one(place)).state is FeeState.CONFIRMED


def test_fees_of_an_earlier_version_stay_on_the_list_of_their_day(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
    schema.migrate(db, BEFORE_LOOKS)
    at = MONDAY.isoformat()
    row = (REFERENCE, DOSSIER, 8000, "", "pending", None, "", at, at, "2026-07-13")
    db.execute(f"INSERT INTO fees VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - marks
    db.close()
    with Store(tmp_path / DATABASE) as store:
        book = FeeBook(store, SimulatedClock(MONDAY), keep_days=2)
        assert [fee.reference for fee in book.of_day(MONDAY.date())] == [REFERENCE]
        assert book.of_day(MONDAY.date() + timedelta(days=1)) == []


async def test_a_fee_is_forgotten_after_the_days_that_are_kept(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with with_a_fee(tmp_path, clock, keep_days=2) as place:
        await of_dossier(place)
        async with officer(place.client, "1") as browser:
            await act(browser, "confirm")
        clock.move(timedelta(days=3))
        await of_dossier(place, "H50.34-260713-00009")
        assert (await place.client.get(f"/api/fees/{REFERENCE}")).status_code == 404
