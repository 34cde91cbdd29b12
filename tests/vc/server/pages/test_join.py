"""The join page in a real Chromium with a camera of its own, before stock aiortc."""

import pytest

from tests.counterparts.chromium import complaints, until
from tests.vc.server.pages.backend import Backend
from tests.vc.server.pages.driving import Person
from vc import acts
from vc.acts import Role
from vc.server.conference import rules
from vc.state import RequestStatus

pytestmark = pytest.mark.real


def goes_in(person: Person, member: str = "gio-linh") -> None:
    person.comes_by_link(member)
    person.clicks("#go-in")
    person.sees("standing")


def sees_the_wall(person: Person) -> None:
    until(lambda: person.all(".stage") and not person.all("#cover"), "a live picture", within_s=30)


def test_a_guest_waits_at_the_door_and_comes_in_when_admitted(
    backend: Backend, person: Person
) -> None:
    person.comes_by_link(name="Khách <b>mời</b>")
    person.reads("Đang chờ duyệt", "#waiting")
    person.clicks("#go-in")
    guest = backend.state.waiting[0]
    assert guest.name == "Khách <b>mời</b>"
    backend.do(acts.LetIn(member=guest.id))
    person.sees("standing")
    until(lambda: backend.engine.frames.get(f"{guest.id} video", 0) > 5, "his picture arrives")
    until(lambda: backend.engine.frames.get(f"{guest.id} audio", 0) > 5, "his sound arrives")
    sees_the_wall(person)
    assert person.all("#hand") == [], "guests may not ask here (VC-6)"
    assert complaints(person.page) == []


def test_a_wrong_pin_and_a_closed_door_are_told_in_words(backend: Backend, person: Person) -> None:
    person.goes_to("/join/khong-co")
    person.sees("name").send_keys("Ai đó")
    person.the("pin").send_keys("0000")
    person.the("enter").click()
    person.reads("Sai mã PIN", "#refused")
    person.comes_by_link()
    backend.do(acts.TurnAway(member=backend.state.waiting[0].id))
    person.reads("Chưa vào được", "#out")


def test_an_official_asks_speaks_and_ends(backend: Backend, person: Person) -> None:
    """VC-6, VC-7."""
    backend.do(acts.OpenRollCall())
    goes_in(person)
    person.reads("Bị tắt tiếng", "#standing")
    person.clicks("#check-in [data-delegate=gio-linh-1]")
    until(lambda: backend.state.attendance, "he is marked")
    person.clicks("#hand")
    person.sees("content").send_keys("Về phòng chống bão")
    person.clicks("#ask-button")
    until(lambda: backend.state.requests, "a request")
    (request,) = backend.state.requests
    assert (request.delegate, request.content) == ("gio-linh-1", "Về phòng chống bão")
    person.reads("Đang chờ chủ tọa duyệt", "#standing")
    backend.do(acts.ApproveSpeech(request=request.id))
    person.reads("người tiếp theo", "#standing")
    backend.do(acts.GiveFloor(member="gio-linh", request=request.id, limit_s=120))
    person.reads("Đang phát biểu", "#standing")
    person.reads("1:5", "#standing")
    person.clicks("#end-speech")
    until(lambda: backend.state.floor is None, "he ended himself")
    assert backend.state.requests[0].status is RequestStatus.SPOKEN


def test_a_refusal_is_told_with_its_reason(backend: Backend, person: Person) -> None:
    """VC-7."""
    backend.do(acts.CheckIn(delegate="gio-linh-1"))
    goes_in(person)
    speech = acts.RequestSpeech(request="pb-1", delegate="gio-linh-1")
    backend.do(speech, by=Role.SITE, member="gio-linh")
    backend.do(acts.RefuseSpeech(request="pb-1", reason="Hết thời gian <i>"))
    person.reads("Hết thời gian <i>", "#refusal")


def test_a_delegate_votes_once_he_is_marked_present(backend: Backend, person: Person) -> None:
    """VC-5."""
    backend.do(acts.CheckIn(delegate="cam-lo-1"))
    goes_in(person)
    backend.do(acts.OpenBallot(ballot="bq-1", question="Thông qua?"))
    person.reads("chưa được điểm danh", "#vote")
    assert person.all(".option") == []
    backend.do(acts.CheckIn(delegate="gio-linh-1"))
    person.clicks("[data-option='0']")
    until(
        lambda: backend.state.open_ballot and backend.state.open_ballot.votes == {"gio-linh-1": 0},
        "his vote",
    )
    person.reads("Đã ghi nhận", "#vote")


