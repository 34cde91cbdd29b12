"""What officers write into the pages' forms, and what it means. Texts are NFC."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated

import msgspec

from kiosk.domain.deadline import TimeUnit
from kiosk.register.dossiers.book import Part
from kiosk.register.dossiers.desk import Reason, Term
from kiosk.register.dossiers.intake import ByHand
from kiosk.register.dossiers.rows import Content, PaperLine
from kiosk.register.errors import BadRequestError

Short = Annotated[str, msgspec.Meta(max_length=64)]
Line = Annotated[str, msgspec.Meta(max_length=500)]
Long = Annotated[str, msgspec.Meta(max_length=2000)]
_MOST_PAPERS = 40
_AMOUNT = re.compile(r"\s*[x×]\s*([0-9]{1,2})\s*\Z", re.IGNORECASE)
_COPY = re.compile(r"\s*\((?:bản )?sao\)\s*\Z", re.IGNORECASE)
_MOST_NUMBER = 100_000


class ReceiveForm(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier written down by hand."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
    form: Short
    form_name: Line = ""
    owner: Line
    owner_kind: Short = "0"
    name: Line = ""
    personal_id: Short = ""
    born: Short = ""
    phone: Short = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    address: Line = ""
    channel: Short = "1"
    copies: Short = "1"
    papers: Annotated[str, msgspec.Meta(max_length=8000)] = ""
    accept_now: Short = ""


class Reasoned(msgspec.Struct, frozen=True, kw_only=True):
    """A deed with its reason; `seen` is the number of steps on the page."""

    seen: Short
    why: Long = ""
    note: Line = ""


class AcceptForm(Reasoned, frozen=True, kw_only=True):
    """A receipt with the time allowed."""

    amount: Short = ""
    unit: Short = ""
    cut_off: Short = ""


class ActForm(Reasoned, frozen=True, kw_only=True):
    """A step."""

    act: Short


class HandOverForm(Reasoned, frozen=True, kw_only=True):
    """Another unit."""

    unit: Short


class ExtendForm(Reasoned, frozen=True, kw_only=True):
    """More time."""

    extra: Short


class PapersForm(msgspec.Struct, frozen=True, kw_only=True):
    """Papers, one a line."""

    papers: Annotated[str, msgspec.Meta(max_length=8000)]


class DeleteForm(msgspec.Struct, frozen=True, kw_only=True):
    """The code, typed again."""

    confirmed: Short


class PrintForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which form."""

    form: Short


class SearchForm(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a code, a name or a telephone number: in a body, as it is of a person."""

    q: Annotated[str, msgspec.Meta(max_length=200)]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which list is asked for; a `text` is searched for instead."""

    part: Part = Part.OPEN
    unit: str = ""
    page: int = 0
    text: str = ""


def wanted(query: Mapping[str, str]) -> Wanted:
    """Return what an address asks for; what it does not say well is left out."""
    part, page = query.get("part", ""), query.get("page", "")
    return Wanted(
        part=Part(part) if part in list(Part) else Part.OPEN,
        unit=query.get("unit", ""),
        page=int(page) if re.fullmatch(r"[0-9]{1,4}", page) else 0,
    )


def by_hand(form: ReceiveForm) -> ByHand:
    """Return the dossier that was written down; raises BadRequestError."""
    owner, code = tidy(form.owner), tidy(form.form).partition(" ")[0]
    if not owner or not code:
        raise BadRequestError
    content = Content(
        owner=owner,
        owner_kind=number(form.owner_kind, most=2),
        name=tidy(form.name) or owner,
        personal_id=tidy(form.personal_id),
        born=tidy(form.born),
        phone=tidy(form.phone),
        email=tidy(form.email),
        address=tidy(form.address),
        papers=paper_lines(form.papers),
    )
    return ByHand(
        form=code,
        form_name=tidy(form.form_name),
        content=content,
        copies=max(1, number(form.copies, most=100)),
        channel=min(3, max(1, number(form.channel))),
    )


def paper_lines(text: str) -> tuple[PaperLine, ...]:
    """Return the papers, one a line: `Giấy khai sinh (sao) x2`; raises BadRequestError."""
    lines = [tidy(line) for line in text.splitlines() if tidy(line)]
    if len(lines) > _MOST_PAPERS:
        raise BadRequestError
    return tuple(map(_paper_line, lines))


def term(form: AcceptForm) -> Term:
    """Return the time allowed; nothing without an amount. Raises BadRequestError."""
    if not form.amount.strip():
        return Term()
    if form.unit not in list(TimeUnit):
        raise BadRequestError
    try:
        cut_off = time.fromisoformat(form.cut_off) if form.cut_off else None
    except ValueError as error:
        raise BadRequestError from error
    amount = number(form.amount, most=3650)
    return Term(amount=amount, unit=TimeUnit(form.unit), cut_off=cut_off)


def reason(form: Reasoned) -> Reason:
    """Return why."""
    return Reason(why=unicodedata.normalize("NFC", form.why).strip(), note=tidy(form.note))


def number(text: str, *, most: int = _MOST_NUMBER) -> int:
    """Return a whole number of 0 to `most` (G-5); raises BadRequestError."""
    found = text.strip()
    if not re.fullmatch(r"[0-9]{1,6}", found) or int(found) > most:
        raise BadRequestError
    return int(found)


def day(text: str) -> date | None:
    """Return `2026-11-22` as a day, None for nothing; raises BadRequestError."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequestError from error


def tidy(text: str) -> str:
    """Return a line in NFC with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _paper_line(line: str) -> PaperLine:
    amount = _AMOUNT.search(line)
    name = _AMOUNT.sub("", line)
    copy = int(bool(_COPY.search(name)))
    return PaperLine(
        name=_COPY.sub("", name) or line, amount=max(1, int(amount[1])) if amount else 1, copy=copy
    )
