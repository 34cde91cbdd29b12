"""The code of feedback on the second screen, for who sent it to write down. Pure."""

from datetime import date

from kiosk.api.words import Names
from kiosk.counter.facing.sheets import FacingSheet
from kiosk.counter.feedback.rows import FeedbackRow
from kiosk.domain.feedback import STATE_NAMES


def sheet_of_feedback(row: FeedbackRow, category: Names) -> FacingSheet:
    """Return the sheet; nothing of what was written is on it."""
    return FacingSheet(
        about=f"feedback:{row.id}",
        title={"vi": "Mã phản ánh, kiến nghị", "en": "The code of your feedback"},
        pairs=(
            ({"vi": "Mã", "en": "Code"}, row.code),
            ({"vi": "Lĩnh vực", "en": "About"}, category),
            ({"vi": "Tình trạng", "en": "State"}, dict(STATE_NAMES[row.state])),
            ({"vi": "Hẹn trả lời", "en": "Answer by"}, _day(row.due)),
        ),
        note={
            "vi": "Xin nhập mã này tại ki-ốt để xem trả lời.",
            "en": "Type this code at the kiosk to see the answer.",
        },
    )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
