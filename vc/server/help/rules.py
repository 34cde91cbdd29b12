"""The rules of the help desk. Pure: times are seconds of one clock.

First come, first served; a kiosk has one call, an officer one at a time; nothing waits for ever.
"""

from typing import Annotated

import msgspec
from msgspec.structs import replace

from devices.contract.config import Config
from devices.contract.errors import MotcuaError
from vc.helping import Ended, HelpStage, Hidden


class HelpRules(Config, frozen=True, kw_only=True):
    """How long and how many."""

    most_waiting: Annotated[int, msgspec.Meta(ge=1, le=100)] = 8
    answer_within_s: Annotated[float, msgspec.Meta(ge=5, le=600)] = 60.0
    longest_s: Annotated[float, msgspec.Meta(ge=60, le=4 * 3600)] = 1800.0
    silent_within_s: Annotated[float, msgspec.Meta(ge=6, le=120)] = 15.0
    """A kiosk that asks for no news for so long is gone."""


class NobodyThereError(MotcuaError):
    """No officer is at the help desk now."""

    code = "help.nobody"


class DeskFullError(MotcuaError):
    """Too many wait already."""

    code = "help.full"
    retry = True


class NoCallError(MotcuaError):
    """There is no such call (any more)."""

    code = "help.no_call"


class TakenError(MotcuaError):
    """Another officer has taken the call."""

    code = "help.taken"


class InCallError(MotcuaError):
    """End your own call first."""

    code = "help.in_call"


class HelpCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call. `seat` is the officer's page, empty while nobody has taken it."""

    id: str
    kiosk: str
    site: str
    language: str
    since: float
    heard: float
    seat: str = ""
    officer: str = ""
    taken: float = 0.0
    hidden: Hidden | None = Hidden.UNASKED
    """None: the form is seen."""

    @property
    def stage(self) -> HelpStage:
        """Whether it waits."""
        return HelpStage.TAKEN if self.seat else HelpStage.WAITING


class Desk(msgspec.Struct, frozen=True):
    """Every call, the longest waiting first."""

    calls: tuple[HelpCall, ...] = ()

    def of(self, call: str) -> HelpCall:
        """Return a call; raises NoCallError."""
        found = next((one for one in self.calls if one.id == call), None)
        if found is None:
            raise NoCallError
        return found

    def ahead(self, call: str) -> int:
        """Return how many wait longer."""
        waiting = [one.id for one in self.calls if one.stage is HelpStage.WAITING]
        return waiting.index(call) if call in waiting else 0


def ask(desk: Desk, call: HelpCall, rules: HelpRules, *, officers: int) -> Desk:
    """Let a kiosk wait, instead of its call of before. Raises NobodyThereError, DeskFullError."""
    others = tuple(one for one in desk.calls if one.kiosk != call.kiosk)
    if not officers:
        raise NobodyThereError
    if sum(one.stage is HelpStage.WAITING for one in others) >= rules.most_waiting:
        raise DeskFullError
    return Desk((*others, call))


def take(desk: Desk, call: str, seat: str, officer: str, now: float) -> Desk:
    """Give a waiting call to the first officer who takes it; done again, nothing more.

    Raises NoCallError, TakenError, InCallError.
    """
    taken = desk.of(call)
    if taken.seat == seat:
        return desk
    if taken.seat:
        raise TakenError
    if any(one.seat == seat for one in desk.calls):
        raise InCallError
    return _with(desk, replace(taken, seat=seat, officer=officer, taken=now))


def heard(desk: Desk, call: str, now: float) -> Desk:
    """Note that the kiosk is there. Raises NoCallError."""
    return _with(desk, replace(desk.of(call), heard=now))


def hide(desk: Desk, call: str, hidden: Hidden | None) -> Desk:
    """Note whether the form is seen. Raises NoCallError."""
    return _with(desk, replace(desk.of(call), hidden=hidden))


def end(desk: Desk, call: str) -> Desk:
    """Forget a call; nothing happens when it is gone."""
    return Desk(tuple(one for one in desk.calls if one.id != call))


def overdue(desk: Desk, rules: HelpRules, now: float) -> tuple[tuple[str, Ended], ...]:
    """Return the calls whose time is over, and why."""
    return tuple((one.id, why) for one in desk.calls if (why := _over(one, rules, now)))


def _over(call: HelpCall, rules: HelpRules, now: float) -> Ended | None:
    if now - call.heard >= rules.silent_within_s:
        return Ended.LOST
    if call.stage is HelpStage.WAITING:
        return Ended.NO_ANSWER if now - call.since >= rules.answer_within_s else None
    return Ended.TOO_LONG if now - call.taken >= rules.longest_s else None


def _with(desk: Desk, changed: HelpCall) -> Desk:
    return Desk(tuple(changed if one.id == changed.id else one for one in desk.calls))
