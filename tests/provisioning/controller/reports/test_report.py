"""A month's report: gathered from both databases, written as PDF, ODS, XLSX and CSV."""

import csv
import io
import subprocess
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.parsers.expat import ParserCreate

import pytest
from odfdo import Document as OdfDocument
from sqlalchemy import insert, text

from devices.contract.message import Event, encode, tag_of
from devices.papers.pdf import write_pdf
from devices.runtime.worker import Worker
from kiosk.messages import FeedbackAnswered, FeedbackReceived, HandedOff
from provisioning.controller.alerts.alert import Alert, News
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.readings import Key
from provisioning.controller.alerts.rules import Kind, Severity
from provisioning.controller.database import Database
from provisioning.controller.registry.tables import BOX, HOLDER
from provisioning.controller.reports.build import unit_month
from provisioning.controller.reports.config import ReportsConfig
from provisioning.controller.reports.document import Sheet, document_of, sheets_of
from provisioning.controller.reports.exports import alerts_csv, events_csv, tickets_csv
from provisioning.controller.reports.facts import UnitMonth
from provisioning.controller.reports.gather import gather
from provisioning.controller.reports.month import Month
from provisioning.controller.reports.workbook import csv_line, write_ods, write_xlsx
from provisioning.controller.tables import EVENT, TICKET

NOVEMBER = Month(2026, 11)
NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
BOXES = {"gio-linh-1": "Kiosk 1", "gio-linh-2": "Kiosk 2", "dong-ha-1": "Kiosk Đông Hà"}
UNITS = {"gio-linh-1": "19495", "gio-linh-2": "19495", "dong-ha-1": "19333"}
CONFIG = ReportsConfig(services={"ho-tich": "Hộ tịch"})
NAMES = {"19495": "Xã Gio Linh", "19333": "Phường Đông Hà", "44": "Tỉnh Quảng Trị"}


def ticket(box: str, number: int, day: date, **more: object) -> dict[str, object]:
    return {
        "box": box,
        "ticket": f"{day}-{number}",
        "number": f"A{number:03}",
        "day": day,
        "service": "ho-tich",
        "state": "served",
        "issued_at": datetime(day.year, day.month, day.day, 2, tzinfo=UTC),
        "printed": True,
        "waited_s": 600.0,
        "served_s": 300.0,
        "rating": None,
        "rating_scale": None,
        **more,
    }


def event(box: str, seq: int, at: datetime, told: Event) -> dict[str, object]:
    known = {"box": box, "part": "kiosk", "boot": 1, "seq": seq, "at": at}
    return {**known, "kind": tag_of(type(told)), "body": encode(told)}


@pytest.fixture
def store(database: Database) -> Database:
    day, before = date(2026, 11, 3), date(2026, 10, 31)
    tickets = [
        ticket("gio-linh-1", 1, day, rating=3, rating_scale=3),
        ticket("gio-linh-1", 2, day, waited_s=2400.0, rating=1, rating_scale=3),
        ticket("gio-linh-1", 3, day, state="missed", service="dat-dai"),
        ticket("gio-linh-2", 4, day, state="waiting", waited_s=None),
        ticket("dong-ha-1", 5, day, rating=5, rating_scale=5),
        ticket("gio-linh-1", 6, before),
        ticket("gio-linh-1", 7, date(2026, 12, 1)),
    ]
    at = datetime(2026, 11, 4, tzinfo=UTC)
    due = date(2026, 11, 20)
    events = [
        event("gio-linh-1", 1, at, FeedbackReceived(feedback="a", due=due)),
        event("gio-linh-1", 2, at, FeedbackReceived(feedback="b", due=due)),
        event("gio-linh-1", 3, at, FeedbackAnswered(feedback="a", due=due, on=date(2026, 11, 20))),
        event("gio-linh-1", 4, at, FeedbackAnswered(feedback="b", due=due, on=date(2026, 11, 21))),
        event("gio-linh-1", 5, at, HandedOff(service="ho-tich", to="dvc")),
        event("gio-linh-1", 6, at - timedelta(days=30), HandedOff(service="ho-tich", to="dvc")),
    ]
    with database.writing() as db:
        db.execute(insert(TICKET), tickets)
        db.execute(insert(EVENT), events)
    book = Book(database)
    since = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
    gone = Alert(key=Key(Kind.OFFLINE, "gio-linh-1"), severity=Severity.CRITICAL, since=since)
    area = Alert(
        key=Key(Kind.AREA, "19495"),
        severity=Severity.CRITICAL,
        since=since + timedelta(minutes=30),
        boxes=("gio-linh-1", "gio-linh-2"),
    )
    book.write(News((gone, area)), since, lambda *_: {})
    book.write(News(cleared=(gone.key, area.key)), since + timedelta(hours=1), lambda *_: {})
    return database


