"""Minutes: the account is right, and both files say it."""

import io
import subprocess
import unicodedata
from datetime import timedelta
from pathlib import Path

import odfdo
import pytest

from devices.papers.odt import write_odt
from devices.papers.pdf import write_pdf
from tests.vc.example import example_plan
from tests.vc.server.conference.meeting import CHAIR, lobby
from tests.vc.server.minutes_example import account, held, large
from vc import acts
from vc.server.conference import rules
from vc.server.conference.facts import Spoke
from vc.server.minutes.account import account_of
from vc.server.minutes.document import document_of, lasting
from vc.state import Policy, RequestStatus


def test_the_account_says_who_spoke_when_and_how_long() -> None:
    told = account()
    assert [item.title for item in told.items] == ["Khai mạc", "Báo cáo kinh tế - xã hội"]
    (opening,), (report,) = (item.speeches for item in told.items)
    assert (opening.speaker, opening.lasted_s) == ("Đại biểu 1 Văn phòng UBND tỉnh", 300.0)
    assert f"{opening.began_at:%H:%M:%S}" == "07:31:30", "in Viet Nam's time (G-3)"
    assert (report.speaker, report.site) == ("Đại biểu 1 Thành phố Đông Hà", "Thành phố Đông Hà")
    assert report.lasted_s == 130.0
    assert report.content == "Giải ngân vốn đầu tư công <quý IV> & kiến nghị"
    assert told.items[1].papers == ("Báo cáo tháng 11",)


def test_the_account_says_who_was_there() -> None:
    """VC-5."""
    sites = {one.name: one for one in account().sites}
    centre, vinh_linh = sites["Văn phòng UBND tỉnh"], sites["Huyện Vĩnh Linh"]
    assert len(centre.present) == 2
    assert (vinh_linh.came_at, vinh_linh.present, len(vinh_linh.absent)) == (None, (), 2)
    quang_tri = sites["Thị xã Quảng Trị"]
    assert quang_tri.present == ("Đại biểu 2 Thị xã Quảng Trị",)
    assert (centre.breaks, quang_tri.breaks) == (0, 1), "leaving at the end is no break"


def test_an_open_vote_has_names_and_a_secret_one_has_none() -> None:
    """VC-5."""
    (open_vote,) = account().votes
    assert (open_vote.eligible, open_vote.voted) == (4, 3)
    assert [(one.votes, one.names) for one in open_vote.choices] == [
        (2, ("Đại biểu 2 Văn phòng UBND tỉnh", "Đại biểu 1 Thành phố Đông Hà")),
        (1, ("Đại biểu 2 Thị xã Quảng Trị",)),
        (0, ()),
    ]
    (secret,) = account(Policy(secret_ballot=True)).votes
    assert [(one.votes, one.names) for one in secret.choices] == [(2, ()), (1, ()), (0, ())]


def test_a_request_that_was_refused_is_told_with_its_reason() -> None:
    """VC-7."""
    (refused,) = account().unheard
    assert (refused.status, refused.reason) == (RequestStatus.REFUSED, "Đã hết thời gian thảo luận")


def test_a_meeting_that_has_not_begun_has_an_account_too() -> None:
    planned = rules.begin(held().state.plan)
    told = account_of(planned, ())
    assert (told.began_at, told.items, told.votes) == (None, (), ())
    assert write_pdf(document_of(told)).startswith(b"%PDF")


def test_a_clock_set_back_amid_the_meeting_loses_no_item_and_no_speech() -> None:
    meeting = lobby(example_plan(sites=4))
    meeting.does(CHAIR, acts.StartMeeting())
    for item, set_by in (("khai-mac", -timedelta(hours=1)), ("thao-luan", timedelta())):
        meeting.now += set_by
        meeting.does(CHAIR, acts.SetItem(item=item), acts.GiveFloor(member="dong-ha"))
        meeting.later(30)
        meeting.does(CHAIR, acts.TakeFloor())
    meeting.does(CHAIR, acts.EndMeeting())
    items = account_of(meeting.state, meeting.facts).items
    told = [(one.title, [speech.lasted_s for speech in one.speeches]) for one in items]
    assert told == [("Khai mạc", [30.0]), ("Thảo luận", [30.0])]


