"""All flows of the kiosk. A new one is a folder beside this file, and a line here."""

from kiosk.ui.facts import Page
from kiosk.ui.flows.appointment.flow import AppointmentFlow
from kiosk.ui.flows.appointment.texts import APPOINTMENT
from kiosk.ui.flows.chip.flow import ChipFlow
from kiosk.ui.flows.chip.texts import CHIP
from kiosk.ui.flows.dossier.flow import DossierFlow
from kiosk.ui.flows.dossier.texts import DOSSIER
from kiosk.ui.flows.feedback.answer_flow import AnswerFlow
from kiosk.ui.flows.feedback.flow import FeedbackFlow
from kiosk.ui.flows.feedback.texts import FEEDBACK
from kiosk.ui.flows.fees.flow import FeesFlow
from kiosk.ui.flows.fees.texts import FEES
from kiosk.ui.flows.flow import Flow
from kiosk.ui.flows.help.flow import HelpFlow
from kiosk.ui.flows.help.texts import HELP
from kiosk.ui.flows.menu.flow import MenuFlow
from kiosk.ui.flows.menu.texts import MENU
from kiosk.ui.flows.number.flow import NumberFlow
from kiosk.ui.flows.number.texts import NUMBER
from kiosk.ui.flows.prepare.flow import PrepareFlow
from kiosk.ui.flows.prepare.texts import PREPARE
from kiosk.ui.flows.procedures.flow import ProceduresFlow
from kiosk.ui.flows.procedures.texts import PROCEDURES
from kiosk.ui.flows.visit.flow import VisitFlow
from kiosk.ui.flows.visit.texts import VISIT
from kiosk.ui.speech.texts import SPEECH
from kiosk.ui.texts import GENERAL

_ERRANDS = (
    NumberFlow(),
    ProceduresFlow(),
    PrepareFlow(),
    ChipFlow(),
    DossierFlow(),
    FeesFlow(),
    AppointmentFlow(),
    VisitFlow(),
    FeedbackFlow(),
    AnswerFlow(),
    HelpFlow(),
)
FLOWS: tuple[Flow, ...] = (*_ERRANDS, MenuFlow(_ERRANDS))
"""In the order in which they are asked what a touch on the services, a code or an event means."""

WORDS = (
    GENERAL,
    APPOINTMENT,
    CHIP,
    DOSSIER,
    FEEDBACK,
    FEES,
    HELP,
    MENU,
    NUMBER,
    PREPARE,
    PROCEDURES,
    SPEECH,
    VISIT,
)
"""All words, for packs and for tests."""

_FLOW_OF = {page: flow for flow in FLOWS for page in flow.pages}


def flow_of(page: Page) -> Flow | None:
    """Return the flow a page belongs to; None for the services and the resting screen."""
    return _FLOW_OF.get(type(page))
