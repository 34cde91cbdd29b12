"""Words of looking a procedure up: short, polite, concrete (domain ACC-2)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.procedures.pages import AboutProcedures
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class ProceduresTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    open_sectors: str
    open_sectors_note: str
    choose_sector: str
    open_search: str
    open_search_note: str
    search_prompt: str
    search_hint: str
    search_count: str
    search_found: str
    search_more: str
    search_nothing: str
    found_for: str
    found_nothing: str
    more: str
    choose_case: str
    any_case: str
    gone: str
    gone_help: str
    code: str
    code_sample: str
    code_value: str
    code_mark: str
    sample: str
    case: str
    time: str
    same_day: str
    days: str
    working_days: str
    cut_off: str
    ask_officer: str
    fee: str
    fee_by_case: str
    online: str
    online_whole: str
    online_part: str
    online_information: str
    agency: str
    note: str
    papers: str
    papers_note: str
    no_papers: str
    papers_title: str
    one_of: str
    copy: str
    copies: str
    electronic: str
    shown: str
    steps: str
    steps_title: str
    count_fee: str
    count_pages: str
    count_copies: str
    count_persons: str
    count_hint: str
    fee_pages: str
    fee_copies: str
    fee_persons: str
    fee_exempt: str
    fee_about: str
    print_list: str
    take_number: str
    go_online: str
    go_online_note: str
    online_caption: str
    notes: dict[StrEnum, str]


VIETNAMESE = ProceduresTexts(
    open_sectors="Tìm thủ tục",
    open_sectors_note="Giấy tờ, phí",
    choose_sector="Ông/bà cần làm gì?",
    open_search="Tìm theo tên",
    open_search_note="Gõ vài chữ",
    search_prompt="Gõ tên việc cần làm",
    search_hint="Ví dụ: khai sinh",
    search_count="Tìm thấy {count}",
    search_found="Tìm thấy: {name}",
    search_more="Tìm thấy {count}: {name}",
    search_nothing="Chưa thấy thủ tục nào",
    found_for="Kết quả tìm “{query}”",
    found_nothing="Không thấy thủ tục nào. Xin gõ cách khác, hoặc hỏi quầy hướng dẫn.",
    more="Xem tiếp",
    choose_case="Trường hợp của ông/bà?",
    any_case="Chưa rõ",
    gone="Thủ tục này vừa được thay đổi",
    gone_help="Xin tìm lại từ đầu.",
    code="Mã thủ tục",
    code_sample="Mã (dữ liệu mẫu)",
    code_value="{code}, ngày {day}",
    code_mark="Mã {code}, ngày {day}",
    sample="{said} (dữ liệu mẫu)",
    case="Trường hợp",
    time="Thời hạn",
    same_day="Trong ngày",
    days="{amount} ngày",
    working_days="{amount} ngày làm việc",
    cut_off="{said}; sau {time}: ngày làm việc sau",
    ask_officer="Hỏi cán bộ tại quầy",
    fee="Phí, lệ phí",
    fee_by_case="Tùy trường hợp",
    online="Trực tuyến",
    online_whole="Toàn trình",
    online_part="Một phần",
    online_information="Chỉ có thông tin",
    agency="Giải quyết",
    note="Lưu ý",
    papers="Giấy tờ cần có",
    papers_note="{count} loại",
    no_papers="Xin hỏi cán bộ tại quầy.",
    papers_title="Giấy tờ: {name}",
    one_of="Một trong các giấy tờ sau:",
    copy="bản sao",
    copies="{count} bản",
    electronic="bản điện tử",
    shown="để xuất trình",
    steps="Các bước",
    steps_title="Các bước: {name}",
    count_fee="Tính phí",
    count_pages="Bản chính có mấy trang?",
    count_copies="Cần mấy bản?",
    count_persons="Có mấy người?",
    count_hint="Bấm số",
    fee_pages="Số trang bản chính",
    fee_copies="Số bản",
    fee_persons="Số người",
    fee_exempt="Diện được miễn, giảm: xin hỏi cán bộ.",
    fee_about="Số tiền này để tham khảo. Số phải nộp do cán bộ thông báo.",
    print_list="In danh mục",
    take_number="Lấy số",
    go_online="Làm trực tuyến",
    go_online_note="Bằng điện thoại",
    online_caption="Quét mã này",
    notes={
        AboutProcedures.GONE: "Danh mục vừa được thay đổi. Xin tìm lại.",
        AboutProcedures.NO_NUMBER: "Việc này hiện chưa lấy số được. Xin hỏi quầy hướng dẫn.",
        AboutProcedures.COUNT_NEEDED: "Xin bấm một số từ 1 trở lên.",
    },
)

ENGLISH = ProceduresTexts(
    open_sectors="Find a procedure",
    open_sectors_note="Papers, fees",
    choose_sector="What do you need?",
    open_search="Search by name",
    open_search_note="By typing",
    search_prompt="Type what you need",
    search_hint="Such as birth",
    search_count="Found: {count}",
    search_found="Found: {name}",
    search_more="Found {count}: {name}",
    search_nothing="Nothing found yet",
    found_for="Found for “{query}”",
    found_nothing="Nothing was found. Please try other words, or ask at the help desk.",
    more="More",
    choose_case="Which is your case?",
    any_case="I am not sure",
    gone="This procedure was just changed",
    gone_help="Please look it up again.",
    code="Code",
    code_sample="Code (sample data)",
    code_value="{code}, as of {day}",
    code_mark="Code {code}, {day}",
    sample="{said} (sample data)",
    case="Case",
    time="Time",
    same_day="The same day",
    days="{amount} days",
    working_days="{amount} working days",
    cut_off="{said}; after {time}: next working day",
    ask_officer="Ask at the counter",
    fee="Fee",
    fee_by_case="Depends on the case",
    online="Online",
    online_whole="The whole procedure",
    online_part="A part of it",
    online_information="Information only",
    agency="Decided by",
    note="Note",
    papers="Papers to bring",
    papers_note="Papers: {count}",
    no_papers="Please ask at the counter.",
    papers_title="Papers: {name}",
    one_of="One of these papers:",
    copy="copy",
    copies="copies: {count}",
    electronic="electronic",
    shown="to be shown",
    steps="Steps",
    steps_title="Steps: {name}",
    count_fee="Work out the fee",
    count_pages="How many pages has the original?",
    count_copies="How many copies?",
    count_persons="How many persons?",
    count_hint="Type a number",
    fee_pages="Pages of the original",
    fee_copies="Copies",
    fee_persons="Persons",
    fee_exempt="Some people are exempt: please ask at the counter.",
    fee_about="For your information. The officer tells you what is to be paid.",
    print_list="Print the list",
    take_number="Take a number",
    go_online="Do it online",
    go_online_note="With your phone",
    online_caption="Scan this",
    notes={
        AboutProcedures.GONE: "The list has just changed. Please look it up again.",
        AboutProcedures.NO_NUMBER: "No numbers for this now. Please ask at the help desk.",
        AboutProcedures.COUNT_NEEDED: "Please type a number from 1 on.",
    },
)

PROCEDURES = Words("procedures", vi=VIETNAMESE, en=ENGLISH)
