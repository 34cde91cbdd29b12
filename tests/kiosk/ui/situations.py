"""Every way in which a fee and a procedure can look."""

from collections.abc import Iterator

from msgspec.structs import replace

from kiosk.ui.flows.fees.pages import AboutFees, AskFeeCode, OneFee
from kiosk.ui.flows.procedures.pages import (
    AboutProcedures,
    Chosen,
    GoOnline,
    ProcedureFacts,
    ProcedureList,
    Procedures,
    Subject,
)
from kiosk.ui.keyboard.keys import Kind
from kiosk.ui.keyboard.typing import field
from kiosk.ui.state import Note, State
from tests.kiosk.ui.dossiers import CODE
from tests.kiosk.ui.fees import FEES
from tests.kiosk.ui.site import BIRTH, CATALOGUE


def fees_and_procedures(morning: State) -> Iterator[tuple[str, State]]:
    """Yield both."""
    yield from told_of_fees(morning)
    yield from told_of_procedures(morning)


def told_of_fees(morning: State) -> Iterator[tuple[str, State]]:
    """Yield every way in which a fee can stand, and every answer that there is none."""
    for name, fee in FEES.items():
        for part in range(3):
            page = OneFee(fee=fee, among=(fee,), part=part)
            yield f"fee-{name}-{part}", replace(morning, page=page)
    asking = AskFeeCode(typing=field(Kind.CODE).filled(CODE))
    yield "fee-asked", replace(morning, page=replace(asking, asked=CODE))
    for about in AboutFees:
        note = Note(about=about, until=1010.0)
        yield f"note-fee-{about}", replace(morning, page=asking, note=note)


def told_of_procedures(morning: State) -> Iterator[tuple[str, State]]:
    """Yield all of the sample catalogue's procedures, and one of them in every part."""
    came = Procedures(sector="ho-tich")
    for sector in CATALOGUE.sectors:
        for procedure in CATALOGUE.of_sector(sector.id):
            case = procedure.cases[-1].id if procedure.cases else ""
            chosen = Chosen(code=procedure.code, case=case, came=came)
            for part in range(2):
                page = ProcedureFacts(chosen=chosen, part=part)
                yield f"facts-{procedure.code}-{part}", replace(morning, page=page)
    for part in range(3):
        papers = ProcedureList(chosen=BIRTH, subject=Subject.PAPERS, part=part)
        yield f"papers-{part}", replace(morning, page=papers)
        steps = ProcedureList(chosen=BIRTH, subject=Subject.STEPS, part=part)
        yield f"steps-{part}", replace(morning, page=steps)
        yield f"online-{part}", replace(morning, page=GoOnline(chosen=BIRTH, part=part))
    for first in (3, 6):
        yield f"list-{first}", replace(morning, page=replace(came, first=first))
    nothing = replace(came, query="xyz", sector="")
    yield "list-nothing", replace(morning, page=nothing)
    gone = replace(BIRTH, code="1.999999")
    yield "facts-gone", replace(morning, page=ProcedureFacts(chosen=gone))
    for about in AboutProcedures:
        note = Note(about=about, until=1010.0)
        page = ProcedureFacts(chosen=BIRTH)
        yield f"note-procedure-{about}", replace(morning, page=page, note=note)
