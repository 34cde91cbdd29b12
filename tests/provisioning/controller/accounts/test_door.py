"""The door: who comes in, who does not, and what the answers give away."""

from datetime import timedelta

import httpx
import pytest

from provisioning.controller.accounts.door import AccountsConfig
from provisioning.controller.accounts.passwords import PasswordConfig
from provisioning.controller.accounts.tables import ACCOUNT, SESSION
from provisioning.controller.database import Database
from provisioning.controller.rights import Role
from tests.provisioning.controller.accounts.house import House, house
from tests.provisioning.controller.signing_in import LOGIN, PASSWORD, QUICK, signed_in


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


def wrong(login: str = LOGIN, tried: str = "một câu khác hẳn") -> dict[str, str]:
    return {"login": login, "password": tried}


async def test_nobody_gets_past_the_gate_without_a_session(outside: httpx.AsyncClient) -> None:
    for path in ("/api/boxes", "/api/stream", "/people.csv", "/openapi.json"):
        answer = await outside.get(path)
        assert answer.status_code in (401, 404), path
    answer = await outside.post("/api/boxes/test")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_a_page_leads_to_the_door_and_back_again(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    answer = await outside.get("/people?q=an&x=1", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?to=/people%3Fq%3Dan%26x%3D1"
    door = await outside.get(answer.headers["location"])
    assert 'name="to" value="/people?q=an&amp;x=1"' in door.text
    form = {"login": LOGIN, "password": PASSWORD, "to": "/people?q=an&x=1"}
    answer = await outside.post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/people?q=an&x=1")
    assert (await outside.get("/people?q=an&x=1")).status_code == 200
    assert (await outside.get("/api/boxes")).json() == ["gio-linh-1"]


@pytest.mark.parametrize(
    "to",
    [
        *("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"),
        *("evil.example", "", "/\n/evil.example", "///evil.example", "/sign-in?to=/", "/[::"),
        *("http:evil.example", "\\\\evil.example", "/\tevil", "//[", " //evil.example"),
    ],
)
async def test_the_door_leads_to_no_other_site(
    built: House, outside: httpx.AsyncClient, to: str
) -> None:
    built.add(LOGIN)
    form = {"login": LOGIN, "password": PASSWORD, "to": to}
    answer = await outside.post("/sign-in", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] in ("/", "/[::")
    door = await outside.get("/sign-in", params={"to": to})
    assert "evil" not in door.headers.get("location", "")


async def test_the_cookie_is_out_of_scripts_and_other_sites_reach(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    answer = await outside.post("/sign-in", data={"login": LOGIN, "password": PASSWORD})
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("session"))
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert len(cookie.split(";")[0]) > 40


async def test_over_tls_the_cookie_is_bound_to_tls_and_this_host(database: Database) -> None:
    async with house(database, secure=True) as built, built.browser() as outside:
        built.add(LOGIN)
        answer = await outside.post("/sign-in", data={"login": LOGIN, "password": PASSWORD})
        cookie = next(
            one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-")
        )
        assert "Secure" in cookie.split("; ")


async def test_the_store_holds_no_token_and_no_password(
    built: House, outside: httpx.AsyncClient, database: Database
) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    token = outside.cookies["session"]
    with database.reading() as db:
        rows = [str(row) for table in (SESSION, ACCOUNT) for row in db.execute(table.select())]
    assert rows
    assert not any(token in row or PASSWORD in row for row in rows)
    assert any("$argon2id$" in row for row in rows)


async def test_an_unknown_login_and_a_wrong_password_look_the_same(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    closed = built.add("da-nghi")
    built.people.disable("test", closed.id)
    answers = [
        await outside.post("/sign-in", data=form)
        for form in (wrong(), wrong("khong-co-ai"), wrong("da-nghi"), wrong("da-nghi", PASSWORD))
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert len({tuple(answer.headers) for answer in answers}) == 1
    assert "session" not in outside.cookies


async def test_a_login_that_is_nobodys_is_not_written_down(
    built: House, outside: httpx.AsyncClient
) -> None:
    """Somebody may have typed the password there."""
    built.add(LOGIN)
    await outside.post("/sign-in", data=wrong("mat-khau-that-1"))
    await outside.post("/sign-in", data=wrong())
    first, second = built.audit.records(limit=2)[::-1]
    assert (first.actor, first.action, first.subject) == ("?", "session.refused", "127.0.0.1")
    assert "mat-khau" not in f"{first}"
    assert (second.actor, second.detail) == (LOGIN, "password")


async def test_guessing_is_slowed_down_by_login_and_address(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    statuses = [(await outside.post("/sign-in", data=wrong())).status_code for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    right = {"login": LOGIN, "password": PASSWORD}
    answer = await outside.post("/sign-in", data=right)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) <= 30
    built.clock.move(timedelta(seconds=31))
    assert (await outside.post("/sign-in", data=right)).status_code == 303


async def test_one_address_cannot_try_one_login_after_another(
    built: House, outside: httpx.AsyncClient
) -> None:
    statuses = [
        (await outside.post("/sign-in", data=wrong(f"nguoi-{at}"))).status_code for at in range(22)
    ]
    assert statuses == [401] * 20 + [429] * 2
    assert built.deeds().count("session.refused") == 20


async def test_a_session_ends_unused_and_after_its_whole_time(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    for _ in range(3):
        built.clock.move(timedelta(minutes=25))
        assert (await outside.get("/api/boxes")).is_success
    built.clock.move(timedelta(minutes=31))
    assert (await outside.get("/api/boxes")).status_code == 401
    await signed_in(outside)
    for _ in range(12 * 3):
        built.clock.move(timedelta(minutes=20))
        last = await outside.get("/api/boxes")
    built.clock.move(timedelta(minutes=1))
    assert last.is_success
    assert (await outside.get("/api/boxes")).status_code == 401


async def test_a_page_that_refreshes_itself_keeps_no_session_alive(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    by_itself = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
    for _ in range(3):
        built.clock.move(timedelta(minutes=9))
        assert (await outside.get("/api/boxes", headers=by_itself)).is_success
    built.clock.move(timedelta(minutes=4))
    assert (await outside.get("/api/boxes", headers=by_itself)).status_code == 401


async def test_each_sign_in_has_a_new_token_and_the_old_one_ends(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    outside.cookies.set("session", "planted", domain="127.0.0.1", path="/")
    await signed_in(outside)
    first = outside.cookies["session"]
    assert first != "planted"
    await signed_in(outside)
    second = outside.cookies["session"]
    assert second != first
    async with built.browser() as other:
        other.cookies.set("session", first)
        assert (await other.get("/api/boxes")).status_code == 401


async def test_who_signs_out_is_out(built: House, outside: httpx.AsyncClient) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    token = outside.cookies["session"]
    answer = await outside.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "session" not in outside.cookies
    outside.cookies.set("session", token)
    assert (await outside.get("/api/boxes")).status_code == 401
    assert built.deeds()[-2:] == ["session.begun", "session.ended"]


async def test_a_stream_ends_with_its_session(built: House, outside: httpx.AsyncClient) -> None:
    person = built.add(LOGIN)
    built.add("con-lai")
    await signed_in(outside)
    lines: list[str] = []
    async with outside.stream("GET", "/api/stream") as stream:
        async for line in stream.aiter_lines():
            lines.append(line)
            if line.startswith("data:"):
                built.people.disable("test", person.id)
    assert "data: {}" in lines


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ""},
    ],
)
async def test_another_sites_page_can_do_nothing_with_a_session(
    built: House, outside: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    answer = await outside.post("/api/boxes/test", headers=headers)
    assert answer.json()["code"] == "origin.foreign"
    form = {"login": LOGIN, "password": PASSWORD}
    assert (await outside.post("/sign-in", data=form, headers=headers)).status_code == 409
    assert built.asked == []
    assert (await outside.post("/api/boxes/test")).is_success
    assert built.asked == ["test"]


async def test_a_request_that_does_not_say_where_it_comes_from_changes_nothing(
    built: House,
) -> None:
    built.add(LOGIN)
    async with httpx.AsyncClient(base_url=built.url) as silent:
        form = {"login": LOGIN, "password": PASSWORD}
        assert (await silent.post("/sign-in", data=form)).json()["code"] == "origin.foreign"
        same = {"Sec-Fetch-Site": "same-origin"}
        assert (await silent.post("/sign-in", data=form, headers=same)).status_code == 303


async def test_this_machine_is_called_by_its_names_only(outside: httpx.AsyncClient) -> None:
    for host in ("evil.example", "[::", ""):
        answer = await outside.get("/sign-in", headers={"Host": host})
        assert answer.json()["code"] == "host.unknown"


async def test_a_viewer_sees_and_does_nothing(built: House, outside: httpx.AsyncClient) -> None:
    built.add(LOGIN, Role.VIEWER)
    await signed_in(outside)
    assert (await outside.get("/api/boxes")).is_success
    for answer in (await outside.post("/api/boxes/test"), await outside.get("/people")):
        assert (answer.status_code, answer.json()["code"]) == (403, "command.not_allowed")
    assert built.asked == []


async def test_metrics_are_for_this_machine_or_for_the_token(database: Database) -> None:
    async with house(database, metrics_token="t" * 20) as built, built.browser() as outside:
        assert (await outside.get("/metrics")).status_code == 200
        told = {"Authorization": f"Bearer {'t' * 20}"}
        assert (await outside.get("/metrics", headers=told)).status_code == 200
        for headers in ({"Authorization": "Bearer wrong"}, {"X-Forwarded-For": "10.0.0.9"}):
            assert (await outside.get("/metrics", headers=headers)).status_code == 401
        assert (await outside.get("/api/boxes", headers=told)).status_code == 401


async def test_without_an_account_the_door_says_how_to_make_one(
    built: House, outside: httpx.AsyncClient
) -> None:
    page = (await outside.get("/sign-in?lang=en")).text
    assert "motcua person add" in page
    built.add(LOGIN)
    assert "motcua person add" not in (await outside.get("/sign-in")).text


async def test_a_password_is_hashed_anew_when_the_parameters_have_changed(
    database: Database,
) -> None:
    async with house(database) as built:
        built.add(LOGIN)
    stronger = AccountsConfig(password=PasswordConfig(memory_kib=256, passes=2, lanes=1))
    async with house(database, stronger) as built, built.browser() as outside:
        await signed_in(outside)
        await signed_in(outside)
    with database.reading() as db:
        stored = db.execute(ACCOUNT.select()).one().password
    assert "m=256,t=2,p=1" in stored
    assert f"m={QUICK.memory_kib}" not in stored


async def test_no_word_is_too_long_for_the_door(built: House, outside: httpx.AsyncClient) -> None:
    answer = await outside.post("/sign-in", data={"login": "a" * 5000, "password": "b" * 5000})
    assert answer.status_code == 401
    assert built.deeds() == ["session.refused"]


@pytest.mark.parametrize("body", [b"\xff", b"a=%ff", b"&" * 1000, b"login", b"login=\0&password=a"])
async def test_a_garbage_form_is_refused(outside: httpx.AsyncClient, body: bytes) -> None:
    answer = await outside.post("/sign-in", content=body)
    assert 400 <= answer.status_code < 500
