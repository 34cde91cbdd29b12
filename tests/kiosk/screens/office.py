"""A counter server on a made-up Monday morning: what officers' pages are pictured from."""

import base64
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
from msgspec.structs import replace
from PIL import Image, ImageDraw

from devices.contract.clock import LOCAL, SimulatedClock
from kiosk.backoffice.systems import BackOfficeConfig
from kiosk.counter.appointments.config import AppointmentsConfig
from kiosk.counter.config import VoiceConfig
from kiosk.register.simulated import simulated
from kiosk.sealed.prepared import Declaration, Prepared, ScannedPaper
from tests.kiosk.backoffice.province import systems_of
from tests.kiosk.counter.drafting import drafts_config, in_memory, key_of, new_request, sealed
from tests.kiosk.counter.feedback import hand_in
from tests.kiosk.counter.site import MONDAY, officer, running, sample_config, wish
from tests.kiosk.counter.test_fees import ACCOUNT
from tests.kiosk.register.office import machine
from tests.kiosk.register.office import officer as clerk
from tests.kiosk.ui.filings import page_picture

DOSSIERS = ("H50.34-260713-00001", "H50.34-260713-00002", "H50.34-260710-00007")
FEES = ((8000, "Lệ phí hộ tịch"), (24000, "Phí chứng thực bản sao"), (20000, "Lệ phí cư trú"))
ARRIVALS = (
    ("ho-tich", "thuong"),
    ("ho-tich", "nguoi_cao_tuoi"),
    ("chung-thuc", "thuong"),
    ("cu-tru", "thuong"),
    ("ho-tich", "thuong"),
    ("dat-dai", "thuong"),
    ("ho-tich", "phu_nu_mang_thai"),
    ("chung-thuc", "thuong"),
    ("chinh-sach", "nguoi_khuyet_tat"),
    ("ho-tich", "thuong"),
    ("dat-dai", "thuong"),
    ("chung-thuc", "thuong"),
)


class Site(NamedTuple):
    """Where it is, and the code of a ticket that waits there."""

    url: str
    ticket: str


@asynccontextmanager
async def morning(folder: Path) -> AsyncIterator[Site]:
    """Open the site at the end of its first hour."""
    clock = SimulatedClock(MONDAY)
    with in_memory() as memory:
        async with simulated(folder / "register", clock) as register:
            office = systems_of(register, folder)
            config = sample_config(
                folder / "counter",
                back_office=_patient(office),
                fees=ACCOUNT,
                appointments=AppointmentsConfig(),
                drafts=drafts_config(memory),
                voice=VoiceConfig(show_s=4.0),
            )
            async with (
                running(config, clock) as client,
                httpx.AsyncClient(base_url=register.url, timeout=20) as plain,
            ):
                async with machine(plain) as api, clerk(plain) as browser:
                    await _fees(client, api)
                    await _appointments(client, api, browser)
                await _drafts(client)
                await _feedback(client, clock)
                code = await _queue(client, clock)
                yield Site(str(client.base_url).rstrip("/"), code)


def _patient(office: BackOfficeConfig) -> BackOfficeConfig:
    """Return the systems with time to answer, and without one for feedback: it is answered here."""
    given = {"answer_within_s": 20.0, "within_s": 60.0}
    assert office.one_stop
    assert office.payment
    assert office.booking
    return replace(
        office,
        open311=None,
        one_stop=replace(office.one_stop, link=replace(office.one_stop.link, **given)),
        payment=replace(office.payment, **given),
        booking=replace(office.booking, **given),
    )


async def _queue(client: httpx.AsyncClient, clock: SimulatedClock) -> str:
    tickets = []
    for at, (service, priority) in enumerate(ARRIVALS):
        taken = await client.post(
            "/api/tickets", json=wish(f"w{at}", service, priority_class=priority)
        )
        tickets.append(taken.json())
        clock.move(timedelta(minutes=2))
    async with (
        officer(client, "1") as one,
        officer(client, "2") as two,
        officer(client, "3") as six,
    ):
        for desk in (one, two, six):
            served = await _next(desk, "")
            clock.move(timedelta(minutes=4))
            await _next(desk, served)
        clock.move(timedelta(minutes=3))
    return str(tickets[-1]["code"])


