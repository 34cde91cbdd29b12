"""Every syllable of the language, and the name of every commune, typed key by key."""

from pathlib import Path

import pytest

from kiosk.ui.keyboard import telex, vni
from kiosk.ui.keyboard.strokes import Foreign
from provisioning.organisation.snapshot import past, snapshot
from tests.kiosk.ui.keyboard.orders import IN_PLACE, ORDERS, Method, keys_of, seen
from tests.kiosk.ui.keyboard.spelling import syllables

SYLLABLES = tuple(syllables())
COMPOSE = {"telex": telex.compose, "vni": vni.compose}
METHODS = pytest.mark.parametrize("method", ["telex", "vni"])
COMMON = Path(__file__).with_name("common.txt")
HUNSPELL = Path("/usr/share/hunspell/vi_VN.dic")
NOW = sorted({unit.name for unit in snapshot().units if unit.parent})
BEFORE = sorted({unit.name for unit in past().units})


def test_the_list_has_14860_syllables() -> None:
    assert len(SYLLABLES) == 14860
    assert {"đường", "quý", "gì", "giếng", "nghiêng", "khuỷu", "xoong"} <= {
        one.old for one in SYLLABLES
    }


@METHODS
@pytest.mark.parametrize("order", ORDERS)
def test_all_14860_syllables_come_out_in_every_order_of_keys(method: Method, order: str) -> None:
    wrong = set()
    for one in SYLLABLES:
        keys = keys_of(one.old, method, order)
        if COMPOSE[method](keys) != one.old:
            wrong.add((keys, one.old))
        if one.new != one.old and COMPOSE[method](keys, tone_style="new") != one.new:
            wrong.add((keys, one.new))
    assert wrong == set()


@METHODS
def test_all_come_out_in_capitals_and_without_giving_back(method: Method) -> None:
    wrong = set()
    for one in SYLLABLES:
        keys = keys_of(one.old, method, IN_PLACE)
        for typed, word in (
            (keys.upper(), one.old.upper()),
            (keys.capitalize(), one.old.capitalize()),
        ):
            if COMPOSE[method](typed) != word:
                wrong.add((typed, word))
        if COMPOSE[method](keys, tone_style="new", foreign="compose") != one.new:
            wrong.add((keys, one.new))
    assert wrong == set()


def unmade(names: list[str], method: Method, foreign: Foreign) -> list[str]:
    def compose(keys: str) -> str:
        return COMPOSE[method](keys, foreign=foreign)

    wrong = []
    for name in names:
        keys = seen(name, compose, method)
        if compose(keys) != name != COMPOSE[method](keys, tone_style="new", foreign=foreign):
            wrong.append(name)
    return wrong


def test_telex_makes_all_names_of_today_but_two_and_vni_all() -> None:
    """Êê is what Telex takes back; a field of places composes all, whatever the language."""
    assert unmade(NOW, "telex", "compose") == ["La Dêê", "La Êê"]
    assert unmade(NOW, "vni", "compose") == []


def test_of_7213_names_before_the_reform_telex_makes_all_but_six_and_vni_all_but_one() -> None:
    assert len(BEFORE) == 7213
    assert unmade(BEFORE, "telex", "compose") == [
        *("Bha Lêê", "Ea Kuăng", "La Dêê", "La Êê", "Tà Pơơ", "Vĩnh Nguơn"),
    ]
    assert unmade(BEFORE, "vni", "compose") == ["Vĩnh Nguơn"]


def test_giving_back_costs_31_names_of_3321_in_telex_and_33_in_vni() -> None:
    """Which is why fields of names and places do not give back."""
    telex_loses, vni_loses = (unmade(NOW, method, "give_back") for method in ("telex", "vni"))
    assert (len(telex_loses), len(vni_loses)) == (31, 33)
    assert not {"Đakrông", "Krông Pắc", "Hướng Hóa"} & {*telex_loses, *vni_loses}


@METHODS
def test_names_of_people_and_what_people_write_at_a_counter_come_out(method: Method) -> None:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 44
    assert unmade(lines, method, "compose") == []
    assert unmade(lines, method, "give_back") == []


def test_a_wrong_style_would_be_seen() -> None:
    mixed = {one.old for one in SYLLABLES if telex.compose(keys_of(one.new, "telex")) != one.new}
    assert len(mixed) == sum(one.old != one.new for one in SYLLABLES) > 200


@pytest.mark.real
@METHODS
def test_of_6631_words_of_hunspell_all_come_out_but_foreign_ones(method: Method) -> None:
    """69 of them have their tone where the new style writes it; the list mixes both."""
    if not HUNSPELL.exists():
        pytest.fail("the word list is missing: apt-get install hunspell-vi")
    words = HUNSPELL.read_text(encoding="utf-8").split()[1:]
    wrong, new = [], 0
    for word in words:
        keys = seen(word, COMPOSE[method], method)
        if COMPOSE[method](keys) != word:
            new += COMPOSE[method](keys, tone_style="new") == word
            wrong += [word] if COMPOSE[method](keys, tone_style="new") != word else []
    lost = {"telex": ["ASCII", "URL", "VISCII", "basoi", "palăng"], "vni": ["palăng"]}
    assert (len(words), new, wrong) == (6631, 69, lost[method])
