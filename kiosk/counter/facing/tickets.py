"""The sheet of a number itself: what was told at the kiosk, to be checked together. Pure."""

from devices.contract.clock import LOCAL
from kiosk.counter.config import CounterConfig
from kiosk.counter.facing.sheets import FacingSheet
from kiosk.counter.rows import Row


def sheet_of_ticket(config: CounterConfig, row: Row) -> FacingSheet:
    """Return the sheet; there is nothing of a person in it."""
    service, kind = config.service(row.service), config.priority_class(row.priority_class)
    taken = row.issued_at.astimezone(LOCAL)
    return FacingSheet(
        about=f"ticket:{row.id}",
        title={"vi": "Xin kiểm tra thông tin của số", "en": "Please check your number"},
        pairs=(
            ({"vi": "Số thứ tự", "en": "Number"}, row.number),
            ({"vi": "Lĩnh vực", "en": "Service"}, service.names if service else row.service),
            ({"vi": "Diện", "en": "Class"}, kind.names if kind else row.priority_class),
            ({"vi": "Giờ lấy số", "en": "Taken at"}, f"{taken:%H:%M}"),
        ),
    )
