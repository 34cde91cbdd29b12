"""Domain DOS-9, DOS-10, §2.3."""

from datetime import date

import pytest

from kiosk.catalogue.tables import read_forms
from kiosk.domain.forms import PAPER_TITLES, FormKind

FORMS = read_forms()
LAST_OLD, FIRST_NEW = date(2025, 9, 14), date(2025, 9, 15)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (FormKind.RECEPTION, "01", "01"),
        (FormKind.SUPPLEMENT, "02", "02"),
        (FormKind.REFUSAL, "03", "03"),
        (FormKind.APOLOGY, "04", "04"),
        (FormKind.HALT, None, "05"),
        (FormKind.CONTROL, "05", "06"),
        (FormKind.REGISTER, "06", "07"),
    ],
)
def test_a_forms_number_follows_from_the_day(
    kind: FormKind, old: str | None, new: str | None
) -> None:
    """DOS-10: the register is Mẫu 06 before 2025-09-15 and Mẫu 07 from it on."""
    numbers = [
        form.number if form else None
        for day in (LAST_OLD, FIRST_NEW)
        for form in [FORMS.of(kind, day)]
    ]
    assert numbers == [old, new]


def test_the_letter_of_apology_changed_its_title() -> None:
    titles = [
        form.title for day in (LAST_OLD, FIRST_NEW) if (form := FORMS.of(FormKind.APOLOGY, day))
    ]
    assert titles == [
        "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
        "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
    ]


def test_official_words_are_found_however_they_are_written() -> None:
    """DOS-9, G-7, PAY-6."""
    assert FORMS.official_words_in(["BIÊN LAI thu phí"]) == ("Biên lai",)
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in FORMS.official_words_in(
        ["GIẤY TIẾP NHẬN HỒ SƠ\u00a0VÀ", "HẸN TRẢ KẾT QUẢ"]
    )


def test_what_a_kiosk_prints_has_no_official_title() -> None:
    """DOS-9, PAY-6."""
    assert FORMS.official_words_in(PAPER_TITLES) == ()
