"""The chair's and the operator's console in a real Chromium, before the real rules."""

from datetime import UTC, datetime

import msgspec
import pytest
from selenium.webdriver import Keys

from tests.counterparts.chromium import complaints, until
from tests.vc.example import example_plan
from tests.vc.server.pages.backend import Backend
from tests.vc.server.pages.driving import Person, somebody
from vc import acts
from vc.acts import Actor, Role
from vc.messages import LineFigures
from vc.server import api
from vc.server.conference import floor, rules
from vc.state import Layout, Line, RequestStatus, Site

pytestmark = pytest.mark.real


def ask(backend: Backend, *sites: str, approved: bool = True) -> None:
    """Let the first delegate of each site ask to speak."""
    for site in sites:
        delegate, request = f"{site}-1", f"pb-{site}"
        backend.do(acts.CheckIn(delegate=delegate))
        speech = acts.RequestSpeech(request=request, delegate=delegate, content=f"Ý kiến {site}")
        backend.do(speech, by=Role.SITE, member=site)
        if approved:
            backend.do(acts.ApproveSpeech(request=request))


def order(backend: Backend) -> list[str]:
    return [one.site for one in backend.state.requests if one.status in ("pending", "approved")]


def holder(backend: Backend) -> str:
    return backend.state.floor.holder if backend.state.floor else ""


def test_the_chair_gives_and_takes_the_floor_with_one_key(backend: Backend, person: Person) -> None:
    person.sits_at(Role.CHAIR)
    person.presses("1")
    until(lambda: holder(backend) == "dong-ha", "the first site has the floor")
    person.reads("Thành phố Đông Hà", "#floor")
    person.presses("5")
    until(lambda: holder(backend) == "cam-lo", "the fifth site has it now")
    person.presses(Keys.SPACE)
    until(lambda: not holder(backend), "the floor is free")
    person.presses("9")
    person.reads("không có mặt", "#toast")
    assert not holder(backend), "who is away does not get it"
    person.presses("T")
    until(lambda: holder(backend) == "trung-tam", "the centre speaks")
    person.presses("0")
    until(lambda: not holder(backend), "the floor is free")
    assert complaints(person.page) == []


def test_the_floor_is_taken_before_the_page_has_heard_who_has_it(
    backend: Backend, person: Person
) -> None:
    person.sits_at(Role.CHAIR)
    chair = Actor(name="Thử nghiệm", role=Role.CHAIR)
    given = rules.carry_out(
        backend.state, acts.GiveFloor(member="dong-ha"), chair, datetime.now(UTC)
    )
    backend.state = given.state  # and nobody is told
    person.presses("0")
    until(lambda: not holder(backend), "the floor is free")


def test_where_no_meeting_is_no_floor_is_taken() -> None:
    with Backend().served() as backend, somebody(backend) as person:
        backend.do(acts.OpenLobby())
        person.sits_at(Role.CHAIR)
        person.presses(Keys.SPACE, "0")
        answered = "fetch('/api/me').then((one) => arguments[0](one.status))"
        assert person.page.execute_async_script(answered) == 200
        assert backend.acts == []
        assert complaints(person.page) == []


def test_keys_arrange_the_picture_and_mute_all(backend: Backend, person: Person) -> None:
    backend.do(acts.SetMuted(member="gio-linh", muted=False))
    person.sits_at(Role.OPERATOR)
    for key, layout in (("s", "speaker"), ("l", "lecture"), ("c", "content"), ("w", "wall")):
        person.presses(key)
        until(lambda layout=layout: backend.state.layout is Layout(layout), layout)  # type: ignore[misc]
    person.presses("m")
    until(lambda: all(one.muted for one in backend.state.members if one.id != "trung-tam"), "muted")


def test_enter_invites_the_next_on_the_list_who_is_there(backend: Backend, person: Person) -> None:
    ask(backend, "gio-linh", "cam-lo")
    person.sits_at(Role.CHAIR)
    person.presses(Keys.ENTER)
    until(lambda: holder(backend) == "gio-linh", "the first of the list")
    person.reads("Đại biểu 1 Huyện Gio Linh", "#floor")
    person.reads("4:", "#countdown")
    person.presses(Keys.ENTER)
    until(lambda: holder(backend) == "cam-lo", "the next of the list")
    assert backend.state.requests[0].status is RequestStatus.SPOKEN


def test_the_list_is_reordered_by_button_and_by_key(backend: Backend, person: Person) -> None:
    ask(backend, "gio-linh", "cam-lo", "dong-ha")
    person.sits_at(Role.CHAIR)
    person.clicks("[data-request=pb-gio-linh] [data-do=down]")
    until(lambda: order(backend) == ["cam-lo", "gio-linh", "dong-ha"], "one place down")
    row = until(lambda: person.all("[data-request=pb-dong-ha]"), "the last request")[0]
    row.send_keys(Keys.ALT, Keys.ARROW_UP)
    until(lambda: order(backend) == ["cam-lo", "dong-ha", "gio-linh"], "one place up by key")
    until(
        lambda: person.page.switch_to.active_element.get_attribute("data-request") == "pb-dong-ha",
        "the moved one keeps the focus",
    )