def test_a_speech_is_told_under_the_item_it_began_in() -> None:
    meeting = lobby(example_plan(sites=4))
    meeting.does(CHAIR, acts.SetItem(item="khai-mac"), acts.StartMeeting())
    meeting.does(CHAIR, acts.GiveFloor(member="dong-ha"))
    meeting.later(10)
    meeting.does(CHAIR, acts.SetItem(item="thao-luan"), acts.GiveFloor(member="quang-tri"))
    meeting.later(10)
    meeting.does(CHAIR, acts.TakeFloor())
    items = account_of(meeting.state, meeting.facts).items
    told = [(one.title, [speech.site for speech in one.speeches]) for one in items]
    assert told == [("Khai mạc", ["Thành phố Đông Hà"]), ("Thảo luận", ["Thị xã Quảng Trị"])]


def test_the_log_alone_has_the_speeches() -> None:
    spoke = [one for one in held().facts if isinstance(one, Spoke)]
    assert [one.lasted_s for one in spoke] == [300.0, 130.0]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 giây"), (59.6, "1 phút"), (130, "2 phút 10 giây"), (3605, "1 giờ 5 giây")],
)
def test_durations_are_said_in_words(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


SAID = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "VĂN PHÒNG UBND TỈNH",
    "BIÊN BẢN HỘI NGHỊ",
    "Hội nghị trực tuyến giao ban tháng 11",
    "07 giờ 31 phút, ngày 23 tháng 11 năm 2026",
    "3/4 điểm cầu kết nối; 4/8 đại biểu được điểm danh có mặt.",
    "Giải ngân vốn đầu tư công <quý IV> & kiến nghị",
    "2 phút 10 giây",
    "Thông qua kế hoạch tháng 12?",
    "50,0%",
    "Đã hết thời gian thảo luận",
    "07 giờ 40 phút, ngày 23 tháng 11 năm 2026./.",
    "CHỦ TỌA",
)


def test_the_odt_says_it_all() -> None:
    document = odfdo.Document(io.BytesIO(write_odt(document_of(account()))))
    text = squeezed(document.get_formatted_text(rst_mode=False))
    for words in SAID:
        assert squeezed(words) in text, words
    names = [table.name for table in document.body.get_tables()]
    assert len(names) == len(set(names)) == 7
    speeches = [rows for rows in map(cells, document.body.get_tables()) if "Giờ" in rows[0]]
    assert [rows[1][3] for rows in speeches] == ["5 phút", "2 phút 10 giây"]


def test_the_odt_uses_no_style_it_does_not_have() -> None:
    document = odfdo.Document(io.BytesIO(write_odt(document_of(account()))))
    known = {style.name for style in document.get_styles() if isinstance(style, odfdo.Style)}
    used = {one.style for one in document.body.paragraphs}
    assert used <= known
    assert len(used) > 5
    assert not any(" " in name for name in used if name), "a name of a style has no spaces"


def cells(table: odfdo.Table) -> list[list[str]]:
    return [[cell.text_recursive.strip() for cell in row.get_cells()] for row in table.get_rows()]


@pytest.mark.real
def test_the_pdf_says_it_all_in_its_own_typeface(tmp_path: Path) -> None:
    path = tmp_path / "bien-ban.pdf"
    path.write_bytes(write_pdf(document_of(account())))
    text = squeezed(told("pdftotext", "-layout", path, "-") + told("pdftotext", path, "-"))
    for words in SAID:
        assert squeezed(words) in text, words
    fonts = [line.split() for line in told("pdffonts", path).splitlines()[2:]]
    assert fonts
    for font in fonts:
        assert "BeVietnamPro" in font[0]
        assert font[-5] == "yes", f"{font[0]} is embedded"


@pytest.mark.real
def test_later_pages_are_numbered_and_repeat_the_head_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "bien-ban.pdf"
    path.write_bytes(write_pdf(document_of(large())))
    second = told("pdftotext", "-f", "2", "-l", "2", "-layout", path, "-")
    assert second.split()[0] == "2"
    assert told("pdftotext", "-layout", path, "-").count("Thời lượng") > 1, "of one table"


def test_a_draft_says_that_it_is_one() -> None:
    assert document_of(account(ended=False)).draft.startswith("DỰ THẢO")
    assert document_of(account()).draft == ""


def test_the_same_meeting_makes_the_same_pdf() -> None:
    assert write_pdf(document_of(account())) == write_pdf(document_of(account()))


def told(*command: str | Path) -> str:
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    except FileNotFoundError:
        pytest.fail(f"{command[0]} is missing: apt-get install poppler-utils")
    return done.stdout.decode()


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
