"""The second factor: added, asked for, each code once, lost and found again."""

import re
from datetime import timedelta

import httpx
import pyotp
import pytest

from provisioning.controller.accounts import second_factor
from provisioning.controller.accounts.door import AccountsConfig
from provisioning.controller.database import Database
from tests.provisioning.controller.accounts.house import T0, House, house
from tests.provisioning.controller.signing_in import LOGIN, PASSWORD, QUICK, signed_in

RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: 12345678901234567890


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    moment = T0.fromtimestamp(seconds, T0.tzinfo)
    assert second_factor.step_of(RFC_KEY, code, moment) == seconds // 30
    assert second_factor.step_of(RFC_KEY, f" {code[:3]} {code[3:]}", moment) == seconds // 30


def test_a_code_is_good_for_a_step_before_and_after_and_no_longer() -> None:
    code = pyotp.TOTP(RFC_KEY).at(T0)
    around = {
        step: second_factor.step_of(RFC_KEY, code, T0 + timedelta(seconds=30 * step)) is not None
        for step in range(-3, 4)
    }
    assert around == {-3: False, -2: False, -1: True, 0: True, 1: True, 2: False, 3: False}


@pytest.mark.parametrize("code", ["", "0", "28708", "2870822", "số sáu", "\ud800", "²87082"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert second_factor.step_of(RFC_KEY, code, T0.fromtimestamp(59, T0.tzinfo)) is None


async def added(built: House, client: httpx.AsyncClient) -> tuple[pyotp.TOTP, list[str]]:
    """Add an authenticator to a person who is signed in; return it and the recovery codes."""
    page = await client.post("/account/second-factor", data={"password": PASSWORD})
    key = re.search(r'<p class="secret">([A-Z2-7]{32})</p>', page.text)
    assert key, page.text
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page.text
    totp = pyotp.TOTP(key[1])
    form = {"code": totp.at(built.clock.now())}
    page = await client.post("/account/second-factor/confirm", data=form)
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.text)
    assert len(set(codes)) == 10
    return totp, codes


async def with_password(client: httpx.AsyncClient) -> str:
    """Take the first step, and return the ticket for the second."""
    page = await client.post("/sign-in", data={"login": LOGIN, "password": PASSWORD})
    assert page.status_code == 200
    assert "session" not in client.cookies
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket
    assert PASSWORD not in page.text
    return ticket[1]


async def with_code(client: httpx.AsyncClient, ticket: str, code: str) -> int:
    form = {"ticket": ticket, "code": code}
    return (await client.post("/sign-in", data=form)).status_code


async def test_who_has_added_one_is_asked_for_its_code(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    totp, _ = await added(built, outside)
    async with built.browser() as other:
        built.clock.move(timedelta(seconds=60))
        ticket = await with_password(other)
        assert await with_code(other, ticket, "000000") == 401
        assert (await other.get("/api/boxes")).status_code == 401
        assert await with_code(other, ticket, totp.at(built.clock.now())) == 303
        assert (await other.get("/api/boxes")).is_success
    assert built.audit.records(limit=1)[0].detail == "totp"


async def test_a_code_is_taken_once(built: House, outside: httpx.AsyncClient) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    totp, _ = await added(built, outside)
    used_to_confirm = totp.at(built.clock.now())
    async with built.browser() as other:
        ticket = await with_password(other)
        assert await with_code(other, ticket, used_to_confirm) == 401
        built.clock.move(timedelta(seconds=30))
        fresh = totp.at(built.clock.now())
        assert await with_code(other, ticket, fresh) == 303
        other.cookies.clear()
        assert await with_code(other, await with_password(other), fresh) == 401


async def test_a_recovery_code_opens_the_door_once(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    _, codes = await added(built, outside)
    async with built.browser() as other:
        written = f" {codes[3].upper().replace('-', ' ')} "
        assert await with_code(other, await with_password(other), written) == 303
        other.cookies.clear()
        assert await with_code(other, await with_password(other), codes[3]) == 401
        assert await with_code(other, await with_password(other), codes[4]) == 303
        assert "Còn 8 mã" in (await other.get("/account")).text


async def test_codes_cannot_be_guessed_by_who_has_the_password(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    totp, _ = await added(built, outside)
    async with built.browser() as other:
        ticket = await with_password(other)
        tries = []
        for at in range(12):
            built.clock.move(timedelta(seconds=10))
            tries.append(await with_code(other, ticket, f"{at:06}"))
        assert tries == [401] * 10 + [429] * 2
        assert await with_code(other, ticket, totp.at(built.clock.now())) == 429


async def test_a_ticket_is_good_for_five_minutes_and_while_nothing_changed(
    built: House, outside: httpx.AsyncClient
) -> None:
    person = built.add(LOGIN)
    built.add("hai")
    await signed_in(outside)
    totp, _ = await added(built, outside)
    async with built.browser() as other:
        late = await with_password(other)
        built.clock.move(timedelta(minutes=5, seconds=1))
        assert await with_code(other, late, totp.at(built.clock.now())) == 401
        changed = await with_password(other)
        built.people.disable("test", person.id)
        assert await with_code(other, changed, totp.at(built.clock.now())) == 401
        assert await with_code(other, "made-up", totp.at(built.clock.now())) == 401


async def test_adding_and_removing_asks_for_the_password_again(
    built: House, outside: httpx.AsyncClient
) -> None:
    built.add(LOGIN)
    await signed_in(outside)
    wrong = {"password": "một câu khác hẳn"}
    assert (await outside.post("/account/second-factor", data=wrong)).status_code == 400
    await added(built, outside)
    answer = await outside.post("/account/second-factor/remove", data=wrong)
    assert answer.status_code == 400
    answer = await outside.post("/account/second-factor/remove", data={"password": PASSWORD})
    assert answer.status_code == 303
    async with built.browser() as other:
        await signed_in(other)
    assert "second_factor.removed" in built.deeds()


async def test_where_it_is_required_nothing_is_possible_without_it(database: Database) -> None:
    config = AccountsConfig(second_factor="required", password=QUICK)
    async with house(database, config) as built, built.browser() as outside:
        built.add(LOGIN)
        await signed_in(outside)
        assert (await outside.get("/api/boxes")).status_code == 403
        answer = await outside.get("/people", headers={"Accept": "text/html"})
        assert answer.headers["location"] == "/account"
        assert 'id="owes"' in (await outside.get("/account")).text
        await added(built, outside)
        assert (await outside.get("/api/boxes")).is_success
        assert "/account/second-factor/remove" not in (await outside.get("/account")).text
