"""The ticket on paper (domain DOS-9, G-3, G-6, G-7, QUE-2)."""

import unicodedata
from datetime import UTC, datetime

import msgspec
import pytest

from devices.receipt import Columns, Qr, Receipt, Size, Text
from kiosk.receipt import ticket_receipt
from kiosk.sample import SAMPLE_SITE, sample_ticket


def lines(receipt: Receipt) -> list[str]:
    texts: list[str] = []
    for block in receipt.blocks:
        if isinstance(block, Text):
            texts.append(block.text)
        elif isinstance(block, Columns):
            texts += [block.name, block.value]
    return [text.replace("\u00a0", " ") for text in texts]


def test_a_ticket_says_where_what_and_how_long() -> None:
    written = lines(ticket_receipt(sample_ticket(), SAMPLE_SITE))
    assert written == [
        "Trung tâm Phục vụ hành chính công xã Nguyễn Huệ",
        "Bộ phận Tiếp nhận và Trả kết quả",
        "PHIẾU SỐ THỨ TỰ",
        "A012",
        "Đất đai – Xây dựng",
        "Trước ông/bà còn 7 người",
        "Dự kiến chờ khoảng 35 phút",
        "Quét mã để theo dõi lượt của ông/bà",
        "Vui lòng giữ phiếu và chờ gọi số",
        "Lấy số lúc 08:31 ngày 23/11/2026",
        "DỮ LIỆU MẪU",
    ]


def test_an_english_ticket_is_english_and_still_says_sample_data_in_vietnamese() -> None:
    """Domain G-6 wants the label itself on the paper."""
    written = lines(ticket_receipt(sample_ticket(language="en"), SAMPLE_SITE))
    assert "QUEUE TICKET" in written
    assert "Land and construction" in written
    assert any("dữ liệu mẫu" in text.lower() for text in written)


def test_a_number_of_an_appointment_says_its_hour() -> None:
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    booked = msgspec.structs.replace(sample_ticket(), appointment_at=at)
    assert "Có hẹn lúc 09:00" in lines(ticket_receipt(booked, SAMPLE_SITE))
    assert not any("hẹn" in line for line in lines(ticket_receipt(sample_ticket(), SAMPLE_SITE)))


def test_a_language_without_texts_is_vietnamese() -> None:
    assert "PHIẾU SỐ THỨ TỰ" in lines(ticket_receipt(sample_ticket(language="km"), SAMPLE_SITE))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("priority_class", ["thuong", "nguoi_cao_tuoi"])
def test_a_ticket_is_never_an_official_form_or_a_fee_receipt(
    language: str, priority_class: str
) -> None:
    """Domain DOS-9, G-7, PAY-6."""
    ticket = sample_ticket(language=language, priority_class=priority_class)
    written = " ".join(lines(ticket_receipt(ticket, SAMPLE_SITE))).lower()
    for forbidden in ("biên lai", "mẫu 01", "mẫu số 01", "giấy tiếp nhận", "mã hồ sơ", "receipt"):
        assert forbidden not in written


def test_the_number_is_the_largest_thing_on_the_paper() -> None:
    blocks = ticket_receipt(sample_ticket(), SAMPLE_SITE).blocks
    sized = [b.text for b in blocks if isinstance(b, Text) and b.size is Size.NUMBER]
    assert sized == ["A012"]


def test_a_declared_priority_is_on_the_paper_and_an_ordinary_class_is_not() -> None:
    """Domain QUE-2."""
    priority = sample_ticket(number="UA012", priority_class="nguoi_cao_tuoi")
    assert "Ưu tiên: Người cao tuổi" in lines(ticket_receipt(priority, SAMPLE_SITE))
    ordinary = lines(ticket_receipt(sample_ticket(), SAMPLE_SITE))
    assert not any("Thường" in text or "Ưu tiên" in text for text in ordinary)


def test_the_qr_holds_the_tickets_address() -> None:
    ticket = sample_ticket()
    receipt = ticket_receipt(ticket, SAMPLE_SITE)
    assert [b.data for b in receipt.blocks if isinstance(b, Qr)] == [ticket.url]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "Sắp đến lượt ông/bà"),
        (1, "Dự kiến chờ khoảng 5 phút"),
        (300, "Dự kiến chờ khoảng 5 phút"),
        (301, "Dự kiến chờ khoảng 10 phút"),
    ],
)
def test_the_expected_wait_is_rounded_up_to_five_minutes(seconds: int, said: str) -> None:
    ticket = msgspec.structs.replace(sample_ticket(), expected_wait_s=seconds)
    assert said in lines(ticket_receipt(ticket, SAMPLE_SITE))


def test_the_first_in_the_queue_is_told_so() -> None:
    ticket = msgspec.structs.replace(sample_ticket(), ahead=0)
    assert "Trước ông/bà không còn ai" in lines(ticket_receipt(ticket, SAMPLE_SITE))


def test_real_data_has_no_label_of_sample_data() -> None:
    """Domain G-6, the other way round."""
    real = msgspec.structs.replace(SAMPLE_SITE, sample_data=False)
    assert "DỮ LIỆU MẪU" not in lines(ticket_receipt(sample_ticket(), real))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_everything_printed_is_nfc(language: str) -> None:
    """Domain G-4."""
    for text in lines(ticket_receipt(sample_ticket(language=language), SAMPLE_SITE)):
        assert unicodedata.is_normalized("NFC", text)


def test_a_receipt_is_within_what_a_print_command_may_hold() -> None:
    receipt = ticket_receipt(sample_ticket(), SAMPLE_SITE)
    assert msgspec.json.decode(msgspec.json.encode(receipt), type=Receipt) == receipt
