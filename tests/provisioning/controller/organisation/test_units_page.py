"""The page of units, and the search that every field for a unit asks."""

from collections.abc import AsyncIterator

import httpx
import pytest

from provisioning.controller.database import Database
from provisioning.controller.rights import Role
from tests.provisioning.controller.accounts.house import House, house
from tests.provisioning.controller.signing_in import LOGIN, signed_in


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def built(database: Database) -> AsyncIterator[House]:
    async with house(database) as one:
        one.add(LOGIN)
        yield one


@pytest.fixture
async def inside(built: House) -> AsyncIterator[httpx.AsyncClient]:
    async with built.browser() as client:
        yield await signed_in(client)


async def test_one_walks_down_the_tree_and_back_in_time(inside: httpx.AsyncClient) -> None:
    assert "tỉnh Quảng Trị" in (await inside.get("/units")).text
    province = (await inside.get("/units?unit=44")).text
    assert "xã Gio Linh" in province
    assert "phường Sơn Trà" not in province
    old = (await inside.get("/units?unit=45&day=2025-06-30")).text
    assert "huyện Gio Linh" in old
    assert 'id="became"' in old
    assert "tỉnh Quảng Trị (44)" in old
    assert (await inside.get("/units?unit=none&day=never&site=none")).is_success


async def test_units_are_searched_without_marks(inside: httpx.AsyncClient) -> None:
    assert "xã Gio Linh, tỉnh Quảng Trị" in (await inside.get("/units?q=gio+linh")).text
    assert "Không tìm thấy" in (await inside.get("/units?q=khong+co+noi+nay")).text
    found = (await inside.get("/api/units?q=gio linh")).json()
    assert found[0] == {
        "code": "19495",
        "name": "xã Gio Linh",
        "label": "xã Gio Linh, tỉnh Quảng Trị",
        "level": "commune",
    }
    assert len((await inside.get("/api/units?q=tan&limit=5")).json()) == 5
    assert (await inside.get("/api/units?q=tan&limit=1000")).status_code == 400


async def test_a_site_is_added_changed_and_removed(built: House, inside: httpx.AsyncClient) -> None:
    form = {"unit": "19495", "code": "gio-linh-1", "name": "Một cửa", "latitude": "16,93"}
    answer = await inside.post("/units/sites", data={**form, "longitude": "107.08"})
    assert answer.headers["location"] == "/units?unit=19495&done=site"
    assert built.rooms.organisation.site("gio-linh-1").latitude == 16.93
    assert 'value="Một cửa"' in (await inside.get("/units?site=gio-linh-1")).text
    for bad in ({"longitude": "x"}, {}, {"longitude": "107", "unit": "99999"}):
        answer = await inside.post("/units/sites", data={**form, **bad})
        assert answer.status_code == 400
        assert "Điểm cần mã" in answer.text
    assert (await inside.post("/units/sites/gio-linh-1/remove")).status_code == 303
    assert (await inside.post("/units/sites/gio-linh-1/remove")).status_code == 404


async def test_corrections_are_shown_before_they_are_taken(
    built: House, inside: httpx.AsyncClient
) -> None:
    form = {"text": "75,kind,thành phố,2026-05-01\n"}
    page = (await inside.post("/units/corrections", data=form)).text
    assert "thành phố Đồng Nai" in page
    assert 'id="take"' in page
    assert built.rooms.organisation.name_of("75") == "tỉnh Đồng Nai"
    answer = await inside.post("/units/corrections", data={**form, "take": "yes"})
    assert answer.headers["location"] == "/units?done=corrected"
    assert built.rooms.organisation.name_of("75") == "thành phố Đồng Nai"
    answer = await inside.post("/units/corrections", data={"text": "75,colour,red,2026-05-01"})
    assert answer.status_code == 400
    assert "1: &#39;colour&#39;" in answer.text


async def test_a_branchs_administrator_sees_all_and_changes_the_branch(built: House) -> None:
    built.add("chi-nhanh", Role.ADMINISTRATOR, unit="44")
    async with built.browser() as client:
        await signed_in(client, "chi-nhanh")
        form = {"unit": "20194", "code": "da-nang-1", "name": "Đà Nẵng"}
        answer = await client.post("/units/sites", data=form)
        assert answer.status_code == 403
        assert "Ngoài phạm vi" in answer.text
        assert "/units/sites" not in (await client.get("/units?unit=48")).text
        assert "/units/sites" in (await client.get("/units?unit=44")).text
        bad = {"text": "75,kind,thành phố,2026-05-01", "take": "yes"}
        assert (await client.post("/units/corrections", data=bad)).status_code == 403


async def test_a_viewer_may_search_units_and_nothing_else(built: House) -> None:
    built.add("xem", Role.VIEWER)
    async with built.browser() as client:
        await signed_in(client, "xem")
        assert (await client.get("/api/units?q=gio linh")).is_success
        assert (await client.get("/units")).status_code == 403
        assert (await client.post("/units/corrections", data={"text": "x"})).status_code == 403
