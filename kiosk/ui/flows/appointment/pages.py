"""Coming by appointment: pages, touches, answers, wishes."""

from enum import StrEnum

from kiosk.api.check_in import CheckedIn
from kiosk.ui.facts import Action, Effect, Fact, Page
from kiosk.ui.keyboard.typing import Typing

BOOKING = "booking"
"""The system, as `Site.connected` names it."""


class AboutAppointment(StrEnum):
    """What a passing note of this flow is about."""

    AT_ITS_TIME = "at_its_time"
    IN_TURN = "in_turn"
    ALREADY = "already"
    UNKNOWN = "unknown"
    AWAY = "away"
    REFUSED = "refused"
    NOT_CONNECTED = "not_connected"
    CLOSED = "closed"
    NO_ANSWER = "no_answer"


class AskAppointment(Page, frozen=True, kw_only=True):
    """Which appointment? Its code is scanned or typed; `asked` while the server looks for it.

    `ask` numbers the question, 0 while there is none.
    """

    typing: Typing
    asked: str = ""
    ask: int = 0


class NoNumberYet(Page, frozen=True, kw_only=True):
    """There is no number for this appointment, here and now: why, and what to do."""

    told: CheckedIn


AnyPage = AskAppointment | NoNumberYet


class OpenAppointment(Action, frozen=True, kw_only=True):
    """I have an appointment."""


class PrintAppointment(Action, frozen=True, kw_only=True):
    """Put on paper when to come."""


AnyAction = OpenAppointment | PrintAppointment


class AppointmentTold(Fact, frozen=True, kw_only=True):
    """What came of the code that was asked for."""

    ask: int
    told: CheckedIn


class AppointmentUntold(Fact, frozen=True, kw_only=True):
    """Why nothing came of it."""

    ask: int
    about: AboutAppointment


AnyEvent = AppointmentTold | AppointmentUntold


class CheckInHere(Effect, frozen=True, kw_only=True):
    """Say at the counter server that this citizen has come; the same code gets the same number."""

    ask: int
    code: str
    language: str


AnyEffect = CheckInHere
