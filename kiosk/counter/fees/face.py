"""A fee on the second screen: what is asked, and how it stands. Pure."""

from devices.contract.clock import LOCAL
from kiosk.api.fees import FeeTold
from kiosk.api.payments import FeeState
from kiosk.api.words import Names
from kiosk.counter.facing.sheets import FacingSheet
from kiosk.domain.vietqr import BadTransferError, Transfer, encode, memo

STATE_NAMES: dict[FeeState, Names] = {
    FeeState.PENDING: {"vi": "Chờ xác nhận", "en": "Not confirmed yet"},
    FeeState.CONFIRMED: {"vi": "Cơ quan đã xác nhận", "en": "Confirmed by the office"},
    FeeState.CANCELLED: {"vi": "Đã hủy, không phải nộp", "en": "Cancelled, nothing to pay"},
}
_SCAN: Names = {
    "vi": "Xin quét bằng ứng dụng ngân hàng, giữ nguyên số tiền và nội dung."
    " Đây không phải biên lai.",
    "en": "Scan with your bank's app; keep amount and message as they are. This is no receipt.",
}
_SAMPLE: Names = {
    "vi": "Dữ liệu mẫu: xin không chuyển tiền.",
    "en": "Sample data: do not transfer any money.",
}
_NO_RECEIPT: Names = {"vi": "Đây không phải biên lai.", "en": "This is no receipt."}


ABOUT = "fee:"


def about(reference: str) -> str:
    """Return what the sheet of a fee is about."""
    return ABOUT + reference


def sheet_of_fee(fee: FeeTold, *, sample: bool) -> FacingSheet:
    """Return the sheet; its VietQR is there while the fee is asked and an account is known."""
    code, purpose = _transfer(fee)
    pairs: list[tuple[Names, Names | str]] = [
        ({"vi": "Số tiền", "en": "Amount"}, _money(fee.amount_vnd)),
        ({"vi": "Tình trạng", "en": "State"}, _state(fee)),
        ({"vi": "Hồ sơ", "en": "Dossier"}, fee.dossier),
    ]
    if fee.what:
        pairs.append(({"vi": "Khoản", "en": "For"}, fee.what))
    if code and fee.pay_to:
        pairs += [
            ({"vi": "Nội dung", "en": "Message"}, purpose),
            ({"vi": "Tài khoản", "en": "Account"}, fee.pay_to.account),
            ({"vi": "Ngân hàng", "en": "Bank"}, fee.pay_to.bank_name),
            ({"vi": "Đơn vị nhận", "en": "Payee"}, fee.pay_to.holder),
        ]
    return FacingSheet(
        about=about(fee.reference),
        title={"vi": "Thông tin thanh toán", "en": "Payment information"},
        pairs=tuple(pairs),
        note=(_SAMPLE if sample else _SCAN) if code else _NO_RECEIPT,
        qr=code,
    )


def _state(fee: FeeTold) -> Names:
    names = STATE_NAMES[fee.state]
    if fee.live:
        return names
    at = f"{fee.told_at.astimezone(LOCAL):%H:%M %d/%m}"
    return {"vi": f"{names['vi']} (lúc {at})", "en": f"{names['en']} (at {at})"}


def _transfer(fee: FeeTold) -> tuple[str, str]:
    """Return the VietQR and its message, both empty when nothing can be transferred."""
    if fee.state is not FeeState.PENDING or fee.pay_to is None or fee.amount_vnd == 0:
        return "", ""
    to = fee.pay_to
    try:
        purpose = memo(fee.reference)
        asked = Transfer(bank=to.bank, account=to.account, amount=fee.amount_vnd, purpose=purpose)
        return encode(asked), purpose
    except BadTransferError:
        return "", ""


def _money(vnd: int) -> Names:
    return {"vi": f"{vnd:,}".replace(",", ".") + "\u00a0đồng", "en": f"VND\u00a0{vnd:,}"}
