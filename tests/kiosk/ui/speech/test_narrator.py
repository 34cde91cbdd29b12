"""What is read when; nothing personal without headphones or a yes; every touch is heard first."""

from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from kiosk.ui.events import AnyAction, Back, Event, Leave, SiteSeen, Speak, TimePassed, Touched
from kiosk.ui.flows.menu.pages import (
    FallSilent,
    HeadphonesSeen,
    Heard,
    HearPrivate,
    KeepPrivate,
    OpenMenu,
    OpenReading,
    Phrase,
    Reading,
    ReadOut,
    ToggleSpoken,
    TurnVolume,
)
from kiosk.ui.flows.number.pages import AboutNumber, ChooseService, Confirm, Issued, Paper, Printed
from kiosk.ui.session import step
from kiosk.ui.speech.narrator import Narrator, in_voice
from kiosk.ui.speech.texts import VIETNAMESE
from kiosk.ui.state import Access, Home, Note, Pack, Rest, State
from kiosk.ui.view import view
from kiosk.ui.world import Headphones
from tests.kiosk.ui.site import CARD, ROOM, SITE, every_page, open_state, ticket
from tests.kiosk.ui.test_anything import BEGINNINGS, STEPS

CHOOSE = ChooseService(service="ho-tich")


class Listener:
    """A citizen who hears."""

    def __init__(self, state: State | None = None) -> None:
        self.state = replace(state or open_state(), touched_at=1000.0)
        self.narrator = Narrator()
        self.now = 1000.0
        self.heard: list[Phrase] = []
        self.silenced = 0
        self.loudness = 0.0

    def lives(self, event: Event, *, after_s: float = 1.0) -> list[str]:
        """Let something happen; return what is read of it."""
        self.now += after_s
        self.state, _ = step(self.state, event, self.now)
        spoken = in_voice(self.state)
        effects = self.narrator.follow(self.state, view(spoken, ROOM), event)
        said: list[Phrase] = []
        for effect in effects:
            if isinstance(effect, ReadOut):
                said += effect.phrases
                self.loudness = effect.loudness
            else:
                assert effect == FallSilent()
                self.silenced += 1
        self.heard += said
        return [phrase.text for phrase in said]

    def touches(self, action: AnyAction | None) -> list[str]:
        return self.lives(Touched(action=action))

    def means(self, action: AnyAction) -> list[str]:
        """Touch twice."""
        self.touches(action)
        return self.touches(action)


def listening(**access: Any) -> Listener:
    one = Listener(replace(open_state(), access=Access(spoken=True, **access)))
    one.lives(SiteSeen(site=SITE))
    return one


def test_a_page_is_read_when_it_comes_the_first_time_with_how_it_works() -> None:
    one = Listener()
    one.touches(OpenMenu())
    one.touches(OpenReading())
    said = one.touches(ToggleSpoken())
    assert said[0] == VIETNAMESE.intro
    assert "Chạm vào cách ông/bà đọc dễ hơn" in said
    assert {phrase.language for phrase in one.heard} == {"vi"}


def test_nobody_hears_anything_unasked() -> None:
    """The control."""
    one = Listener()
    for action in (OpenMenu(), OpenReading(), Back(), CHOOSE):
        assert one.touches(action) == []
    assert one.silenced == 0


def test_a_first_touch_is_heard_the_second_is_meant() -> None:
    one = listening()
    assert one.touches(CHOOSE) == ["Ô 1 trên 6: Hộ tịch: khai sinh, kết hôn. Chờ: 4"]
    assert one.state.page == Home()
    assert view(one.state, ROOM).pointed == CHOOSE
    said = one.touches(CHOOSE)
    assert isinstance(one.state.page, Confirm)
    assert any("Hộ tịch" in line for line in said)
    assert one.state.pointed is None


def test_another_touch_in_between_is_heard_too_and_nothing_is_meant() -> None:
    one = listening()
    one.touches(CHOOSE)
    assert one.touches(OpenMenu()) == ["Nút dưới cùng bên trái: Việc khác"]
    one.touches(CHOOSE)
    assert one.state.page == Home()


