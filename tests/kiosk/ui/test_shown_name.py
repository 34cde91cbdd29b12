"""A technician looks for this box: its name on the glass, and never in a citizen's way."""

from msgspec.structs import replace

from kiosk.ui.events import NameWanted, TimePassed, Touched
from kiosk.ui.flows.number.pages import ChooseService, Confirm, Errand
from kiosk.ui.screen import Message, Tiles
from kiosk.ui.session import next_time, step
from kiosk.ui.state import Home, State
from kiosk.ui.view import view
from tests.kiosk.ui.site import ROOM, open_state

NOW = 2000.0
WANTED = NameWanted(name="gio-linh-1", until=NOW + 30)


def named(page: Home | Confirm | None = None) -> State:
    state = replace(open_state(), page=page or Home(), touched_at=NOW)
    return step(state, WANTED, NOW)[0]


def test_the_name_stands_on_the_glass_until_its_time_is_over() -> None:
    state = named()
    body = view(state, ROOM).body
    assert isinstance(body, Message)
    assert body.title == "gio-linh-1"
    due = next_time(state)
    assert due == NOW + 30
    after, _ = step(state, TimePassed(), due)
    assert isinstance(view(after, ROOM).body, Tiles)


def test_a_citizens_touch_takes_it_away_and_hits_nothing_behind_it() -> None:
    after, _ = step(named(), Touched(action=ChooseService(service="ho-tich")), NOW + 5)
    assert isinstance(after.page, Home)
    assert isinstance(view(after, ROOM).body, Tiles)


def test_a_citizen_in_a_session_keeps_the_screen_and_reads_the_name_above_it() -> None:
    screen = view(named(Confirm(errand=Errand(service="ho-tich"))), ROOM)
    assert screen.name == "Confirm"
    assert screen.banner is not None
    assert "gio-linh-1" in screen.banner.text