def report(store: Database, unit: str = "44", boxes: Sequence[str] = tuple(BOXES)) -> UnitMonth:
    return unit_month(
        unit,
        NOVEMBER,
        gather(store, NOVEMBER, 1800.0, NOW),
        boxes={box: BOXES[box] for box in boxes},
        unit_of=UNITS.__getitem__,
        name=NAMES.__getitem__,
        config=CONFIG,
        now=NOW,
    )


def test_a_month_is_added_up_by_unit_and_by_service(store: Database) -> None:
    found = report(store)
    whole = found.whole
    assert (whole.issued, whole.served, whole.missed, whole.called) == (5, 3, 1, 4)
    assert whole.mean_wait_s == pytest.approx((600 * 3 + 2400) / 4)
    assert (whole.longest_s, whole.in_time_share) == (2400.0, 0.75)
    assert [(row.name, row.issued) for row in found.units] == [
        ("Xã Gio Linh", 4),
        ("Phường Đông Hà", 1),
    ]
    assert [(row.name, row.issued) for row in found.services] == [("Hộ tịch", 4), ("dat-dai", 1)]
    assert found.is_over


def test_scales_of_ratings_are_never_mixed(store: Database) -> None:
    """QUE-10."""
    found = {one.scale: one.counts for one in report(store).ratings}
    assert found == {3: (1, 0, 1), 5: (0, 0, 0, 0, 1)}


def test_feedback_in_time_and_hand_offs_of_the_month_are_counted(store: Database) -> None:
    known = report(store).feedback
    assert (known.received, known.answered, known.answered_in_time) == (2, 2, 1)
    assert known.handed_off == 1


def test_each_boxs_availability_is_that_of_its_open_hours(store: Database) -> None:
    found = {box.box: box for box in report(store).boxes}
    open_s = 21 * 9.5 * 3600
    assert found["gio-linh-1"].availability == pytest.approx(1 - 3600 / open_s)
    assert found["gio-linh-2"].availability == pytest.approx(1 - 1800 / open_s)
    assert found["dong-ha-1"].availability == 1.0
    assert (found["gio-linh-1"].outages, found["dong-ha-1"].outages) == (2, 0)


def test_a_box_is_down_with_its_area_only_until_it_is_back_itself(store: Database) -> None:
    since = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
    book, hour = Book(store), timedelta(hours=1)
    boxes = ("dong-ha-1", "a", "b", "c")
    area = Alert(key=Key(Kind.AREA, "44"), severity=Severity.CRITICAL, since=since, boxes=boxes)
    book.write(News((area,)), since, lambda *_: {})
    back = Key(Kind.OFFLINE, "dong-ha-1")
    book.write(News(cleared=(back,)), since + hour, lambda *_: {})
    book.write(News(cleared=(area.key,)), since + 5 * hour, lambda *_: {})
    down = gather(store, NOVEMBER, 1800.0, NOW).down
    assert down["dong-ha-1"] == [(since, since + hour)]
    assert down["a"] == [(since, since + 5 * hour)]


def test_a_box_counts_from_its_enrolment_until_it_is_retired(store: Database) -> None:
    def moment(day: int, hour: int, month: int = 11) -> datetime:
        return datetime(2026, month, day, hour, tzinfo=UTC)

    known: dict[str, tuple[str, list[tuple[datetime, datetime | None]]]] = {
        "gio-linh-1": ("in_service", [(moment(5, 2) + timedelta(minutes=90), None)]),
        "gio-linh-2": ("retired", [(moment(1, 0, 10), moment(5, 3))]),
        "dong-ha-1": ("expected", [(moment(1, 0, 10), moment(3, 0))]),
        "late": ("in_service", [(moment(1, 0, 12), None)]),
        "gone": ("retired", [(moment(1, 0, 9), moment(2, 0, 10))]),
    }
    with store.writing() as db:
        for box, (standing, held) in known.items():
            row = {"box": box, "serial": box, "standing": standing, "role": "", "unit": ""}
            db.execute(insert(BOX).values(**row, site="", name=""))
            for since, until in held:
                db.execute(insert(HOLDER).values(box=box, serial=box, since=since, until=until))
    found = unit_month(
        "44",
        NOVEMBER,
        gather(store, NOVEMBER, 1800.0, NOW),
        boxes=BOXES | {"late": "L", "gone": "G"},
        unit_of=lambda box: UNITS.get(box, "44"),
        name=NAMES.__getitem__,
        config=CONFIG,
        now=NOW,
    )
    boxes = {box.box: box for box in found.boxes}
    assert boxes.keys() == set(BOXES)
    assert (boxes["gio-linh-1"].availability, boxes["gio-linh-1"].outages) == (1.0, 0)
    # on 5 November offices opened at 0:30 UTC; down from 2:30 on, retired at 3:00
    open_s = (3 * 9.5 + 2.5) * 3600
    assert boxes["gio-linh-2"].availability == pytest.approx(1 - 1800 / open_s)
    assert boxes["dong-ha-1"].availability == 1.0, "a counter whose hardware is replaced stays"


