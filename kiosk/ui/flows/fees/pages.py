"""Fees of a dossier: pages, touches, answers, wishes."""

from enum import StrEnum

from kiosk.api.fees import FeeTold
from kiosk.ui.facts import Action, Effect, Fact, Page
from kiosk.ui.keyboard.typing import Typing

PAYMENT = "payment"
"""The system, as `Site.connected` names it."""


class AboutFees(StrEnum):
    """What a passing note of this flow is about."""

    NONE_ASKED = "none_asked"
    AWAY = "away"
    REFUSED = "refused"
    NOT_CONNECTED = "not_connected"
    NO_ANSWER = "no_answer"
    CONFIRMED = "confirmed"


class AskFeeCode(Page, frozen=True, kw_only=True):
    """The dossier's code is scanned or typed; `asked` while the server looks for its fees.

    `ask` numbers the question, 0 while there is none.
    """

    typing: Typing
    asked: str = ""
    ask: int = 0


class FeesOf(Page, frozen=True, kw_only=True):
    """What is asked for a dossier, from the `first` on."""

    dossier: str
    fees: tuple[FeeTold, ...]
    first: int = 0


class OneFee(Page, frozen=True, kw_only=True):
    """A fee: how it is paid, and how it stands. `among` are all of its dossier."""

    fee: FeeTold
    among: tuple[FeeTold, ...]
    part: int = 0


AnyPage = AskFeeCode | FeesOf | OneFee


class OpenFeeCode(Action, frozen=True, kw_only=True):
    """I want to pay a fee."""


class OpenFees(Action, frozen=True, kw_only=True):
    """I want to pay the fee of this dossier."""

    dossier: str


class ChooseFee(Action, frozen=True, kw_only=True):
    """This one."""

    reference: str


class ShowFees(Action, frozen=True, kw_only=True):
    """Show the fees from this one on."""

    first: int


class ShowFeePart(Action, frozen=True, kw_only=True):
    """Show this part of what is told of the fee."""

    part: int


class PrintFee(Action, frozen=True, kw_only=True):
    """Put it on paper."""


AnyAction = OpenFeeCode | OpenFees | ChooseFee | ShowFees | ShowFeePart | PrintFee


class FeesTold(Fact, frozen=True, kw_only=True):
    """What is asked for the dossier of the code that was asked for."""

    ask: int
    fees: tuple[FeeTold, ...]


class FeesUntold(Fact, frozen=True, kw_only=True):
    """Why nothing is told of the code that was asked for."""

    ask: int
    about: AboutFees


class FeeHeard(Fact, frozen=True, kw_only=True):
    """How a fee stands now."""

    fee: FeeTold


AnyEvent = FeesTold | FeesUntold | FeeHeard


class FindFees(Effect, frozen=True, kw_only=True):
    """Ask the counter server what is asked for the dossier of this code."""

    ask: int
    code: str


class WatchFee(Effect, frozen=True, kw_only=True):
    """Ask again and again how this fee stands, until it is settled or something else is wished."""

    reference: str


class ForgetFee(Effect, frozen=True, kw_only=True):
    """Nobody looks at a fee any more."""


AnyEffect = FindFees | WatchFee | ForgetFee
