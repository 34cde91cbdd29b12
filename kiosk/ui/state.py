"""What the touchscreen knows: the world, the citizen's page, and nothing of anybody who left."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.catalogue.portal import PortalConfig
from kiosk.ui.events import AnyAction
from kiosk.ui.facts import Fact, Page
from kiosk.ui.flows.appointment import pages as appointment
from kiosk.ui.flows.chip import pages as chip
from kiosk.ui.flows.dossier import pages as dossier
from kiosk.ui.flows.feedback import answer_pages as answers
from kiosk.ui.flows.feedback import pages as feedback
from kiosk.ui.flows.fees import pages as fees
from kiosk.ui.flows.help import pages as help_
from kiosk.ui.flows.menu import pages as menu
from kiosk.ui.flows.number import pages as number
from kiosk.ui.flows.prepare import pages as prepare
from kiosk.ui.flows.procedures import pages as procedures
from kiosk.ui.flows.visit import pages as visit
from kiosk.ui.keyboard.syllable import ToneStyle
from kiosk.ui.world import Headphones, World

BUILT_IN = ("vi", "en")
LOUDEST = 5
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Rules(Config, frozen=True, kw_only=True):
    """How patient the screen is, and where it writes the tone of oa, oe, uy.

    Idle, it warns after 45 s and wipes 20 s later, so nothing of a citizen is there after 65 s.
    Where PRI-2 is read as 60 s in all, `warn_after_s = 40` keeps to it.
    """

    warn_after_s: Annotated[float, msgspec.Meta(ge=5, le=45)] = 45.0
    wipe_after_s: Annotated[float, msgspec.Meta(ge=5, le=20)] = 20.0
    rest_after_s: Annotated[float, msgspec.Meta(ge=30)] = 180.0
    settle_s: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.3
    ticket_shown_s: Annotated[float, msgspec.Meta(ge=3, le=60)] = 12.0
    unprinted_shown_s: Annotated[float, msgspec.Meta(ge=10, le=60)] = 60.0
    reprint_within_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 120.0
    note_shown_s: Annotated[float, msgspec.Meta(ge=3, le=60)] = 10.0
    tone_style: ToneStyle = "old"


class Pack(Fact, frozen=True, kw_only=True):
    """A further language: its name in itself, and the words it has, by flow and key.

    What it does not say is said in Vietnamese. `clips` are the names of its recordings.
    """

    code: str
    name: str
    words: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    clips: frozenset[str] = frozenset()


class Access(Fact, frozen=True, kw_only=True):
    """How this citizen reads and reaches: gone with the session.

    `volume` is 1 to `LOUDEST`; `aloud` whether personal things may be read, None while unasked.
    """

    large: bool = False
    contrast: bool = False
    low: bool = False
    spoken: bool = False
    volume: int = 3
    aloud: bool | None = None


class Home(Page, frozen=True, kw_only=True):
    """The services. `first` is the first one shown when they do not all fit."""

    first: int = 0


class Rest(Page, frozen=True, kw_only=True):
    """Nobody has been here for a while; the first touch only wakes the screen."""


AnyPage = (
    Home
    | Rest
    | appointment.AnyPage
    | chip.AnyPage
    | dossier.AnyPage
    | answers.AnyPage
    | feedback.AnyPage
    | fees.AnyPage
    | help_.AnyPage
    | menu.AnyPage
    | number.AnyPage
    | prepare.AnyPage
    | procedures.AnyPage
    | visit.AnyPage
)


class About(StrEnum):
    """What a passing note is about that no flow made."""

    CARD_UNASKED = "card_unasked"
    HEALTH_INSURANCE = "health_insurance"
    DOSSIER = "dossier"
    PAYMENT = "payment"
    LINK = "link"
    UNKNOWN_CODE = "unknown_code"
    PRINTING = "printing"
    TAKE_PAPER = "take_paper"
    NO_PAPER = "no_paper"
    NO_PRINTER = "no_printer"
    PRINTER_FAULT = "printer_fault"


class Note(Fact, frozen=True, kw_only=True):
    """A sentence that passes: a member of some flow's `About`; `values` fill its places."""

    about: StrEnum
    until: float
    values: dict[str, str] = msgspec.field(default_factory=dict)


class ShownName(Fact, frozen=True, kw_only=True):
    """The box's name, for a technician who looks for the box; until `until`, monotonic."""

    name: str
    until: float


class State(Fact, frozen=True, kw_only=True):
    """Everything. `warned` is the seconds left of an idle warning; times are monotonic.

    `pointed` is what was touched once, and read, while pages are spoken: a second touch means it.

    `helpline` is whether an officer can be called from here, `help` the call that stands.
    `wall` is the wall clock at the latest event, for what is printed and dated.
    """

    rules: Rules = Rules()
    home_language: str = BUILT_IN[0]
    language: str = BUILT_IN[0]
    packs: tuple[Pack, ...] = ()
    access: Access = Access()
    portal: PortalConfig = PortalConfig()
    world: World = World()
    page: AnyPage = Home()
    note: Note | None = None
    shown_name: ShownName | None = None
    owed: tuple[number.Owed, ...] = ()
    warned: int | None = None
    wall: datetime = _NEVER
    touched_at: float = 0.0
    turned_at: float = 0.0
    asks: int = 0
    helpline: bool = False
    help: help_.Helping | None = None
    pointed: AnyAction | None = None
    chip_tries: chip.ChipTries = chip.ChipTries()

    @property
    def speech_language(self) -> str:
        """The language of the voice: none is made for those of packs."""
        return self.language if self.language in BUILT_IN else BUILT_IN[0]

    @property
    def tells_private(self) -> bool:
        """Whether personal things may be read aloud: into plugged headphones, or after a yes."""
        return self.world.headphones is Headphones.PLUGGED or self.access.aloud is True

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that this kiosk speaks."""
        return (*BUILT_IN, *(pack.code for pack in self.packs))
