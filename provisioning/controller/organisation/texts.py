"""The words of these pages, Vietnamese first."""

WORDS: dict[str, tuple[str, str]] = {
    "organisation.about": (
        "Cây đơn vị theo ngày hiệu lực. Số liệu: {source}, ngày {day}.",
        "The tree of units by effective date. Data: {source} of {day}.",
    ),
    "organisation.country": ("Cả nước", "Whole country"),
    "organisation.search": ("Tìm đơn vị", "Find a unit"),
    "organisation.search_hint": ("gio linh, 19495 …", "gio linh, 19495 …"),
    "organisation.day": ("Hiệu lực ngày", "As of"),
    "organisation.show": ("Xem", "Show"),
    "organisation.code": ("Mã", "Code"),
    "organisation.unit": ("Đơn vị", "Unit"),
    "organisation.since": ("Từ ngày", "Since"),
    "organisation.below": ("Đơn vị bên dưới", "Units below"),
    "organisation.none_below": ("Không có đơn vị bên dưới.", "No units below."),
    "organisation.found": ("Kết quả tìm", "Found"),
    "organisation.none_found": ("Không tìm thấy đơn vị nào.", "No such unit."),
    "organisation.sites": ("Điểm đặt thiết bị", "Sites"),
    "organisation.no_sites": ("Chưa có điểm nào ở đây.", "No sites here yet."),
    "organisation.site": ("Điểm", "Site"),
    "organisation.site_name": ("Tên điểm", "Name"),
    "organisation.site_code": ("Mã điểm", "Code"),
    "organisation.site_code_hint": (
        "Chữ thường không dấu, số, gạch: gio-linh-1",
        "Small letters, digits, hyphens: gio-linh-1",
    ),
    "organisation.address": ("Địa chỉ", "Address"),
    "organisation.latitude": ("Vĩ độ", "Latitude"),
    "organisation.longitude": ("Kinh độ", "Longitude"),
    "organisation.add_site": ("Thêm điểm", "Add a site"),
    "organisation.edit_site": ("Sửa điểm", "Change the site"),
    "organisation.edit": ("Sửa", "Change"),
    "organisation.save": ("Lưu", "Save"),
    "organisation.remove": ("Bỏ điểm này", "Remove this site"),
    "organisation.corrections": ("Sửa danh mục", "Corrections"),
    "organisation.corrections_about": (
        (
            "Dán CSV với các cột code,field,value,since. Trường: level, kind, name, parent,"
            " latitude, longitude, until. Giá trị cũ còn nguyên cho các ngày trước đó."
        ),
        (
            "Paste a CSV with the columns code,field,value,since. Fields: level, kind, name,"
            " parent, latitude, longitude, until. The days before keep the values they had."
        ),
    ),
    "organisation.corrected": ("Đã sửa", "Corrected"),
    "organisation.no_corrections": ("Chưa sửa gì.", "Nothing corrected yet."),
    "organisation.field": ("Trường", "Field"),
    "organisation.value": ("Giá trị", "Value"),
    "organisation.preview": ("Xem trước", "Preview"),
    "organisation.import": ("Áp dụng", "Take them"),
    "organisation.before": ("Trước", "Before"),
    "organisation.after": ("Sau", "After"),
    "organisation.not_there": ("(không có)", "(not there)"),
    "organisation.bad": (
        "Không nhận dòng nào, vì các dòng này sai:",
        "None was taken, because these lines are wrong:",
    ),
    "organisation.became": ("Đơn vị mới từ 1/7/2025", "Since 1 July 2025"),
    "organisation.became_partly": (
        "Tách thành nhiều đơn vị: hỏi người dân thuộc đơn vị nào.",
        "It was parted: ask which of these it is.",
    ),
    "organisation.level.province": ("Tỉnh, thành phố", "Province"),
    "organisation.level.district": ("Cấp huyện", "District"),
    "organisation.level.commune": ("Cấp xã", "Commune"),
    "organisation.level.office": ("Sở, ban, ngành", "Office"),
    "organisation.add_office": ("Thêm sở, ban, ngành", "Add an office"),
    "organisation.office_code": ("Mã", "Code"),
    "organisation.office_name": ("Tên", "Name"),
    "organisation.done.site": ("Đã lưu điểm.", "The site is saved."),
    "organisation.done.removed": ("Đã bỏ điểm.", "The site is removed."),
    "organisation.done.corrected": ("Đã áp dụng.", "Taken."),
    "organisation.error.site.bad": (
        "Điểm cần mã (a-z, 0-9, gạch), tên, đơn vị hiện có; tọa độ phải đủ hai số.",
        "A site needs a code (a-z, 0-9, hyphens), a name, a unit of today; both coordinates.",
    ),
    "organisation.error.command.not_allowed": (
        "Ngoài phạm vi đơn vị của bạn.",
        "This is outside of your branch.",
    ),
}
