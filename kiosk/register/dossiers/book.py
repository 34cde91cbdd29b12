"""What officers look for: lists, search, the day's totals, the logbook (DOS-13). Blocking."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import msgspec

from devices.contract.clock import LOCAL, Clock, local_day
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.deadline import Account, Standing, account
from kiosk.domain.dossier_state import StateCode, state_of
from kiosk.register.config import RegisterConfig
from kiosk.register.dossiers.rows import Content, DossierRow
from kiosk.register.dossiers.shelf import Shelf
from kiosk.register.store import Store

PAGE = 50
_MOST_OPENED = 20_000
_RUNNING = (2, 4)
_PAUSED = (5, 6, 8)


class Part(StrEnum):
    """What of all dossiers a list shows."""

    OPEN = "open"
    NEW = "new"
    WORK = "work"
    PAUSED = "paused"
    OVERDUE = "overdue"
    READY = "ready"
    ENDED = "ended"
    ALL = "all"


_OF_PART = {
    Part.OPEN: "state IN (1, 2, 4, 5, 6, 8, 9)",
    Part.NEW: "state = 1",
    Part.WORK: "state IN (2, 4)",
    Part.PAUSED: "state IN (5, 6, 8)",
    Part.OVERDUE: "state IN (2, 4) AND due_day < ?",
    Part.READY: "state = 9",
    Part.ENDED: "state IN (3, 7, 9, 10)",
    Part.ALL: "1 = 1",
}
_ORDER = "ORDER BY state IN (3, 7, 9, 10), due_day IS NULL, due_day, moved_at DESC"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier in a list."""

    row: DossierRow
    content: Content
    account: Account


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a local day, and of now."""

    sent_in: int
    received: int
    done: int
    done_late: int
    returned: int
    waiting: int
    running: int
    paused: int
    overdue: int
    ready: int
    due_today: int


class Book:
    """The register as a whole."""

    def __init__(
        self,
        config: RegisterConfig,
        store: Store,
        shelf: Shelf,
        *,
        calendar: WorkCalendar,
        clock: Clock,
    ) -> None:
        self._config = config
        self._store = store
        self._shelf = shelf
        self._calendar = calendar
        self._clock = clock

    def line(self, row: DossierRow) -> Line:
        """Return a dossier with how it stands today."""
        return Line(row=row, content=self._shelf.content(row), account=self.account(row))

    def account(self, row: DossierRow) -> Account:
        """Return how a dossier stands against its due date today."""
        finished = row.ended_at or row.returned_at
        return account(
            state_of(row.state).clock,
            row.due_day,
            local_day(self._clock.now()),
            self._calendar,
            local_day(finished) if finished else None,
        )

    def doubtful_years(self, row: DossierRow) -> tuple[int, ...]:
        """Return the years up to the due date whose days off are not announced (DOS-17)."""
        if row.received_at is None or row.due_day is None:
            return ()
        return self._calendar.doubtful_years(local_day(row.received_at), row.due_day)

    def lines(self, part: Part, unit: str = "", page: int = 0) -> tuple[list[Line], int]:
        """Return a page of a list, those due soonest first, and how many there are in all."""
        where, values = self._where(part, unit)
        count = int(self._store.value(f"SELECT COUNT(*) FROM dossiers WHERE {where}", *values))  # noqa: S608 - our own words
        rows = self._store.rows(
            *(DossierRow, "dossiers", f"WHERE {where} {_ORDER} LIMIT ? OFFSET ?"),
            *(*values, PAGE, page * PAGE),
        )
        return [self.line(row) for row in rows], count

    def search(self, text: str) -> list[Line]:
        """Return dossiers by a part of their code, an owner's or submitter's name, or a phone.

        Accents and case do not matter. Looks at the newest 20,000; gives one page.
        """
        wanted = _folded(text)
        if not wanted:
            return []
        rows = self._store.rows(
            DossierRow, "dossiers", "ORDER BY made_at DESC LIMIT ?", _MOST_OPENED
        )
        found: list[Line] = []
        for row in rows:
            if wanted in _folded(row.code + " " + row.local_code) or wanted in self._words(row):
                found.append(self.line(row))
                if len(found) == PAGE:
                    break
        return found

    def totals(self) -> Totals:
        """Return the figures of today."""
        now = self._clock.now()
        today = local_day(now)
        first, last = span(today, today)
        states = {int(state): int(n) for state, n in self._store.all(_BY_STATE)}
        late = "ended_at >= ? AND ended_at < ? AND state IN (9, 10)"
        done = self._store.rows(DossierRow, "dossiers", f"WHERE {late}", first, last)
        return Totals(
            sent_in=self._count("made_at >= ? AND made_at < ?", first, last),
            received=self._count("received_at >= ? AND received_at < ?", first, last),
            done=len(done),
            done_late=sum(self.account(row).standing is Standing.DONE_LATE for row in done),
            returned=self._count("returned_at >= ? AND returned_at < ?", first, last),
            waiting=states.get(StateCode.REGISTERED, 0),
            running=sum(states.get(one, 0) for one in _RUNNING),
            paused=sum(states.get(one, 0) for one in _PAUSED),
            overdue=self._count("state IN (2, 4) AND due_day < ?", today),
            due_today=self._count("state IN (2, 4) AND due_day = ?", today),
            ready=states.get(StateCode.DONE, 0),
        )

    def logbook(self, first: date, last: date) -> list[Line]:
        """Return what was received on these local days, in the logbook's order."""
        since, until = span(first, last)
        where = "WHERE received_at >= ? AND received_at < ? ORDER BY book_year, book_serial"
        rows = self._store.rows(DossierRow, "dossiers", where, since, until)
        return [self.line(row) for row in rows]

    def _words(self, row: DossierRow) -> str:
        content = self._shelf.content(row)
        return _folded(f"{content.owner} {content.name} {content.phone} {content.personal_id}")

    def _where(self, part: Part, unit: str) -> tuple[str, list[object]]:
        where = _OF_PART[part]
        values: list[object] = [local_day(self._clock.now())] if part is Part.OVERDUE else []
        if unit:
            where, values = f"({where}) AND unit = ?", [*values, unit]
        return where, values

    def _count(self, where: str, *values: object) -> int:
        sql = f"SELECT COUNT(*) FROM dossiers WHERE {where}"  # noqa: S608 - our own words
        return int(self._store.value(sql, *values))


