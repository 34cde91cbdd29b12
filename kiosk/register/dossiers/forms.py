"""Which numbered forms an officer may print of a dossier as it is (domain DOS-9, DOS-10). Pure."""

from datetime import date

from devices.contract.clock import local_day
from kiosk.domain.dossier_state import StateCode
from kiosk.domain.forms import FormKind
from kiosk.register.dossiers.rows import DossierRow

_OF_STATES = {
    StateCode.MORE_PAPERS: FormKind.SUPPLEMENT,
    StateCode.NOT_ACCEPTED: FormKind.REFUSAL,
    StateCode.HALTED: FormKind.HALT,
}


def form_day(row: DossierRow) -> date:
    """Return the day whose forms hold: that of the receipt (G-2), or of the latest step."""
    return local_day(row.received_at or row.moved_at)


def printable(row: DossierRow) -> tuple[FormKind, ...]:
    """Return the forms; a receipt (Mẫu 01) only once an officer has received the dossier."""
    found = [FormKind.RECEPTION, FormKind.CONTROL] if row.received_at else []
    found += [kind for state, kind in _OF_STATES.items() if row.state == state]
    return tuple(found + [FormKind.APOLOGY] * bool(row.extra))
