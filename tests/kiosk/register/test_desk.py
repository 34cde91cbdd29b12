"""What officers do at the pages: receive, move, hand over, extend, print, search, the logbook."""

import csv
import io
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from devices.contract.clock import LOCAL, SimulatedClock
from kiosk.register.config import DossiersConfig
from kiosk.register.dossiers.acts import RULES, Act, allowed
from tests.kiosk.register.office import MONDAY, SECRET, machine, officer, running, sample_config
from tests.kiosk.register.wishes import BASE, sent


class Hall(NamedTuple):
    """A register with its clock; officers sign in anew where a day has passed."""

    client: httpx.AsyncClient
    clock: SimulatedClock


@asynccontextmanager
async def hall(folder: Path, start: datetime = MONDAY, **changes: Any) -> AsyncIterator[Hall]:
    clock = SimulatedClock(start)
    async with running(sample_config(folder, **changes), clock) as client:
        yield Hall(client, clock)


async def received(browser: httpx.AsyncClient, key: int = 1, **more: str) -> str:
    """Write a dossier down and receive it at once; return its code."""
    form = {
        "key": f"{key:032x}",
        "form": "1.004884",
        "owner": "Hồ Thị Mận",
        "phone": "0912 000 111",
        "papers": "Tờ khai\nGiấy khai sinh (sao) x2",
        "accept_now": "yes",
        **more,
    }
    answer = await browser.post("/receive", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def act(browser: httpx.AsyncClient, code: str, name: str, seen: int, **more: str) -> int:
    form = {"act": name, "seen": str(seen), **more}
    return (await browser.post(f"/dossiers/{code}/act", data=form)).status_code


def shown(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_a_dossier_goes_from_the_counter_to_its_result(tmp_path: Path) -> None:
    async with hall(tmp_path) as (client, _), officer(client) as browser:
        code = await received(browser)
        again = await received(browser)
        page = shown((await browser.get(f"/dossiers/{code}")).text)
        for at, name in enumerate(("begin", "finish", "return"), 2):
            assert await act(browser, code, name, at) == 303
        ended = shown((await browser.get(f"/dossiers/{code}")).text)
        async with machine(client) as one:
            steps = (await one.get(f"{BASE}/dossiers/{code}/progress")).json()
    assert again == code, "a form that is sent twice makes one dossier"
    assert "Giấy khai sinh bản sao × 2" in page
    assert "Hẹn trả 20/07/2026" in page
    assert "Đã trả kết quả" in ended
    assert [one["TrangThai"] for one in steps] == [1, 2, 4, 9, 10]


async def test_who_was_overtaken_is_told_and_nothing_happens(tmp_path: Path) -> None:
    async with hall(tmp_path) as (client, _), officer(client) as one, officer(client, "nam") as two:
        code = await received(one)
        assert await act(one, code, "begin", 2) == 303
        late = await two.post(f"/dossiers/{code}/act", data={"act": "finish", "seen": "2"})
        assert await act(two, code, "return", 3) == 409
        assert await act(two, code, "ask_papers", 3) == 400, "a reason is missing"
    assert late.status_code == 409
    assert "Có người vừa cập nhật" in late.text


async def test_what_nobody_received_is_not_opened_into_work(tmp_path: Path) -> None:
    """DOS-9: it would be in work without a receipt, a due day or a line of the logbook."""
    async with hall(tmp_path) as (client, _), officer(client, "lan") as head:
        code = await received(head, accept_now="")
        assert await act(head, code, "withdraw", 1, why="Đổi ý") == 303
        page = (await head.get(f"/dossiers/{code}")).text
        assert await act(head, code, "reopen", 2, why="Nhầm") == 409
    assert "reopen" not in page


async def test_a_dossier_that_is_opened_again_has_back_the_days_it_stood_still(
    tmp_path: Path,
) -> None:
    async with hall(tmp_path) as (client, clock):
        async with officer(client, "lan") as head:
            code = await received(head)
            assert await act(head, code, "ask_papers", 2, why="Thiếu tờ khai") == 303
        clock.move(timedelta(days=2))
        async with officer(client, "lan") as head:
            assert await act(head, code, "withdraw", 3, why="Đổi ý") == 303
            assert await act(head, code, "reopen", 4, why="Nhầm") == 303
            page = shown((await head.get(f"/dossiers/{code}")).text)
    assert "Hẹn trả 22/07/2026" in page


async def test_overdue_is_told_honestly_and_so_is_late(tmp_path: Path) -> None:
    async with hall(tmp_path) as (client, clock):
        async with officer(client) as browser:
            codes = [await received(browser, key) for key in (1, 2)]
        clock.move(timedelta(days=9))  # Wednesday of the week after, due on Monday
        async with officer(client) as browser:
            before = shown((await browser.get("/dossiers?part=overdue")).text)
            assert await act(browser, codes[0], "finish", 2) == 303
            after = shown((await browser.get("/dossiers?part=ready")).text)
    assert before.count("quá hạn 2 ngày làm việc") == 2
    assert "xong trễ 2 ngày làm việc" in after
    assert "trong đó trễ hạn 1" in after


@pytest.mark.parametrize(
    ("start", "doubtful"), [(MONDAY, 0), (datetime(2026, 12, 30, 9, 0, tzinfo=LOCAL), 1)]
)
async def test_a_due_date_across_days_off_that_are_not_announced_says_so(
    tmp_path: Path, start: datetime, doubtful: int
) -> None:
    """DOS-17: the file of 2027 is a forecast."""
    async with hall(tmp_path, start) as (client, _), officer(client) as browser:
        page = shown((await browser.get(f"/dossiers/{await received(browser)}")).text)
    assert page.count("Lịch nghỉ chưa công bố cho năm 2027") == doubtful


async def test_a_head_extends_once_and_the_day_moves(tmp_path: Path) -> None:
    more = {"seen": "2", "extra": "2", "why": "Cần xác minh"}
    async with hall(tmp_path) as (client, _), officer(client) as browser:
        code = await received(browser)
        refused = await browser.post(f"/dossiers/{code}/extend", data=more)
        async with officer(client, "lan") as head:
            done = await head.post(f"/dossiers/{code}/extend", data=more)
            twice = await head.post(f"/dossiers/{code}/extend", data={**more, "seen": "3"})
            page = shown((await head.get(f"/dossiers/{code}")).text)
    assert [one.status_code for one in (refused, done, twice)] == [403, 303, 409]
    assert "Hẹn trả 22/07/2026" in page
    assert "Mẫu số 04" in page


async def test_a_dossier_is_handed_over_to_another_unit(tmp_path: Path) -> None:
    async with hall(tmp_path) as (client, _), officer(client) as browser:
        code = await received(browser)
        form = {"seen": "2", "unit": "tu-phap", "why": "Đúng lĩnh vực"}
        done = await browser.post(f"/dossiers/{code}/hand-over", data=form)
        nobody = await browser.post(
            f"/dossiers/{code}/hand-over", data={"seen": "3", "unit": "nowhere"}
        )
        there = (await browser.get("/dossiers?unit=tu-phap")).text
        here = (await browser.get("/dossiers?unit=mot-cua")).text
    assert (done.status_code, nobody.status_code) == (303, 404)
    assert code in there
    assert code not in here


@pytest.mark.parametrize(
    ("start", "logbook"),
    [(MONDAY, "07"), (datetime(2025, 9, 12, 9, 0, tzinfo=LOCAL), "06")],
)
async def test_forms_have_the_number_of_their_day_and_only_an_officer_prints_them(
    tmp_path: Path, start: datetime, logbook: str
) -> None:
    """DOS-9, DOS-10, DOS-11."""
    async with hall(tmp_path, start) as (client, _), officer(client) as browser:
        code = await received(browser)
        by_hand = await browser.get(f"/dossiers/{code}/print/1")
        answer = await browser.post(f"/dossiers/{code}/print", data={"form": "tiep_nhan"})
        form = shown((await browser.get(answer.headers["location"])).text)
        draft = await received(browser, 2, accept_now="")
        early = await browser.post(f"/dossiers/{draft}/print", data={"form": "tiep_nhan"})
        book = shown((await browser.get("/logbook")).text)
        history = shown((await browser.get(f"/dossiers/{code}")).text)
        anybody = await client.get(answer.headers["location"])
    assert (by_hand.status_code, early.status_code, anybody.status_code) == (400, 409, 401)
    for part in (
        "Mẫu số 01",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        f"Mã hồ sơ: {code}",
        "Tiếp nhận hồ sơ của: Hồ Thị Mận",
        "Thời gian giải quyết hồ sơ theo quy định là: 5 ngày làm việc",
        "Số thứ tự: 1",
        "Dữ liệu mẫu",
    ):
        assert part in form
    assert f"Mẫu số {logbook}" in book
    assert "In biểu mẫu" in history


async def test_the_logbook_is_a_csv_that_spreadsheets_do_not_calculate(tmp_path: Path) -> None:
    """RFC 4180; DOS-13."""
    async with hall(tmp_path) as (client, _), officer(client) as browser:
        await received(browser, 1, owner="=1+2, và “Công ty”")
        code = await received(browser, 2)
        await received(browser, 3, accept_now="")
        answer = await browser.get("/logbook.csv")
        odd = await browser.get("/logbook.csv?first=2026-13-01")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert answer.content.count(b"\r\n") == 3
    assert rows[0][:3] == ["TT", "Mã hồ sơ", "Tên TTHC"]
    assert rows[1][4] == "'=1+2, và “Công ty”"
    assert (rows[2][0], rows[2][1], rows[2][8]) == ("2", code, "20/07/2026")
    assert odd.status_code == 400


async def test_a_name_is_found_without_its_accents(tmp_path: Path) -> None:
    async with hall(tmp_path) as (client, _), officer(client) as browser:
        code = await received(browser)
        await received(browser, 2, owner="Đặng Văn Bé")
        pages = {
            text: (await browser.post("/dossiers", data={"q": text})).text
            for text in ("ho thi man", "dang", code[-4:], "0912 000", "nobody")
        }
        addressed = (await browser.get("/dossiers", params={"q": "Hồ Thị Mận"})).text
    assert 'method="get"' not in addressed, "what is searched for never stands in an address"
    counts = {text: page.count('class="code"') for text, page in pages.items()}
    assert counts == {"ho thi man": 1, "dang": 1, code[-4:]: 1, "0912 000": 2, "nobody": 0}


async def test_only_who_signed_in_sees_a_page_and_idle_sessions_end(tmp_path: Path) -> None:
    async with hall(tmp_path) as (client, clock), officer(client) as browser:
        code = await received(browser)
        html = {"Accept": "text/html"}
        stranger = await client.get(f"/dossiers/{code}", headers=html)
        bare = await client.get(f"/dossiers/{code}")
        foreign = await browser.post(
            f"/dossiers/{code}/act", data={"act": "begin"}, headers={"Origin": "http://evil"}
        )
        clock.move(timedelta(minutes=29))
        used = await browser.get("/dossiers")
        clock.move(timedelta(minutes=31))
        idle = await browser.get("/dossiers")
    assert (stranger.status_code, stranger.headers["location"]) == (
        303,
        f"/sign-in?to=/dossiers/{code}",
    )
    assert (bare.status_code, foreign.status_code) == (401, 403)
    assert (used.status_code, idle.status_code) == (200, 303)


async def test_the_newest_sign_ins_stay_also_when_the_clock_stands_still(tmp_path: Path) -> None:
    """Three browsers an officer: a fourth ends the first, and never itself."""
    async with hall(tmp_path) as (client, _), AsyncExitStack() as stack:
        browsers = [await stack.enter_async_context(officer(client)) for _ in range(6)]
        seen = [(await browser.get("/dossiers")).status_code for browser in browsers]
    assert seen == [303] * 3 + [200] * 3


async def test_wrong_passwords_are_bounded(tmp_path: Path) -> None:
    async with hall(tmp_path) as (client, _):
        wrong = {"officer": "hoa", "password": "x"}
        tries = [(await client.post("/sign-in", data=wrong)).status_code for _ in range(6)]
        right = await client.post("/sign-in", data={**wrong, "password": SECRET})
    assert tries == [401] * 5 + [429]
    assert right.status_code == 429


async def test_what_has_stayed_its_time_goes_with_its_papers(tmp_path: Path) -> None:
    config = DossiersConfig(draft_days=30, keep_days=365)
    async with (
        hall(tmp_path, dossiers=config) as (client, _),
        machine(client) as one,
        officer(client) as browser,
    ):
        draft = await sent(one)
        ended = await received(browser)
        open_one = await received(browser, 2)
        for at, name in enumerate(("finish", "return"), 2):
            await act(browser, ended, name, at)
    for days, gone in ((29, set()), (31, {draft}), (366, {draft, ended})):
        later = MONDAY + timedelta(days=days)
        async with hall(tmp_path, later, dossiers=config) as (client, _), machine(client) as one:
            for code in (draft, ended, open_one):
                status = (await one.get(f"{BASE}/dossiers/{code}")).status_code
                assert status == (404 if code in gone else 200), (days, code)
    assert list((tmp_path / "papers").iterdir()) == []


async def test_a_head_deletes_a_dossier_by_typing_its_code(tmp_path: Path) -> None:
    async with hall(tmp_path) as (client, _), officer(client, "lan") as head:
        code = await received(head)
        wrong = await head.post(f"/dossiers/{code}/delete", data={"confirmed": "yes"})
        async with officer(client) as browser:
            other = await browser.post(f"/dossiers/{code}/delete", data={"confirmed": code})
        done = await head.post(f"/dossiers/{code}/delete", data={"confirmed": code})
        gone = await head.get(f"/dossiers/{code}")
        following = await received(head, 2)
    answers = [one.status_code for one in (wrong, other, done, gone)]
    assert answers == [400, 403, 303, 404]
    assert following.endswith("0000002"), "a number that was given is never given again"


def test_every_state_but_the_last_ones_has_a_way_on_and_no_act_stays_where_it_is() -> None:
    assert all(rule.after not in rule.before for rule in RULES.values())
    assert {state for state in range(1, 11) if not allowed(state, head=True)} == {3, 10}
    assert Act.REOPEN not in allowed(9, head=False)
    assert allowed(99, head=True) == ()
