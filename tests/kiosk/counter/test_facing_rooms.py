"""Fees, drafts and feedback on the second screen: shown by the officer, masked, soon gone."""

import asyncio
import contextlib
import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from devices.contract.clock import SimulatedClock
from kiosk.api.fees import FeeTold, PayTo
from kiosk.api.payments import FeeState
from kiosk.counter.fees.face import sheet_of_fee
from kiosk.domain.vietqr import decode
from kiosk.register.main import DATABASE as REGISTER
from tests.kiosk.counter.drafting import drafts_config, handed_over, in_memory, the_one
from tests.kiosk.counter.feedback import TEXT, hand_in
from tests.kiosk.counter.province import MONDAY, code_of
from tests.kiosk.counter.site import officer, running, sample_config, wish
from tests.kiosk.counter.test_facing import HERE, called, screen, until, watched
from tests.kiosk.counter.test_fees import REFERENCE, of_dossier, settled, with_a_fee
from tests.kiosk.sealed.parcels import NAME, NUMBER, PHONE


def values(sheet: dict[str, Any]) -> dict[str, Any]:
    """Return a sheet's values by their Vietnamese labels."""
    return {names["vi"]: value for names, value in sheet["pairs"]}


async def shown(console: httpx.AsyncClient, room: str, body: dict[str, str]) -> None:
    answer = await console.post(f"/api/officer/{room}/facing", json=body)
    assert answer.status_code == 204, answer.text


async def test_a_fee_is_shown_as_it_stands_and_changes_when_the_money_is_confirmed(
    tmp_path: Path,
) -> None:
    """PAY-5: pending until somebody says otherwise, here or at the bank's; no receipt."""
    clock = SimulatedClock(MONDAY)
    async with (
        with_a_fee(tmp_path, clock, sample_data=False) as place,
        officer(place.client, "1") as console,
        screen(place.client, console) as face,
        watched(face) as seen,
    ):
        await of_dossier(place)
        await shown(console, "fees", {"reference": REFERENCE})
        await until(lambda: bool(seen.state["sheet"]))
        sheet = seen.state["sheet"]
        assert values(sheet)["Số tiền"] == {"vi": "8.000\u00a0đồng", "en": "VND\u00a08,000"}
        assert values(sheet)["Tình trạng"]["vi"] == "Chờ xác nhận"
        assert values(sheet)["Nội dung"] == REFERENCE
        assert sheet["picture"].startswith("data:image/svg+xml")
        assert "không phải biên lai" in sheet["note"]["vi"]
        body = {"reference": REFERENCE}
        await console.post("/api/officer/fees/confirm", json=body)
        await until(lambda: values(seen.state["sheet"])["Tình trạng"]["en"].startswith("Confirmed"))
        assert not seen.state["sheet"]["picture"]
        assert "Tài khoản" not in values(seen.state["sheet"])
        await console.post("/api/officer/fees/undo", json=body | {"reason": "Nhầm"})
        await until(lambda: bool(seen.state["sheet"]["picture"]))
        await settled(place, "confirmed")
        clock.move(timedelta(seconds=5))
        await until(lambda: not seen.state["sheet"]["picture"])
        unknown = await console.post("/api/officer/fees/facing", json={"reference": "nobody"})
        assert code_of(unknown) == (404, "not_found")


async def test_a_fee_that_comes_late_is_not_shown_to_the_next_citizen(tmp_path: Path) -> None:
    """A dossier and its sum are nobody else's; the payment system may take its time."""
    clock = SimulatedClock(MONDAY)
    async with (
        with_a_fee(tmp_path, clock) as place,
        officer(place.client, "1") as console,
        screen(place.client, console) as face,
        watched(face) as seen,
    ):
        first = await called(place.client, console)
        await place.client.post("/api/tickets", json=wish("next"))
        await of_dossier(place)
        clock.move(timedelta(seconds=5))
        before = len(place.faults.asked)
        place.faults.only, place.faults.slow_s = "/api/payments", 1.0
        showing = asyncio.create_task(
            console.post("/api/officer/fees/facing", json={"reference": REFERENCE})
        )
        await until(lambda: len(place.faults.asked) > before)
        await console.post("/api/officer/next", json={"current": first})
        await showing
        state = (await face.get("/api/facing/1/state")).json()
        assert state["called"]["number"] == "A002"
        assert state["sheet"] is None
        assert seen.state["sheet"] is None


