"""What a kiosk is told of a dossier. Pure."""

import re
from datetime import date, datetime

from devices.contract.clock import local_day
from devices.scanner.masking import mask_number
from kiosk.api.dossier_lookup import DossierLookup
from kiosk.api.words import Names
from kiosk.backoffice.one_stop import Dossier, Step
from kiosk.catalogue.catalogue import Catalogue
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.deadline import Due, Told, account, due, pauses_of
from kiosk.domain.dossier import read_code
from kiosk.domain.dossier_state import Clock, state_of

_LONG_NUMBER = re.compile(r"[0-9]{8,}")
_ADDRESS = re.compile(r"\S+@\S+")
_LONGEST_NOTE = 200


def is_counted_here(dossier: Dossier) -> bool:
    """Return whether the time runs and the system names no due date."""
    runs = state_of(dossier.state).clock is Clock.RUNS
    return runs and dossier.due_at is None and dossier.received_at is not None


def told(
    dossier: Dossier,
    told_at: datetime,
    *,
    steps: tuple[Step, ...] | None = (),
    now: datetime,
    calendar: WorkCalendar,
    catalogue: Catalogue,
    live: bool = True,
) -> DossierLookup:
    """Return the dossier as it stands now by what the system said at `told_at`.

    The system's due date holds; where it gives none and the clock runs, ours is told as counted,
    past the time that it stood by the `steps`. Where nobody told these (None) there is none.
    """
    state, today = state_of(dossier.state), local_day(now)
    ended = local_day(dossier.ended_at) if dossier.ended_at else None
    hour = _due(dossier, steps, calendar, catalogue)
    standing = account(state.clock, hour.day if hour else None, today, calendar, ended)
    code = read_code(dossier.code)
    return DossierLookup(
        code=dossier.code,
        provisional=bool(code and code.is_local),
        names=_names(dossier, today, catalogue),
        state=dossier.state,
        agency_name=dossier.agency_name,
        received=local_day(dossier.received_at) if dossier.received_at else None,
        due=hour.day if hour else None,
        due_told=hour.told if hour else Told.SERVER,
        doubtful_years=_doubtful(hour, state.clock, today, calendar),
        ended=ended,
        standing=standing.standing,
        working_days=standing.working_days,
        note=masked(dossier.note),
        told_at=told_at,
        at=now,
        live=live,
    )


def masked(note: str) -> str:
    """Return a note without long numbers and e-mail addresses, cut (PRI-1)."""
    plain = _ADDRESS.sub("***", note.strip())
    return _LONG_NUMBER.sub(lambda found: mask_number(found[0]), plain)[:_LONGEST_NOTE]


def _due(
    dossier: Dossier,
    steps: tuple[Step, ...] | None,
    calendar: WorkCalendar,
    catalogue: Catalogue,
) -> Due | None:
    if dossier.due_at:
        return Due(local_day(dossier.due_at), Told.SERVER)
    if steps is None or not is_counted_here(dossier) or dossier.received_at is None:
        return None
    procedure = catalogue.procedure(dossier.form, local_day(dossier.received_at))
    if procedure is None or procedure.time is None:
        return None
    time = procedure.time
    pauses = pauses_of((step.state, step.at) for step in steps)
    return due(dossier.received_at, time.duration, calendar, time.cut_off, pauses)


def _doubtful(
    hour: Due | None, clock: Clock, today: date, calendar: WorkCalendar
) -> tuple[int, ...]:
    if hour is None or clock is not Clock.RUNS:
        return ()
    if hour.told is Told.COUNTED:
        return hour.doubtful_years
    return calendar.doubtful_years(*sorted((today, hour.day)))


def _names(dossier: Dossier, today: date, catalogue: Catalogue) -> Names:
    """Return the procedure's names: the catalogue's in every language, else the system's own."""
    day = local_day(dossier.received_at) if dossier.received_at else today
    if procedure := catalogue.procedure(dossier.form, day):
        return procedure.names
    return {"vi": dossier.form_name or dossier.form}
