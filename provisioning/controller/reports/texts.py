"""The words of reports, Vietnamese first."""

WORDS: dict[str, tuple[str, str]] = {
    "reports.title": ("Báo cáo tháng", "Monthly report"),
    "reports.unit": ("Đơn vị", "Unit"),
    "reports.everything": ("Toàn tỉnh", "The whole province"),
    "reports.month": ("Tháng", "Month"),
    "reports.show": ("Xem", "Show"),
    "reports.download": ("Tải về", "Download"),
    "reports.running": ("Tháng chưa kết thúc", "The month is not over"),
    "reports.exports": ("Dữ liệu thô (CSV)", "Raw data (CSV)"),
    "reports.tickets": ("Lượt lấy số trong tháng", "Tickets of the month"),
    "reports.events": ("Sự kiện", "Events"),
    "reports.alerts": ("Cảnh báo", "Alerts"),
    "reports.more": ("… còn {n} dòng, xem trong tệp tải về.", "… {n} more rows: see the files."),
    "reports.nothing": ("Chưa có số liệu.", "No figures yet."),
    "reports.in_vietnamese": ("", "The report itself is in Vietnamese, as offices file it."),
}
