// The console's words.
"use strict";
const WORDS = {
  vi: {
    console: "Bàn cán bộ", other: "English", sample: "Dữ liệu mẫu", signOut: "Đăng xuất", signIn: "Đăng nhập quầy", counter: "Quầy", pin: "Mã PIN của quầy", enter: "Vào quầy",
    down: "Mất kết nối với máy chủ quầy: thông tin bên dưới có thể đã cũ. Đang nối lại…", serving: "Đang phục vụ", idle: "Chưa gọi số nào", paused: "Quầy đang tạm dừng", working: "Đang mở",
    sinceCall: "Từ lúc gọi", next: "Gọi số tiếp theo", nextKey: "Phím cách / N", nextNobody: "Không có ai đang chờ", nextFinish: "Xong số hiện tại, chưa có ai chờ", waiting: "Đang chờ", waitingKeys: "↑ ↓ chọn · Enter gọi số đã chọn",
    numberColumn: "Số", serviceColumn: "Lĩnh vực", waitedColumn: "Đã chờ", whyColumn: "Vì sao ở vị trí này", nobody: "Không có ai đang chờ ở quầy này.", escape: "Esc: đóng", held: "Đang giữ lại", missed: "Vắng mặt", callIt: "Gọi",
    why: { order: (older, younger) => older || younger ? [older && `${older} người đến trước`, younger && `${younger} số ưu tiên`].filter(Boolean).join(", ") : "Đến sớm nhất", priority: () => "Lượt ưu tiên", overdue: () => "Chờ quá lâu: không bị vượt" }, nextOne: "Tiếp theo: ",
    actions: { recall: "Gọi lại", finish: "Xong", noShow: "Vắng mặt", hold: "Giữ lại", back: "Cho chờ lại", transfer: "Chuyển", reclassify: "Đổi diện", pause: "Tạm dừng", open: "Mở lại quầy" },
    figures: { served: "đã xong hôm nay", missed: "vắng mặt", waiting: "đang chờ" }, ratings: { 3: ["Không hài lòng", "Hài lòng", "Rất hài lòng"] }, transferTo: (n) => `Chuyển ${n} sang`, reclassifyTo: (n) => `Diện của ${n}`,
    errors: { "counter.stale": "Quầy đã đổi số ở máy khác. Xin xem lại.", "counter.paused": "Quầy đang tạm dừng.", "counter.idle": "Chưa gọi số nào.", "counter.not_ours": "Số này đang ở quầy khác.", "ticket.state": "Số này không còn ở trạng thái đó.", "sign_in.wrong": "Sai mã PIN.", "sign_in.too_many": "Sai quá nhiều lần. Xin đợi 5 phút.", "press.nobody": "Nút gọi được bấm, nhưng chưa ai đăng nhập ở quầy này.", "press.too_soon": "Nút gọi vừa được bấm.", "not_signed_in": "Phiên đã hết. Xin đăng nhập lại.", "storage.failed": "Không ghi được. Số chưa thay đổi, xin thử lại.", busy: "Máy chủ đang bận, xin thử lại." }, failed: "Chưa làm được. Xin thử lại.",
  },
  en: {
    console: "Officers' console", other: "Tiếng Việt", sample: "Sample data", signOut: "Sign out", signIn: "Sign in at a counter", counter: "Counter", pin: "The counter's PIN", enter: "Sign in",
    down: "No connection to the counter server: what is below may be old. Reconnecting…", serving: "Serving now", idle: "Nobody called yet", paused: "The counter has paused", working: "Open",
    sinceCall: "Since the call", next: "Call the next number", nextKey: "Space / N", nextNobody: "Nobody is waiting", nextFinish: "Finishes this one; nobody is waiting", waiting: "Waiting", waitingKeys: "↑ ↓ choose · Enter calls the chosen one",
    numberColumn: "Number", serviceColumn: "Service", waitedColumn: "Waited", whyColumn: "Why at this place", nobody: "Nobody is waiting for this counter.", escape: "Esc: close", held: "On hold", missed: "Did not come", callIt: "Call",
    why: { order: (older, younger) => older || younger ? [older && `${older} came earlier`, younger && `${younger} by priority`].filter(Boolean).join(", ") : "Came first", priority: () => "Priority turn", overdue: () => "Waited long: not passed any more" }, nextOne: "Next: ",
    actions: { recall: "Call again", finish: "Finish", noShow: "No-show", hold: "Hold", back: "Back in line", transfer: "Transfer", reclassify: "Class", pause: "Pause", open: "Open again" },
    figures: { served: "finished today", missed: "no-shows", waiting: "waiting" }, ratings: { 3: ["Not satisfied", "Satisfied", "Very satisfied"] }, transferTo: (n) => `Transfer ${n} to`, reclassifyTo: (n) => `Class of ${n}`,
    errors: { "counter.stale": "Another screen changed the number. Please look again.", "counter.paused": "The counter has paused.", "counter.idle": "Nobody is called yet.", "counter.not_ours": "This number is at another counter.", "ticket.state": "The number is not in that state any more.", "sign_in.wrong": "Wrong PIN.", "sign_in.too_many": "Too many wrong tries. Wait 5 minutes.", "press.nobody": "The call button was pressed, but nobody is signed in at this counter.", "press.too_soon": "The call button was pressed a moment ago.", "not_signed_in": "The session has ended. Please sign in.", "storage.failed": "Could not be stored. Nothing changed; please try again.", busy: "The server is busy; please try again." }, failed: "Not done. Please try again.",
  },
};
