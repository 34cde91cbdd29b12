"""The words of these pages, Vietnamese first."""

WORDS: dict[str, tuple[str, str]] = {
    "history": ("Diễn biến", "History"),
    "history.none": (
        "Chưa có số liệu. Mẫu được lấy 5 phút một lần.",
        "No samples yet: one is taken every 5 minutes.",
    ),
    "history.24h": ("24 giờ", "24 hours"),
    "history.7d": ("7 ngày", "7 days"),
    "history.30d": ("30 ngày", "30 days"),
    "history.tickets": ("Phiếu trong ngày", "Tickets of the day"),
    "history.waiting": ("Đang chờ", "Waiting"),
    "history.line": ("Đường truyền", "Line"),
    "history.paper": ("Giấy in", "Paper"),
    "history.cpu_temperature_c": ("Nhiệt độ (°C)", "Temperature (°C)"),
    "history.disk_free_share": ("Đĩa còn trống", "Disk free"),
    "history.memory_free_share": ("Bộ nhớ còn trống", "Memory free"),
    "history.load_1min": ("Tải máy", "Load"),
    "history.clock_offset_s": ("Lệch giờ (giây)", "Clock offset (s)"),
}