def test_papers_open_in_step_and_by_oneself(backend: Backend, person: Person) -> None:
    """VC-8."""
    goes_in(person)
    backend.do(acts.ShowPaper(paper="bao-cao", page=2))
    person.reads("2 / 3", "#papers #page-number")
    person.clicks("#papers #page-on")
    person.reads("3 / 3", "#papers #page-number")
    backend.do(acts.ShowPaper(paper="bao-cao", page=1))
    person.reads("Xem riêng", "#papers")
    person.reads("3 / 3", "#papers #page-number")
    person.clicks("#in-step")
    person.reads("1 / 3", "#papers #page-number")


def test_a_lost_session_is_said_and_joined_anew(backend: Backend, person: Person) -> None:
    goes_in(person)
    sees_the_wall(person)
    publishing = [leg.id for leg in backend.engine.opened]
    before = len(publishing)
    backend.cut_media()
    person.reads("đang nối lại", "#standing")
    until(lambda: len(backend.engine.opened) >= before + 2, "both sessions anew", within_s=30)
    sees_the_wall(person)
    person.reads("Bị tắt tiếng", "#standing")


def test_beside_the_sites_room_a_laptop_asks_and_takes_the_seat_when_it_is_free(
    backend: Backend, person: Person
) -> None:
    backend.do(acts.CheckIn(delegate="gio-linh-1"))
    backend.rooms = {"gio-linh"}
    goes_in(person)
    person.reads("bằng thiết bị phòng họp", "#standing")
    person.reads("bằng thiết bị phòng họp", "#cover")
    person.sees("content").send_keys("Về phòng chống bão")
    person.clicks("#ask-button")
    until(lambda: backend.state.requests, "a request")
    person.reads("Đang chờ chủ tọa duyệt", "#standing")
    assert backend.engine.opened == []
    backend.rooms = set()
    backend.rule(lambda now, at: rules.departed(now, "gio-linh", at))
    sees_the_wall(person)
    until(lambda: backend.engine.frames.get("gio-linh video", 0) > 3, "his picture arrives")


def test_a_picture_that_stands_still_is_covered(backend: Backend, person: Person) -> None:
    goes_in(person)
    sees_the_wall(person)
    backend.projector.frozen = True
    person.reads("Hình đang bị gián đoạn", "#cover")
    backend.projector.frozen = False
    sees_the_wall(person)


def test_a_screen_is_shared_in_a_session_of_its_own(backend: Backend, person: Person) -> None:
    goes_in(person)
    sees_the_wall(person)
    person.page.execute_script(
        "const canvas = document.createElement('canvas'); canvas.getContext('2d');"
        "navigator.mediaDevices.getDisplayMedia = async () => {"
        " setInterval(() => canvas.getContext('2d').fillRect(0, 0, Math.random() * 90, 9), 100);"
        " return canvas.captureStream(10); };"
    )  # a headless browser has no screen to choose
    person.clicks("#share-button")
    until(lambda: any(leg.content for leg in backend.engine.opened), "a session of content")
    until(lambda: backend.engine.frames.get("content-gio-linh video", 0) > 3, "the screen arrives")
    person.clicks("#share-button")
    until(lambda: len(backend.engine.closed) >= 1, "that session ends")


def test_a_reload_comes_straight_back(backend: Backend, person: Person) -> None:
    goes_in(person)
    sees_the_wall(person)
    backend.do(acts.GiveFloor(member="gio-linh"))
    person.page.refresh()
    person.reads("Đang phát biểu", "#standing")
    sees_the_wall(person)


def test_who_leaves_or_is_put_out_is_out(backend: Backend, person: Person) -> None:
    goes_in(person)
    sees_the_wall(person)
    backend.do(acts.Expel(member="gio-linh"))
    person.reads("Đã được mời ra", "#out")
    until(lambda: not backend.engine.peers, "his sessions are ended")
    backend.do(acts.LetIn(member="gio-linh"))
    person.clicks("#back")
    person.clicks("#go-in")
    sees_the_wall(person)
    person.clicks("#leave")
    person.sees("confirm").click()
    person.reads("Đã rời họp", "#out")
    until(lambda: not backend.engine.peers, "his sessions are ended")


def test_the_end_of_the_meeting_is_told(backend: Backend, person: Person) -> None:
    goes_in(person)
    backend.do(acts.EndMeeting())
    person.reads("Cuộc họp đã kết thúc", "#out")


def test_the_join_page_fits_a_phone_in_both_languages(backend: Backend, person: Person) -> None:
    backend.do(acts.OpenRollCall(), acts.ShowPaper(paper="bao-cao"))
    person.looks_by(390, 844)
    person.comes_by_link("gio-linh")
    assert not person.is_wider_than_the_screen()
    assert person.unlabelled() == []
    person.clicks("#go-in")
    sees_the_wall(person)
    person.clicks("#language")
    person.reads("Ask to speak")
    assert not person.is_wider_than_the_screen()
    assert person.unlabelled() == []
    small = [one.rect["height"] for one in person.all(".controls button") if one.is_displayed()]
    assert len(small) >= 4
    assert min(small) >= 44, "WCAG 2.5.5"
