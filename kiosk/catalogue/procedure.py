"""A procedure as a province writes it down (domain §3): frozen, dated, unknown keys refused.

Texts are by language; `vi` is always there. What is not known is left out, never guessed: without
a time no due date is said, without fees no amount.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.config import Config
from kiosk.domain.dated import Dated, on, overlapping
from kiosk.domain.deadline import Duration, TimeUnit
from kiosk.domain.fees import Amount, Fee, MaybeId, Order, total

CODE_PATTERN = r"^[0-9]\.[0-9]{6}(\.000\.00\.00\.[A-Z][0-9]{2})?(\.[0-9]{2})?\Z"
"""CAT-2: base, then the agency of a local long form, then a service case."""
_AGENCY = re.compile(r"\.000\.00\.00\.[A-Z][0-9]{2}")
Code = Annotated[str, msgspec.Meta(pattern=CODE_PATTERN)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]{1,64}\Z")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Texts = dict[str, Text]
Phrase = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
WebAddress = Annotated[str, msgspec.Meta(pattern=r"^https://[^\s]+\Z|^\Z", max_length=500)]
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")


class OnlineLevel(StrEnum):
    """How much of it goes online (NĐ 42/2022, CAT-1)."""

    WHOLE = "toan_trinh"
    PART = "mot_phan"
    INFORMATION = "thong_tin"


_OF_OLD_LEVEL = {
    1: OnlineLevel.INFORMATION,
    2: OnlineLevel.INFORMATION,
    3: OnlineLevel.PART,
    4: OnlineLevel.WHOLE,
}


def of_old_level(level: int) -> OnlineLevel:
    """Return what a level of before 2022 (1 to 4) is now; raises KeyError (CAT-1)."""
    return _OF_OLD_LEVEL[level]


class Government(StrEnum):
    """Who decides: there is no district any more (ADM-1)."""

    COMMUNE = "xa"
    PROVINCE = "tinh"
    MINISTRY = "trung_uong"


class System(StrEnum):
    """Which system takes the dossier."""

    ONE_STOP = "mot_cua"
    JUSTICE = "tu_phap"
    PORTAL = "cong_quoc_gia"
    QUEUE = "chi_lay_so"
    """None: the kiosk shows information and gives a queue number."""


class PaperKind(StrEnum):
    """In what form a paper is wanted."""

    ORIGINAL = "ban_chinh"
    COPY = "ban_sao"
    ELECTRONIC = "ban_dien_tu"

    @property
    def number(self) -> int:
        """LoaiBan of the national portal: 0, 1, 2 (domain §2.4)."""
        return list(PaperKind).index(self)


class Handling(StrEnum):
    """What happens to a paper at the counter."""

    HANDED_IN = "nop"
    SHOWN = "xuat_trinh"


class ProcessingTime(Config, frozen=True, kw_only=True):
    """How long it takes; the unit is never guessed. `amount = 0` is the day itself.

    Received after `cut_off`, it counts as received the next working day (DOS-16).
    """

    amount: Annotated[int, msgspec.Meta(ge=0, le=3650)]
    unit: TimeUnit
    cut_off: time | None = None

    def __post_init__(self) -> None:
        """Refuse a cut-off with a zone: it is local time (ValueError)."""
        if self.cut_off and self.cut_off.tzinfo:
            raise ValueError("cut_off: is local time, without a zone")

    @property
    def duration(self) -> Duration:
        """The same for `kiosk.domain.deadline.due`, which takes the cut-off beside it."""
        return Duration(amount=self.amount, unit=self.unit)


class Case(Config, frozen=True, kw_only=True):
    """A case with fees or papers of its own, as "late registration"."""

    id: Id
    names: Texts


class Paper(Config, frozen=True, kw_only=True):
    """A paper of the dossier.

    Papers with the same `one_of` stand for each other: one of them is enough. `when` says under
    which condition it is wanted, `case` in which case; `code` is MaThanhPhanHoSo.
    """

    id: Id
    names: Texts
    kind: PaperKind = PaperKind.ORIGINAL
    count: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    handling: Handling = Handling.HANDED_IN
    one_of: MaybeId = ""
    case: MaybeId = ""
    when: Texts = msgspec.field(default_factory=dict)
    note: Texts = msgspec.field(default_factory=dict)
    code: Annotated[str, msgspec.Meta(max_length=64)] = ""


class LegalBasis(Dated, frozen=True, kw_only=True):
    """An act it rests on, as papers write it, and its days."""

    title: Text


class Route(Dated, frozen=True, kw_only=True):
    """Which system takes it from a day to a day."""

    system: System
    note: Texts = msgspec.field(default_factory=dict)


class Sector(Config, frozen=True, kw_only=True):
    """A field of procedures (lĩnh vực). `icon` is a pictogram's name."""

    id: Id
    names: Texts
    icon: Id = "document"