async def test_a_fee_the_system_takes_back_is_not_left_to_be_paid(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with (
        with_a_fee(tmp_path, clock) as place,
        officer(place.client, "1") as console,
        screen(place.client, console) as face,
        watched(face) as seen,
    ):
        await of_dossier(place)
        await shown(console, "fees", {"reference": REFERENCE})
        await until(lambda: bool(seen.state["sheet"]))
        with contextlib.closing(sqlite3.connect(tmp_path / "register" / REGISTER)) as rows, rows:
            assert rows.execute("DELETE FROM fees").rowcount == 1
        clock.move(timedelta(seconds=5))
        await until(lambda: seen.state["sheet"] is None)


def test_the_symbol_of_a_fee_is_the_transfer_that_is_asked() -> None:
    account = PayTo(bank="970436", bank_name="VCB", account="0011001234567", holder="UBND")
    fee = FeeTold(
        dossier="H50.34-260713-00001",
        amount_vnd=8000,
        reference=REFERENCE,
        state=FeeState.PENDING,
        told_at=MONDAY,
        pay_to=account,
    )
    sheet = sheet_of_fee(fee, sample=True)
    transfer = decode(sheet.qr)
    assert (transfer.amount, transfer.purpose) == (8000, REFERENCE)
    assert "không chuyển tiền" in sheet.note["vi"]
    assert not sheet_of_fee(replace(fee, amount_vnd=0), sample=True).qr, "no sum of one's own"


async def test_a_declaration_is_shown_masked_to_its_own_citizen_alone_and_goes_with_the_draft(
    tmp_path: Path,
) -> None:
    """PRI-1; what the officer took is told by its provisional number, as no official paper."""
    with in_memory() as memory:
        async with (
            running(sample_config(tmp_path, drafts=drafts_config(memory))) as client,
            officer(client, "1") as console,
            screen(client, console) as face,
            watched(face) as seen,
        ):
            await client.post("/api/tickets", json=wish("first"))
            taken = await handed_over(client)
            draft = {"draft": (await the_one(console)).id}
            current = (await console.post("/api/officer/next", json={"current": ""})).json()
            other = current["current"]
            refused = await console.post("/api/officer/drafts/facing", json=draft)
            assert other["number"] != taken.ticket.number
            assert code_of(refused) == (409, "facing.not_served"), "somebody else sits there"
            await console.post("/api/officer/next", json={"current": other["id"]})
            await shown(console, "drafts", draft)
            await until(lambda: bool(seen.state["sheet"]))
            told = values(seen.state["sheet"])
            assert (told["Họ tên"], told["Số định danh"]) == (NAME, "0451******54")
            everything = json.dumps(seen.state, ensure_ascii=False)
            assert NUMBER not in everything
            assert PHONE not in everything
            accepted = await console.post(
                "/api/officer/drafts/accept", json=draft | {"by_hand": True}
            )
            assert accepted.status_code == 200, accepted.text
            await until(lambda: seen.state["sheet"] is None)
            await shown(console, "drafts", draft)
            await until(lambda: bool(seen.state["sheet"]))
            assert values(seen.state["sheet"])["Số tạm"] == taken.local_code
            assert "không phải Giấy tiếp nhận" in seen.state["sheet"]["note"]["vi"]
            assert NAME not in json.dumps(seen.state, ensure_ascii=False)


async def test_a_sheet_goes_at_the_visits_end_and_when_the_officer_leaves(tmp_path: Path) -> None:
    async with (
        running(sample_config(tmp_path)) as client,
        officer(client, "1") as console,
        screen(client, console) as face,
        watched(face) as seen,
    ):
        ticket = await called(client, console)
        for leaving, body in (("finish", {"current": ticket}), ("sign-out", {})):
            await console.post(f"{HERE}/ticket", json={})
            await until(lambda: bool(seen.state["sheet"]))
            await console.post(f"/api/officer/{leaving}", json=body)
            await until(lambda: seen.state["sheet"] is None)
            if leaving == "finish":
                await called(client, console, "r2")
        assert not seen.state["staffed"]
        assert seen.state["called"], "the number is still at the counter"


async def test_the_code_of_feedback_is_shown_without_what_was_written(tmp_path: Path) -> None:
    async with (
        running(sample_config(tmp_path)) as client,
        officer(client, "1") as console,
        screen(client, console) as face,
        watched(face) as seen,
    ):
        taken = await hand_in(client)
        row = (await console.get("/api/officer/feedback")).json()["rows"][0]
        await shown(console, "feedback", {"feedback": row["id"]})
        await until(lambda: bool(seen.state["sheet"]))
        assert values(seen.state["sheet"])["Mã"] == taken["code"]
        assert TEXT not in json.dumps(seen.state, ensure_ascii=False)
        assert (await console.post(f"{HERE}/clear", json={})).json()["sheet"] is None
        await until(lambda: seen.state["sheet"] is None)
