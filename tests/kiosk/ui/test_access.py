"""What docs/accessibility.md leans on: nothing flashes or moves, and time is given (WCAG 2.2)."""

import ast
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

import kiosk.ui
from kiosk.ui.events import Stay, TimePassed, Touched
from kiosk.ui.flows.number.pages import ChooseService, Confirm
from kiosk.ui.session import next_time, step
from kiosk.ui.state import Home, Rules, State
from kiosk.ui.view import view
from tests.kiosk.ui.site import ROOM, SITE, open_state

ROOMS = Path(kiosk.ui.__file__).parent
TWENTY_S = 20.0


def begun() -> State:
    state, _ = step(open_state(), Touched(action=ChooseService(service="ho-tich")), 1000.0)
    assert isinstance(state.page, Confirm)
    return state


def test_a_citizen_is_warned_twenty_seconds_before_and_one_touch_extends() -> None:
    """WCAG 2.2 2.2.1: the default; a site may shorten it down to the floor of its configuration."""
    assert Rules().wipe_after_s >= TWENTY_S
    state = begun()
    for _ in range(12):  # the standard asks for ten times
        due = next_time(state)
        assert due
        state, _ = step(state, TimePassed(), due)
        assert state.warned == TWENTY_S
        dialog = view(state, ROOM).dialog
        assert dialog
        assert dialog.main.action == Stay()
        state, _ = step(state, Touched(action=Stay()), due + TWENTY_S - 0.5)
        assert state.warned is None
        assert isinstance(state.page, Confirm)


def test_who_does_not_extend_is_forgotten() -> None:
    """The control."""
    state = begun()
    for _ in range(30):
        due = next_time(state)
        assert due
        state, _ = step(state, TimePassed(), due)
        if isinstance(state.page, Home):
            return
    raise AssertionError("never wiped")


def test_a_screen_changes_at_most_once_a_second_by_itself() -> None:
    """WCAG 2.2 2.3.1: three flashes a second is the limit; the only clock on the glass has seconds.

    Only the countdown of the warning moves by itself.
    """
    state, times = begun(), []
    for _ in range(60):
        before = view(state, ROOM)
        due = next_time(state)
        if due is None:
            break
        state, _ = step(state, TimePassed(), due)
        if view(state, ROOM) != before:
            times.append(due)
    assert len(times) > TWENTY_S
    gaps = [after - before for before, after in pairwise(times)]
    assert min(gaps) >= 0.99


def test_nothing_on_the_glass_is_animated() -> None:
    """Kivy's ways to move things are not used: only a pressed key changes in its place."""
    for path in sorted(ROOMS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        modules = {
            node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
        }
        assert "schedule_interval" not in names, path
        assert not any(module.startswith("kivy.animation") for module in modules), path


@pytest.mark.parametrize(("key", "value"), [("wipe_after_s", 4), ("warn_after_s", 50)])
def test_a_site_can_not_configure_haste_nor_forgetfulness(key: str, value: float) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({key: value}, Rules)


def test_a_queue_that_moves_redraws_no_page_of_a_citizen() -> None:
    """WCAG 2.2 2.2.2: what updates by itself is not beside what is read."""
    state = begun()
    before = view(state, ROOM)
    moved = replace(SITE, services=(SITE.services[0], *SITE.services[1:][::-1]))
    changed = replace(state, world=replace(state.world, site=moved))
    assert view(changed, ROOM) == before