class Procedure(Dated, frozen=True, kw_only=True):
    """A procedure during its days.

    `service` is the counter service that calls for it, `keywords` what people say for it, by
    language. `sample` rows carry "dữ liệu mẫu" on screen and paper (G-6).
    """

    code: Code
    names: Texts
    sector: Id
    service: MaybeId = ""
    government: Government
    agency: Texts
    online: OnlineLevel
    data_date: date
    sample: bool = False
    icon: Id = "document"
    summary: Texts = msgspec.field(default_factory=dict)
    keywords: dict[str, tuple[Phrase, ...]] = msgspec.field(default_factory=dict)
    portal_page: WebAddress = ""
    time: ProcessingTime | None = None
    time_note: Texts = msgspec.field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    papers: tuple[Paper, ...] = ()
    fees: tuple[Fee, ...] = ()
    steps: tuple[Texts, ...] = ()
    basis: tuple[LegalBasis, ...] = ()
    routes: tuple[Route, ...] = ()
    note: Texts = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what does not fit together (ValueError, every problem in it)."""
        problems = [*self._days(), *self._texts(), *self._repeated(), *self._unknown_cases()]
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def identity(self) -> str:
        """The code without the agency of a local long form: the same procedure, whoever does it."""
        return identity(self.code)

    def name(self, language: str) -> str:
        """Return the name in a language, or in Vietnamese."""
        return said(self.names, language)

    def route(self, day: date) -> Route | None:
        """Return which system takes it on the day; None when nobody has said."""
        return next(on(day, self.routes), None)

    def basis_on(self, day: date) -> tuple[LegalBasis, ...]:
        """Return the acts in force on the day."""
        return tuple(on(day, self.basis))

    def fees_on(self, day: date, case: str = "") -> tuple[Fee, ...]:
        """Return the fees of the day: every case's, and those of the case."""
        return tuple(fee for fee in on(day, self.fees) if fee.case in ("", case))

    def amount(self, order: Order, day: date) -> Amount:
        """Return what an order comes to on the day (`kiosk.domain.fees.total`)."""
        return total(self.fees, order, day)

    def papers_of(self, case: str = "") -> tuple[Paper, ...]:
        """Return the papers: every case's, and those of the case.

        Papers that stand for each other stand together, at the place of the first.
        """
        places: dict[tuple[str, str], int] = {}
        wanted = [paper for paper in self.papers if paper.case in ("", case)]
        for paper in wanted:
            places.setdefault(_stands_with(paper), len(places))
        return tuple(sorted(wanted, key=lambda paper: places[_stands_with(paper)]))

    def _days(self) -> Iterator[str]:
        try:
            super().__post_init__()
        except ValueError as error:
            yield str(error)
        for one, other in overlapping(self.routes):
            yield f"routes: {one.system} and {other.system} share a day"

    def _texts(self) -> Iterator[str]:
        told = {"names": self.names, "agency": self.agency}
        told |= {f"papers.{paper.id}.names": paper.names for paper in self.papers}
        told |= {f"cases.{case.id}.names": case.names for case in self.cases}
        told |= {f"fees[{at}].names": fee.names for at, fee in enumerate(self.fees)}
        told |= {f"steps[{at}]": step for at, step in enumerate(self.steps)}
        maybe = {"summary": self.summary, "time_note": self.time_note, "note": self.note}
        maybe |= {f"papers.{paper.id}.when": paper.when for paper in self.papers}
        maybe |= {f"papers.{paper.id}.note": paper.note for paper in self.papers}
        maybe |= {f"routes[{at}].note": route.note for at, route in enumerate(self.routes)}
        told |= {key: texts for key, texts in maybe.items() if texts}
        yield from bad_texts(told)
        yield from bad_languages("keywords", self.keywords)

    def _repeated(self) -> Iterator[str]:
        kinds = {"papers": [one.id for one in self.papers], "cases": [one.id for one in self.cases]}
        for kind, ids in kinds.items():
            for one in sorted({one for one in ids if ids.count(one) > 1}):
                yield f"{kind}: {one!r} is there twice"

    def _unknown_cases(self) -> Iterator[str]:
        known = {"", *(case.id for case in self.cases)}
        used = [(f"papers.{paper.id}.case", paper.case) for paper in self.papers]
        used += [(f"fees[{at}].case", fee.case) for at, fee in enumerate(self.fees)]
        yield from (f"{key}: {case!r} is none of cases" for key, case in used if case not in known)


def _stands_with(paper: Paper) -> tuple[str, str]:
    return (paper.one_of, "") if paper.one_of else ("", paper.id)


def identity(code: str) -> str:
    """Return a code without its agency: `2.000815.000.00.00.H55.02` is `2.000815.02`."""
    return _AGENCY.sub("", code, count=1)


def said(texts: Texts, language: str) -> str:
    """Return the text in a language, or in Vietnamese, or nothing."""
    return texts.get(language) or texts.get("vi", "")


def bad_texts(told: dict[str, Texts]) -> Iterator[str]:
    """Yield what is wrong with texts, by key: no Vietnamese, or a language that is none."""
    for key, texts in told.items():
        if not texts.get("vi", "").strip():
            yield f"{key}: 'vi' is missing"
        yield from bad_languages(key, texts)


def bad_languages(key: str, languages: Iterable[str]) -> Iterator[str]:
    """Yield the codes that are none of ISO 639."""
    yield from (
        f"{key}: {one!r} is no language code" for one in languages if not _LANGUAGE.match(one)
    )
