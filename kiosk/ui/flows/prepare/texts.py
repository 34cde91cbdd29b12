"""Words of preparing a dossier. It is never called handing in: an officer decides (G-7)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.prepare.pages import AboutPrepare
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class PrepareTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    open_prepare: str
    open_prepare_note: str
    pick_service: str
    pick_procedure: str
    more: str
    begins: str
    consent_title: str
    consent_what: str
    consent_why: str
    consent_who: str
    consent_sent: str
    consent_until: str
    agree: str
    form_prompt: str
    form_prompt_typed: str
    empty: str
    name: str
    birth: str
    sex: str
    number: str
    address: str
    phone: str
    name_prompt: str
    birth_prompt: str
    birth_hint: str
    number_prompt: str
    number_hint: str
    address_prompt: str
    phone_prompt: str
    sex_prompt: str
    man: str
    woman: str
    go_on: str
    papers_prompt: str
    papers_none: str
    pages: str
    bring: str
    scan_it: str
    opening: str
    lay_prompt: str
    lay_steady: str
    lay_none: str
    lay_whole: str
    lay_sharp: str
    lay_light: str
    taking: str
    take: str
    take_all: str
    no_more: str
    leave_out: str
    look_again: str
    check_prompt: str
    check_good: str
    check_blurred: str
    check_cut: str
    check_dark: str
    keep: str
    retake: str
    leave_title: str
    leave_pages: str
    leave_drop: str
    keep_pages: str
    drop_pages: str
    scan_on: str
    binding: str
    summary_title: str
    procedure: str
    scanned: str
    to_bring: str
    ticket_new: str
    summary_note: str
    hand_over: str
    have_number: str
    number_asked: str
    number_asked_typed: str
    sending: str
    unsent_title: str
    unsent_no_answer: str
    unsent_closed: str
    unsent_too_large: str
    unsent_full: str
    unsent_key_changed: str
    unsent_refused: str
    unsent_gone: str
    send_again: str
    your_number: str
    your_own_number: str
    local_code: str
    kept_until: str
    paper_title: str
    paper_none: str
    next_step: str
    next_by_hand: str
    notes: dict[StrEnum, str]


VIETNAMESE = PrepareTexts(
    open_prepare="Chuẩn bị hồ sơ",
    open_prepare_note="Khai, quét giấy tờ",
    pick_service="Ông/bà cần làm việc gì?",
    pick_procedure="Chọn thủ tục",
    more="Xem tiếp",
    begins="Đang mở phần chuẩn bị hồ sơ",
    consent_title="Xin đọc trước khi bắt đầu",
    consent_what="Ki-ốt xin họ tên, ngày sinh, số định danh, địa chỉ và bản quét giấy tờ.",
    consent_why="Chỉ để cán bộ tiếp nhận hồ sơ nhanh hơn. Đây chưa phải là nộp hồ sơ.",
    consent_who="Chỉ cán bộ tại quầy xem được. Ki-ốt xóa hết ngay khi ông/bà rời đi.",
    consent_sent="Hồ sơ được tiếp nhận sẽ chuyển vào hệ thống một cửa.",
    consent_until="Máy chủ tự hủy bản chuẩn bị lúc {time} nếu chưa được tiếp nhận.",
    agree="Tôi đồng ý",
    form_prompt="Quét căn cước, hoặc chạm từng dòng để ghi",
    form_prompt_typed="Chạm từng dòng để ghi",
    empty="chưa ghi",
    name="Họ tên",
    birth="Ngày sinh",
    sex="Giới tính",
    number="Số định danh",
    address="Địa chỉ",
    phone="Điện thoại",
    name_prompt="Họ và tên",
    birth_prompt="Ngày sinh",
    birth_hint="8 số, ví dụ 20051990",
    number_prompt="Số định danh trên căn cước",
    number_hint="12 chữ số",
    address_prompt="Nơi thường trú",
    phone_prompt="Số điện thoại",
    sex_prompt="Giới tính ghi trên căn cước",
    man="Nam",
    woman="Nữ",
    go_on="Tiếp tục",
    papers_prompt="Chạm giấy tờ để quét. Thiếu thì mang đến quầy",
    papers_none="Thủ tục này không cần quét giấy tờ.",
    pages="{count} trang",
    bring="mang đến quầy",
    scan_it="chạm để quét",
    opening="Đang mở máy quét",
    lay_prompt="Trang {page}: đặt giấy dưới máy quét",
    lay_steady="Thấy rõ, xin chụp.",
    lay_none="Chưa thấy trang giấy nào.",
    lay_whole="Chưa thấy trọn trang.",
    lay_sharp="Xin giữ giấy nằm yên.",
    lay_light="Hơi tối, xin đừng che đèn.",
    taking="Đang chụp, xin giữ yên",
    take="Chụp trang này",
    take_all="Chụp cả mặt bàn",
    no_more="Xong giấy này",
    leave_out="Mang đến quầy",
    look_again="Thử lại",
    check_prompt="Trang {page}: đọc được không?",
    check_good="Chữ rõ thì giữ.",
    check_blurred="Hơi mờ, nên chụp lại.",
    check_cut="Chưa trọn, nên chụp lại.",
    check_dark="Hơi tối, nên chụp lại.",
    keep="Thêm trang",
    retake="Chụp lại",
    leave_title="Giữ các trang vừa quét?",
    leave_pages="Đã quét {count} trang.",
    leave_drop="Nếu bỏ, máy xóa ngay.",
    keep_pages="Giữ lại",
    drop_pages="Bỏ, không giữ",
    scan_on="Quét tiếp",
    binding="Đang ghép các trang",
    summary_title="Bản chuẩn bị của ông/bà",
    procedure="Thủ tục",
    scanned="Đã quét",
    to_bring="Mang đến quầy",
    ticket_new="Ki-ốt sẽ lấy số thứ tự cùng lúc.",
    summary_note="Cán bộ xem và quyết định tiếp nhận. Xin mang theo bản chính.",
    hand_over="Gửi đến quầy",
    have_number="Tôi đã có số",
    number_asked="Quét phiếu số hoặc bấm số thứ tự",
    number_asked_typed="Bấm số thứ tự của ông/bà",
    sending="Đang gửi đến quầy",
    unsent_title="Chưa gửi được bản chuẩn bị",
    unsent_no_answer="Máy chủ chưa trả lời. Gửi lại không bị trùng.",
    unsent_closed="Lúc này quầy không phát số. Xin hỏi cán bộ.",
    unsent_too_large="Bản quét quá lớn. Xin mang giấy tờ đến quầy.",
    unsent_full="Đang có quá nhiều bản chờ. Xin thử lại hoặc đến quầy.",
    unsent_key_changed="Máy chủ vừa khởi động lại. Xin gửi lại.",
    unsent_refused="Máy chủ không nhận. Xin mang giấy tờ đến quầy.",
    unsent_gone="Rời đi là không giữ lại gì.",
    send_again="Gửi lại",
    your_number="Số của ông/bà: {number}",
    your_own_number="Gắn với số {number}",
    local_code="Số tạm: {code}",
    kept_until="Giữ đến {time}",
    paper_title="Xin lấy phiếu và chờ gọi số.",
    paper_none="Xin chụp hoặc ghi lại số.",
    next_step="Cán bộ xem bản chuẩn bị khi gọi số. Chưa phải là đã nộp hồ sơ.",
    next_by_hand="Cán bộ xem và nhận bằng tay khi gọi số. Chưa phải là đã nộp hồ sơ.",
    notes={
        AboutPrepare.CARD_READ: "Đã đọc căn cước. Xin xem lại từng dòng.",
        AboutPrepare.NOT_A_CARD: "Không phải mã trên căn cước. Xin đưa mặt có mã QR.",
        AboutPrepare.NAME_NEEDED: "Xin ghi họ và tên.",
        AboutPrepare.BAD_BIRTH: "Ngày sinh chưa đúng. Xin ghi đủ 8 số.",
        AboutPrepare.BAD_NUMBER: "Số định danh có đủ 12 chữ số.",
        AboutPrepare.BAD_PHONE: "Số điện thoại chưa đủ chữ số.",
        AboutPrepare.PAPER_KEPT: "Đã quét xong giấy này.",
        AboutPrepare.NO_CAMERA: "Ki-ốt này không quét được. Xin mang giấy đến quầy.",
        AboutPrepare.NO_PAGE: "Chưa thấy trang giấy. Xin đặt lại.",
        AboutPrepare.FULL: "Đã đủ số trang. Xin chạm “Xong giấy này”.",
        AboutPrepare.TOO_LARGE: "Bản quét quá lớn. Xin mang giấy này đến quầy.",
        AboutPrepare.PAGES_LOST: "Các trang vừa quét không còn. Xin quét lại giấy này.",
        AboutPrepare.SCAN_FAULT: "Máy quét không trả lời. Xin thử lại.",
        AboutPrepare.NOT_NOW: "Lúc này chưa chuẩn bị hồ sơ được. Xin hỏi tại quầy.",
        AboutPrepare.NO_SUCH_NUMBER: "Hôm nay không có số này đang chờ. Xin xem lại.",
    },
)

ENGLISH = PrepareTexts(
    open_prepare="Prepare a dossier",
    open_prepare_note="Fill in and scan ahead",
    pick_service="What is it about?",
    pick_procedure="Choose a procedure",
    more="More",
    begins="Opening",
    consent_title="Please read this first",
    consent_what="We ask for your name, birth, personal number, address and scanned papers.",
    consent_why="Only to make the officer's work quicker. This does not hand the dossier in.",
    consent_who="Only officers at the counter see it. The kiosk forgets it when you leave.",
    consent_sent="What an officer accepts goes to the one-stop system.",
    consent_until="The server destroys it at {time} unless an officer has accepted it.",
    agree="I agree",
    form_prompt="Scan your identity card, or touch a line to write",
    form_prompt_typed="Touch a line to write",
    empty="not given",
    name="Name",
    birth="Born",
    sex="Sex",
    number="Personal no.",
    address="Address",
    phone="Phone",
    name_prompt="Full name",
    birth_prompt="Date of birth",
    birth_hint="8 digits, day first: 20051990",
    number_prompt="Personal number on the card",
    number_hint="12 digits",
    address_prompt="Permanent address",
    phone_prompt="Telephone number",
    sex_prompt="Sex, as on the card",
    man="Male",
    woman="Female",
    go_on="Next",
    papers_prompt="Touch a paper to scan it, or bring it along",
    papers_none="No paper has to be scanned.",
    pages="pages: {count}",
    bring="to bring",
    scan_it="touch to scan",
    opening="Opening the scanner",
    lay_prompt="Page {page}: lay it under the scanner",
    lay_steady="Good, take it now.",
    lay_none="No page is seen yet.",
    lay_whole="It is not whole yet.",
    lay_sharp="Please keep it still.",
    lay_light="It is too dark.",
    taking="Taking it, keep still",
    take="Take this page",
    take_all="Take the whole desk",
    no_more="No more pages",
    leave_out="I will bring it",
    look_again="Try again",
    check_prompt="Page {page}: can you read it?",
    check_good="Readable? Keep it.",
    check_blurred="Blurred: take it again.",
    check_cut="Not whole: again.",
    check_dark="Too dark: again.",
    keep="Add a page",
    retake="Take it again",
    leave_title="Keep the pages just scanned?",
    leave_pages="Pages scanned: {count}.",
    leave_drop="If dropped, they are wiped at once.",
    keep_pages="Keep them",
    drop_pages="Drop them",
    scan_on="Go on scanning",
    binding="Binding the pages",
    summary_title="What you prepared",
    procedure="Procedure",
    scanned="Scanned",
    to_bring="To bring",
    ticket_new="You get a queue number with it.",
    summary_note="An officer decides whether to accept it. Please bring the originals.",
    hand_over="Send to the counter",
    have_number="I have a number",
    number_asked="Scan your ticket or type its number",
    number_asked_typed="Type your queue number",
    sending="Sending to the counter",
    unsent_title="It was not sent",
    unsent_no_answer="The server does not answer: it may have it or not. It never counts twice.",
    unsent_closed="No numbers are given now. Please ask an officer.",
    unsent_too_large="The scans are too large. Please bring the papers to the counter.",
    unsent_full="Too many wait already. Try again, or go to the counter.",
    unsent_key_changed="The server has just restarted. Please send again.",
    unsent_refused="The server refused it. Please bring the papers to the counter.",
    unsent_gone="If you leave now nothing is kept.",
    send_again="Send again",
    your_number="Your number: {number}",
    your_own_number="With number {number}",
    local_code="Provisional no. {code}",
    kept_until="Kept until {time}",
    paper_title="Please take the paper and wait.",
    paper_none="Please note it or take a photo.",
    next_step="An officer looks at it when you are called. It is not handed in yet.",
    next_by_hand="An officer takes it by hand when you are called. Not handed in yet.",
    notes={
        AboutPrepare.CARD_READ: "The card was read. Please check each line.",
        AboutPrepare.NOT_A_CARD: "This is no identity card's code. Please show its QR side.",
        AboutPrepare.NAME_NEEDED: "Please write your name.",
        AboutPrepare.BAD_BIRTH: "This is no date of birth. Please give 8 digits.",
        AboutPrepare.BAD_NUMBER: "A personal number has 12 digits.",
        AboutPrepare.BAD_PHONE: "This telephone number is too short.",
        AboutPrepare.PAPER_KEPT: "This paper is scanned.",
        AboutPrepare.NO_CAMERA: "This kiosk cannot scan. Please bring the paper to the counter.",
        AboutPrepare.NO_PAGE: "No page is seen. Please lay it again.",
        AboutPrepare.FULL: "No more pages fit. Touch “No more pages”.",
        AboutPrepare.TOO_LARGE: "The scans are too large. Please bring this paper along.",
        AboutPrepare.PAGES_LOST: "The pages scanned are gone. Please scan this paper again.",
        AboutPrepare.SCAN_FAULT: "The scanner does not answer. Please try again.",
        AboutPrepare.NOT_NOW: "It is not possible now. Please ask at the counter.",
        AboutPrepare.NO_SUCH_NUMBER: "No such number is waiting today. Please check.",
    },
)

PREPARE = Words(
    "prepare",
    vi=VIETNAMESE,
    en=ENGLISH,
    good=(AboutPrepare.CARD_READ, AboutPrepare.PAPER_KEPT),
)
