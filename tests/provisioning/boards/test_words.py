"""What `motcua board watch` says of what a board tells."""

import pytest

from firmware_bridge import frames
from provisioning.boards import words

VALUES = {
    "pressed": (3,),
    "switched": (0, 1),
    "restarted": (1,),
    "power_cycled": (300, 2),
    "lost": (7,),
    "paper": (0,),
}


@pytest.mark.parametrize("name", [name for _, name, _ in frames.TELLS])
def test_every_event_of_a_board_has_words(name: str) -> None:
    assert name not in words.event(name, VALUES[name])
    assert "unheard_of" in words.event("unheard_of", (1,)), "what nobody knows is told as it is"


def test_lost_events_are_lost_for_want_of_room_or_by_a_restart() -> None:
    said = words.event("lost", (7,))
    assert said.startswith("7 sự kiện bị mất")
    assert "khởi động lại" in said
