"""Alerts that reach people: by mail through a real mail server, by a webhook over HTTP."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from litestar import Litestar, Request, Response, post

from devices.contract.clock import SimulatedClock
from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.worker import Worker
from devices.web.serve import served
from provisioning.controller.alerts.alert import Alert, News
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.config import (
    AlertsConfig,
    MailConfig,
    MailListener,
    WebhookConfig,
)
from provisioning.controller.alerts.make import channels_of
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.records import Mute
from provisioning.controller.alerts.rules import Kind, Severity
from provisioning.controller.alerts.teller import Teller
from provisioning.controller.database import Database
from tests.provisioning.controller.alerts.boxes import COMMUNE, PROVINCE, T0
from tests.provisioning.controller.alerts.test_book import AREA, PAPER

WITHIN_S = 20


class Named:
    def path(self, place: str) -> tuple[str, ...]:
        return (PROVINCE, COMMUNE) if place in ("gio-linh-1", COMMUNE) else ()

    def name(self, place: str) -> str:
        return {"gio-linh-1": "Kiosk Gio Linh 1", COMMUNE: "Xã Gio Linh"}.get(place, place)


class MailBox:
    """What a mail server took; it refuses while `refuses`."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refuses = False
        self.asked = 0

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self.asked += 1
        if self.refuses:
            return "451 not now"
        assert isinstance(envelope.content, bytes)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.taken.append(parsed)
        return "250 taken"


@pytest.fixture
def mail() -> Iterator[tuple[MailBox, int]]:
    box, port = MailBox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    async with Worker("alerts") as worker:
        yield worker


def by_mail(port: int, *to: MailListener) -> AlertsConfig:
    server = MailConfig(
        host="127.0.0.1", port=port, security="none", sender="mot-cua@quangtri.test", to=to
    )
    return AlertsConfig(mail=server, dashboard="https://giam-sat.test/")


class Province:
    """A book and a teller on a simulated clock."""

    def __init__(
        self,
        config: AlertsConfig,
        database: Database,
        worker: Worker,
        mailing: Worker | None = None,
    ) -> None:
        self.clock = SimulatedClock(T0)
        self.book = Book(database)
        self.channels = channels_of(config, mailing or worker, self.clock)
        self.teller = Teller(self.book, self.channels, Named(), worker, self.clock)

    def write(self, news: News) -> None:
        self.book.write(news, self.clock.now(), self.teller.whom)
        self.teller.news()

    async def until_told(self) -> None:
        async with alongside(self.teller.run(), name="teller"), asyncio.timeout(WITHIN_S):
            while any(self.book.due(name, self.clock.now(), 1) for name in self.channels):
                await asyncio.sleep(0.02)


async def test_a_technician_gets_one_vietnamese_mail_of_what_happened_at_once(
    mail: tuple[MailBox, int], database: Database, worker: Worker
) -> None:
    box, port = mail
    province = Province(by_mail(port, MailListener(address="ky@quangtri.test")), database, worker)
    province.write(News((AREA, PAPER)))
    await province.until_told()
    (message,) = box.taken
    assert message["Subject"] == (
        "[Một cửa] Xã Gio Linh: 2 hộp mất kết nối cùng lúc (có thể mất điện hoặc đứt cáp) (+1)"
    )
    text = message.get_content()
    assert "Kiosk Gio Linh 1: Máy in hết giấy" in text
    assert "08:00 23/11/2026" in text
    assert "https://giam-sat.test/" in text
    province.write(News(cleared=(PAPER.key,)))
    await province.until_told()
    assert box.taken[1]["Subject"] == "[Một cửa] Đã hết: Kiosk Gio Linh 1: Máy in hết giấy"


async def test_only_those_hear_of_an_alert_who_asked_for_its_place_kind_and_severity(
    mail: tuple[MailBox, int], database: Database, worker: Worker
) -> None:
    box, port = mail
    config = by_mail(
        port,
        MailListener(address="gio-linh@a.test", unit=COMMUNE),
        MailListener(address="dong-ha@a.test", unit="19333"),
        MailListener(address="giay@a.test", kinds=(Kind.PAPER,)),
        MailListener(address="mat-mang@a.test", kinds=(Kind.OFFLINE,)),
        MailListener(address="gap@a.test", least=Severity.CRITICAL),
    )
    province = Province(config, database, worker)
    hot = Alert(key=PAPER.key, severity=Severity.WARNING, since=T0)
    hear = {"mail:gio-linh@a.test": None, "mail:giay@a.test": None}
    assert province.teller.whom(hot, ()) == hear
    province.write(News((PAPER, AREA)))
    await province.until_told()
    told = sorted(str(message["To"]) for message in box.taken)
    assert told == ["gap@a.test", "giay@a.test", "gio-linh@a.test", "mat-mang@a.test"]


async def test_of_what_is_muted_nobody_hears_until_the_mute_ends(
    mail: tuple[MailBox, int], database: Database, worker: Worker
) -> None:
    box, port = mail
    province = Province(by_mail(port, MailListener(address="a@a.test")), database, worker)
    hour = timedelta(hours=1)
    mute = Mute(place=COMMUNE, until=T0 + hour, by="a")
    province.book.mute(mute, T0, province.teller.whom)
    province.write(News((PAPER, AREA)))
    assert province.book.due("mail:a@a.test", T0, 1) == []
    province.clock.move(hour / 2)
    province.write(News(cleared=(AREA.key,)))
    province.clock.move(hour / 2)
    await province.until_told()
    (message,) = box.taken
    assert message["Subject"] == "[Một cửa] Kiosk Gio Linh 1: Máy in hết giấy"


