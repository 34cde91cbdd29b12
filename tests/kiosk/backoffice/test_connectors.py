"""Every connector against the register while it fails: nothing lost or doubled, errors named."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from devices.contract.clock import LOCAL, SimulatedClock, local_day
from kiosk.api.bookings import AppointmentState, CheckIn
from kiosk.api.payments import AskFee, FeeState
from kiosk.backoffice.errors import (
    BackOfficeDownError,
    MaybeThereError,
    NotThereError,
    RequestRefusedError,
    TokenRefusedError,
)
from kiosk.backoffice.http import HttpEdge
from kiosk.backoffice.open311 import NewFeedback, Open311Client, Photo
from kiosk.backoffice.outbox_sender import OutboxSender
from kiosk.backoffice.systems import DOSSIER, FEE, FEEDBACK, content_of
from kiosk.register.open311.config import ApiKey, CategoryConfig, FeedbackConfig
from kiosk.register.simulated import SECRET, Faults, SimulatedRegister, simulated
from tests.kiosk.backoffice.province import DRAFT, NOON, connected, systems_of, written
from tests.kiosk.backoffice.scripted import AT_ONCE
from tests.kiosk.backoffice.test_outbox import NO_WAIT, Behind, outbox_in
from tests.kiosk.register.feedback_told import picture
from tests.kiosk.register.office import officer

FEE_ASKED = AskFee(dossier="H50.1-261123-00001", amount_vnd=8000, reference="H50 261123 00001")
POTHOLE = NewFeedback(
    category="duong-sa",
    description="Ổ gà & nước < 1 m",
    lat=16.9,
    long=107.1,
    attributes=(("KIND", "pothole"),),
    name="Nguyễn Văn Mẫu",
    photos=(Photo(jpeg=picture(64, 48)),),
)


def failing(faults: Faults, name: str) -> None:
    """Let the register fail twice in one way, wherever it is asked next but for tokens."""
    setattr(faults, name, 2)


async def test_a_dossier_is_created_once_whatever_fails(tmp_path: Path) -> None:
    async with simulated(tmp_path / "r") as register, connected(register, tmp_path) as systems:
        one_stop = systems.one_stop
        assert one_stop
        register.faults.only = "/api/one-stop"
        codes = []
        for number, fault in enumerate(("broken", "cut", "lost")):
            for path in ("/numbers", "/papers", "/dossiers"):
                register.faults.only = f"/api/one-stop{path}"
                failing(register.faults, fault)
                codes.append(await one_stop.hand_in(DRAFT, f"key-{number}"))
        assert codes == [codes[0]] * 3 + [codes[3]] * 3 + [codes[6]] * 3
        assert len(set(codes)) == 3
        told = await one_stop.dossier(codes[0])
        steps = await one_stop.progress(codes[0])
        with pytest.raises(NotThereError):
            await one_stop.dossier("H50.1-261123-99999")
    assert (told.code, told.state, told.form) == (codes[0], 1, DRAFT.form)
    assert [step.state for step in steps] == [1]


async def test_tokens_are_fetched_once_for_all_and_renewed(tmp_path: Path) -> None:
    clock = SimulatedClock(NOON)
    async with (
        simulated(tmp_path / "r", clock) as register,
        connected(register, tmp_path, clock) as systems,
    ):
        asked = register.faults.asked
        bookings = systems.bookings
        assert bookings

        async def ask_at_once() -> int:
            before = asked.count("POST /oauth/token")
            day = local_day(NOON)
            await asyncio.gather(*(bookings.of_day(day) for _ in range(5)))
            return asked.count("POST /oauth/token") - before

        assert await ask_at_once() == 1
        assert await ask_at_once() == 0
        register.expire_tokens()  # before their time: a 401 tells
        assert 1 <= await ask_at_once() <= 2
        clock.move(timedelta(seconds=590))  # before they expire
        assert await ask_at_once() == 1
        assert await ask_at_once() == 0


@pytest.mark.parametrize(("secret", "scope"), [("wrong", ""), (SECRET, "dossiers.status")])
async def test_a_wrong_secret_or_scope_is_named(tmp_path: Path, secret: str, scope: str) -> None:
    async with (
        simulated(tmp_path / "r") as register,
        connected(register, tmp_path, secret=secret, scope=scope) as systems,
    ):
        assert systems.payments
        with pytest.raises(TokenRefusedError):
            await systems.payments.fee("x")


async def test_a_slow_or_silent_system_is_told_as_down_in_time(tmp_path: Path) -> None:
    async with (
        simulated(tmp_path / "r") as register,
        connected(register, tmp_path, tries=1) as systems,
    ):
        assert systems.payments
        await systems.payments.ask(FEE_ASKED, "k")
        register.faults.only = "/api/payments"
        register.faults.silent = 1
        begun = asyncio.get_running_loop().time()
        with pytest.raises(BackOfficeDownError):
            await systems.payments.fee(FEE_ASKED.reference)
        assert asyncio.get_running_loop().time() - begun < 10
        register.faults.silent = 0
        assert (await systems.payments.fee(FEE_ASKED.reference)).state is FeeState.PENDING


async def test_a_fee_is_asked_once_and_another_under_its_reference_is_refused(
    tmp_path: Path,
) -> None:
    async with simulated(tmp_path / "r") as register, connected(register, tmp_path) as systems:
        assert systems.payments
        register.faults.only = "/api/payments"
        failing(register.faults, "lost")
        fee = await systems.payments.ask(FEE_ASKED, "k")
        again = await systems.payments.ask(FEE_ASKED, "k2")
        with pytest.raises(RequestRefusedError):
            other = AskFee(dossier="x", amount_vnd=1, reference=FEE_ASKED.reference)
            await systems.payments.ask(other, "k3")
        with pytest.raises(NotThereError):
            await systems.payments.fee("no such")
    assert fee == again
    assert fee.state is FeeState.PENDING


@pytest.mark.parametrize("xml", [True, False])
async def test_feedback_goes_over_and_is_followed(tmp_path: Path, *, xml: bool) -> None:
    clock = SimulatedClock(NOON)
    async with (
        simulated(tmp_path / "r", clock) as register,
        connected(register, tmp_path, clock, xml=xml) as systems,
    ):
        feedback = systems.feedback
        assert feedback
        categories = await feedback.categories()
        questions = await feedback.attributes("duong-sa")
        register.faults.only = "/open311"
        failing(register.faults, "cut")
        taken = await feedback.tell(POTHOLE, "key-1")
        assert await feedback.tell(POTHOLE, "key-1") == taken
        told = await feedback.feedback(taken.code)
        listed = await feedback.all_between(NOON - timedelta(days=1), NOON + timedelta(days=1))
        with pytest.raises(NotThereError):
            await feedback.feedback("NYJK-YF33-PMKM")
        with pytest.raises(RequestRefusedError, match="KIND"):
            await feedback.tell(NewFeedback(category="duong-sa", description="", address="x"), "k")
    assert [one.metadata for one in categories] == [False, True, False]
    assert [value.key for value in questions[0].values] == ["pothole", "lamp"]
    assert told.description == POTHOLE.description
    assert (told.closed, told.state, told.overdue) == (False, "received", False)
    assert told.requested_at == NOON
    assert told.expected_at
    assert listed == (told,)


async def test_a_token_is_turned_into_a_code(tmp_path: Path) -> None:
    later = CategoryConfig(id="sau", names={"vi": "Trả lời sau"}, type="batch")
    key = hashlib.sha256(b"feedback-mau").hexdigest()
    config = FeedbackConfig(categories=(later,), keys=(ApiKey(id="gio-linh", sha256=key),))
    async with (
        simulated(tmp_path / "r", feedback=config) as register,
        connected(register, tmp_path) as systems,
    ):
        feedback = systems.feedback
        assert feedback
        taken = await feedback.tell(NewFeedback(category="sau", description="x", address="y"), "k")
        assert not taken.code
        code = await feedback.code_of(taken.token)
        assert (await feedback.feedback(code)).category == "sau"
        with pytest.raises(NotThereError):
            await feedback.code_of("x")


async def test_where_a_second_post_would_be_a_second_complaint_an_officer_is_asked(
    tmp_path: Path,
) -> None:
    async with simulated(tmp_path / "r") as register:
        open311 = systems_of(register, tmp_path).open311
        assert open311
        config = replace(open311, posts_again=False)
        unknown = replace(config, api_key=written(tmp_path, "wrong-key", "x"))
        async with HttpEdge(config.link, waits=AT_ONCE) as edge:
            asker, stranger = Open311Client(edge, config), Open311Client(edge, unknown)
            register.faults.lost = 1
            with pytest.raises(MaybeThereError) as caught:
                await asker.tell(POTHOLE, "k")
            with pytest.raises(TokenRefusedError):
                await stranger.tell(POTHOLE, "k")
            now = datetime.now(LOCAL)
            hour = timedelta(hours=1)
            there = await asker.all_between(now - hour, now + hour, closed=False)
    assert not caught.value.retry
    assert len(there) == 1


async def test_somebody_with_an_appointment_checks_in_once(tmp_path: Path) -> None:
    clock = SimulatedClock(datetime(2026, 11, 23, 7, 0, tzinfo=LOCAL))
    async with (
        simulated(tmp_path / "r", clock) as register,
        connected(register, tmp_path, clock) as systems,
    ):
        code = await booked(register, "ho-tich@2026-11-23T08:00:00+07:00")
        bookings = systems.bookings
        assert bookings
        register.faults.only = "/api/bookings"
        failing(register.faults, "lost")
        here = CheckIn(site="gio-linh", ticket="A001")
        came = await bookings.check_in(code, here, "k")
        again = await bookings.check_in(code, here, "k")
        with pytest.raises(RequestRefusedError):
            await bookings.check_in(code, CheckIn(site="gio-linh", ticket="A002"), "k2")
        with pytest.raises(NotThereError):
            await bookings.appointment("2311-000000")
        day = await bookings.of_day(local_day(NOON))
    assert came == again == day[0]
    assert came.state is AppointmentState.CHECKED_IN


async def booked(register: SimulatedRegister, slot: str) -> str:
    """Let an officer make an appointment; return its code."""
    async with httpx.AsyncClient(base_url=register.url) as client, officer(client) as browser:
        answer = await browser.post("/bookings", data={"slot": slot, "name": "Mẫu"})
        page = (await browser.get(answer.headers["location"])).text
    return page.partition("/bookings/")[2].partition('"')[0]


async def test_an_outbox_empties_itself_through_every_fault(tmp_path: Path) -> None:
    """Dossiers, feedback and fees: each is in the register once, and the site knows its name."""
    named: dict[str, str] = {}
    async with simulated(tmp_path / "r") as register, connected(register, tmp_path) as systems:
        register.faults.broken, register.faults.cut, register.faults.lost = 4, 5, 5
        with outbox_in(tmp_path, on_sent=lambda item, name: named.update({item.subject: name})) as (
            outbox,
            database,
        ):
            with database:
                outbox.put(DOSSIER, "draft", content_of(DRAFT))
                outbox.put(FEEDBACK, "feedback", content_of(POTHOLE))
                outbox.put(FEE, "fee", content_of(FEE_ASKED))
            sender = OutboxSender(Behind(outbox), systems.carriers(), waits=NO_WAIT)
            async with asyncio.timeout(60):
                while outbox.ready():
                    await sender.round()
            assert outbox.outstanding() == []
        assert systems.one_stop
        assert systems.feedback
        assert systems.payments
        assert (await systems.one_stop.dossier(named["draft"])).state == 1
        assert (await systems.feedback.feedback(named["feedback"])).description
        assert (await systems.payments.fee(named["fee"])).amount_vnd == FEE_ASKED.amount_vnd
        now = datetime.now(LOCAL)
        hour = timedelta(hours=1)
        assert len(await systems.feedback.all_between(now - hour, now + hour)) == 1
