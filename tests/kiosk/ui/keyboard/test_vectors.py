"""The vectors of domain §11.3, each in both tone styles; VNI's own after the same table."""

import pytest

from kiosk.ui.keyboard import telex, vni

TELEX = """
tieengs tieesng tiengse | tiếng
vietje | việt
dduwowngf dduongwf duongdwf | đường
nuocws nuowcs | nước
huow | huơ
thuowr | thuở
huowng | hương
huowu | hươu
uowi | ươi
nguoiwf nguowif | người
ruouwj ruowuj | rượu
giuongwf giuwongf | giường
chuaw chuwa | chưa
hoawcj | hoặc
quaw | quă
quawng | quăng
quows | quớ
quys | quý
gif | gì
ginf | gìn
giaf | già
gieengs | giếng
hoaf | hòa | hoà
khoer | khỏe | khoẻ
thuyr | thủy | thuỷ
uyr | ủy | uỷ
hoanf | hoàn
khuyur | khuỷu
xoays | xoáy
mias | mía
cuar | của
nguyeenx | nguyễn
chuyeenr | chuyển
buwu | bưu
muwowif | mười
aaa | aa
ddd | dd
ass | as
asf | à
asz | a
toansz | toan
aww | aw
uoww | uow
ww | w
oow | ơ
owo | ô
awa | â
DDOONG | ĐÔNG
Ddaang | Đâng
"""
VNI = """
tie61ng tie6ng1 tieng16 | tiếng
viet56 vie65t | việt
d9u7o7ng2 d9uong72 duong972 duong297 | đường
nuoc71 nuo7c1 | nước
huo7 | huơ
thuo73 | thuở
huo7ng | hương
huo7u | hươu
uo7i | ươi
nguoi72 nguo7i2 | người
ruou75 ruo7u5 | rượu
giuong72 giu7ong2 | giường
chua7 chu7a | chưa
hoa8c5 | hoặc
qua8 | quă
qua8ng | quăng
quo71 | quớ
quy1 | quý
gi2 | gì
gin2 | gìn
gia2 | già
gie6ng1 | giếng
hoa2 | hòa | hoà
khoe3 | khỏe | khoẻ
thuy3 | thủy | thuỷ
uy3 | ủy | uỷ
hoan2 | hoàn
khuyu3 | khuỷu
xoay1 | xoáy
mia1 | mía
cua3 | của
nguye6n4 | nguyễn
chuye6n3 | chuyển
bu7u buu7 | bưu
mu7o7i2 | mười
a66 | a6
d99 | d9
a11 | a1
a12 | à
a10 | a
toan10 | toan
a88 | a8
uo77 | uo7
o67 | ơ
o76 | ô
a86 | â
D9O6NG | ĐÔNG
D9a6ng | Đâng
"""


def vectors(table: str) -> list[tuple[str, str, str]]:
    rows = [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]
    return [(keys, row[1], row[-1]) for row in rows for keys in row[0].split()]


@pytest.mark.parametrize(("keys", "old", "new"), vectors(TELEX))
def test_telex_makes_what_the_table_says(keys: str, old: str, new: str) -> None:
    assert (telex.compose(keys), telex.compose(keys, tone_style="new")) == (old, new)
    assert telex.compose(keys, foreign="compose") == old


@pytest.mark.parametrize(("keys", "old", "new"), vectors(VNI))
def test_vni_makes_what_the_table_says(keys: str, old: str, new: str) -> None:
    assert (vni.compose(keys), vni.compose(keys, tone_style="new")) == (old, new)
    assert vni.compose(keys, foreign="compose") == old


def test_nothing_but_a_letter_joins_a_syllable() -> None:
    assert telex.compose("tieengs Vieetj, 12 xax/phuwowngf") == "tiếng Việt, 12 xã/phường"
    assert telex.compose("a s a.s áas") == "a s a.s áá"
    assert vni.compose("so61 12, to63 3A") == "số 12, tổ 3A"


def test_a_key_taken_back_is_a_letter_for_the_rest_of_the_syllable() -> None:
    assert telex.compose("asss ass as") == "ass as á"
    assert telex.compose("xooongf") == "xoòng"


def test_an_o_after_oe_and_oa_is_a_letter_and_w_after_gi_a_vowel() -> None:
    assert telex.compose("ngoeof ngoaos khoeor giwx") == "ngoèo ngoáo khoẻo giữ"


def test_the_stroke_comes_on_a_later_d_too_where_no_vowel_is() -> None:
    assert telex.compose("HDDND UBND ddt address") == "HĐND UBND đt address"


FOREIGN = """windows file user password www browser street process processing session office
correct message left next part gift soft shirt class staff press add address asset passport
google facebook zalo email website online internet server wifi printer scanner copy"""
COMPOSED_ALL_THE_SAME = {"test": "tét", "door": "dổ", "see": "sê", "his": "hí"}


def test_words_that_cannot_be_vietnamese_are_given_back() -> None:
    kept = {word: telex.compose(word) for word in FOREIGN.split()}
    assert {word: made for word, made in kept.items() if word != made} == {}
    assert telex.compose("Passwords, WWW.") == "Passwords, WWW."


def test_words_that_can_be_vietnamese_are_composed_all_the_same() -> None:
    made = {word: telex.compose(word) for word in COMPOSED_ALL_THE_SAME}
    assert made == COMPOSED_ALL_THE_SAME


def test_composing_without_giving_back_is_what_older_keyboards_do() -> None:
    assert telex.compose("user pass", foreign="compose") == "ủe pas"


def test_who_knows_telex_takes_a_key_back_by_a_third_press() -> None:
    assert telex.compose("passsword offfice") == "password office"
