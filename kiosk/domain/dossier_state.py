"""States of a dossier: the national portal's codes 1 to 10 (domain §2.4, DOS-14).

The word is shown and the code is sent. A code not known here is shown as such and never fails.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType

import msgspec


class StateCode(IntEnum):
    """The codes known."""

    REGISTERED = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    IN_WORK = 4
    MORE_PAPERS = 5
    PAYMENT = 6
    WITHDRAWN = 7
    HALTED = 8
    DONE = 9
    HANDED_OVER = 10


class Clock(StrEnum):
    """What the time to the due date does in a state. `NONE`: there is no due date in it."""

    NOT_STARTED = "not_started"
    RUNS = "runs"
    PAUSED = "paused"
    STOPPED = "stopped"
    NONE = "none"
    UNKNOWN = "unknown"


class ReportGroup(StrEnum):
    """How states are counted together in reports (practice)."""

    PAUSED = "tam_dung_xu_ly"
    DONE = "da_xu_ly"


GROUP_NAMES: Mapping[ReportGroup, Mapping[str, str]] = MappingProxyType(
    {
        ReportGroup.PAUSED: {"vi": "Tạm dừng xử lý", "en": "Paused"},
        ReportGroup.DONE: {"vi": "Đã xử lý", "en": "Processed"},
    }
)


class DossierState(msgspec.Struct, frozen=True):
    """A state: its code, its words by language, its clock, and its group (None: in none)."""

    code: int
    names: dict[str, str]
    clock: Clock
    group: ReportGroup | None = None


def _state(
    code: StateCode, vi: str, en: str, clock: Clock, group: ReportGroup | None = None
) -> DossierState:
    return DossierState(int(code), {"vi": vi, "en": en}, clock, group)


STATES: tuple[DossierState, ...] = (
    _state(StateCode.REGISTERED, "Mới đăng ký", "Newly registered", Clock.NOT_STARTED),
    _state(StateCode.ACCEPTED, "Được tiếp nhận", "Accepted", Clock.RUNS),
    _state(StateCode.NOT_ACCEPTED, "Không được tiếp nhận", "Not accepted", Clock.NONE),
    _state(StateCode.IN_WORK, "Đang xử lý", "In progress", Clock.RUNS),
    _state(
        StateCode.MORE_PAPERS,
        "Yêu cầu bổ sung giấy tờ",
        "More papers are requested",
        Clock.PAUSED,
        ReportGroup.PAUSED,
    ),
    _state(
        StateCode.PAYMENT,
        "Yêu cầu thực hiện nghĩa vụ tài chính",
        "Payment is requested",
        Clock.PAUSED,
        ReportGroup.PAUSED,
    ),
    _state(
        StateCode.WITHDRAWN,
        "Công dân yêu cầu rút hồ sơ",
        "Withdrawal requested by the applicant",
        Clock.STOPPED,
        ReportGroup.DONE,
    ),
    _state(StateCode.HALTED, "Dừng xử lý", "Processing halted", Clock.PAUSED, ReportGroup.PAUSED),
    _state(StateCode.DONE, "Đã xử lý xong", "Completed", Clock.STOPPED, ReportGroup.DONE),
    _state(
        StateCode.HANDED_OVER,
        "Đã trả kết quả",
        "Result handed over",
        Clock.STOPPED,
        ReportGroup.DONE,
    ),
)
_BY_CODE = {state.code: state for state in STATES}


def state_of(code: int) -> DossierState:
    """Return the state of a code; one not known is "trạng thái khác (n)" (DOS-14)."""
    return _BY_CODE.get(code) or DossierState(
        code, {"vi": f"trạng thái khác ({code})", "en": f"another state ({code})"}, Clock.UNKNOWN
    )
