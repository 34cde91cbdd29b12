"""The numbered forms of the one-stop mechanism, by date (domain DOS-9, DOS-10).

The kiosk prints none of them. It names them, and keeps away from their titles.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from devices.contract.config import Config
from kiosk.domain.dated import Dated, on

PAPER_TITLES = ("Phiếu số thứ tự", "Phiếu hướng dẫn", "Thông tin thanh toán")
"""What a kiosk without an officer may print (DOS-9, PAY-6)."""

_NEVER_PRINTED = ("Biên lai", "Hóa đơn", "Mẫu 01", "Mẫu số 01")


class FormKind(StrEnum):
    """What a form is for."""

    RECEPTION = "tiep_nhan"
    SUPPLEMENT = "bo_sung"
    REFUSAL = "tu_choi"
    APOLOGY = "xin_loi"
    HALT = "dung_giai_quyet"
    CONTROL = "kiem_soat"
    REGISTER = "so_theo_doi"


class Form(Dated, frozen=True, kw_only=True):
    """A form during the days of the act that numbers it."""

    kind: FormKind
    number: str
    title: str
    act: str


class Forms(Config, frozen=True, kw_only=True):
    """The table of forms."""

    forms: tuple[Form, ...]

    def of(self, kind: FormKind, day: date) -> Form | None:
        """Return the form as it is on the day, or None when there is none of the kind."""
        return next((one for one in on(day, self.forms) if one.kind is kind), None)

    def official_words_in(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the titles that no paper of a kiosk may bear and that the texts hold (G-7)."""
        written = _folded(" ".join(texts))
        titles = (*(form.title for form in self.forms), *_NEVER_PRINTED)
        return tuple(title for title in titles if _folded(title) in written)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
