"""Feedback that goes on to the province's system: once, whatever fails; its answer comes back."""

import base64
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.structs import replace
from PIL import Image

from devices.contract.clock import SimulatedClock
from devices.contract.topics import VERSION
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.settings import BusConfig
from kiosk.api.errors import NotFoundError
from kiosk.api.site_feedback import FeedbackLookup, SendFeedback
from kiosk.backoffice.sealing import seal_of
from kiosk.counter.feedback.config import FeedbackConfig
from kiosk.counter.feedback.desk import FeedbackDesk
from kiosk.counter.feedback.telling import told
from kiosk.register.simulated import simulated
from tests.counterparts.mosquitto import RealBroker
from tests.kiosk.backoffice.province import systems_of
from tests.kiosk.counter.feedback import (
    NAME,
    PHONE,
    PHOTO,
    TEXT,
    box_of,
    events,
    feedback_config,
    hand_in,
    look,
    on_disk,
    there,
    until,
    wish,
)
from tests.kiosk.counter.province import MONDAY, code_of, commune
from tests.kiosk.counter.site import live_through, opened, running, sample_config
from tests.kiosk.register.office import officer
from tests.kiosk.register.test_open311 import answer_with

CONFIG = feedback_config()
OFTEN = replace(CONFIG, look_every_s=0.1)


async def test_what_a_kiosk_offers_is_the_sites_own(tmp_path: Path) -> None:
    async with commune(tmp_path, SimulatedClock(MONDAY)) as site:
        offer = (await site.client.get("/api/feedback")).json()
        assert (await site.client.get("/api/site")).json()["feedback"] is True
    assert [one["id"] for one in offer["categories"]] == [
        *("moi-truong", "den-duong", "duong-hong", "thai-do")
    ]
    assert [one["due"] for one in offer["categories"]] == [
        *("2026-07-20", "2026-07-16", "2026-07-16", "2026-07-27")
    ], "working days from a Monday"
    assert offer["connected"]
    assert "Trạm Y tế xã Gio Linh" in offer["places"]


async def test_a_site_without_it_offers_nothing(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path, feedback=None)) as client:
        assert (await client.get("/api/site")).json()["feedback"] is False
        assert (await client.post("/api/feedback", json=wish())).status_code == 404


async def test_only_a_kiosk_of_the_site_hands_in_and_follows(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path, site_key="of-the-site")) as client:
        for path in ("/api/feedback", "/api/feedback/look", "/api/feedback/rating"):
            assert code_of(await client.post(path, json={})) == (401, "site_key.wrong")
        assert (await client.get("/api/feedback")).status_code == 401


async def test_the_same_request_is_taken_once(tmp_path: Path) -> None:
    async with commune(tmp_path) as site:
        first = await hand_in(site.client)
        assert await hand_in(site.client) == first
        other = await site.client.post("/api/feedback", json=wish(text="Chuyện khác"))
        assert code_of(other) == (409, "request.reused")

        async def arrived() -> bool:
            return len(await there(site.api)) == 1

        await until(arrived, "it did not arrive")
        assert await hand_in(site.client) == first, "and when it is gone from here"
    assert [one["type"] for one in events(tmp_path / "counter")] == ["feedback.received"]


async def test_it_arrives_whole_and_the_photo_is_nothing_but_a_picture(tmp_path: Path) -> None:
    assert b"Nguyen Van Mau" in base64.b64decode(PHOTO)
    async with commune(tmp_path) as site, officer(site.api) as browser:
        await hand_in(site.client, photo=PHOTO)

        async def arrived() -> bool:
            return bool(await there(site.api))

        await until(arrived, "it did not arrive")
        told = (await there(site.api))[0]
        page = (await browser.get(f"/feedback/{told['service_request_id']}")).text
        photo = await site.api.get(page.partition('src="')[2].partition('"')[0])
    assert (told["description"], told["service_code"]) == (TEXT, "duong-sa")
    assert (told["lat"], told["long"]) == (16.9211, 107.0769), "of the place in the configuration"
    assert NAME in page
    assert PHONE in page
    with Image.open(io.BytesIO(photo.content)) as seen:
        assert (seen.size, dict(seen.getexif())) == ((1280, 640), {})


async def test_what_is_no_feedback_is_refused_and_nothing_of_it_kept(tmp_path: Path) -> None:
    bad: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"category": "khac"}, (404, "not_found")),
        ({"text": " \n\t "}, (400, "payload.bad")),
        ({"text": "x" * 1501}, (400, "request.bad")),
        ({"phone": "gọi tôi"}, (400, "request.bad")),
        ({"lat": 91.0}, (400, "request.bad")),
        ({"photo": base64.b64encode(b"<svg/>").decode()}, (409, "photo.bad")),
    ]
    async with running(sample_config(tmp_path)) as client:
        for changes, refusal in bad:
            answer = await client.post("/api/feedback", json=wish(**changes))
            assert code_of(answer) == refusal, answer.text
    assert events(tmp_path) == []


