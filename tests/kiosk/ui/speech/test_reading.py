"""Everything on a page is read, in order; every key can be found by ear."""

from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest
from msgspec.structs import replace

from kiosk.ui.events import AnyAction
from kiosk.ui.facts import Action
from kiosk.ui.screen import Screen
from kiosk.ui.speech.digits import aloud
from kiosk.ui.speech.reading import lines, spoken
from kiosk.ui.speech.texts import SPEECH, VIETNAMESE
from kiosk.ui.state import Access, State
from kiosk.ui.view import view
from tests.kiosk.ui.darkroom import situations
from tests.kiosk.ui.site import ROOM, every_page, open_state

HIDDEN = "che"


def actions(part: object) -> Iterator[Action]:
    """Yield everything that a screen lets a citizen do."""
    if isinstance(part, Action) and isinstance(part, get_args(AnyAction)):
        yield part
    elif isinstance(part, msgspec.Struct):
        for field in part.__struct_fields__:
            yield from actions(getattr(part, field))
    elif isinstance(part, tuple):
        for each in part:
            yield from actions(each)


def situations_in(language: str) -> list[tuple[str, Screen]]:
    return [(name, view(replace(state, language=language), ROOM)) for name, state in situations()]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_key_of_every_screen_is_read(language: str) -> None:
    words = SPEECH.of(replace(State(), language=language))
    screens = situations_in(language)
    assert len(screens) > 60
    for name, screen in screens:
        read = {line.action for line in lines(screen, words)}
        shown = set(actions(screen.dialog or replace(screen, access=Access())))
        assert shown - read == set(), name
        assert len(spoken(screen, words)) > 1, name


def test_no_key_is_read_by_the_name_of_its_picture() -> None:
    for name, screen in situations_in("vi"):
        for line in lines(screen, VIETNAMESE):
            assert line.text.strip(" .:"), name
            assert "{" not in line.text, (name, line.text)
            assert not line.icon or not line.text.endswith(f" {line.icon}"), (name, line.text)


def test_the_order_is_title_banner_body_and_keys_with_their_places() -> None:
    said = spoken(view(open_state(), ROOM), VIETNAMESE)
    assert said[0] == "Trung tâm Phục vụ hành chính công phường Đông Hà"
    assert said[1] == "Dữ liệu mẫu"
    assert said[2].startswith("Chạm vào việc cần làm")
    assert said[3] == "Ô 1 trên 6: Hộ tịch: khai sinh, kết hôn. Chờ: 4"
    assert said[-2:] == ("Nút dưới cùng bên trái: Việc khác", "Nút trên cùng bên phải: English")


def test_a_closed_service_and_a_chosen_way_of_reading_are_told() -> None:
    site = open_state().world.site
    assert site
    first, *rest = site.services
    closed = replace(site, services=(replace(first, open=False), *rest))
    state = replace(open_state(), world=replace(open_state().world, site=closed))
    assert "không chọn được" in spoken(view(state, ROOM), VIETNAMESE)[3]
    reading = next(page for page in every_page() if type(page).__name__ == "Reading")
    large = replace(open_state(), page=reading, access=Access(large=True))
    assert any(
        "Chữ to" in line and "đang chọn" in line for line in spoken(view(large, ROOM), VIETNAMESE)
    )


def test_of_a_question_over_a_page_only_the_question_is_read() -> None:
    warned = replace(open_state(), page=every_page()[2], warned=17)
    said = spoken(view(warned, ROOM), VIETNAMESE)
    assert said[0] == "Ông/bà còn ở đây không?"
    assert len(said) == 4


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Số A012", "Số A 0 1 2"),  # QUE-7
        ("UA007, UA1001", "U A 0 0 7, U A 1 0 0 1"),
        ("Quầy số 2", "Quầy số 2"),
        ("14 người chờ, khoảng 125 phút", "14 người chờ, khoảng 125 phút"),
        ("045*****1234", "0 4 5, che, 1 2 3 4"),
        ("045•••••1234", "0 4 5, che, 1 2 3 4"),
        ("045190001234", "0 4 5 1 9 0 0 0 1 2 3 4"),
        ("8.000 đồng, 1.250.000 đồng", "8.000 đồng, 1.250.000 đồng"),
        ("ngày 23/11/2026 lúc 15:30", "ngày 23/11/2026 lúc 15:30"),
        ("Giờ lấy số: 07:00 - 16:45", "Giờ lấy số: 07:00 - 16:45"),
        ("từ 07:30-11:30", "từ 07:30-11:30"),
        ("H45.12.05-261123-0012", "H 4 5, 1 2, 0 5, 2 6 1 1 2 3, 0 0 1 2"),
        ("TAM-0012.", "T A M, 0 0 1 2."),
        ("năm 2026, Thôn 2, mục 1.2", "năm 2026, Thôn 2, mục 1.2"),
        ("5 - 7 ngày", "5 - 7 ngày"),
        ("Gọi 0233 3852 345", "Gọi 0233 3852 345"),
    ],
)
def test_numbers_of_papers_are_read_sign_by_sign(text: str, read: str) -> None:
    assert aloud(text, HIDDEN) == read


def test_a_masked_number_is_never_read_whole() -> None:
    confirm = every_page()[2]
    said = " ".join(spoken(view(replace(open_state(), page=confirm), ROOM), VIETNAMESE))
    assert "0 4 5 1 9 0" not in said.replace(",", "")
