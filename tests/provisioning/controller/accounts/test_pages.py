"""One's own account, people and the audit log, as pages."""

import csv
import re
from datetime import timedelta

import httpx
import pytest

from provisioning.controller.rights import Role
from tests.provisioning.controller.accounts.house import House
from tests.provisioning.controller.signing_in import LOGIN, PASSWORD, signed_in

FRESH = "một câu hoàn toàn mới"


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def inside(built: House, outside: httpx.AsyncClient) -> httpx.AsyncClient:
    built.add(LOGIN, Role.ADMINISTRATOR, Role.AUDITOR)
    return await signed_in(outside)


def given(page: str) -> str:
    """Return the password that is shown once."""
    found = re.search(r'<p class="secret">([a-z2-9-]{19})</p>', page)
    assert found, page
    return found[1]


async def test_a_changed_password_ends_all_sessions_but_this_one(
    built: House, inside: httpx.AsyncClient
) -> None:
    token = inside.cookies["session"]
    async with built.browser() as other:
        await signed_in(other)
        form = {"password": PASSWORD, "fresh": FRESH, "repeated": FRESH}
        answer = await inside.post("/account/password", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account?done=password")
        assert (await inside.get("/api/boxes")).is_success
        assert inside.cookies["session"] != token
        assert (await other.get("/api/boxes")).status_code == 401
        await signed_in(other, password=FRESH)


@pytest.mark.parametrize(
    ("password", "fresh", "repeated", "said"),
    [
        ("một câu khác hẳn", FRESH, FRESH, "hiện tại không đúng"),
        (PASSWORD, FRESH, FRESH + "!", "không giống nhau"),
        (PASSWORD, "ngắn quá", "ngắn quá", "quá dễ đoán"),
        (PASSWORD, "a" * 300, "a" * 300, "quá dễ đoán"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "quá dễ đoán"),
        (PASSWORD, "mật khẩu của tôi", "mật khẩu của tôi", "quá dễ đoán"),
        (PASSWORD, "tôi là quan-tri 2026", "tôi là quan-tri 2026", "quá dễ đoán"),
    ],
)
async def test_a_password_that_will_not_do_is_refused_in_words(
    inside: httpx.AsyncClient, password: str, fresh: str, repeated: str, said: str
) -> None:
    form = {"password": password, "fresh": fresh, "repeated": repeated}
    answer = await inside.post("/account/password", data=form)
    assert answer.status_code == 400
    assert said in answer.text
    assert PASSWORD not in answer.text


async def test_one_sees_and_ends_ones_other_sessions(
    built: House, inside: httpx.AsyncClient
) -> None:
    async with built.browser() as other:
        other.headers["User-Agent"] = "<b>Firefox</b>"
        await signed_in(other)
        page = (await inside.get("/account")).text
        assert "&lt;b&gt;Firefox" in page
        only = re.search(r'name="only" value="(\d+)"', page)
        assert only
        answer = await inside.post("/account/sessions", data={"only": only[1]})
        assert answer.status_code == 303
        assert (await other.get("/api/boxes")).status_code == 401
        assert (await inside.get("/api/boxes")).is_success


@pytest.mark.parametrize("only", ["", "nobody", "9" * 40, "-1"])
async def test_nobody_ends_the_sessions_of_others(
    built: House, inside: httpx.AsyncClient, only: str
) -> None:
    built.add("hai")
    async with built.browser() as other:
        await signed_in(other, "hai")
        await inside.post("/account/sessions", data={"only": only})
        for number in range(1, 5):
            await inside.post("/account/sessions", data={"only": str(number)})
        assert (await other.get("/api/boxes")).is_success


async def test_the_language_is_remembered_with_the_account(
    built: House, inside: httpx.AsyncClient
) -> None:
    assert "Tài khoản của tôi" in (await inside.get("/account")).text
    await inside.post("/account/language", data={"language": "en"})
    assert "My account" in (await inside.get("/account")).text
    async with built.browser() as other:
        await signed_in(other)
        assert "My account" in (await other.get("/account")).text


async def test_somebody_new_gets_a_password_once_and_has_to_change_it(
    built: House, inside: httpx.AsyncClient
) -> None:
    form = {
        "name": "Trần Thị Thử",
        "login": "Ky-Thuat",
        "role": ["technician", ""],
        "unit": ["19495 xã Gio Linh", ""],
    }
    answer = await inside.post("/people", data=form)
    assert answer.status_code == 200
    password = given(answer.text)
    assert password not in (await inside.get("/people")).text
    async with built.browser() as other:
        await signed_in(other, "ky-thuat", password)
        assert (await other.get("/api/boxes")).status_code == 403
        led = await other.get("/", headers={"Accept": "text/html"})
        assert (led.status_code, led.headers["location"]) == (303, "/account")
        form = {"password": password, "fresh": FRESH, "repeated": FRESH}
        assert (await other.post("/account/password", data=form)).status_code == 303
        assert (await other.get("/api/boxes")).is_success
    grants = built.people.named("ky-thuat").person.grants
    assert [(one.role, one.unit) for one in grants] == [(Role.TECHNICIAN, "19495")]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"login": LOGIN}, 400),
        ({"login": "Có Dấu"}, 400),
        ({"name": " "}, 400),
        ({"role": ""}, 400),
        ({"role": "king"}, 400),
        ({"role": ["viewer", "viewer"]}, 400),
        ({"unit": "99999 Đâu đó"}, 400),
        ({"login": None}, 400),
    ],
)
async def test_a_form_that_will_not_do_comes_back_with_what_was_written(
    built: House,
    inside: httpx.AsyncClient,
    changed: dict[str, str | list[str] | None],
    status: int,
) -> None:
    right = {"name": "Trần Thị Thử", "login": "thu", "role": "viewer", "unit": ""}
    form = {key: value for key, value in {**right, **changed}.items() if value is not None}
    answer = await inside.post("/people", data=form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert len(built.people.all()) == 1
    if "name" not in changed:
        assert 'value="Trần Thị Thử"' in answer.text


async def test_an_account_is_closed_opened_and_given_a_new_password(
    built: House, inside: httpx.AsyncClient
) -> None:
    number = built.add("hai", Role.VIEWER).id
    async with built.browser() as other:
        await signed_in(other, "hai")
        answer = await inside.post(f"/people/{number}/disable")
        assert answer.headers["location"] == f"/people/{number}?done=disabled"
        assert (await other.get("/api/boxes")).status_code == 401
        await inside.post(f"/people/{number}/enable")
        password = given((await inside.post(f"/people/{number}/reset")).text)
        await signed_in(other, "hai", password)
    form = {"name": "Hai", "role": "technician", "unit": "44"}
    answer = await inside.post(f"/people/{number}", data=form)
    assert answer.headers["location"] == f"/people/{number}?done=changed"
    assert "tỉnh Quảng Trị" in (await inside.get("/people?q=HAI")).text
    assert "Hai" not in (await inside.get("/people?q=khong-co")).text


async def test_the_last_administrator_is_told_why_not(
    built: House, inside: httpx.AsyncClient
) -> None:
    answer = await inside.post("/people/1/disable")
    assert answer.status_code == 400
    assert "quản trị viên toàn tỉnh cuối cùng" in answer.text
    assert (await inside.get("/people/999")).status_code == 404
    built.add("chi-nhanh", Role.ADMINISTRATOR, unit="44")
    async with built.browser() as other:
        await signed_in(other, "chi-nhanh")
        assert (await other.post("/people/1/reset")).status_code == 403
        assert "chỉ xem được" in (await other.get("/people/1")).text
        assert (await other.get("/audit")).status_code == 403


async def test_the_log_is_filtered_paged_and_exported(
    built: House, inside: httpx.AsyncClient
) -> None:
    for number in range(60):
        built.audit.write("ky-thuat", "box.accepted", f"gio-linh-{number}", "=1+1")
    built.clock.move(timedelta(minutes=5))
    page = (await inside.get("/audit?actor=ky-thuat")).text
    assert page.count("gio-linh-") == 50
    older = re.search(r'rel="next" href="(\?[^"]+)"', page)
    assert older
    rest = await inside.get("/audit" + older[1].replace("&amp;", "&"))
    assert rest.text.count("gio-linh-") == 10
    assert "gio-linh-" not in (await inside.get("/audit?until=2026-11-21")).text
    assert "gio-linh-" in (await inside.get("/audit?since=2026-11-22&until=2026-11-22")).text
    assert (await inside.get("/audit?since=never&before=0")).is_success
    assert (await inside.get("/audit?before=-1")).status_code == 400
    table = await inside.get("/audit.csv?action=box.")
    rows = list(csv.DictReader(table.text.lstrip("\ufeff").splitlines()))
    assert len(rows) == 60
    assert {row["detail"] for row in rows} == {"'=1+1"}
    found = (await inside.get("/api/audit?action=box.")).json()
    assert len(found["records"]) == 50
    assert found["next_before"] == found["records"][-1]["id"]


async def test_the_chain_is_checked_from_the_page(built: House, inside: httpx.AsyncClient) -> None:
    built.audit.write("ky-thuat", "box.accepted", "gio-linh-1", "")
    page = (await inside.post("/audit/verify")).text
    assert "Chuỗi nguyên vẹn" in page
    assert "hết hạn lưu" not in page
    built.clock.move(timedelta(minutes=1))
    assert built.audit.cut(built.clock.now()) > 0
    page = (await inside.post("/audit/verify")).text
    assert "Chuỗi nguyên vẹn: 1 dòng" in page
    assert "hết hạn lưu và được xóa lúc" in page
    first = built.audit.records(limit=1)[0].id
    with built.rooms.database.writing() as db:
        db.exec_driver_sql("UPDATE audit_record SET subject='khac'")
    page = (await inside.post("/audit/verify")).text
    assert f"Chuỗi bị đứt ở dòng {first}" in page