@pytest.mark.parametrize(
    "name", ["a\x01b", "=1+1", "{=1+1}", "<b>&]]>", "x" * 40_000, "a\n" * 5_000]
)
def test_whatever_a_box_calls_a_service_files_can_be_written(store: Database, name: str) -> None:
    with store.writing() as db:
        db.execute(insert(TICKET), [ticket("dong-ha-1", 9, date(2026, 11, 3), service=name)])
    found = report(store)
    assert write_pdf(document_of(found, NOW))
    sheets = sheets_of(found)
    for file, body in (
        ("xl/worksheets/sheet2.xml", write_xlsx(sheets)),
        ("content.xml", write_ods(sheets)),
    ):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            told = archive.read(file)
        ParserCreate().Parse(told, True)
        assert b"<f>" not in told
        assert b"formula" not in told


def test_a_unit_reports_only_its_own_boxes(store: Database) -> None:
    found = report(store, "19333", ["dong-ha-1"])
    assert (found.whole.issued, len(found.boxes), found.feedback.received) == (1, 1, 0)


def test_no_report_reads_the_whole_of_the_events(url: str, store: Database) -> None:
    if not url.startswith("sqlite"):
        return  # a planner with statistics: which plan it takes is its own
    plan = (
        "EXPLAIN QUERY PLAN SELECT box, kind, body FROM event WHERE kind IN ('feedback.received',"
        " 'feedback.answered', 'portal.handed_off') AND at >= '2026-11-01' AND at < '2026-12-01'"
    )
    with store.reading() as db:
        found = " ".join(str(row) for row in db.execute(text(plan)))
    assert "ix_event_counted" in found


def test_the_pdf_says_in_vietnamese_what_happened(store: Database, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(write_pdf(document_of(report(store), NOW)))
    said = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    words = " ".join(said.split())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words
    assert "TỈNH QUẢNG TRỊ" in words
    assert "tháng 11 năm 2026" in words
    assert "Trong tháng có 5 lượt người dân lấy số; đã phục vụ 3 lượt" in words
    assert "75,0 %" in words
    assert "DỰ THẢO" not in words


def test_a_month_that_runs_is_a_draft(store: Database) -> None:
    running = unit_month(
        "44",
        Month(2026, 12),
        gather(store, Month(2026, 12), 1800.0, NOW),
        boxes={},
        unit_of=str,
        name=NAMES.__getitem__,
        config=CONFIG,
        now=NOW,
    )
    assert document_of(running, NOW).draft.startswith("DỰ THẢO")
    assert write_pdf(document_of(running, NOW)).startswith(b"%PDF")
    assert write_ods(sheets_of(running))


def test_the_spreadsheets_hold_numbers_as_numbers(store: Database) -> None:
    sheets = sheets_of(report(store))
    ods = OdfDocument(io.BytesIO(write_ods(sheets)))
    table = ods.body.get_table(name="Theo đơn vị")
    assert table is not None
    assert table.get_cell("G4").type == "percentage"
    assert table.get_row_values(1)[:2] == ["Xã Gio Linh", 4]
    assert table.get_row_values(3)[:2] == ["Cộng", 5]
    with zipfile.ZipFile(io.BytesIO(write_xlsx(sheets))) as book:
        first, names = book.read("xl/worksheets/sheet1.xml"), book.read("xl/workbook.xml").decode()
    assert b'<c r="B2"><v>4</v></c>' in first
    assert "Tỷ lệ sẵn sàng" in names


EVIL = '=HYPERLINK("http://x")'


def test_text_that_looks_like_a_formula_stays_text() -> None:
    sheet = Sheet(name="x", head=("a",), rows=((EVIL,),))
    with zipfile.ZipFile(io.BytesIO(write_xlsx([sheet]))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert next(csv.reader([csv_line([EVIL])])) == [f"'{EVIL}"]


async def test_everything_is_exported_as_csv(store: Database) -> None:
    async with Worker("queries") as worker:

        async def read(lines: AsyncIterator[str]) -> list[dict[str, str]]:
            text_ = "".join([line async for line in lines])
            assert text_.startswith("\ufeff"), "Excel takes it for UTF-8 only then"
            return list(csv.DictReader(io.StringIO(text_[1:])))

        tickets = await read(tickets_csv(store, worker, NOVEMBER, BOXES))
        assert len(tickets) == 5
        assert tickets[1]["box"] == "gio-linh-1"
        own = await read(tickets_csv(store, worker, NOVEMBER, ["dong-ha-1"]))
        assert [one["rating"] for one in own] == ["5"]
        events = await read(events_csv(store, worker, ["gio-linh-1"]))
        assert [one["seq"] for one in events] == ["1", "2", "3", "4", "5", "6"]
        assert '"feedback":"a"' in events[0]["body"]
        alerts = await read(alerts_csv(store, worker, lambda place: place == "19495"))
        assert [one["boxes"] for one in alerts] == ["gio-linh-1 gio-linh-2"]
