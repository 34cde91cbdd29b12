"""In three languages each page has its screen, and each language leads back to the others."""

import pytest
from msgspec.structs import replace

from kiosk.ui.events import AnyAction, Back, Speak, Touched
from kiosk.ui.flows.menu.pages import Languages, OpenLanguages, OpenMenu, OpenReading, Reading
from kiosk.ui.screen import Tiles
from kiosk.ui.session import step
from kiosk.ui.speech.reading import spoken
from kiosk.ui.speech.texts import SPEECH
from kiosk.ui.state import Home, State
from kiosk.ui.view import view
from kiosk.ui.world import Headphones
from tests.kiosk.ui.languages.screens import SHELF
from tests.kiosk.ui.site import ROOM, every_page, open_state

LANGUAGES = ("vi", "en", "km", "bru")


def state() -> State:
    return replace(open_state(), packs=SHELF.packs)


def touched(before: State, *actions: AnyAction) -> State:
    now = before.turned_at + 1
    for action in actions:
        before, _ = step(before, Touched(action=action), now)
        now += 1
    return before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_chosen_by_its_own_name_and_every_page_is_in_it(language: str) -> None:
    at_choice = touched(state(), OpenLanguages())
    assert at_choice.page == Languages()
    body = view(at_choice, ROOM).body
    assert isinstance(body, Tiles)
    names = {tile.action: tile.title for tile in body.tiles}
    assert (
        names[Speak(language=language)]
        == {
            "vi": "Tiếng Việt",
            "en": "English",
            "km": "ភាសាខ្មែរ",
            "bru": "Bru-Vân Kiều",
        }[language]
    )
    chosen = touched(at_choice, Speak(language=language))
    assert (chosen.page, chosen.language) == (Home(), language)
    for page in every_page():
        screen = view(replace(chosen, page=page), ROOM)
        assert screen.name == type(page).__name__
        assert screen.written_in == language
        said = spoken(screen, SPEECH.of(chosen))
        assert not [line for line in said if "{" in line]


def test_from_the_services_every_language_is_two_touches_away() -> None:
    for language in LANGUAGES:
        home = replace(state(), language=language)
        button = view(home, ROOM).language
        assert button
        assert button.action == OpenLanguages()
        assert button.icon == "language"
        assert not button.text, "whoever cannot read this language knows the picture"
        assert button.spoken


def test_with_two_languages_one_touch_is_enough() -> None:
    button = view(open_state(), ROOM).language
    assert button
    assert button.action == Speak(language="en")


def test_reading_is_offered_where_it_can_be_heard() -> None:
    at_reading = touched(open_state(), OpenMenu(), OpenReading())
    assert at_reading.page == Reading()
    tiles = len(view(at_reading, ROOM).body.tiles)  # type: ignore[union-attr]
    deaf = replace(at_reading, world=replace(at_reading.world, headphones=Headphones.NONE))
    assert len(view(deaf, ROOM).body.tiles) == tiles - 1  # type: ignore[union-attr]
    assert touched(at_reading, Back()).page == Home()
