"""What every paper of a kiosk has: the office above, the time and the label of samples below."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from devices.contract.clock import LOCAL
from devices.receipt import (
    MAX_BLOCKS,
    MAX_TEXT,
    Align,
    Columns,
    Gap,
    Item,
    Qr,
    Receipt,
    Rule,
    Size,
    Text,
)
from kiosk.api.words import Names
from kiosk.domain.deadline import TimeUnit

VI, EN = "vi", "en"
QR_MODULE_MM = 0.6
Block = Text | Columns | Item | Rule | Gap | Qr
Blocks = Iterable[Block]
Phrases = Mapping[str, Mapping[str, str]]

_PHRASES: Phrases = {
    "office": {VI: "Bộ phận Tiếp nhận và Trả kết quả", EN: "One-Stop Service Desk"},
    "guide": {VI: "PHIẾU HƯỚNG DẪN", EN: "GUIDANCE SLIP"},
    "printed": {VI: "In lúc {time}", EN: "Printed at {time}"},
    "sample": {VI: "DỮ LIỆU MẪU", EN: "SAMPLE DATA (dữ liệu mẫu)"},
    "more": {VI: "Còn nữa: xem trên màn hình", EN: "There is more: see the screen"},
}


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Whose paper it is, when it is printed, and for whom. `sample`: it shows sample data (G-6)."""

    office: Names
    printed_at: datetime
    language: str = VI
    sample: bool = False

    @property
    def spoken(self) -> str:
        """The language of the paper: Vietnamese where there are no texts in the one asked for."""
        return self.language if self.language in (VI, EN) else VI


def guide(head: Head, subject: str, body: Blocks) -> Receipt:
    """Return a "phiếu hướng dẫn" on the subject (DOS-9)."""
    kind = Text(text=say(_PHRASES, "guide", head), size=Size.SMALL, bold=True)
    return sheet(head, [kind, Text(text=subject, size=Size.TITLE, bold=True), *body])


def sheet(head: Head, body: Blocks) -> Receipt:
    """Return a paper. What does not fit on it is left out from the end, and the paper says so."""
    top: list[Block] = [
        Text(text=named(head.office, head), bold=True),
        Text(text=say(_PHRASES, "office", head)),
        Rule(),
    ]
    bottom: list[Block] = [
        Rule(),
        small(say(_PHRASES, "printed", head, time=moment(head.printed_at))),
    ]
    if head.sample:
        bottom.append(Text(text=say(_PHRASES, "sample", head), size=Size.SMALL, bold=True))
    room = MAX_BLOCKS - len(top) - len(bottom)
    middle: list[Block] = list(body)
    if len(middle) > room:
        middle[room - 1 :] = [Text(text=say(_PHRASES, "more", head), bold=True)]
    return Receipt(blocks=(*top, *middle, *bottom))


def say(phrases: Phrases, key: str, head: Head, **values: str | int) -> str:
    """Return a phrase in the paper's language, its places filled."""
    return phrases[key][head.spoken].format(**values)


def named(names: Mapping[str, str], head: Head) -> str:
    """Return a text of data in the paper's language, or in Vietnamese."""
    return names.get(head.spoken) or names.get(VI, "")


def small(text: str) -> Text:
    """Return a remark."""
    return Text(text=text, size=Size.SMALL)


def heading(text: str) -> Sequence[Rule | Text]:
    """Return the heading of a part, with a line above it."""
    return (Rule(), Text(text=text, bold=True, align=Align.LEFT))


def clipped(text: str) -> str:
    """Return the text no longer than a block may be, cut at a space."""
    if len(text) <= MAX_TEXT:
        return text
    return text[: MAX_TEXT - 1].rpartition(" ")[0] + "…"


def day_text(day: date) -> str:
    """Return `25/11/2026`."""
    return f"{day:%d/%m/%Y}"


def moment(at: datetime) -> str:
    """Return `08:31 23/11/2026` in Viet Nam (G-3)."""
    return f"{at.astimezone(LOCAL):%H:%M %d/%m/%Y}"


def money(vnd: int, head: Head) -> str:
    """Return `8.000 đồng`, or `VND 8,000`, not to be broken."""
    if head.spoken == EN:
        return f"VND\u00a0{vnd:,}"
    return f"{vnd:,}".replace(",", ".") + "\u00a0đồng"


def days_text(amount: int, unit: TimeUnit, language: str) -> str:
    """Return `3 ngày làm việc`, or `3 working days`."""
    if language != EN:
        return f"{amount} {unit}"
    word = "working day" if unit is TimeUnit.WORKING_DAYS else "day"
    return f"{amount} {word}" if amount == 1 else f"{amount} {word}s"
