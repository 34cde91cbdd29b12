"""Reading a card's chip: pages, touches, answers, wishes. What is a citizen's shows in no repr."""

from enum import StrEnum
from typing import Any

from devices.chip.messages import ChipProgress
from kiosk.ui.facts import Action, Effect, Fact, Page
from kiosk.ui.flows.number.pages import ScanCard
from kiosk.ui.flows.prepare.pages import FilingForm
from kiosk.ui.keyboard.typing import Typing
from kiosk.ui.world import ChipState

Came = FilingForm | ScanCard
"""Where a card's QR is offered as identity; the chip is the second way there, and leads back."""


class AboutChip(StrEnum):
    """What a passing note of this flow is about."""

    CODE_READ = "code_read"
    NOT_A_CARD = "not_a_card"
    BAD_NUMBER = "bad_number"
    BAD_DAY = "bad_day"
    CARD_MOVED = "card_moved"
    TOO_SLOW = "too_slow"


class ChipTrouble(StrEnum):
    """Why a chip was not read."""

    NO_CARD = "no_card"
    MOVED = "moved"
    SLOW = "slow"
    WRONG_KEY = "wrong_key"
    NO_CHIP = "no_chip"
    UNREADABLE = "unreadable"
    READER = "reader"
    TRIES_OVER = "tries_over"


class _Private(Fact, frozen=True, kw_only=True):
    """Of a citizen: shows only what kind of thing it is."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class CardKey(_Private, frozen=True, kw_only=True):
    """What opens the chip, as far as it is known: days as `ddMMyyyy`; or `can`, its access number.

    A card without an end has 31122099, whose last digits are what such a chip carries.
    """

    number: str = ""
    birth: str = ""
    expiry: str = ""
    can: str = ""


class ChipFound(_Private, frozen=True, kw_only=True):
    """Of all that a chip said the lines of a declaration, as its QR has them, and what it proves.

    `proves` is the sentence of `devices.chip.words`; data that is not `usable` contradicts its
    signature. `warnings` are the officer's.
    """

    number: str
    name: str
    birth: str
    sex: str
    address: str
    proves: str
    proves_en: str
    usable: bool
    warnings: tuple[str, ...] = ()


class ChipTries(Fact, frozen=True, kw_only=True):
    """How often a chip was read in this session, and how often what opens it was wrong."""

    readings: int = 0
    wrong: int = 0


class KeyLine(StrEnum):
    """A part of what opens a chip."""

    NUMBER = "number"
    BIRTH = "birth"
    EXPIRY = "expiry"


class ChipConsent(Page, frozen=True, kw_only=True):
    """What is read, why, and that nothing is kept; nothing is asked for before (PRI-1)."""

    came: Came
    part: int = 0


class ChipLine(Page, frozen=True, kw_only=True):
    """One part of the key, typed; the card's QR gives number and birth."""

    came: Came
    key: CardKey
    line: KeyLine
    typing: Typing


class ChipLay(Page, frozen=True, kw_only=True):
    """The card is laid on the reader and read. `ask` names the reading.

    `percent` is how far it is, None while no card is read; `again` how often it began by itself.
    """

    came: Came
    key: CardKey
    ask: int
    percent: int | None = None
    again: int = 0


class ChipStopped(Page, frozen=True, kw_only=True):
    """What went wrong, and what can be done."""

    came: Came
    key: CardKey
    trouble: ChipTrouble


class ChipReview(Page, frozen=True, kw_only=True):
    """What was read, and what that proves; only after the last part it can be used."""

    came: Came
    found: ChipFound
    part: int = 0


AnyPage = ChipConsent | ChipLine | ChipLay | ChipStopped | ChipReview


class OpenChip(Action, frozen=True, kw_only=True):
    """I want my card's chip to be read."""


class ShowChip(Action, frozen=True, kw_only=True):
    """Show the page from this part on."""

    part: int


class AgreeChip(Action, frozen=True, kw_only=True):
    """I have read it and agree."""


class MendKey(Action, frozen=True, kw_only=True):
    """I want to write it anew."""


class RetryChip(Action, frozen=True, kw_only=True):
    """Once more."""


class TakeFound(Action, frozen=True, kw_only=True):
    """Use what was read."""


AnyAction = OpenChip | ShowChip | AgreeChip | MendKey | RetryChip | TakeFound


class ChipSeen(Fact, frozen=True, kw_only=True):
    """How the chip reader is; `takes_can` whether an access number may open a chip."""

    chip: ChipState
    takes_can: bool = False


class ChipTold(Fact, frozen=True, kw_only=True):
    """A chip was read."""

    ask: int
    found: ChipFound


class ChipUntold(Fact, frozen=True, kw_only=True):
    """It was not."""

    ask: int
    trouble: ChipTrouble


AnyEvent = ChipProgress | ChipSeen | ChipTold | ChipUntold


class ReadCard(Effect, frozen=True, kw_only=True):
    """Wait for a card on the reader, and read its chip; `again` as on its page."""

    ask: int
    key: CardKey
    again: int = 0


class StopChip(Effect, frozen=True, kw_only=True):
    """Nobody waits for it any more."""


AnyEffect = ReadCard | StopChip