async def test_a_mail_server_that_refuses_is_asked_again_and_nothing_is_lost(
    mail: tuple[MailBox, int], database: Database, worker: Worker
) -> None:
    box, port = mail
    box.refuses = True
    province = Province(by_mail(port, MailListener(address="a@a.test")), database, worker)
    province.write(News((PAPER,)))
    await province.until_told()
    assert (box.asked, box.taken) == (1, [])
    box.refuses = False
    province.clock.move(timedelta(hours=1))
    await province.until_told()
    assert len(box.taken) == 1


async def test_a_webhook_gets_signed_json_and_is_asked_again_until_it_says_yes(
    database: Database, worker: Worker, tmp_path: Path
) -> None:
    got: list[tuple[bytes, str]] = []

    @post("/hook")
    async def hook(request: Request[object, object, object]) -> Response[None]:  # type: ignore[type-var]
        got.append((await request.body(), request.headers["x-motcua-signature"]))
        return Response(None, status_code=500 if len(got) == 1 else 204)

    (tmp_path / "secret").write_text("bi mat\n")
    async with served(Litestar([hook]), "127.0.0.1", 0) as port:
        where = WebhookConfig(
            name="truc", url=f"http://127.0.0.1:{port}/hook", secret_file=str(tmp_path / "secret")
        )
        province = Province(AlertsConfig(webhooks=(where,)), database, worker)
        province.write(News((PAPER,)))
        await province.until_told()
        province.clock.move(timedelta(hours=1))
        await province.until_told()
    assert len(got) == 2
    body, signature = got[1]
    assert signature == "sha256=" + hmac.new(b"bi mat", body, hashlib.sha256).hexdigest()
    (line,) = json.loads(body)["alerts"]
    assert (line["what"], line["kind"], line["place"]) == ("raised", "paper", "gio-linh-1")


async def test_a_listener_of_a_branch_hears_of_an_area_above_it_what_is_its_own(
    mail: tuple[MailBox, int], database: Database, worker: Worker
) -> None:
    box, port = mail
    config = by_mail(
        port,
        MailListener(address="gio-linh@a.test", unit=COMMUNE),
        MailListener(address="dong-ha@a.test", unit="19333"),
    )
    province = Province(config, database, worker)
    boxes = ("gio-linh-1", "x", "y")
    whole = Alert(key=Key(Kind.AREA, PROVINCE), severity=Severity.CRITICAL, since=T0, boxes=boxes)
    muted = Mute(place=COMMUNE, until=T0, by="a")
    assert province.teller.whom(whole, [muted]) == {"mail:gio-linh@a.test": T0}
    province.write(News((whole,)))
    await province.until_told()
    (message,) = box.taken
    assert message["To"] == "gio-linh@a.test"
    assert "Xã Gio Linh: 1 hộp" in message["Subject"]


async def test_thousands_of_alerts_are_one_mail_that_names_some(
    mail: tuple[MailBox, int], database: Database, worker: Worker
) -> None:
    box, port = mail
    province = Province(by_mail(port, MailListener(address="a@a.test")), database, worker)
    storm = tuple(
        Alert(key=Key(Kind.OFFLINE, f"box-{at}"), severity=Severity.CRITICAL, since=T0)
        for at in range(3_000)
    )
    province.write(News(storm))
    await province.until_told()
    (message,) = box.taken
    assert "(+2999)" in message["Subject"]
    assert "(+2900)" in message.get_content()


async def test_a_line_end_in_a_name_begins_no_header(
    mail: tuple[MailBox, int], database: Database, worker: Worker
) -> None:
    box, port = mail
    province = Province(by_mail(port, MailListener(address="a@a.test")), database, worker)
    key = Key(Kind.OFFLINE, "a\r\nBcc: b@b.test\r\n\r\nx")
    province.write(News((Alert(key=key, severity=Severity.CRITICAL, since=T0),)))
    await province.until_told()
    (message,) = box.taken
    assert message["Bcc"] is None
    assert "Bcc: b@b.test" in message["Subject"]


async def test_a_mail_server_that_says_nothing_holds_up_nobody_else(
    database: Database, worker: Worker
) -> None:
    got = asyncio.Event()

    @post("/hook")
    async def hook() -> None:
        got.set()

    silent = await asyncio.start_server(lambda _, __: None, "127.0.0.1", 0)
    async with silent, served(Litestar([hook]), "127.0.0.1", 0) as port, Worker("mail") as mailing:
        mute_port = silent.sockets[0].getsockname()[1]
        config = msgspec.structs.replace(
            by_mail(mute_port, MailListener(address="a@a.test")),
            webhooks=(WebhookConfig(name="truc", url=f"http://127.0.0.1:{port}/hook"),),
        )
        province = Province(config, database, worker, mailing)
        province.write(News((PAPER,)))
        async with alongside(province.teller.run(), name="teller"), asyncio.timeout(WITHIN_S):
            await got.wait()
        assert len(province.book.due("mail:a@a.test", T0, 10)) == 1
        silent.close()


async def test_a_channel_that_cannot_even_begin_is_asked_again(
    database: Database, worker: Worker, tmp_path: Path
) -> None:
    config = AlertsConfig(
        webhooks=(
            WebhookConfig(name="a", url="http://127.0.0.1:1/", secret_file=str(tmp_path / "none")),
            WebhookConfig(name="b", url="http://[bad/"),
        )
    )
    province = Province(config, database, worker)
    province.write(News((PAPER,)))
    await province.until_told()
    later = T0 + timedelta(hours=1)
    for name in province.channels:
        assert [one.tries for one in province.book.due(name, later, 9)] == [1]
