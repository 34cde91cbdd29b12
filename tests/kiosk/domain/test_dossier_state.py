"""Domain §2.4 and DOS-14."""

import pytest

from kiosk.domain.dossier_state import STATES, Clock, ReportGroup, StateCode, state_of

TABLE = [
    (1, "Mới đăng ký", Clock.NOT_STARTED, None),
    (2, "Được tiếp nhận", Clock.RUNS, None),
    (3, "Không được tiếp nhận", Clock.NONE, None),
    (4, "Đang xử lý", Clock.RUNS, None),
    (5, "Yêu cầu bổ sung giấy tờ", Clock.PAUSED, ReportGroup.PAUSED),
    (6, "Yêu cầu thực hiện nghĩa vụ tài chính", Clock.PAUSED, ReportGroup.PAUSED),
    (7, "Công dân yêu cầu rút hồ sơ", Clock.STOPPED, ReportGroup.DONE),
    (8, "Dừng xử lý", Clock.PAUSED, ReportGroup.PAUSED),
    (9, "Đã xử lý xong", Clock.STOPPED, ReportGroup.DONE),
    (10, "Đã trả kết quả", Clock.STOPPED, ReportGroup.DONE),
]


@pytest.mark.parametrize(("code", "word", "clock", "group"), TABLE)
def test_a_state_has_its_word_clock_and_group(
    code: int, word: str, clock: Clock, group: ReportGroup | None
) -> None:
    state = state_of(code)
    assert (state.names["vi"], state.clock, state.group) == (word, clock, group)
    assert state.names["en"]


def test_the_ten_states_are_all_there_is() -> None:
    assert [state.code for state in STATES] == [int(code) for code in StateCode]
    assert len(STATES) == len(TABLE)


@pytest.mark.parametrize("code", [0, 11, -1, 10**9])
def test_an_unknown_code_is_shown_as_such(code: int) -> None:
    """DOS-14."""
    state = state_of(code)
    assert state.names["vi"] == f"trạng thái khác ({code})"
    assert (state.code, state.clock, state.group) == (code, Clock.UNKNOWN, None)
