import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.phrases import Phrases, Wording, call, digits, whole, whole_english
from kiosk.domain.ticket import BadNumberError


def test_the_default_call_is_the_one_in_use() -> None:
    """QUE-5, letter for letter."""
    said = call(Phrases(), "A007", 2)
    assert said == "Xin mời công dân có số thứ tự A không không bảy đến quầy số hai"


def test_other_phrases_in_use_can_be_chosen() -> None:
    """QUE-6."""
    assert (
        call(Phrases(wording=Wording.GUEST), "B120", 3)
        == "Xin mời khách hàng có số thứ tự B một hai không đến quầy số ba"
    )
    assert (
        call(Phrases(wording=Wording.GUEST_OF_COUNTER), "A001", 1)
        == "Mời khách hàng có số thứ tự A không không một của quầy số một, đến quầy số một"
    )
    assert (
        call(Phrases(wording=Wording.GUEST_WITH_TICKET), "1001", 4)
        == "Xin mời khách hàng có số vé một không không một, đến quầy số bốn"
    )


def test_an_english_call() -> None:
    said = call(Phrases(), "UA041", 12, "en")
    assert said == "Ticket U A zero four one, please go to counter twelve"


def test_ticket_numbers_are_read_digit_by_digit() -> None:
    """QUE-7."""
    assert digits("B154") == "B một năm bốn"
    assert digits("UC902") == "U C chín không hai"
    assert digits("A1000") == "A một không không không"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (2, "hai"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (999, "chín trăm chín mươi chín"),
    ],
)
def test_counters_are_read_as_whole_numbers(number: int, words: str) -> None:
    """QUE-8."""
    assert whole(Phrases(), number) == words


def test_the_south_says_le_and_some_say_bon() -> None:
    southern = Phrases(zero_tens="lẻ", four_after_tens="bốn")
    assert whole(southern, 101) == "một trăm lẻ một"
    assert whole(southern, 24) == "hai mươi bốn"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (21, "twenty-one"),
        (40, "forty"),
        (105, "one hundred and five"),
    ],
)
def test_counters_in_english(number: int, words: str) -> None:
    assert whole_english(number) == words


def test_no_two_counters_sound_the_same() -> None:
    for say in (lambda n: whole(Phrases(), n), whole_english):
        assert len({say(number) for number in range(1000)}) == 1000


@given(st.text(max_size=12))
def test_a_call_holds_a_number_or_nothing(text: str) -> None:
    """QUE-9: whatever is no ticket number (a name, a card's number) is not spoken."""
    try:
        said = call(Phrases(), text, 1)
    except BadNumberError:
        return
    assert digits(text) in said