def test_any_touch_ends_what_is_read_and_a_touch_beside_the_keys_reads_again() -> None:
    one = listening()
    before = one.silenced
    assert one.touches(None) == []
    assert one.silenced == before + 1
    assert len(one.touches(None)) > 5


def test_what_was_heard_to_its_end_is_read_again_at_the_first_touch() -> None:
    one = listening()
    one.lives(Heard(last=True))
    assert len(one.touches(None)) > 5


def test_a_queue_that_moves_is_not_read_out() -> None:
    one = listening()
    moved = replace(SITE, services=tuple(replace(each, waiting=33) for each in SITE.services))
    assert one.lives(SiteSeen(site=moved)) == []
    assert one.silenced == 0


def test_what_happens_to_the_paper_is_read() -> None:
    issued = Issued(ticket=ticket(), paper=Paper.PRINTING, until=2000.0)
    one = Listener(replace(open_state(), access=Access(spoken=True, aloud=True), page=issued))
    said = one.lives(TimePassed())
    assert any("A 0 1 2" in line for line in said)
    after = one.lives(Printed(ticket=ticket().id))
    assert after
    assert not any("A 0 1 2" in line for line in after)


def test_a_passing_note_is_read_once() -> None:
    one = listening(aloud=True)
    one.means(CHOOSE)
    one.state = replace(one.state, note=Note(about=AboutNumber.CARD_READ, until=5000.0))
    said = one.lives(TimePassed())
    assert len(said) == 1
    assert one.lives(TimePassed()) == []


def test_turned_off_it_is_silent_at_once() -> None:
    one = listening()
    one.means(OpenMenu())
    one.means(OpenReading())
    before = one.silenced
    assert one.means(ToggleSpoken()) == []
    assert one.silenced == before + 1
    assert one.touches(Back()) == []


def test_volume_goes_up_in_steps_and_round() -> None:
    one = listening()
    one.state = replace(one.state, page=Reading())
    loudness = []
    for _ in range(5):
        one.means(TurnVolume())
        loudness.append(one.loudness)
    assert sorted(loudness) == [*loudness[2:], *loudness[:2]]
    assert max(loudness) == 1
    assert 0 < min(loudness) < 0.2


def test_personal_things_are_read_after_a_yes_only() -> None:
    confirm = next(page for page in every_page() if isinstance(page, Confirm))
    one = Listener(replace(open_state(), page=confirm, access=Access(spoken=True)))
    asked = one.lives(TimePassed())
    assert VIETNAMESE.ask_title in asked
    assert not any("0 4 5" in line for line in asked)
    said = one.means(HearPrivate())
    assert any("0 4 5" in line for line in said)


def test_after_a_no_only_what_is_around_is_read() -> None:
    confirm = next(page for page in every_page() if isinstance(page, Confirm))
    one = Listener(replace(open_state(), page=confirm, access=Access(spoken=True)))
    one.lives(TimePassed())
    said = one.means(KeepPrivate())
    assert said[0] == VIETNAMESE.withheld
    assert not any("0 4 5" in line for line in said)
    assert "Nút dưới cùng bên trái: Quay lại" in said


def test_into_plugged_headphones_personal_things_are_read_unasked() -> None:
    confirm = next(page for page in every_page() if isinstance(page, Confirm))
    one = Listener(replace(open_state(), page=confirm))
    said = one.lives(HeadphonesSeen(headphones=Headphones.PLUGGED))
    assert any("0 4 5" in line for line in said)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS, begin=BEGINNINGS)
def test_whatever_happens_nothing_of_a_citizen_is_read_to_a_room(
    steps: list[tuple[Event, float]], begin: State
) -> None:
    one = Listener(replace(begin, access=Access(spoken=True)))
    for event, wait in steps:
        said = " ".join(one.lives(event, after_s=wait)).replace(" ", "")
        if not one.state.tells_private:
            for mark in (CARD.number[:3] + ",", CARD.name.replace(" ", ""), "A012", "UA013"):
                assert mark not in said, (mark, type(one.state.page))


