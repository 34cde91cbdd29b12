"""Where the chip is offered, and the way in. Off unless box and site both have it on."""

from kiosk.ui.flows.chip.pages import Came, ChipConsent
from kiosk.ui.moves import Step, stay, turn
from kiosk.ui.state import State
from kiosk.ui.world import ChipState

MOST_WRONG, MOST_READINGS = 3, 10
"""A session's: a chip that is tried with wrong keys again and again may shut itself for a while."""


def is_offered(state: State) -> bool:
    """Return whether the site reads chips, the box can, and this citizen has tries left."""
    site = state.world.site
    agreed = site is not None and site.chip_reading
    return agreed and state.world.chip is ChipState.READY and not are_tries_over(state)


def are_tries_over(state: State) -> bool:
    """Return whether no chip is tried any more in this session."""
    tries = state.chip_tries
    return tries.wrong >= MOST_WRONG or tries.readings >= MOST_READINGS


def begin(state: State, came: Came) -> Step:
    """Show what is to be agreed to, where it is offered."""
    return turn(state, ChipConsent(came=came)) if is_offered(state) else stay(state)
