"""GeoReport v2 at the register: every call, XML and JSON, refusals as lists, officers' answers."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from georeport import GeoReport
from lxml import etree

from devices.contract.clock import SimulatedClock
from tests.kiosk.register.feedback_told import KEY, POTHOLE, picture
from tests.kiosk.register.office import MONDAY, officer, running, sample_config

V2 = "/open311/v2"
BAD_QUERIES = (
    {"status": "x"},
    {"start_date": "hôm qua"},
    {"end_date": "2026-07-01"},
    {"end_date": "0001-01-01T00:00:00+14:00"},
)
CATEGORIES = ["moi-truong", "duong-sa", "thai-do"]


def xml(answer: httpx.Response) -> Any:
    """Return the answer's root, read by a strict parser that others wrote."""
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))


async def tell(client: httpx.AsyncClient, **changes: Any) -> str:
    form = {**POTHOLE, **changes}
    answer = await client.post(f"{V2}/requests.json", data=form)
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["service_request_id"])


async def seen(browser: httpx.AsyncClient, code: str) -> str:
    page = (await browser.get(f"/feedback/{code}")).text
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found.group(1)


async def answer_with(browser: httpx.AsyncClient, code: str, **form: str) -> httpx.Response:
    form = {"seen": await seen(browser, code), **form}
    return await browser.post(f"/feedback/{code}", data=form)