async def test_more_than_the_disk_may_hold_is_refused_and_the_queue_goes_on(
    tmp_path: Path,
) -> None:
    small = replace(CONFIG, most_mb=1)
    noise = io.BytesIO()
    Image.effect_noise((600, 600), 90).save(noise, "JPEG", quality=90)
    photo = base64.b64encode(noise.getvalue()).decode()
    async with running(sample_config(tmp_path, feedback=small)) as client:
        answers = [
            await client.post("/api/feedback", json=wish(f"r{at}", photo=photo)) for at in range(8)
        ]
        ticket = {"request": "r", "kiosk": "k", "service": "ho-tich"}
        assert (await client.post("/api/tickets", json=ticket)).status_code == 201
    assert answers[0].status_code == 201
    assert code_of(answers[-1]) == (409, "feedback.full")


async def test_nothing_is_lost_and_nothing_doubled_whatever_fails(tmp_path: Path) -> None:
    """Cut lines, lost answers, 500s and a slow system: each is there once, and told as waiting."""
    async with commune(tmp_path) as site:
        site.faults.only = "/open311/v2/requests."
        codes = []
        for fault in ("cut", "lost", "broken", "silent"):
            setattr(site.faults, fault, 2)
            taken = await hand_in(site.client, fault, text=f"Phản ánh {fault}")
            codes.append(taken["code"])
            site.faults.slow_s = 0.2

        async def arrived() -> bool:
            return not any([(await look(site.client, code))["waits"] for code in codes])

        await until(arrived, "some did not arrive", 60)
        texts = sorted(one["description"] for one in await there(site.api))
    assert texts == sorted(f"Phản ánh {one}" for one in ("cut", "lost", "broken", "silent"))


async def test_a_wrong_key_holds_it_back_until_it_is_right(tmp_path: Path) -> None:
    async with simulated(tmp_path / "register") as register:
        systems = systems_of(register, tmp_path)
        key = tmp_path / "api-key"
        right = key.read_text()
        key.write_text("wrong\n")
        config = sample_config(tmp_path / "counter", back_office=systems)
        async with running(config) as client, httpx.AsyncClient(base_url=register.url) as api:
            code = (await hand_in(client))["code"]

            async def tried() -> bool:
                return any(one.startswith("POST /open311") for one in register.faults.asked)

            await until(tried, "it was not tried")
            assert (await look(client, code))["waits"]
            assert await there(api) == []
        key.write_text(right)
        async with running(config) as client, httpx.AsyncClient(base_url=register.url) as api:

            async def arrived() -> bool:
                return not (await look(client, code))["waits"]

            await until(arrived, "it did not arrive")
            assert len(await there(api)) == 1


async def test_the_answer_is_asked_for_and_counted_in_time(tmp_path: Path) -> None:
    """QUE-13: by the day that was promised here."""
    async with commune(tmp_path, feedback=OFTEN) as site, officer(site.api) as browser:
        taken = await hand_in(site.client)

        async def arrived() -> bool:
            return bool(await there(site.api))

        await until(arrived, "it did not arrive")
        foreign = (await there(site.api))[0]["service_request_id"]
        for state, text in (("forwarded", ""), ("in_work", ""), ("done", "Đã thay đèn mới.")):
            await answer_with(browser, foreign, state=state, text=text)

        async def answered() -> bool:
            return len(events(tmp_path / "counter")) == 2

        await until(answered, "the answer was not asked for")
        told = await look(site.client, taken["code"])
        rated = await site.client.post(
            "/api/feedback/rating", json={"code": taken["code"], "value": 4, "scale": 5}
        )
        twice = await site.client.post(
            "/api/feedback/rating", json={"code": taken["code"], "value": 1, "scale": 5}
        )
    assert (told["state"], told["answer"]) == ("done", "Đã thay đèn mới.")
    assert (told["in_time"], told["overdue"]) == (True, False)
    assert (rated.json()["rating"], rated.json()["rating_scale"]) == (4, 5)
    assert code_of(twice) == (409, "feedback.rated")
    received, done, score = events(tmp_path / "counter")
    assert received["feedback"] == done["feedback"] == score["feedback"]
    assert (score["type"], score["value"], score["scale"]) == ("feedback.rated", 4, 5)
    assert done["due"] == received["due"] == taken["due"]
    assert done["on"] <= done["due"]


async def test_one_that_the_system_cannot_tell_of_holds_up_no_other(tmp_path: Path) -> None:
    async with commune(tmp_path, feedback=OFTEN) as site, officer(site.api) as browser:
        ids: dict[str, str] = {}

        async def arrives(request: str, text: str) -> str:
            await hand_in(site.client, request, text=text)

            async def arrived() -> bool:
                found = await there(site.api)
                ids.update((one["description"], one["service_request_id"]) for one in found)
                return text in ids

            await until(arrived, "it did not arrive")
            return ids[text]

        bad = await arrives("r1", "Chuyện hỏng")
        site.faults.only, site.faults.broken = f"/open311/v2/requests/{bad}", 100_000
        asked = len(site.faults.asked)

        async def failed() -> bool:
            return len(site.faults.asked) > asked

        await until(failed, "it was not asked for")
        good = await arrives("r2", "Chuyện khác")
        for state, text in (("forwarded", ""), ("in_work", ""), ("done", "Đã xong.")):
            await answer_with(browser, good, state=state, text=text)

        async def answered() -> bool:
            return len(events(tmp_path / "counter")) == 3

        await until(answered, "the other's answer was not asked for", 20)