def test_a_request_is_approved_or_refused_with_a_reason(backend: Backend, person: Person) -> None:
    """VC-7."""
    ask(backend, "gio-linh", "cam-lo", approved=False)
    person.sits_at(Role.CHAIR)
    person.clicks("[data-request=pb-gio-linh] [data-do=refuse]")
    person.sees("dialog-text").send_keys("Hết thời gian")
    person.the("confirm").click()
    until(lambda: backend.state.requests[0].rejected_reason == "Hết thời gian", "the reason")
    person.clicks("[data-request=pb-cam-lo] [data-do=approve]")
    until(
        lambda: any(one.status is RequestStatus.APPROVED for one in backend.state.requests),
        "approved",
    )
    assert not any(isinstance(one, acts.GiveFloor) for one in backend.acts), "typing gave no floor"


def test_a_roll_call_counts_who_is_there(backend: Backend, person: Person) -> None:
    """VC-4."""
    person.sits_at(Role.OPERATOR)
    person.clicks("#roll-call")
    until(lambda: backend.state.roll_call_open, "the roll-call is open")
    person.clicks("[data-delegate=cam-lo-1]")
    person.reads("1/20", "#present")
    backend.do(acts.CheckIn(delegate="gio-linh-2"), by=Role.SITE, member="gio-linh")
    person.reads("2/20", "#present")
    until(lambda: person.all("[data-delegate=gio-linh-2]:checked"), "the site's own mark")


def test_a_ballot_is_opened_counted_and_closed(backend: Backend, person: Person) -> None:
    """VC-5."""
    backend.do(*(acts.CheckIn(delegate=f"{site}-1") for site in ("gio-linh", "cam-lo")))
    person.sits_at(Role.CHAIR)
    person.clicks("#tab-ballot")
    person.sees("question").send_keys("Thông qua Nghị quyết")
    person.clicks("#open-ballot")
    until(lambda: backend.state.ballots, "a ballot")
    (ballot,) = backend.state.ballots
    assert ballot.options == ("Tán thành", "Không tán thành", "Không biểu quyết")
    vote = acts.CastVote(ballot=ballot.id, delegate="gio-linh-1", option=0)
    backend.do(vote, by=Role.SITE, member="gio-linh")
    person.reads("1/2", f"[data-ballot={ballot.id}]")
    person.clicks("#close-ballot")
    person.sees("confirm").click()
    until(lambda: backend.state.open_ballot is None, "the ballot is closed")
    person.reads("Kết quả", "#tab-body")


def test_the_operator_runs_the_technique_and_decides_nothing(
    backend: Backend, person: Person
) -> None:
    """VC-5."""
    ask(backend, "gio-linh", approved=False)
    person.sits_at(Role.OPERATOR)
    person.presses("1", Keys.ENTER)
    person.reads("Chỉ chủ tọa", "#toast")
    assert not person.all("[data-do=approve]")[0].is_enabled()
    assert not person.all("[data-site=gio-linh] .give")[0].is_enabled()
    person.clicks("[data-site=gio-linh] [data-do=mute]")
    until(lambda: "gio-linh" in floor.audible(backend.state), "his sound is open")
    assert not holder(backend)


def test_a_console_that_reloads_is_right_at_once(backend: Backend, person: Person) -> None:
    person.sits_at(Role.CHAIR)
    backend.do(acts.GiveFloor(member="hai-lang"), acts.SetLocked(locked=True))
    backend.do(acts.SetRecording(on=True))
    person.reads("Huyện Hải Lăng", "#floor")
    person.page.refresh()
    person.reads("Huyện Hải Lăng", "#floor")
    person.reads("Đang ghi hình", "#recording")
    assert person.the("lock").get_attribute("aria-pressed") == "true"


def test_names_shaped_like_markup_stay_names(person: Person, backend: Backend) -> None:
    nasty = '<img src=x onerror="document.title=1">'
    backend.rule(lambda now, at: rules.guest_knocks(now, "khach-la", nasty, at))
    ask(backend, "gio-linh", approved=False)
    backend.do(acts.RefuseSpeech(request="pb-gio-linh", reason="<b>x</b>"))
    person.sits_at(Role.CHAIR)
    person.clicks("#tab-door")
    person.reads(nasty, "#waiting")
    person.clicks("[data-waiting=khach-la] [data-do=let-in]")
    person.reads(nasty, "#sites")
    assert person.all("img[src=x]") == []
    assert complaints(person.page) == []


