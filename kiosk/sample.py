"""A ticket of a site that does not exist, for a look at the paper without a queue or a printer."""

from datetime import UTC, date, datetime
from pathlib import Path

from devices.printer import encode
from devices.printer.escpos import EscposConfig, encoded
from devices.printer.raster import draw
from kiosk.api.queue import PriorityClass, Site, Ticket
from kiosk.domain.steps import TicketState
from kiosk.receipt import ticket_receipt

SAMPLE_SITE = Site(
    site="xa-mau",
    names={
        "vi": "Trung tâm Phục vụ hành\u00a0chính\u00a0công xã\u00a0Nguyễn\u00a0Huệ",
        "en": "Nguyễn Huệ Commune Public Administration Service Centre",
    },
    day=date(2026, 11, 23),
    open=True,
    notice={"vi": ""},
    opens_at="07:30",
    closes_at="17:00",
    services=(),
    priority_classes=(
        PriorityClass(id="thuong", names={"vi": "Thường", "en": "General"}, priority=False),
        PriorityClass(
            id="nguoi_cao_tuoi",
            names={"vi": "Người cao tuổi", "en": "Older person (60+)"},
            priority=True,
        ),
    ),
    counters=(),
    rating_scale=3,
    sample_data=True,
)


def sample_ticket(
    *, number: str = "A012", priority_class: str = "thuong", language: str = "vi"
) -> Ticket:
    """Return a ticket taken at `SAMPLE_SITE` at 08:31."""
    return Ticket(
        id="20261123-A012",
        number=number,
        code="7F3KQ2MD",
        day=date(2026, 11, 23),
        service="dat-dai",
        service_names={"vi": "Đất đai – Xây dựng", "en": "Land and construction"},
        priority_class=priority_class,
        language=language,
        kiosk="kiosk-1",
        state=TicketState.WAITING,
        issued_at=datetime(2026, 11, 23, 1, 31, tzinfo=UTC),
        ahead=7,
        expected_wait_s=2_040,
        printed=False,
        url="http://phieu.xa-nguyen-hue.example.vn/t/7F3KQ2MD",
    )


def write_sample_ticket(out: Path) -> None:
    """Write the raw bytes of a sample ticket to `out`, and the drawn picture to `out` + `.png`.

    Raises OSError.
    """
    config = EscposConfig()
    receipt = ticket_receipt(sample_ticket(), SAMPLE_SITE)
    drawing = draw(receipt, config.paper_dots, config.dots_per_mm)
    out.write_bytes(b"".join(encoded(drawing, config)) + encode.CUT)
    drawing.whole().save(out.with_name(out.name + ".png"))
