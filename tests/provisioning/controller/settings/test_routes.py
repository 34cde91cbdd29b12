"""The pages and the API of settings, asked as technicians ask them."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import MediaType, get
from litestar.params import FromPath

from devices.runtime.memory_bus import MemoryBroker
from devices.web.serve import served
from provisioning.controller.answers import AnyRequest
from provisioning.controller.database import Database
from provisioning.controller.pages import Pages
from provisioning.controller.rights import Grant, Person, Role
from provisioning.controller.settings.panel import panel
from provisioning.desired import REFUSED, Property, Reported
from tests.provisioning.controller.settings.land import WARD_B
from tests.provisioning.controller.settings.province import ProvinceUnderTest, province_on
from tests.provisioning.controller.somebody import TECHNICIAN, VIEWER, app_as

SECOND = Person(id=9, login="nguoi-hai", name="Hai", grants=(Grant(role=Role.TECHNICIAN),))
OF_WARD_B = Person(
    id=8, login="xa-b", name="Xã B", grants=(Grant(unit=WARD_B, role=Role.TECHNICIAN),)
)
TEXT = '[devices]\nlog_level = "debug"\n\n[devices.printer]\ndriver = "simulated"\n'


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def province(database: Database) -> AsyncIterator[ProvinceUnderTest]:
    async with MemoryBroker().connect() as bus, province_on(bus, database) as running:
        yield running


@pytest.fixture
async def careful(database: Database) -> AsyncIterator[ProvinceUnderTest]:
    async with (
        MemoryBroker().connect() as bus,
        province_on(bus, database, two_persons=True) as running,
    ):
        yield running


def written(
    text: str = TEXT, *, level: str = "role", target: str = "kiosk", base: int = 0
) -> dict[str, str]:
    return {"level": level, "target": target, "text": text, "why": "máy in mới", "base": str(base)}


async def saved(client: httpx.AsyncClient, form: dict[str, str] | None = None) -> None:
    answer = await client.post("/settings/save", data=form or written())
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith("/settings/profile?level=")


async def test_a_profile_is_previewed_saved_and_seen(province: ProvinceUnderTest) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        preview = await client.post("/settings/preview", data=written())
        assert preview.status_code == 200
        assert "2 hộp thay đổi" in preview.text
        assert "+ devices.printer.driver = &#34;simulated&#34;" in preview.text
        assert (await client.get("/api/settings/boxes/k-1")).json()["progress"] == "none"
        await saved(client)
        home = (await client.get("/settings")).text
        assert "máy in mới" in home
        of_box = (await client.get("/api/settings/boxes/k-1")).json()
        assert {one["key"]: one["origin"] for one in of_box["lines"]} == {
            "devices.log_level": "role:kiosk",
            "devices.printer.driver": "role:kiosk",
        }
        editor = (await client.get("/settings/profile?level=role&target=kiosk")).text
        assert "log_level = &#34;debug&#34;" in editor
        assert 'name="base" value="1"' in editor


async def test_what_cannot_be_a_profile_comes_back_with_its_keys_named(
    province: ProvinceUnderTest,
) -> None:
    text = '[devices]\nbox = "k-9"\n[printer]\nx = 1\n'
    async with province.asked_by(TECHNICIAN) as client:
        for path, status in (("/settings/preview", 200), ("/settings/save", 409)):
            answer = await client.post(path, data=written(text))
            assert answer.status_code == status
            assert "<code>devices.box</code>: the box itself decides this" in answer.text
            assert "<code>printer</code>: no part of a box" in answer.text
            assert "x = 1" in answer.text, "nothing of what was written is lost"


async def test_a_change_without_a_reason_is_not_kept(province: ProvinceUnderTest) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        answer = await client.post("/settings/save", data=written() | {"why": "  "})
        assert answer.status_code == 409
        assert "<code>why</code>: is missing" in answer.text
        assert (await client.get("/api/settings/boxes/k-1")).json()["document"] is None


async def test_unknown_keys_are_said_at_once_and_in_the_preview(
    province: ProvinceUnderTest,
) -> None:
    text = "[devices.printer]\ndriver = 'simulated'\npape = 1"
    async with province.asked_by(TECHNICIAN) as client:
        checked = (await client.post("/api/settings/check", json={"text": text})).json()
        assert checked["doubts"] == [{"key": "devices.printer.pape", "text": "no such key"}]
        wrong = (await client.post("/api/settings/check", json={"text": "[devices"})).json()
        assert wrong["wrong"][0]["text"].startswith("TOML: ")
        preview = (await client.post("/settings/preview", data=written(text))).text
        assert "<code>devices.printer.pape</code>: no such key" in preview


async def test_two_who_write_at_once_do_not_write_over_each_other(
    province: ProvinceUnderTest,
) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        await saved(client)
        second = await client.post("/settings/save", data=written("[kiosk]\nlanguage='en'"))
        assert second.status_code == 409
        assert "Người khác vừa sửa hồ sơ này" in second.text
        assert "language=" in second.text
        assert 'name="base" value="1"' in second.text
        await saved(client, written("[kiosk]\nlanguage='en'", base=1))


async def test_an_old_content_can_be_taken_again(province: ProvinceUnderTest) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        await saved(client)
        await saved(client, written("[kiosk]\nlanguage = 'en'", base=1))
        old = (await client.get("/settings/changes/1")).text
        assert "take=1" in old
        editor = await client.get("/settings/profile?level=role&target=kiosk&take=1")
        assert "log_level = &#34;debug&#34;" in editor.text
        assert 'name="base" value="2"' in editor.text


async def test_a_second_person_approves_and_the_author_cannot(careful: ProvinceUnderTest) -> None:
    async with careful.asked_by(TECHNICIAN) as client:
        await saved(client)
        own = await client.post("/settings/changes/1/approve")
        assert (own.status_code, own.json()["code"]) == (409, "settings.own_change")
        page = (await client.get("/settings/changes/1")).text
        assert "settings-approve" not in page
        assert (await client.get("/api/settings/boxes/k-1")).json()["progress"] == "none"
    async with careful.asked_by(SECOND) as client:
        assert "Chờ người thứ hai duyệt" in (await client.get("/settings")).text
        assert "settings-approve" in (await client.get("/settings/changes/1")).text
        assert (await client.post("/settings/changes/1/approve")).status_code == 303
        assert (await client.get("/api/settings/boxes/k-1")).json()["document"]["version"] == 1
        twice = await client.post("/settings/changes/1/approve")
        assert (twice.status_code, twice.json()["code"]) == (409, "settings.decided")


async def test_a_rejection_says_why(careful: ProvinceUnderTest) -> None:
    async with careful.asked_by(TECHNICIAN) as client:
        await saved(client)
    async with careful.asked_by(SECOND) as client:
        without = await client.post("/settings/changes/1/reject", data={"verdict": ""})
        assert without.status_code == 400
        answer = await client.post("/settings/changes/1/reject", data={"verdict": "sai máy"})
        assert answer.status_code == 303
        assert "sai máy" in (await client.get("/settings/changes/1")).text


async def test_a_technician_of_a_ward_changes_what_is_in_it_and_nothing_else(
    province: ProvinceUnderTest,
) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        await saved(client)
    async with province.asked_by(OF_WARD_B) as client:
        await saved(client, written(level="unit", target=WARD_B))
        for form in (written(base=1), written(level="box", target="k-1")):
            for path in ("/settings/preview", "/settings/edit", "/settings/save"):
                answer = await client.post(path, data=form)
                assert answer.status_code == 403, (path, form)
        assert (await client.get("/settings/profile?level=role&target=kiosk")).status_code == 403
        assert (await client.get("/settings/changes/1")).status_code == 403
        assert (await client.get("/settings/boxes/k-1")).status_code == 403
        assert (await client.get("/api/settings/boxes/k-1")).status_code == 403
        assert (await client.post("/settings/boxes/k-1/again")).status_code == 403
        assert (await client.get("/settings/boxes/k-2")).status_code == 200
        assert "target=kiosk" not in (await client.get("/settings")).text


@pytest.mark.parametrize(("person", "status"), [(None, 401), (VIEWER, 403)])
async def test_who_may_not_provision_sees_and_changes_nothing(
    province: ProvinceUnderTest, person: Person | None, status: int
) -> None:
    async with province.asked_by(person) as client:
        for path in (
            "/settings",
            "/settings/profile?level=role&target=kiosk",
            "/settings/changes/1",
            "/settings/boxes/k-1",
            "/api/settings/boxes/k-1",
            "/api/settings/schema/devices",
        ):
            assert (await client.get(path)).status_code == status, path
        for path in ("/settings/preview", "/settings/save", "/settings/changes/1/approve"):
            assert (await client.post(path, data=written())).status_code == status, path


async def test_a_page_of_another_site_changes_nothing(province: ProvinceUnderTest) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        headers = {"Origin": "http://elsewhere.example"}
        answer = await client.post("/settings/save", data=written(), headers=headers)
        assert answer.json()["code"] == "origin.foreign"
        assert (await client.get("/api/settings/boxes/k-1")).json()["document"] is None


async def test_why_a_box_refused_stands_at_its_property(province: ProvinceUnderTest) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        await saved(client)
        answer = Property(value="info", ac=REFUSED, av=1, ad="too <talkative>")
        said = Reported(
            boot=1,
            version=1,
            in_force=0,
            text="devices: log_level: too <talkative>",
            parts={"devices": {"log_level": answer}},
        )
        await province.queries.do(province.settings.settings.hear, [("k-1", said)])
        page = (await client.get("/settings/boxes/k-1?lang=en")).text
        assert "too &lt;talkative&gt;" in page
        assert re.search(r'class="wrong".*devices\.log_level', page, re.DOTALL)
        assert "Refused" in page
        home = (await client.get("/settings?lang=en")).text
        assert '<a href="/settings/boxes/k-1">' in home
        assert (await client.post("/settings/boxes/k-1/again")).status_code == 303
        again = (await client.get("/api/settings/boxes/k-1")).json()
        assert again["document"]["version"] == 2


async def test_a_boxs_page_has_a_part_that_says_how_far_its_settings_are(
    province: ProvinceUnderTest,
) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        await saved(client)
        said = Reported(boot=1, version=1, in_force=0, text="devices: no such key")
        await province.queries.do(province.settings.settings.hear, [("k-1", said)])

        @get("/part/{box:str}", media_type=MediaType.HTML)
        async def part(request: AnyRequest, box: FromPath[str]) -> str:
            return await panel(province.rooms, Pages(), request, box)

        async with served(app_as(TECHNICIAN, [part]), "127.0.0.1", 0) as port:
            url = f"http://127.0.0.1:{port}/part"
            refused = (await client.get(f"{url}/k-1")).text
            assert "Hộp từ chối" in refused
            assert "devices: no such key" in refused
            assert "Chờ hộp kết nối" in (await client.get(f"{url}/k-2")).text
            assert "Không có hồ sơ" in (await client.get(f"{url}/r-1")).text


async def test_the_other_language_of_an_editor_is_the_same_editor(
    province: ProvinceUnderTest,
) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        page = (await client.get("/settings/profile?level=role&target=kiosk")).text
        assert 'href="?level=role&amp;target=kiosk&amp;lang=en"' in page
        astray = await client.get("/settings/preview?lang=en")
        assert (astray.status_code, astray.headers["location"]) == (303, "/settings?lang=en")


async def test_a_parts_schema_is_handed_out_and_no_others(province: ProvinceUnderTest) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        schema = (await client.get("/api/settings/schema/devices")).json()
        assert "printer" in schema["$defs"]["DevicesConfig"]["properties"]
        assert (await client.get("/api/settings/schema/controller")).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"level": "planet", "target": "x", "why": "x"},
        {"level": "role", "target": "../x", "why": "x"},
        {"level": "role", "target": "", "why": "x"},
        {"level": "role", "target": "x", "why": "x", "base": "-1"},
        {"level": "role", "target": "x", "why": "y" * 501},
    ],
)
async def test_a_form_that_is_none_is_refused(
    province: ProvinceUnderTest, form: dict[str, str]
) -> None:
    async with province.asked_by(TECHNICIAN) as client:
        for path in ("/settings/preview", "/settings/edit", "/settings/save"):
            answer = await client.post(path, data=form)
            assert answer.status_code == 400, path