_BY_STATE = "SELECT state, COUNT(*) FROM dossiers GROUP BY state"
COLUMNS = (
    "TT",
    "Mã hồ sơ",
    "Tên TTHC",
    "Số lượng hồ sơ",
    "Tên cá nhân/tổ chức",
    "Địa chỉ, SĐT",
    "Cơ quan chủ trì",
    "Ngày nhận",
    "Ngày hẹn trả",
    "Ngày trả",
    "Phương thức nhận",
    "Ký nhận",
    "Ghi chú",
)
"""Of the logbook, in order (DOS-13)."""
CHANNELS = {1: "Trực tiếp", 2: "Trực tuyến", 3: "Bưu chính công ích"}


def logbook_cells(line: Line) -> tuple[str, ...]:
    """Return a line of the logbook."""
    row, content = line.row, line.content
    contact = ", ".join(filter(None, (content.address, content.phone)))
    return (
        str(row.book_serial or ""),
        row.code,
        f"{row.form} {row.form_name}".strip(),
        str(row.copies),
        content.owner,
        contact,
        row.agency_name,
        _hour(row.received_at),
        f"{row.due_day:%d/%m/%Y}" if row.due_day else "",
        _hour(row.returned_at),
        CHANNELS.get(row.channel, ""),
        "",
        state_of(row.state).names["vi"],
    )


def as_csv(lines: Sequence[Line]) -> str:
    """Return the logbook as CSV (RFC 4180), with a BOM for spreadsheets.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(map(_plain_text, logbook_cells(line)))
    return "\ufeff" + text.getvalue()


def span(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the moments where local days begin and where the last one has ended."""
    begin = datetime.combine(first, time(), LOCAL)
    return begin, datetime.combine(last + timedelta(days=1), time(), LOCAL)


def _hour(moment: datetime | None) -> str:
    return f"{moment.astimezone(LOCAL):%H:%M %d/%m/%Y}" if moment else ""


def _plain_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(one for one in parts if not unicodedata.combining(one)).split())