def test_plugging_in_begins_and_plugging_out_ends_it() -> None:
    one = Listener(replace(open_state(), page=Rest()))
    said = one.lives(HeadphonesSeen(headphones=Headphones.PLUGGED))
    assert said[0] == VIETNAMESE.intro
    assert one.state.page == Home()
    assert one.lives(HeadphonesSeen(headphones=Headphones.UNPLUGGED)) == []
    assert one.silenced == 1
    assert not one.state.access.spoken


def test_the_next_citizen_hears_nothing_unless_plugged_in() -> None:
    for headphones, spoken in ((Headphones.UNKNOWN, False), (Headphones.PLUGGED, True)):
        one = listening(aloud=True)
        one.state = replace(one.state, world=replace(one.state.world, headphones=headphones))
        one.means(CHOOSE)
        one.means(Back())
        one.state = replace(one.state, page=Confirm(errand=one_errand()))
        one.lives(TimePassed(), after_s=100)
        one.lives(TimePassed(), after_s=100)
        assert isinstance(one.state.page, Home | Rest)
        assert one.state.access == Access(spoken=spoken)


def one_errand() -> Any:
    confirm = next(page for page in every_page() if isinstance(page, Confirm))
    return confirm.errand


def test_who_listens_is_not_hurried_but_who_left_is_forgotten() -> None:
    """WCAG 2.2.1, and domain PRI-2: each sentence ends once."""
    one = listening()
    one.means(CHOOSE)
    rules = one.state.rules
    for _ in range(5):
        one.lives(Heard(last=False), after_s=rules.warn_after_s * 0.8)
        one.lives(TimePassed(), after_s=0)
        assert one.state.warned is None
    one.lives(TimePassed(), after_s=rules.warn_after_s + 0.1)
    assert one.state.warned is not None
    one.lives(Heard(last=True), after_s=1)
    assert one.state.warned is not None, "the warning's own reading prolongs nothing"
    one.lives(TimePassed(), after_s=rules.wipe_after_s)
    assert one.state.page == Home()


def test_a_blind_hand_does_not_leave_by_the_warning() -> None:
    one = listening()
    one.means(CHOOSE)
    one.lives(TimePassed(), after_s=one.state.rules.warn_after_s + 0.1)
    one.touches(Leave())
    assert one.state.warned is None
    assert isinstance(one.state.page, Confirm)


@pytest.fixture
def bru() -> Listener:
    clips = {"page.Home", "page.Confirm", "page.Issued", "icon.family", "note.card_read", *"a012"}
    pack = Pack(code="bru", name="Bru-Vân Kiều", clips=frozenset(clips))
    state = replace(open_state(), packs=(pack,), language="bru", access=Access(spoken=True))
    return Listener(state)


def test_a_language_without_letters_is_heard_by_its_recordings(bru: Listener) -> None:
    """LNG-1."""
    bru.lives(SiteSeen(site=SITE))
    assert bru.heard[-1] == Phrase(text="page.Home", language="bru")
    assert bru.heard[0].language == "vi"
    bru.touches(CHOOSE)
    assert bru.heard[-1] == Phrase(text="icon.family", language="bru")
    bru.touches(OpenMenu())
    assert bru.heard[-1].language == "vi", "what nobody recorded is read in Vietnamese"


def test_a_number_is_put_together_from_recordings(bru: Listener) -> None:
    issued = Issued(ticket=ticket(), paper=Paper.PRINTED, until=2000.0)
    bru.state = replace(bru.state, page=issued, access=Access(spoken=True, aloud=True))
    bru.lives(TimePassed())
    assert bru.heard[-2:] == [
        Phrase(text="page.Issued", language="bru"),
        Phrase(text="a 0 1 2", language="bru"),
    ]


def test_a_note_is_recorded_by_its_name(bru: Listener) -> None:
    bru.state = replace(bru.state, access=Access(spoken=True, aloud=True))
    bru.lives(SiteSeen(site=SITE))
    bru.state = replace(bru.state, note=Note(about=AboutNumber.CARD_READ, until=9000.0))
    bru.lives(TimePassed())
    assert bru.heard[-1] == Phrase(text="note.card read", language="bru")


def test_the_other_language_is_read_by_its_own_voice() -> None:
    one = listening()
    one.means(Speak(language="en"))
    assert one.heard[-1].language == "en"
