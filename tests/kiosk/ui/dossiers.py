"""Dossiers to show on the glass."""

from datetime import UTC, date, datetime

from msgspec.structs import replace

from kiosk.api.dossier_lookup import DossierLookup
from kiosk.domain.deadline import Standing, Told
from kiosk.domain.dossier_state import StateCode

CODE = "H50.34-20261120-0000042"
OWN_CODE = "TAM-GIOLINH1-261120-0007"
RUNNING = DossierLookup(
    code=CODE,
    names={
        "vi": "Cấp Giấy xác nhận tình trạng hôn nhân",
        "en": "Certificate of marital status",
    },
    state=StateCode.IN_WORK,
    agency_name="UBND xã Gio Linh",
    received=date(2026, 11, 20),
    due=date(2026, 11, 26),
    standing=Standing.IN_TIME,
    working_days=2,
    told_at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
    at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
)
OVERDUE = replace(RUNNING, due=date(2026, 11, 18), standing=Standing.OVERDUE, working_days=3)
LOOKUPS = {
    "running": RUNNING,
    "today": replace(RUNNING, due=date(2026, 11, 23), standing=Standing.DUE_TODAY, working_days=0),
    "overdue": OVERDUE,
    "overdue-old": replace(OVERDUE, live=False),
    "new": replace(
        RUNNING,
        code=OWN_CODE,
        provisional=True,
        state=StateCode.REGISTERED,
        received=None,
        due=None,
        standing=Standing.OPEN,
        working_days=0,
    ),
    "papers": replace(
        RUNNING,
        state=StateCode.MORE_PAPERS,
        due=None,
        standing=Standing.PAUSED,
        working_days=0,
        note="Bổ sung bản sao Giấy chứng nhận kết hôn của cha mẹ, và giấy ủy quyền có chứng thực.",
    ),
    "payment": replace(RUNNING, state=StateCode.PAYMENT, due=None, standing=Standing.PAUSED),
    "done": replace(
        RUNNING, state=StateCode.DONE, ended=date(2026, 11, 23), standing=Standing.DONE_IN_TIME
    ),
    "late": replace(
        RUNNING,
        state=StateCode.HANDED_OVER,
        ended=date(2026, 11, 30),
        standing=Standing.DONE_LATE,
        working_days=1,
    ),
    "counted": replace(
        RUNNING,
        due=date(2027, 2, 15),
        working_days=55,
        due_told=Told.COUNTED,
        doubtful_years=(2027,),
    ),
    "unheard-of": replace(RUNNING, state=77, due=None, standing=Standing.OPEN, names={"vi": "1.9"}),
}
