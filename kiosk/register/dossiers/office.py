"""The room of dossiers while it runs: its parts, and the threads they belong to."""

from dataclasses import dataclass
from pathlib import Path

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from kiosk.backoffice.sealing import seal_of
from kiosk.catalogue.catalogue import Catalogue
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.forms import Forms
from kiosk.register.config import RegisterConfig
from kiosk.register.dossiers.bodies import ReportedStep
from kiosk.register.dossiers.book import Book
from kiosk.register.dossiers.desk import Desk, Reason
from kiosk.register.dossiers.intake import Intake
from kiosk.register.dossiers.keeping import Keeping
from kiosk.register.dossiers.numbers import Numbers
from kiosk.register.dossiers.papers import Papers
from kiosk.register.dossiers.rows import DossierRow
from kiosk.register.dossiers.shelf import Shelf
from kiosk.register.store import Store

KEY_FILE = "register.key"
PAPERS = "papers"
_MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Everything of dossiers. What is blocking runs on `store`, arriving files on `files`."""

    config: RegisterConfig
    clock: Clock
    catalogue: Catalogue
    calendar: WorkCalendar
    forms: Forms
    store: Worker
    files: Worker
    shelf: Shelf
    numbers: Numbers
    papers: Papers
    intake: Intake
    desk: Desk
    book: Book
    keeping: Keeping

    @property
    def most_paper_bytes(self) -> int:
        """How large one file may be."""
        return int(self.config.dossiers.paper_mb * _MIB)

    def report(self, client: str, code: str, step: ReportedStep) -> DossierRow:
        """Carry out a step that a client reports; its name stands in the history. Blocking."""
        reason = Reason(why=step.why, note=step.note)
        who = f"{step.who} ({client})"
        return self.desk.reported(code, step.state, step.unit, who, reason)


def office_of(
    config: RegisterConfig,
    store: Store,
    clock: Clock,
    *,
    store_worker: Worker,
    files_worker: Worker,
    catalogue: Catalogue,
    calendar: WorkCalendar,
    forms: Forms,
) -> Office:
    """Put the room together, its key made when there is none. Blocking; raises StorageError."""
    state_dir = Path(config.state_dir)
    seal = seal_of(state_dir / KEY_FILE)
    papers = Papers(
        *(state_dir / PAPERS, seal, store, clock),
        most_bytes=int(config.dossiers.paper_mb * _MIB),
        room=config.dossiers.papers_mb * _MIB,
    )
    papers.tidy()
    shelf = Shelf(store, seal, clock)
    numbers = Numbers(config, store, clock)
    return Office(
        config=config,
        clock=clock,
        catalogue=catalogue,
        calendar=calendar,
        forms=forms,
        store=store_worker,
        files=files_worker,
        shelf=shelf,
        numbers=numbers,
        papers=papers,
        intake=Intake(config, store, shelf, numbers=numbers, catalogue=catalogue, clock=clock),
        desk=Desk(config, store, shelf, catalogue=catalogue, calendar=calendar, clock=clock),
        book=Book(config, store, shelf, calendar=calendar, clock=clock),
        keeping=Keeping(config.dossiers, store, papers, clock),
    )
