"""Words of fees: never a receipt, never more certain than the office is (PAY-5, PAY-6)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.fees.pages import AboutFees
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class FeesTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    open_fees: str
    open_fees_note: str
    prompt: str
    prompt_typed: str
    hint: str
    looking: str
    looking_note: str
    choose: str
    more: str
    pending: str
    confirmed: str
    cancelled: str
    pending_title: str
    confirmed_title: str
    cancelled_title: str
    memo: str
    account: str
    bank: str
    holder: str
    of_dossier: str
    what: str
    qr_caption: str
    unchanged: str
    later: str
    sample: str
    no_account: str
    settled: str
    cancelled_help: str
    old: str
    print_it: str
    notes: dict[StrEnum, str]


VIETNAMESE = FeesTexts(
    open_fees="Phí, lệ phí",
    open_fees_note="Chuyển khoản",
    prompt="Quét hoặc bấm mã hồ sơ",
    prompt_typed="Gõ mã hồ sơ",
    hint="Mã trên giấy hẹn",
    looking="Đang hỏi khoản phải nộp",
    looking_note="Hồ sơ {code}. Xin chờ trong giây lát.",
    choose="Các khoản của hồ sơ {code}",
    more="Xem tiếp",
    pending="chờ xác nhận",
    confirmed="đã xác nhận",
    cancelled="đã hủy",
    pending_title="{amount}: chờ xác nhận",
    confirmed_title="{amount}: đã xác nhận",
    cancelled_title="{amount}: đã hủy",
    memo="Nội dung",
    account="Tài khoản",
    bank="Ngân hàng",
    holder="Bên nhận",
    of_dossier="Hồ sơ {code}",
    what="Khoản",
    qr_caption="Mã VietQR",
    unchanged="Quét bằng ứng dụng ngân hàng. Xin giữ nguyên số tiền và nội dung.",
    later="Chuyển xong, trang này tự đổi khi cơ quan xác nhận. Ông/bà có thể về, không cần chờ.",
    sample="Dữ liệu mẫu: xin không chuyển tiền.",
    no_account="Nơi này chưa nhận chuyển khoản. Xin nộp tại quầy, hoặc trên"
    " Cổng Dịch vụ công quốc gia.",
    settled="Cơ quan đã xác nhận khoản này. Ki-ốt không cấp chứng từ thu.",
    cancelled_help="Khoản này không còn phải nộp. Xin không chuyển tiền.",
    old="Theo hệ thống lúc {time}, nay chưa hỏi lại được.",
    print_it="In thông tin",
    notes={
        AboutFees.NONE_ASKED: "Hồ sơ này chưa có khoản nào phải nộp.",
        AboutFees.AWAY: "Hệ thống thu phí chưa trả lời. Xin thử lại sau.",
        AboutFees.REFUSED: "Hệ thống thu phí từ chối. Xin hỏi cán bộ tại quầy.",
        AboutFees.NOT_CONNECTED: "Nơi này chưa kết nối hệ thống thu phí. Xin hỏi tại quầy.",
        AboutFees.NO_ANSWER: "Máy chủ chưa trả lời. Xin thử lại.",
        AboutFees.CONFIRMED: "Cơ quan vừa xác nhận khoản này.",
    },
)

ENGLISH = FeesTexts(
    open_fees="Fees",
    open_fees_note="Bank transfer",
    prompt="Scan or type the dossier code",
    prompt_typed="Type the dossier code",
    hint="The code on your appointment",
    looking="Asking what is to be paid",
    looking_note="Dossier {code}. One moment, please.",
    choose="Fees of dossier {code}",
    more="More",
    pending="not confirmed yet",
    confirmed="confirmed",
    cancelled="cancelled",
    pending_title="{amount}: not confirmed yet",
    confirmed_title="{amount}: confirmed",
    cancelled_title="{amount}: cancelled",
    memo="Message",
    account="Account",
    bank="Bank",
    holder="Payee",
    of_dossier="Dossier {code}",
    what="For",
    qr_caption="VietQR code",
    unchanged="Scan with your bank's app. Keep the amount and the message as they are.",
    later="This page changes by itself once the office confirms. You need not wait for it.",
    sample="Sample data: do not transfer any money.",
    no_account="No transfers are taken here. Please pay at the counter, or on the National"
    " Public Service Portal.",
    settled="The office has confirmed this fee. The kiosk gives no proof of payment.",
    cancelled_help="This is not to be paid any more. Do not transfer any money.",
    old="As the system said at {time}; it does not answer now.",
    print_it="Print",
    notes={
        AboutFees.NONE_ASKED: "Nothing is asked for this dossier.",
        AboutFees.AWAY: "The fee system does not answer. Please try later.",
        AboutFees.REFUSED: "The fee system refused. Please ask at the counter.",
        AboutFees.NOT_CONNECTED: "No fee system is connected here. Please ask at the counter.",
        AboutFees.NO_ANSWER: "The server does not answer. Please try again.",
        AboutFees.CONFIRMED: "The office has just confirmed this fee.",
    },
)

FEES = Words("fees", vi=VIETNAMESE, en=ENGLISH, good=(AboutFees.CONFIRMED,))