async def test_while_the_system_is_away_what_it_said_last_is_told_as_old(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with commune(tmp_path, clock) as site:
        code = (await hand_in(site.client))["code"]

        async def arrived() -> bool:
            return not (await look(site.client, code))["waits"]

        await until(arrived, "it did not arrive")
        site.faults.only, site.faults.broken = "/open311", 100
        clock.move(timedelta(minutes=1))
        told = await look(site.client, code)
        unknown = await site.client.post("/api/feedback/look", json={"code": "AAAA-AAAA-AAAA"})
    assert not told["live"]
    assert told["state"] == "received"
    assert code_of(unknown) == (404, "not_found")


async def test_an_answer_that_never_comes_is_overdue_after_its_day(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        code = (await hand_in(client))["code"]
        clock.move(timedelta(days=3))
        on_the_day = await look(client, code)
        clock.move(timedelta(days=1))
        after = await look(client, code)
    assert not on_the_day["overdue"], "the due day itself is in time"
    assert after["overdue"]


def test_what_is_never_answered_is_overdue_asked_for_no_more_and_forgotten_in_the_end(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as desk:
        store, clock = desk.store, desk.clock
        outbox = store.outbox(seal_of(tmp_path / "key"), clock, lambda *_: None)
        box = box_of(tmp_path, store, outbox, clock, connected=True)
        name = box.take(msgspec.convert(wish(), SendFeedback), b"").id
        item = outbox.item(box.known(name).item)
        assert item
        box.sent(item, "1")

        def lookup() -> FeedbackLookup:
            return told(box.known(name), CONFIG, clock.now())

        live_through(tmp_path, clock, 5)
        clock.move(timedelta(days=7305))
        box.later(name)
        clock.move(-timedelta(days=7305))
        assert [row.id for row in box.to_look_at(9)] == [name], "the clock was ahead for a minute"
        live_through(tmp_path, clock, CONFIG.asks_for_days - 6)
        assert [row.id for row in box.to_look_at(9)] == [name]
        assert (lookup().overdue, lookup().given_up) == (True, False)
        live_through(tmp_path, clock, 1)
        box.forget()
        assert box.to_look_at(9) == []
        assert (lookup().overdue, lookup().given_up) == (True, True)
        live_through(tmp_path, clock, CONFIG.keep_days - 1)
        box.forget()
        assert FeedbackDesk(box, store, outbox, clock).tally().overdue == 1
        live_through(tmp_path, clock, 1)
        box.forget()
        with pytest.raises(NotFoundError):
            box.known(name)


@pytest.mark.real
async def test_nothing_of_a_citizen_is_found_once_the_province_has_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not on the disk in the clear before, not at all after; not in logs, nor on the bus."""
    marks = [mark.encode() for mark in (TEXT, TEXT[10:40], NAME, PHONE)]
    async with RealBroker(tmp_path / "broker") as broker:
        line = BusConfig(port=broker.port)
        async with (
            mqtt_bus(line, "a-listener") as bus,
            bus.listen(f"{VERSION}/#") as heard,
            commune(tmp_path, bus=line, status_every_s=1.0) as site,
        ):
            site.faults.only, site.faults.broken = "/open311/v2/requests.", 3
            taken = await hand_in(site.client, photo=PHOTO)
            waiting = on_disk(tmp_path / "counter")

            async def arrived() -> bool:
                return not (await look(site.client, taken["code"]))["waits"]

            await until(arrived, "it did not arrive", 60)
            packets = b""
            async for packet in heard:
                packets += packet.payload
                if b"feedback.received" in packets and b'"outbox"' in packets:
                    break
            spoken = "".join(capfd.readouterr())
    left = on_disk(tmp_path / "counter")
    assert b"feedback.received" in left
    for mark in marks:
        assert mark not in waiting
        assert mark not in left
        assert mark not in packets
        assert mark.decode() not in spoken
    assert taken["code"].encode() not in packets, "the code is its citizen's secret"
    assert taken["code"] not in spoken
    assert taken["code"].encode() in left, "the control: what is not sealed would be found"


def test_a_configuration_that_does_not_fit_together_is_refused() -> None:
    category = CONFIG.categories[0]
    with pytest.raises(ValueError, match=r"twice.*keep_days"):
        FeedbackConfig(categories=(category, category), keep_days=10)
    with pytest.raises(ValueError, match=r"read_at: '9' is no counter"):
        sample_config(Path(), feedback=replace(CONFIG, read_at=("9",)))
