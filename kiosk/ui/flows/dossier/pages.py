"""Looking a dossier up: pages, touches, answers, wishes."""

from enum import StrEnum

from kiosk.api.dossier_lookup import DossierLookup
from kiosk.ui.facts import Action, Effect, Fact, Page
from kiosk.ui.keyboard.typing import Typing

ONE_STOP = "one_stop"
"""The system, as `Site.connected` names it."""


class AboutDossier(StrEnum):
    """What a passing note of this flow is about."""

    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"
    AWAY = "away"
    REFUSED = "refused"
    NOT_CONNECTED = "not_connected"
    NO_ANSWER = "no_answer"


class AskDossier(Page, frozen=True, kw_only=True):
    """Which dossier? Its code is scanned or typed; `asked` while the server looks for it.

    `ask` numbers the question, 0 while there is none.
    """

    typing: Typing
    asked: str = ""
    ask: int = 0


class DossierSheet(Page, frozen=True, kw_only=True):
    """How the dossier stands. `part` is counted from 0, as the panel divides it."""

    told: DossierLookup
    part: int = 0


AnyPage = AskDossier | DossierSheet


class OpenDossier(Action, frozen=True, kw_only=True):
    """I want to know how my dossier stands."""


class ShowDossierPart(Action, frozen=True, kw_only=True):
    """Show this part of what is told."""

    part: int


class PrintDossier(Action, frozen=True, kw_only=True):
    """Put it on paper."""


AnyAction = OpenDossier | ShowDossierPart | PrintDossier


class DossierTold(Fact, frozen=True, kw_only=True):
    """How the dossier of the code that was asked for stands."""

    ask: int
    told: DossierLookup


class DossierUntold(Fact, frozen=True, kw_only=True):
    """Why nothing is told of the code that was asked for."""

    ask: int
    about: AboutDossier


AnyEvent = DossierTold | DossierUntold


class LookUpDossier(Effect, frozen=True, kw_only=True):
    """Ask the counter server for it."""

    ask: int
    code: str


AnyEffect = LookUpDossier
