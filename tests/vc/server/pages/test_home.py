"""The front page in a real Chromium: sign in, schedule, plan, recordings, line test."""

import httpx
import pytest

from tests.counterparts.chromium import complaints, until
from tests.vc.server.pages.backend import Backend
from tests.vc.server.pages.driving import Person
from vc.acts import Role
from vc.server import api
from vc.server.pages.routes import SECURE

pytestmark = pytest.mark.real


def test_every_page_carries_its_policy(backend: Backend) -> None:
    for path in ("/", "/console", "/join/abc"):
        answer = httpx.get(f"{backend.url}{path}", trust_env=False)
        assert answer.status_code == 200
        for name, value in SECURE.items():
            assert answer.headers[name] == value


def test_a_wrong_pin_is_told_in_words_and_a_right_one_opens(person: Person) -> None:
    person.signs_in(Role.CHAIR, "9999")
    person.reads("Sai mã PIN", "#refused")
    assert person.the("role-chair").is_selected()
    person.the("pin").send_keys("1357")
    person.the("enter").click()
    person.sees("schedule")
    assert person.all("#new") == [], "the chair makes no conferences"
    person.clicks("#sign-out")
    person.sees("pin")


def test_a_stranger_at_the_console_is_sent_to_the_door(person: Person) -> None:
    person.goes_to("/console")
    person.sees("sign-in")


def test_an_operator_makes_a_conference_from_a_template(backend: Backend, person: Person) -> None:
    person.signs_in(Role.OPERATOR)
    person.clicks("#new")
    person.clicks("[data-template]")
    title = person.sees("plan-title")
    title.clear()
    title.send_keys("Họp Đảng ủy & <tháng> 12")
    people = person.all("[data-delegates='1']")[0]
    people.send_keys("\nĐỗ Thị Ước; Phó Chủ tịch")
    person.clicks("#add-item")
    until(lambda: person.all("[data-item='3']"), "a new item")[0].send_keys("Kết luận")
    person.clicks("#save")
    until(lambda: backend.saved, "the plan is saved")
    (plan,) = backend.saved.values()
    assert plan.id.startswith("hop-dang-uy-thang-12-")
    assert plan.title == "Họp Đảng ủy & <tháng> 12"
    assert plan.sites[1].delegates[-1].name == "Đỗ Thị Ước"
    assert plan.sites[1].delegates[-1].position == "Phó Chủ tịch"
    assert plan.agenda[-1].title == "Kết luận"
    assert plan.starts_at.astimezone().isoformat()
    assert (plan.starts_at.hour, plan.starts_at.minute) == (0, 30), "07:30 in Viet Nam"
    person.reads("Họp Đảng ủy & <tháng> 12", "#schedule")


def test_lines_are_tested_and_the_report_names_what_is_wrong(person: Person) -> None:
    """VC-3."""
    person.signs_in(Role.OPERATOR)
    person.clicks("#test-lines")
    person.reads("8/10", "#report")
    person.reads("Micro không có tiếng", "[data-tested=gio-linh]")
    person.reads("Mất kết nối", "[data-tested=dakrong]")


def test_a_recording_is_played_from_its_chapters(backend: Backend, person: Person) -> None:
    chapters = (api.Chapter(at_s=0, title="Khai mạc"), api.Chapter(at_s=312, title="Gio Linh"))
    backend.recordings = (
        api.RecordingRow(
            id="ghi-1",
            conference="x",
            title="Giao ban tháng 10",
            started_at=backend.state.plan.starts_at,
            lasts_s=5400,
            bytes=812_000_000,
            parts=2,
            under_way=False,
            chapters=chapters,
        ),
    )
    person.signs_in(Role.CHAIR)
    person.clicks("[data-recording=ghi-1] [data-do=play]")
    person.reads("5:12", ".chapters")
    assert (person.the("playback").get_attribute("src") or "").endswith("/recordings/ghi-1.mp4")


def test_the_front_page_fits_a_phone_and_speaks_english(person: Person) -> None:
    person.looks_by(390, 844)
    person.goes_to("/")
    person.sees("pin")
    assert person.unlabelled() == []
    person.clicks("#language")
    person.reads("Sign in")
    person.signs_in(Role.OPERATOR)
    person.reads("Schedule")
    assert not person.is_wider_than_the_screen()
    person.clicks("#new")
    person.clicks("#from-nothing")
    person.sees("plan")
    assert not person.is_wider_than_the_screen()
    assert person.unlabelled() == []
    assert complaints(person.page) == []
