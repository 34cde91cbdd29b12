"""Dossiers as clients are told of them: never a person's name or number. Pure."""

from collections.abc import Sequence
from datetime import datetime

from devices.contract.clock import LOCAL
from kiosk.api.dossiers import TIME_FORMAT, DossierStatus, ProgressStep
from kiosk.domain.dossier_state import Clock, state_of
from kiosk.register.config import RegisterConfig
from kiosk.register.dossiers.acts import Note
from kiosk.register.dossiers.rows import DossierRow, StepRow


def status(row: DossierRow, config: RegisterConfig) -> DossierStatus:
    """Return how far a dossier is. While its clock stands no day is promised."""
    due_day = None if state_of(row.state).clock is Clock.PAUSED else row.due_day
    due_at = datetime.combine(due_day, config.dossiers.results_at, LOCAL) if due_day else None
    return DossierStatus(
        code=row.code,
        form=row.form,
        form_name=row.form_name,
        state=row.state,
        agency=row.agency,
        agency_name=row.agency_name,
        received_at=_text(row.received_at),
        due_at=_text(due_at),
        ended_at=_text(row.ended_at),
        note=row.note,
    )


def progress(steps: Sequence[StepRow], config: RegisterConfig) -> tuple[ProgressStep, ...]:
    """Return the steps that concern whoever waits; a form that was printed is none of them."""
    return tuple(
        ProgressStep(
            state=step.state,
            at=_text(step.at),
            agency_name=unit_name(config, step.unit),
            note=step.note,
        )
        for step in steps
        if step.act != Note.PRINTED
    )


def unit_name(config: RegisterConfig, unit: str, language: str = "vi") -> str:
    """Return a unit's name, or its id when it is gone from the settings."""
    known = config.unit(unit)
    return (known.names.get(language) or known.names["vi"]) if known else unit


def _text(moment: datetime | None) -> str:
    return moment.astimezone(LOCAL).strftime(TIME_FORMAT) if moment else ""
