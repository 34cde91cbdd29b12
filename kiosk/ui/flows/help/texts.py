"""Words of calling an officer (domain ACC-2)."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.ui.flows.help.pages import AboutHelp
from kiosk.ui.words import Words


@dataclass(frozen=True, kw_only=True)
class HelpTexts:
    """One language. `{...}` are places to fill; every language has the same ones."""

    open_help: str
    open_help_note: str
    aid: str
    notice_title: str
    notice_seen: str
    notice_unrecorded: str
    notice_free: str
    call: str
    waiting: str
    joining: str
    ahead: str
    answers_soon: str
    wait_at_most: str
    stop_waiting: str
    talking: str
    no_picture: str
    go_on: str
    show: str
    stop_show: str
    shows: str
    shows_not: str
    mute: str
    unmute: str
    hang_up: str
    open_call: str
    seen: str
    seen_short: str
    show_photo: str
    show_title: str
    show_what: str
    show_photos: str
    show_stop: str
    agree: str
    disagree: str
    again: str
    titles: dict[StrEnum, str]
    advice: dict[StrEnum, str]
    notes: dict[StrEnum, str]


VIETNAMESE = HelpTexts(
    open_help="Gọi cán bộ hỗ trợ",
    open_help_note="Nói chuyện qua hình",
    aid="Hỗ trợ",
    notice_title="Gọi cán bộ của tỉnh?",
    notice_seen="Cán bộ sẽ thấy và nghe ông/bà qua máy quay và micrô của ki-ốt.",
    notice_unrecorded="Cuộc gọi không được ghi lại.",
    notice_free="Kết thúc lúc nào cũng được.",
    call="Gọi",
    waiting="Đang gọi cán bộ",
    joining="Cán bộ đã nhận, đang nối",
    ahead="Trước ông/bà còn {count} người",
    answers_soon="Xin chờ cán bộ trả lời",
    wait_at_most="Nếu 1 phút chưa ai trả lời, máy sẽ báo.",
    stop_waiting="Thôi, không gọi nữa",
    talking="Đang nói chuyện với cán bộ {officer}",
    no_picture="Chưa có hình",
    go_on="Làm tiếp",
    show="Cho cán bộ xem",
    stop_show="Thôi cho xem",
    shows="Cán bộ được xem các trang ông/bà mở.",
    shows_not="Cán bộ không xem được màn hình.",
    mute="Tắt tiếng tôi",
    unmute="Bật tiếng tôi",
    hang_up="Kết thúc cuộc gọi",
    open_call="Cuộc gọi",
    seen="Cán bộ đang xem màn hình này",
    seen_short="Đang cho xem",
    show_photo="Cho xem ảnh này",
    show_title="Cho cán bộ xem màn hình?",
    show_what="Cán bộ thấy như trên màn hình, số giấy tờ vẫn che.",
    show_photos="Ảnh giấy tờ: hỏi riêng từng ảnh.",
    show_stop="Thôi lúc nào cũng được.",
    agree="Đồng ý",
    disagree="Không",
    again="Gọi lại",
    titles={
        AboutHelp.CITIZEN: "Đã kết thúc cuộc gọi",
        AboutHelp.OFFICER: "Cán bộ đã kết thúc cuộc gọi",
        AboutHelp.NO_ANSWER: "Chưa có cán bộ trả lời",
        AboutHelp.LOST: "Cuộc gọi bị ngắt",
        AboutHelp.TOO_LONG: "Cuộc gọi đã hết giờ",
        AboutHelp.NOBODY: "Hiện không có cán bộ trực",
        AboutHelp.FULL: "Các cán bộ đều đang bận",
        AboutHelp.UNREACHED: "Không gọi được tổng đài",
    },
    advice={
        AboutHelp.CITIZEN: "Cảm ơn ông/bà.",
        AboutHelp.OFFICER: "Cảm ơn ông/bà. Cần thêm gì xin gọi lại.",
        AboutHelp.NO_ANSWER: "Mời ông/bà gọi lại, hoặc hỏi tại quầy hướng dẫn.",
        AboutHelp.LOST: "Xin gọi lại, hoặc hỏi cán bộ tại quầy hướng dẫn.",
        AboutHelp.TOO_LONG: "Cần thêm gì xin hỏi cán bộ tại quầy hướng dẫn.",
        AboutHelp.NOBODY: "Xin hỏi cán bộ tại quầy hướng dẫn.",
        AboutHelp.FULL: "Xin gọi lại sau ít phút, hoặc hỏi quầy hướng dẫn.",
        AboutHelp.UNREACHED: "Đường truyền có lỗi. Xin hỏi cán bộ tại quầy hướng dẫn.",
    },
    notes={
        AboutHelp.CITIZEN: "Đã kết thúc cuộc gọi.",
        AboutHelp.OFFICER: "Cán bộ đã kết thúc cuộc gọi.",
        AboutHelp.NO_ANSWER: "Chưa có cán bộ trả lời. Mời ông/bà hỏi tại quầy.",
        AboutHelp.LOST: "Cuộc gọi bị ngắt. Xin gọi lại.",
        AboutHelp.TOO_LONG: "Cuộc gọi đã hết giờ.",
        AboutHelp.NOBODY: "Hiện không có cán bộ trực.",
        AboutHelp.FULL: "Các cán bộ đều đang bận.",
        AboutHelp.UNREACHED: "Không gọi được tổng đài.",
    },
)

ENGLISH = HelpTexts(
    open_help="Call an officer",
    open_help_note="Talk face to face",
    aid="Help",
    notice_title="Call an officer of the province?",
    notice_seen="The officer sees and hears you by the kiosk's camera and microphone.",
    notice_unrecorded="The call is not recorded.",
    notice_free="You can end it at any time.",
    call="Call",
    waiting="Calling an officer",
    joining="An officer answers, connecting",
    ahead="{count} before you",
    answers_soon="Please wait for an officer",
    wait_at_most="If nobody answers in 1 minute, you are told.",
    stop_waiting="Do not call",
    talking="You are talking with officer {officer}",
    no_picture="No picture",
    go_on="Go on",
    show="Show screen",
    stop_show="Stop showing",
    shows="The officer may see the pages you open.",
    shows_not="The officer cannot see the screen.",
    mute="Mute me",
    unmute="Unmute me",
    hang_up="End the call",
    open_call="Call",
    seen="The officer sees this screen",
    seen_short="Seen",
    show_photo="Show this photo",
    show_title="Let the officer see the screen?",
    show_what="The officer sees what you see, numbers masked.",
    show_photos="Photos: you are asked each time.",
    show_stop="Stop at any time.",
    agree="Yes",
    disagree="No",
    again="Call again",
    titles={
        AboutHelp.CITIZEN: "The call has ended",
        AboutHelp.OFFICER: "The officer has ended the call",
        AboutHelp.NO_ANSWER: "No officer has answered",
        AboutHelp.LOST: "The call was cut",
        AboutHelp.TOO_LONG: "The time for this call is over",
        AboutHelp.NOBODY: "No officer is on duty now",
        AboutHelp.FULL: "All officers are busy",
        AboutHelp.UNREACHED: "The help desk cannot be reached",
    },
    advice={
        AboutHelp.CITIZEN: "Thank you.",
        AboutHelp.OFFICER: "Thank you. Call again for anything else.",
        AboutHelp.NO_ANSWER: "Please call again, or ask at the information desk.",
        AboutHelp.LOST: "Call again, or ask at the information desk.",
        AboutHelp.TOO_LONG: "Please ask at the information desk.",
        AboutHelp.NOBODY: "Please ask an officer at the information desk.",
        AboutHelp.FULL: "Call again in some minutes, or ask at the information desk.",
        AboutHelp.UNREACHED: "The line has a fault. Please ask at the information desk.",
    },
    notes={
        AboutHelp.CITIZEN: "The call has ended.",
        AboutHelp.OFFICER: "The officer has ended the call.",
        AboutHelp.NO_ANSWER: "No officer has answered. Please ask at the counter.",
        AboutHelp.LOST: "The call was cut. Please call again.",
        AboutHelp.TOO_LONG: "The time for this call is over.",
        AboutHelp.NOBODY: "No officer is on duty now.",
        AboutHelp.FULL: "All officers are busy.",
        AboutHelp.UNREACHED: "The help desk cannot be reached.",
    },
)

HELP = Words("help", vi=VIETNAMESE, en=ENGLISH, good=(AboutHelp.CITIZEN, AboutHelp.OFFICER))
