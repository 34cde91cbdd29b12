"""What may become of a ticket: one table of steps, from which states, to which."""

from enum import StrEnum

from devices.contract.errors import MotcuaError


class TicketState(StrEnum):
    """Where a ticket stands. `WAITING`, `CALLED` and `HELD` are open; the rest are ends."""

    WAITING = "waiting"
    CALLED = "called"
    HELD = "held"
    MISSED = "missed"
    SERVED = "served"
    EXPIRED = "expired"


class Step(StrEnum):
    """Something done to a ticket."""

    CALL = "call"
    RECALL = "recall"
    FINISH = "finish"
    NO_SHOW = "no_show"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    RECLASSIFY = "reclassify"
    EXPIRE = "expire"


class StepRefusedError(MotcuaError):
    """The ticket is not in a state for this."""

    code = "ticket.state"


_WAITING, _CALLED, _HELD = TicketState.WAITING, TicketState.CALLED, TicketState.HELD
_MISSED, _SERVED, _EXPIRED = TicketState.MISSED, TicketState.SERVED, TicketState.EXPIRED
OPEN = (_WAITING, _CALLED, _HELD)

_TABLE: dict[Step, tuple[tuple[TicketState, ...], TicketState | None]] = {
    Step.CALL: ((_WAITING, _HELD, _MISSED), _CALLED),
    Step.RECALL: ((_CALLED,), _CALLED),
    Step.FINISH: ((_CALLED,), _SERVED),
    Step.NO_SHOW: ((_CALLED,), _MISSED),
    Step.HOLD: ((_CALLED,), _HELD),
    Step.RESUME: ((_HELD, _MISSED), _WAITING),
    Step.TRANSFER: ((_WAITING, _CALLED, _HELD), _WAITING),
    Step.RECLASSIFY: ((_WAITING, _CALLED, _HELD, _MISSED), None),
    Step.EXPIRE: (OPEN, _EXPIRED),
}


def after(step: Step, state: TicketState) -> TicketState:
    """Return the state after the step; raises StepRefusedError when the ticket may not take it."""
    allowed, result = _TABLE[step]
    if state not in allowed:
        raise StepRefusedError(f"A ticket that is {state} cannot be: {step}.")
    return result or state