async def test_services_are_the_same_in_xml_and_json(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        as_json = (await client.get(f"{V2}/services.json")).json()
        root = xml(await client.get(f"{V2}/services.xml"))
        english = (await client.get(f"{V2}/services.json?locale=en")).json()
    assert root.tag == "services"
    as_xml = [{field.tag: field.text or "" for field in one} for one in root]
    assert as_xml == [
        {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in one.items()
        }
        for one in as_json
    ]
    assert [one["metadata"] for one in as_json] == [False, True, False]
    assert english[1]["service_name"] == "Roads and lighting"


async def test_a_service_tells_its_questions_and_an_unknown_one_is_404(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        told = (await client.get(f"{V2}/services/duong-sa.json")).json()
        root = xml(await client.get(f"{V2}/services/duong-sa.xml"))
        unknown = await client.get(f"{V2}/services/x.xml")
    question = told["attributes"][0]
    assert question["code"] == "KIND"
    assert question["datatype"] == "singlevaluelist"
    assert question["required"] is True
    assert root.findtext("attributes/attribute/values/value/key") == "pothole"
    assert unknown.status_code == 404
    assert xml(unknown).findtext("error/code") == "404"


async def test_feedback_is_followed_by_its_code(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        code = await tell(client)
        by_code = (await client.get(f"{V2}/requests/{code}.json")).json()[0]
        root = xml(await client.get(f"{V2}/requests/{code.replace('-', '').lower()}.xml"))
    assert by_code["status"] == "open"
    assert by_code["description"] == POTHOLE["description"]
    assert by_code["requested_datetime"] == "2026-07-13T08:00:00+07:00"
    assert by_code["expected_datetime"] == "2026-07-16T17:00:00+07:00"
    assert (by_code["lat"], by_code["long"]) == (16.912345, 107.012345)
    assert by_code["extended_attributes"]["state"] == "received"
    assert root.findtext("request/description") == POTHOLE["description"]
    assert root.findtext("request/extended_attributes/overdue") == "false"
    assert "Mẫu" not in json.dumps(by_code, ensure_ascii=False)


REFUSALS: tuple[tuple[dict[str, str], int, list[str]], ...] = (
    ({"api_key": ""}, 403, ["api_key"]),
    ({"api_key": "x"}, 403, ["api_key"]),
    ({"service_code": ""}, 400, ["service_code: was not provided"]),
    ({"service_code": "x"}, 404, ["service_code: was not found"]),
    ({"jurisdiction_id": "x.vn"}, 404, ["jurisdiction_id"]),
    ({"lat": "", "long": "", "address_string": ""}, 400, ["location"]),
    ({"lat": "91"}, 400, ["lat: is no number", "lat and long"]),
    ({"lat": "nan", "long": "1e999"}, 400, ["lat: is no number", "long: is no number"]),
    ({"long": ""}, 400, ["lat and long"]),
    ({"description": "x" * 4001}, 400, ["description"]),
    ({"media_url": "javascript:1"}, 400, ["media_url"]),
    ({"attribute[KIND]": ""}, 400, ["attribute[KIND]: is required"]),
    ({"attribute[KIND]": "tank"}, 400, ["attribute[KIND]: has a wrong value"]),
    ({"attribute[X]": "1"}, 400, ["attribute: one is not asked"]),
    ({"attribute[KIND][]": "lamp"}, 400, ["attribute[KIND]: takes one value"]),
)


async def test_a_refusal_lists_every_reason(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        for changes, status, words in REFUSALS:
            form = {**POTHOLE, **changes}
            answer = await client.post(f"{V2}/requests.json", data=form)
            in_xml = xml(await client.post(f"{V2}/requests.xml", data=form))
            told = [(one["code"], one["description"]) for one in answer.json()]
            assert answer.status_code == status == told[0][0]
            assert len(told) == len(words), changes
            assert all(word in text for (_, text), word in zip(told, words, strict=True))
            assert [one.findtext("description") for one in in_xml] == [text for _, text in told]
        stored = await client.get(f"{V2}/requests.json", params={"api_key": KEY})
    assert stored.json() == []


async def test_the_same_key_takes_feedback_once(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        header = {"Idempotency-Key": "k1"}
        first = await client.post(f"{V2}/requests.xml", data=POTHOLE, headers=header)
        again = await client.post(f"{V2}/requests.xml", data=POTHOLE, headers=header)
        other = {**POTHOLE, "description": "x"}
        refused = await client.post(f"{V2}/requests.xml", data=other, headers=header)
        stored = (await client.get(f"{V2}/requests.json", params={"api_key": KEY})).json()
    assert first.content == again.content
    assert refused.status_code == 400
    assert len(stored) == 1


async def test_photos_are_drawn_anew_and_what_is_none_is_refused(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:

        async def sent(*files: bytes) -> httpx.Response:
            media = [("media", (f"{n}.jpg", file, "image/jpeg")) for n, file in enumerate(files)]
            return await client.post(f"{V2}/requests.json", data=POTHOLE, files=media)

        taken = await sent(picture(), picture(3000, 2000, "PNG"))
        code = taken.json()[0]["service_request_id"]
        url = (await client.get(f"{V2}/requests/{code}.json")).json()[0]["media_url"]
        photo = await client.get(url[url.index(V2) :])
        refusals = [
            await sent(b"<script>"),
            await sent(picture()[:200]),
            await sent(b"\xff" * (5 * 2**20 + 1)),
            await sent(*[picture()] * 4),
            await sent(picture(9000, 5000, "PNG")),
        ]
        lost = await client.get(f"{V2}/media/x")
    assert taken.status_code == 201
    assert photo.headers["content-type"] == "image/jpeg"
    assert photo.content.startswith(b"\xff\xd8")
    assert b"Nguyen Van Mau" in picture()
    assert b"Nguyen Van Mau" not in photo.content
    assert [one.status_code for one in refusals] == [400] * 5
    assert lost.status_code == 404


async def test_the_list_shows_what_is_public_and_what_is_ones_own(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client, officer(client) as browser:
        public, private = await tell(client), await tell(client, description="Riêng")
        await answer_with(browser, public, state="forwarded", public="yes")

        async def listed(**query: str) -> list[str]:
            answer = await client.get(f"{V2}/requests.json", params=query)
            assert answer.status_code == 200, answer.text
            return [one["service_request_id"] for one in answer.json()]

        assert await listed() == [public]
        assert set(await listed(api_key=KEY)) == {public, private}
        assert await listed(service_request_id=f"{private},x", status="closed") == [private]
        assert await listed(api_key=KEY, status="closed") == []
        assert await listed(api_key=KEY, service_code="moi-truong") == []
        assert await listed(api_key=KEY, end_date="2026-07-13T00:59:59Z") == []
        assert len(await listed(api_key=KEY, start_date="2026-07-13T00:59:59Z")) == 2
        wide = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-07-01T00:00:00Z"}
        for query in (wide, *BAD_QUERIES):
            refused = await client.get(f"{V2}/requests.xml", params=query)
            assert refused.status_code == 400
            assert xml(refused).tag == "errors"


async def test_an_officers_answer_is_what_the_citizen_reads(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client, officer(client) as browser:
        code = await tell(client)
        stale = await seen(browser, code)
        await answer_with(browser, code, state="forwarded", text="")
        await answer_with(browser, code, state="in_work", text="Đang kiểm tra")
        working = (await client.get(f"{V2}/requests/{code}.json")).json()[0]
        late = {"seen": stale, "state": "done", "text": "x"}
        refused = await browser.post(f"/feedback/{code}", data=late)
        jumped = await answer_with(browser, code, state="published")
        await answer_with(browser, code, state="done", text="Đã vá\nổ gà")
        done = (await client.get(f"{V2}/requests/{code}.json")).json()[0]
        page = (await browser.get(f"/feedback/{code}")).text
    assert (working["status"], working["status_notes"]) == ("open", "[đang xử lý] Đang kiểm tra")
    assert (refused.status_code, jumped.status_code) == (409, 409)
    assert (done["status"], done["status_notes"]) == ("closed", "[đã xử lý] Đã vá\nổ gà")
    assert done["extended_attributes"]["answered_in_time"] is True
    assert "Nguyễn Văn Mẫu" in page
    assert page.count("Lê Thị Hoa") == 1  # the bar's; steps name officers by their id


async def test_overdue_and_late_are_counted(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    async with running(sample_config(tmp_path), clock) as client:
        late, _ = await tell(client), await tell(client)
        clock.move(timedelta(days=3))
        on_the_day = (await browser_page(client, "/feedback")).text
        clock.move(timedelta(days=1))
        overdue = (await client.get(f"{V2}/requests/{late}.json")).json()[0]
        async with officer(client) as today:
            for state in ("forwarded", "in_work", "done"):
                await answer_with(today, late, state=state)
            page = (await today.get("/feedback?show=overdue")).text
        done = (await client.get(f"{V2}/requests/{late}.json")).json()[0]
    assert "<b>0</b><span>Quá hạn" in on_the_day
    assert overdue["extended_attributes"]["overdue"] is True
    assert done["extended_attributes"]["answered_in_time"] is False
    assert "<b>1</b><span>Quá hạn" in page
    assert "<b>1</b><span>Trả lời trễ hạn" in page
    assert "<b>0</b><span>Trả lời đúng hạn" in page


async def browser_page(client: httpx.AsyncClient, path: str) -> httpx.Response:
    async with officer(client) as browser:
        return await browser.get(path)


async def test_who_sent_it_is_forgotten_long_after_the_answer(tmp_path: Path) -> None:
    clock = SimulatedClock(MONDAY)
    config = sample_config(tmp_path)
    async with running(config, clock) as client:
        code = await tell(client)
        open_one = await tell(client)
        async with officer(client) as browser:
            await answer_with(browser, code, state="refused", text="Ngoài thẩm quyền")
    clock.move(timedelta(days=91))
    async with running(config, clock) as client, officer(client) as browser:
        answered = (await browser.get(f"/feedback/{code}")).text
        still_open = (await browser.get(f"/feedback/{open_one}")).text
    assert "Nguyễn Văn Mẫu" not in answered
    assert "Nguyễn Văn Mẫu" in still_open


async def test_a_client_that_others_wrote_reads_services_and_requests(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client, officer(client) as browser:
        code = await tell(client)
        await answer_with(browser, code, state="forwarded", public="yes")
        for form in ("xml", "json"):
            asker = GeoReport(f"{str(client.base_url).rstrip('/')}{V2}", output_format=form)
            services = await asyncio.to_thread(asker.get_service_list)
            asked = await asyncio.to_thread(asker.get_service_definition, "duong-sa")
            listed = await asyncio.to_thread(asker.get_service_requests)
            found = await asyncio.to_thread(asker.get_service_request, code)
            assert [one["service_code"] for one in services] == CATEGORIES, form
            assert "KIND" in str(asked)
            assert code in str(listed)
            assert POTHOLE["description"] in str(found)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("register.sqlite*"))


async def test_nothing_of_a_person_lies_readable_on_the_disk(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        media = [("media", ("1.jpg", picture(), "image/jpeg"))]
        answer = await client.post(f"{V2}/requests.json", data=POTHOLE, files=media)
        assert answer.status_code == 201
        code = answer.json()[0]["service_request_id"]
        written = on_disk(tmp_path)
    for marked in ("Nguyễn Văn Mẫu", "0900000000", "Ổ gà sâu", "THCS Gio Linh", "JFIF"):
        assert marked.encode() not in written
    assert code.encode() in written


async def test_what_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        code = await tell(client, description="a\x00\x08\x1b\ufffeb ]]> <x>&amp; \u1ea1 a\u0323")
        root = xml(await client.get(f"{V2}/requests/{code}.xml"))
    assert root.findtext("request/description") == "ab ]]> <x>&amp; \u1ea1 \u1ea1"


async def test_officers_pages_are_nobody_elses(tmp_path: Path) -> None:
    async with running(sample_config(tmp_path)) as client:
        code = await tell(client)
        for path in ("/feedback", f"/feedback/{code}", "/payments", "/payments.csv", "/bookings"):
            answer = await client.get(path)
            assert answer.status_code == 401, path
            assert "Mẫu" not in answer.text
