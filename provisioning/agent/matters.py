"""What is the matter with a box, in a word for machines and in sentences for whoever stands there.

Pure. The words are on the box's own screen, so Vietnamese comes first.
"""

from enum import StrEnum

import msgspec


class MatterCode(StrEnum):
    """What may be the matter, from the carton to service."""

    STARTING = "starting"
    NO_SERIAL = "no_serial"
    NO_GATE = "no_gate"
    WAITING = "waiting"
    CLAIM_REFUSED = "claim_refused"
    REQUEST_REFUSED = "request_refused"
    NO_LINE = "no_line"
    GATE_FAILED = "gate_failed"
    GATE_FOREIGN = "gate_foreign"
    GATE_NAME = "gate_name"
    GATE_DATES = "gate_dates"
    CLOCK_WRONG = "clock_wrong"
    OWN_NOT_YET = "own_not_yet"
    OWN_EXPIRED = "own_expired"
    OWN_FOREIGN = "own_foreign"
    OWN_REVOKED = "own_revoked"
    OWN_REFUSED = "own_refused"
    OWN_UNSHOWN = "own_unshown"
    OWN_KEY = "own_key"
    WRONG_ANSWER = "wrong_answer"
    STICK_REFUSED = "stick_refused"
    STORAGE = "storage"
    BROKER = "broker"
    IN_SERVICE = "in_service"


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """What is the matter, and the particulars: a date, an address, the other side's words."""

    code: MatterCode
    detail: str = ""


class Words(msgspec.Struct, frozen=True):
    """A headline, what to do about it, and the same in one English sentence."""

    headline: str
    advice: str
    english: str


WORDS: dict[MatterCode, Words] = {
    MatterCode.STARTING: Words("Đang khởi động", "Xin chờ trong giây lát.", "Starting."),
    MatterCode.NO_SERIAL: Words(
        "Không đọc được số sê-ri",
        "Ghi số sê-ri vào tệp cấu hình agent.toml, mục [serial].",
        "This board tells no serial number: write one into agent.toml.",
    ),
    MatterCode.NO_GATE: Words(
        "Chưa khai báo trung tâm",
        "Ghi địa chỉ trung tâm vào mục [gate] của agent.toml, hoặc dùng USB.",
        "No gate is configured: fill in [gate], or enrol by USB stick.",
    ),
    MatterCode.WAITING: Words(
        "Đang chờ kỹ thuật viên chấp nhận",
        "Trong trang Cấp phép, so bốn từ đối chiếu rồi bấm Chấp nhận.",
        "Waiting for a technician: compare the four words, then accept this box.",
    ),
    MatterCode.CLAIM_REFUSED: Words(
        "Mã nhận thiết bị không được chấp nhận",
        "Mã đã dùng, hết hạn hoặc của máy khác. Máy sẽ xin lại bằng mã mới.",
        "The claim was refused: used, expired, or another box's.",
    ),
    MatterCode.REQUEST_REFUSED: Words(
        "Trung tâm từ chối yêu cầu",
        "Xem lý do bên dưới và báo cho trung tâm.",
        "The province refused the request.",
    ),
    MatterCode.NO_LINE: Words(
        "Không có đường truyền tới trung tâm",
        "Kiểm tra dây mạng, bộ định tuyến và địa chỉ trung tâm.",
        "No line to the province: check cable, router and address.",
    ),
    MatterCode.GATE_FAILED: Words(
        "Trung tâm đang gặp lỗi",
        "Máy tự thử lại. Nếu kéo dài, báo cho trung tâm.",
        "The province's gate failed; the box tries again by itself.",
    ),
    MatterCode.GATE_FOREIGN: Words(
        "Máy chủ không phải của tỉnh này",
        "Dấu vân tay CA không khớp cấu hình. Không tiếp tục nếu chưa rõ nguyên nhân.",
        "The server is not this province's: its CA has another fingerprint.",
    ),
    MatterCode.GATE_NAME: Words(
        "Tên máy chủ không khớp chứng thư",
        "Địa chỉ trong agent.toml phải là tên ghi trên chứng thư của trung tâm.",
        "The server's certificate is for another name than the address configured.",
    ),
    MatterCode.GATE_DATES: Words(
        "Chứng thư của trung tâm sai hạn",
        "Chứng thư của trung tâm đã hết hạn hoặc chưa có hiệu lực. Báo cho trung tâm.",
        "The province's certificate has expired or is not yet valid.",
    ),
    MatterCode.CLOCK_WRONG: Words(
        "Đồng hồ của máy bị sai",
        "Máy không chỉnh được giờ. Chỉnh giờ bằng tay hoặc kiểm tra quyền của dịch vụ.",
        "The clock is wrong and could not be set.",
    ),
    MatterCode.OWN_NOT_YET: Words(
        "Chứng thư của máy chưa có hiệu lực",
        "Thường do đồng hồ của máy chạy chậm. Kiểm tra ngày giờ.",
        "This box's certificate is not yet valid: look at the clock.",
    ),
    MatterCode.OWN_EXPIRED: Words(
        "Chứng thư của máy đã hết hạn",
        "Máy xin chứng thư mới; kỹ thuật viên cần chấp nhận lại.",
        "This box's certificate has expired: it asks anew.",
    ),
    MatterCode.OWN_FOREIGN: Words(
        "Chứng thư của máy do CA khác cấp",
        "Máy từng thuộc tỉnh khác hoặc CA đã đổi. Cần tiếp nhận lại.",
        "This box's certificate is of another CA.",
    ),
    MatterCode.OWN_REVOKED: Words(
        "Chứng thư của máy đã bị thu hồi",
        "Máy đã được cho ngừng sử dụng. Muốn dùng lại, kỹ thuật viên cần chấp nhận.",
        "This box's certificate was revoked: it is retired.",
    ),
    MatterCode.OWN_REFUSED: Words(
        "Trung tâm không nhận chứng thư của máy",
        "Xem lý do bên dưới; so ngày giờ và CA của chứng thư.",
        "This box's certificate was refused.",
    ),
    MatterCode.OWN_UNSHOWN: Words(
        "Máy chưa có chứng thư",
        "Máy chủ yêu cầu chứng thư, máy chưa được tiếp nhận.",
        "The server wants a certificate and this box has none.",
    ),
    MatterCode.OWN_KEY: Words(
        "Khóa và chứng thư của máy không khớp",
        "Tệp khóa bị hỏng hoặc bị thay. Cần tiếp nhận lại.",
        "The key on this box does not match its certificate.",
    ),
    MatterCode.WRONG_ANSWER: Words(
        "Trung tâm cấp sai chứng thư",
        "Chứng thư nhận được không dành cho máy này. Báo cho trung tâm.",
        "The certificate that came is not one for this box.",
    ),
    MatterCode.STICK_REFUSED: Words(
        "Không dùng được trả lời trên USB",
        "Xem lý do bên dưới; làm lại tệp trả lời từ yêu cầu hiện có trên USB.",
        "The answer on the USB stick cannot be used.",
    ),
    MatterCode.STORAGE: Words(
        "Không ghi được vào thẻ nhớ",
        "Thẻ nhớ đầy hoặc hỏng. Thay thẻ nhớ.",
        "The disk refuses to be written.",
    ),
    MatterCode.BROKER: Words(
        "Chưa nối được với trung tâm",
        "Máy đã được tiếp nhận nhưng kênh điều khiển chưa thông.",
        "Enrolled, but the line of the box's broker is down.",
    ),
    MatterCode.IN_SERVICE: Words("Máy đang hoạt động", "", "In service."),
}
