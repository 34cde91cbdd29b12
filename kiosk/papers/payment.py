"""What is to be paid and how: "Thông tin thanh toán", no proof of anything (PAY-5, PAY-6)."""

from collections.abc import Iterator

import msgspec

from devices.receipt import Columns, Gap, Qr, Receipt, Rule, Size, Text
from kiosk.domain.vietqr import Transfer, encode
from kiosk.papers.sheet import EN, VI, Head, Phrases, money, say, sheet, small

_PHRASES: Phrases = {
    "title": {VI: "THÔNG TIN THANH TOÁN", EN: "PAYMENT INFORMATION"},
    "dossier": {VI: "Hồ sơ", EN: "Dossier"},
    "bank": {VI: "Ngân hàng", EN: "Bank"},
    "account": {VI: "Số tài khoản", EN: "Account"},
    "holder": {VI: "Đơn vị nhận", EN: "Payee"},
    "memo": {VI: "Nội dung", EN: "Message"},
    "scan": {
        VI: "Quét bằng ứng dụng ngân hàng (VietQR). Xin giữ nguyên số tiền và nội dung.",
        EN: "Scan with your bank's app (VietQR). Keep the amount and the message as they are.",
    },
    "pending": {VI: "CHỜ XÁC NHẬN", EN: "NOT CONFIRMED YET"},
    "proves": {
        VI: "Phiếu này không chứng nhận đã nộp tiền. Khoản thu chỉ được ghi nhận khi cơ quan"
        " xác nhận.",
        EN: "This slip does not prove a payment. It counts once the office has confirmed it.",
    },
    "no_transfer": {VI: "Xin không chuyển tiền", EN: "Do not transfer any money"},
}


class PaymentAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for a dossier. `holder` is the account's name as the bank shows it."""

    dossier: str
    bank: str
    holder: str
    transfer: Transfer


def payment_slip(ask: PaymentAsk, head: Head) -> Receipt:
    """Return the paper with the VietQR; raises BadTransferError when it cannot be encoded."""
    return sheet(head, _body(ask, encode(ask.transfer), head))


def _body(ask: PaymentAsk, code: str, head: Head) -> Iterator[Text | Columns | Qr | Rule | Gap]:
    transfer = ask.transfer
    yield Text(text=say(_PHRASES, "title", head), size=Size.TITLE)
    if transfer.amount:
        yield Text(text=money(transfer.amount, head), size=Size.TITLE, bold=True)
    yield Text(text=say(_PHRASES, "pending", head), bold=True)
    yield Rule()
    told = {
        "dossier": ask.dossier,
        "bank": ask.bank,
        "account": transfer.account,
        "holder": ask.holder,
        "memo": transfer.purpose,
    }
    for key, value in told.items():
        if value:
            yield Columns(name=say(_PHRASES, key, head), value=value)
    yield Qr(data=code)
    yield small(say(_PHRASES, "scan", head))
    if head.sample:
        yield Text(text=say(_PHRASES, "no_transfer", head), bold=True)
    yield Rule()
    yield Text(text=say(_PHRASES, "proves", head))
