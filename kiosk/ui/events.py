"""What the session hears (events, and the actions of a touch) and what it wants done (effects)."""

from devices.contract.message import DeviceReport
from devices.contract.notice import BoxNotice
from devices.messages import Scanned
from devices.receipt import Receipt
from kiosk.api.queue import Site
from kiosk.catalogue.of_day import DayCatalogue
from kiosk.ui.facts import Action, Effect, Fact
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
from kiosk.ui.flows.prepare import wishes as prepare_wishes
from kiosk.ui.flows.procedures import pages as procedures
from kiosk.ui.flows.visit import pages as visit
from kiosk.ui.keyboard.keys import Act
from kiosk.ui.keyboard.signs import Sign
from kiosk.ui.world import PrinterState, ScannerState


class ShowServices(Action, frozen=True, kw_only=True):
    """Show the services from this one on."""

    first: int


class TypeKey(Action, frozen=True, kw_only=True):
    """One key."""

    key: str


class TypeSign(Action, frozen=True, kw_only=True):
    """A tone or a mark on the last syllable."""

    sign: Sign


class PressKey(Action, frozen=True, kw_only=True):
    """A key that writes nothing."""

    act: Act


class Suggest(Action, frozen=True, kw_only=True):
    """That is what I mean."""

    text: str


class Erase(Action, frozen=True, kw_only=True):
    """Take back the last key."""


class Speak(Action, frozen=True, kw_only=True):
    """Go on in this language."""

    language: str


class Back(Action, frozen=True, kw_only=True):
    """One step back."""


class Leave(Action, frozen=True, kw_only=True):
    """I have finished."""


class Stay(Action, frozen=True, kw_only=True):
    """I am still here."""


AnyAction = (
    ShowServices
    | TypeKey
    | TypeSign
    | PressKey
    | Suggest
    | Erase
    | Speak
    | Back
    | Leave
    | Stay
    | appointment.AnyAction
    | chip.AnyAction
    | dossier.AnyAction
    | answers.AnyAction
    | feedback.AnyAction
    | fees.AnyAction
    | help_.AnyAction
    | menu.AnyAction
    | number.AnyAction
    | prepare.AnyAction
    | procedures.AnyAction
    | visit.AnyAction
)


class Touched(Fact, frozen=True, kw_only=True):
    """The glass was touched; on a button when there is an action."""

    action: AnyAction | None = None


class TimePassed(Fact, frozen=True, kw_only=True):
    """The moment of `session.next_time` has come."""


class SiteSeen(Fact, frozen=True, kw_only=True):
    """The counter server told how the site is."""

    site: Site


class CounterLost(Fact, frozen=True, kw_only=True):
    """The counter server does not answer."""


class BoxSeen(Fact, frozen=True, kw_only=True):
    """The box's agent told something else than before."""

    notice: BoxNotice


class CatalogueSeen(Fact, frozen=True, kw_only=True):
    """The day's procedures, and whether their files are whole."""

    catalogue: DayCatalogue
    report: DeviceReport


class DevicesSeen(Fact, frozen=True, kw_only=True):
    """How the devices are."""

    printer: PrinterState
    scanner: ScannerState


class SlipPrinted(Fact, frozen=True, kw_only=True):
    """The slip is on paper."""


class SlipNotPrinted(Fact, frozen=True, kw_only=True):
    """The slip is not on paper."""

    printer: PrinterState


class NameWanted(Fact, frozen=True, kw_only=True):
    """A technician looks for this box; its name is shown until then, on the monotonic clock."""

    name: str
    until: float


Event = (
    Touched
    | TimePassed
    | SiteSeen
    | CounterLost
    | BoxSeen
    | CatalogueSeen
    | DevicesSeen
    | Scanned
    | NameWanted
    | SlipPrinted
    | SlipNotPrinted
    | appointment.AnyEvent
    | chip.AnyEvent
    | dossier.AnyEvent
    | answers.AnyEvent
    | feedback.AnyEvent
    | fees.AnyEvent
    | help_.AnyEvent
    | menu.AnyEvent
    | number.AnyEvent
    | prepare_wishes.AnyEvent
    | visit.AnyEvent
)


class PrintSlip(Effect, frozen=True, kw_only=True):
    """Put a piece of paper that is no ticket on paper, once."""

    receipt: Receipt


class BeginSession(Effect, frozen=True, kw_only=True):
    """Somebody began."""


class EndSession(Effect, frozen=True, kw_only=True):
    """Nobody is here any more: wipe whatever is kept outside the state."""


AnyEffect = (
    BeginSession
    | EndSession
    | PrintSlip
    | appointment.AnyEffect
    | chip.AnyEffect
    | dossier.AnyEffect
    | answers.AnyEffect
    | feedback.AnyEffect
    | fees.AnyEffect
    | help_.AnyEffect
    | menu.AnyEffect
    | number.AnyEffect
    | prepare_wishes.AnyEffect
    | procedures.AnyEffect
    | visit.AnyEffect
)