def test_an_official_is_invited_by_a_link_and_a_guest_turned_away(
    backend: Backend, person: Person
) -> None:
    backend.rule(lambda now, at: rules.guest_knocks(now, "khach-1", "Khách", at))
    person.sits_at(Role.OPERATOR)
    person.clicks("#tab-door")
    person.clicks("[data-waiting=khach-1] [data-do=turn-away]")
    until(lambda: not backend.state.waiting, "nobody waits")
    person.sees("link-name").send_keys("Trần Văn Bình")
    person.clicks("#link-member option[value=gio-linh]")
    person.clicks("#make-link")
    person.reads("/join/link-0", "#link-url")
    assert backend.links["link-0"].member == "gio-linh"
    assert backend.links["link-0"].valid_for_s == 24 * 3600


def test_expelling_asks_first(backend: Backend, person: Person) -> None:
    person.sits_at(Role.CHAIR)
    person.clicks("[data-site=cam-lo] [data-do=more]")
    person.clicks("[data-do=expel]")
    person.sees("confirm")
    person.presses(Keys.ESCAPE)
    until(lambda: not person.all("dialog"), "the question is gone")
    assert not any(one.expelled for one in backend.state.members)
    person.clicks("[data-do=expel]")
    person.sees("confirm").click()
    until(lambda: any(one.expelled for one in backend.state.members), "expelled")


def test_a_bad_line_is_seen_before_anybody_complains(backend: Backend, person: Person) -> None:
    bad = api.MemberLive(
        line=Line.BAD, up=LineFigures(loss_percent=6.2, fps=11), alarms=("line.loss",)
    )
    backend.live = api.LiveFigures(members={"cam-lo": bad})
    person.sits_at(Role.CHAIR)
    person.reads("Kém", "[data-site=cam-lo]")
    until(lambda: person.all("[data-site=cam-lo] .alarm"), "an alarm's mark")
    assert "6,2 %" in (person.all("[data-site=cam-lo]")[0].get_attribute("title") or "")
    person.clicks("[data-site=cam-lo] [data-do=more]")
    person.reads("Đường truyền mất gói", "#site-detail")


def test_papers_turn_in_step_from_the_console(backend: Backend, person: Person) -> None:
    """VC-8."""
    person.sits_at(Role.OPERATOR)
    person.clicks("#tab-papers")
    person.clicks("[data-paper=bao-cao]")
    person.reads("1 / 3", "#page-number")
    person.presses(Keys.PAGE_DOWN)
    person.reads("2 / 3", "#page-number")
    assert backend.state.paper
    assert backend.state.paper.page == 2


def test_the_wall_is_played_and_covered_when_it_stands_still(
    backend: Backend, person: Person
) -> None:
    person.sits_at(Role.CHAIR)
    until(lambda: not person.all(".wall .cover"), "a live wall", within_s=30)
    backend.projector.frozen = True
    person.reads("Hình đang bị gián đoạn", ".wall")
    backend.projector.frozen = False
    until(lambda: not person.all(".wall .cover"), "a live wall again", within_s=30)


def test_words_typed_stay_while_the_conference_goes_on(backend: Backend, person: Person) -> None:
    person.sits_at(Role.CHAIR)
    person.clicks("#tab-door")
    field = person.sees("link-name")
    field.send_keys("Nguyễn")
    backend.rule(lambda now, at: rules.guest_knocks(now, "khach-1", "Khách", at))
    person.sees("waiting")
    backend.do(acts.SetLocked(locked=True))
    field.send_keys(" Văn 1")
    assert field.get_attribute("value") == "Nguyễn Văn 1"
    assert not holder(backend), "a digit in a field gives no floor"


def test_both_languages_and_every_width(backend: Backend, person: Person) -> None:
    ask(backend, "gio-linh", "cam-lo")
    person.sits_at(Role.CHAIR)
    person.clicks("#language")
    person.reads("Speakers' list")
    assert person.page.execute_script("return document.documentElement.lang") == "en"
    for width, height in ((1600, 900), (1280, 720), (820, 1180), (390, 844)):
        person.looks_by(width, height)
        until(lambda: not person.is_wider_than_the_screen(), f"no sideways scroll at {width}")
    for tab in ("roll", "ballot", "papers", "door", "test"):
        person.clicks(f"#tab-{tab}")
        assert person.unlabelled() == []
        until(lambda: not person.is_wider_than_the_screen(), f"no sideways scroll in {tab}")


def test_seventy_nine_sites_have_room() -> None:
    """VC-9: all of a province's communes."""
    plan = example_plan()
    more = (Site(id=f"xa-{n}", name=f"Xã số {n} có tên dài") for n in range(69))
    many = Backend(msgspec.structs.replace(plan, sites=(*plan.sites, *more)))
    with many.served() as backend, somebody(backend, width=1600, height=900) as person:
        backend.do(acts.OpenLobby())
        person.sits_at(Role.CHAIR)
        until(lambda: len(person.all(".site")) == 79, "79 sites")
        assert not person.is_wider_than_the_screen()
        assert person.the("wall").rect["height"] > 200


def test_a_console_whose_session_ended_goes_back_to_the_door(
    backend: Backend, person: Person
) -> None:
    person.sits_at(Role.CHAIR)
    backend.sign_all_out()
    person.sees("role-chair")
