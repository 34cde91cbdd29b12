"""The words of these pages, Vietnamese first."""

WORDS: dict[str, tuple[str, str]] = {
    "settings.profiles": ("Hồ sơ cấu hình", "Profiles"),
    "settings.profiles_hint": (
        "Hồ sơ sau đè lên hồ sơ trước: vai trò, đơn vị (từ tỉnh xuống xã), điểm, hộp.",
        (
            "A later profile goes before an earlier one: role, unit (province down to commune), "
            "site, box."
        ),
    ),
    "settings.profile": ("Hồ sơ", "Profile"),
    "settings.level": ("Cấp", "Level"),
    "settings.level.role": ("Vai trò", "Role"),
    "settings.level.unit": ("Đơn vị", "Unit"),
    "settings.level.site": ("Điểm", "Site"),
    "settings.level.box": ("Hộp", "Box"),
    "settings.target": ("Của (tên vai trò, mã đơn vị hoặc điểm, tên hộp)", "Of (name or code)"),
    "settings.open": ("Mở", "Open"),
    "settings.none": ("Chưa có hồ sơ nào. Mở một hồ sơ ở trên để bắt đầu.", "No profiles yet."),
    "settings.changed_by": ("Người sửa", "Changed by"),
    "settings.changed_at": ("Lúc", "At"),
    "settings.why": ("Lý do", "Why"),
    "settings.why_hint": (
        "Ghi vào nhật ký, ví dụ: thay máy in ở phường.",
        "Written to the audit log: say what it is for.",
    ),
    "settings.boxes": ("Các hộp", "Boxes"),
    "settings.box": ("Hộp", "Box"),
    "settings.of_box": ("Cấu hình của hộp", "Settings of the box"),
    "settings.not_in_force": ("Hộp chưa theo cấu hình mới", "Boxes not at their newest settings"),
    "settings.all_in_force": (
        "Mọi hộp có hồ sơ đều đã áp dụng cấu hình mới nhất.",
        "Every box with a profile has its newest settings in force.",
    ),
    "settings.progress": ("Tình trạng", "State"),
    "settings.progress.in_force": ("Đã áp dụng", "In force"),
    "settings.progress.pending": ("Đang chờ hộp", "Pending"),
    "settings.progress.refused": ("Hộp từ chối", "Refused"),
    "settings.progress.offline": ("Chờ hộp kết nối", "Offline"),
    "settings.progress.none": ("Không có hồ sơ", "No profile"),
    "settings.version": ("Phiên bản", "Version"),
    "settings.version_in_force": ("đang áp dụng {n}", "{n} in force"),
    "settings.waiting": ("Chờ người thứ hai duyệt", "Waiting for a second person"),
    "settings.two_persons": (
        "Tỉnh này cần hai người: tác giả không tự duyệt.",
        "This province needs two persons: nobody approves their own change.",
    ),
    "settings.state.pending": ("Chờ duyệt", "Pending"),
    "settings.state.in_force": ("Đang dùng", "In force"),
    "settings.state.superseded": ("Đã thay", "Superseded"),
    "settings.state.rejected": ("Bị bác", "Rejected"),
    "settings.history": ("Lịch sử", "History"),
    "settings.no_history": ("Chưa ai sửa hồ sơ này.", "Nobody has changed this profile yet."),
    "settings.look": ("Xem", "Look"),
    "settings.rollback": ("Lấy lại nội dung này", "Take this content again"),
    "settings.rolled_back": (
        "Nội dung của thay đổi số {n}. Lưu lại sẽ thành một thay đổi mới.",
        "Content of change {n}. Saving it makes a new change.",
    ),
    "settings.text": ("Nội dung (TOML)", "Content (TOML)"),
    "settings.text_hint": (
        (
            "Mỗi tiến trình một bảng: [devices.printer], [kiosk], [counter], [room]. Bỏ một thuộc "
            'tính của hồ sơ dưới: remove = ["devices.printer.path"] ở dòng đầu. Tên hộp, điểm, thư '
            "mục và đường truyền do chính hộp quyết định."
        ),
        (
            "A table for each part: [devices.printer], [kiosk], [counter], [room]. To take away "
            'what a lower profile set: remove = ["devices.printer.path"] on line 1. A box itself '
            "decides its name, site, folder and bus."
        ),
    ),
    "settings.keys": ("Các khóa của", "Keys of"),
    "settings.key": ("Khóa", "Key"),
    "settings.type": ("Kiểu", "Type"),
    "settings.default": ("Mặc định", "Default"),
    "settings.schema": ("Lược đồ JSON đầy đủ", "The whole JSON schema"),
    "settings.preview": ("Xem trước", "Preview"),
    "settings.save": ("Lưu và gửi tới hộp", "Save and send to boxes"),
    "settings.propose": ("Gửi người thứ hai duyệt", "Propose to a second person"),
    "settings.edit": ("Sửa tiếp", "Edit further"),
    "settings.saved": (
        "Đã lưu. Các hộp tự kiểm tra rồi mới áp dụng.",
        "Saved. The boxes judge it themselves before they take it.",
    ),
    "settings.proposed": (
        "Đã gửi, chờ người thứ hai duyệt.",
        "Proposed; it waits for a second person.",
    ),
    "settings.wrong": ("Không lưu được:", "This cannot be saved:"),
    "settings.doubts": (
        "Phiên bản này không biết các khóa hoặc kiểu sau; hộp có thể từ chối:",
        "This version does not know these keys or types; boxes may refuse them:",
    ),
    "settings.problems": (
        "Với cấu hình này, các hộp sau có thể từ chối:",
        "With this, these boxes may refuse:",
    ),
    "settings.well": ("Không thấy lỗi.", "No errors seen."),
    "settings.count": ("{n} hộp thay đổi", "{n} boxes change"),
    "settings.no_change": ("Không hộp nào thay đổi.", "No box changes."),
    "settings.more": ("và {n} hộp khác", "and {n} more"),
    "settings.kind.added": ("thêm", "added"),
    "settings.kind.removed": ("bỏ", "removed"),
    "settings.kind.changed": ("đổi", "changed"),
    "settings.change": ("Thay đổi số", "Change"),
    "settings.against": ("So với nội dung trước đó", "Against what was before"),
    "settings.approve": ("Duyệt", "Approve"),
    "settings.reject": ("Bác", "Reject"),
    "settings.verdict": ("Lý do bác", "Why not"),
    "settings.decided": ("{who} quyết định lúc {when}", "Decided by {who}, {when}"),
    "settings.own": (
        "Bạn là tác giả; người khác phải duyệt.",
        "You are its author; somebody else has to approve it.",
    ),
    "settings.property": ("Thuộc tính", "Property"),
    "settings.wanted": ("Mong muốn", "Wanted"),
    "settings.origin": ("Từ hồ sơ", "From"),
    "settings.at_box": ("Trên hộp", "At the box"),
    "settings.not_named": ("không hồ sơ nào đặt", "no profile sets it"),
    "settings.ac.200": ("áp dụng", "in force"),
    "settings.ac.202": ("đang áp dụng", "being applied"),
    "settings.ac.400": ("sai", "wrong"),
    "settings.ac.424": ("chưa áp dụng", "not applied"),
    "settings.reported": ("Hộp báo lúc", "Reported"),
    "settings.never_reported": ("Hộp chưa báo gì.", "The box has reported nothing yet."),
    "settings.again": ("Gửi lại cho hộp", "Have it judged again"),
    "settings.versions": ("Các phiên bản đã gửi", "Versions sent"),
    "settings.no_lines": ("Hộp này không có hồ sơ nào.", "No profile is this box's."),
    "settings.back": ("← Cấu hình", "← Settings"),
    "code.settings.changed_meanwhile": (
        "Người khác vừa sửa hồ sơ này; hãy xem lại rồi sửa tiếp.",
        "Somebody else changed this profile meanwhile; look at it and make the change anew.",
    ),
    "code.settings.own_change": (
        "Người thứ hai phải duyệt, không phải tác giả.",
        "A second person has to approve this, not its author.",
    ),
    "code.settings.decided": ("Thay đổi này đã được quyết định.", "This was decided already."),
    "code.settings.bad_profile": ("Hồ sơ không hợp lệ.", "The profile cannot be a profile."),
}