async def _next(desk: httpx.AsyncClient, current: str) -> str:
    answer = await desk.post("/api/officer/next", json={"current": current})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["current"]["id"])


async def _fees(client: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    for dossier, (amount, what) in zip(DOSSIERS, FEES, strict=True):
        fee = {
            "dossier": dossier,
            "amount_vnd": amount,
            "reference": dossier.replace(".", " ").replace("-", " "),
            "what": what,
        }
        asked = await api.post("/api/payments/fees", json=fee, headers={"Idempotency-Key": dossier})
        assert asked.status_code < 300, asked.text
        told = await client.get("/api/fees", params={"dossier": dossier})
        assert told.status_code == 200, told.text


async def _appointments(
    client: httpx.AsyncClient, api: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    names = ("Nguyễn Thị Mẫu", "Trần Văn Mẫu", "Hồ Thị Mẫu")
    for half, name in enumerate(names):
        at = datetime(2026, 7, 13, 8, 30, tzinfo=LOCAL) + timedelta(minutes=30 * half)
        form = {"slot": f"ho-tich@{at.isoformat()}", "name": name}
        assert (await browser.post("/bookings", data=form)).status_code == 303
    rows = await api.get("/api/bookings/appointments", params={"day": "2026-07-13"})
    first = min(rows.json(), key=lambda one: str(one["begins_at"]))
    came = await client.post(
        f"/api/appointments/{first['code']}/check-in", json={"kiosk": "kiosk-1"}
    )
    assert came.status_code == 200, came.text


async def _drafts(client: httpx.AsyncClient) -> None:
    pdfs = tuple(_scanned(mark) for mark in (0, 1))
    names = ("Tờ khai đăng ký khai sinh", "Giấy chứng sinh")
    prepared = Prepared(
        procedure="1.001193",
        procedure_name="Đăng ký khai sinh",
        declaration=Declaration(
            name="Nguyễn Thị Mẫu",
            birth="20/05/1990",
            sex="Nữ",
            number="045190001234",
            address="Thôn 2, Xã Gio Linh, Tỉnh Quảng Trị",
            phone="0912345678",
            from_card=("name", "birth", "sex", "number", "address"),
        ),
        papers=tuple(
            ScannedPaper(id=f"p{at}", name=name, pages=1, sha256=hashlib.sha256(pdf).hexdigest())
            for at, (name, pdf) in enumerate(zip(names, pdfs, strict=True))
        ),
        missing=("Văn bản ủy quyền",),
    )
    for _ in range(2):
        key, request = await key_of(client), new_request()
        put = await client.put(
            f"/api/drafts/{request}",
            params={
                "kiosk": "kiosk-1",
                "key": key.key_id,
                "service": "ho-tich",
                "procedure": "1.001193",
            },
            content=sealed(key, request, prepared, pdfs),
        )
        assert put.status_code == 200, put.text


def _scanned(mark: int) -> bytes:
    """Return a page as a scanner gives it."""
    picture = Image.open(io.BytesIO(page_picture(840 + mark * 10, 1188)))
    out = io.BytesIO()
    picture.crop((40, 30, picture.width - 40, picture.height - 30)).save(out, format="PDF")
    return out.getvalue()


async def _feedback(client: httpx.AsyncClient, clock: SimulatedClock) -> None:
    await hand_in(client, "f1", category="duong-hong", text="Đường vào thôn Lại An có ổ gà sâu.")
    clock.move(timedelta(minutes=5))
    await hand_in(client, "f2", photo=_photo())


def _photo() -> str:
    """Return a lamp that does not burn, drawn, as JSON carries it."""
    picture = Image.new("RGB", (900, 560), "#26324a")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 420, 900, 560), fill="#3a3a3c")
    draw.rectangle((440, 90, 456, 430), fill="#7d8794")
    draw.rectangle((440, 90, 600, 102), fill="#7d8794")
    draw.ellipse((560, 96, 640, 126), fill="#15181d")
    out = io.BytesIO()
    picture.save(out, format="JPEG")
    return base64.b64encode(out.getvalue()).decode()
