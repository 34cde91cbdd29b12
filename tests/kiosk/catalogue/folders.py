"""Folders with a catalogue, for tests."""

from pathlib import Path

HEAD = """
[[sectors]]
id = "ho-tich"
names = { vi = "Hộ tịch" }
"""


def procedure(code: str = "1.001193", more: str = "", name: str = "Đăng ký khai sinh") -> str:
    """Return the least a procedure's file holds, and `more`."""
    return f"""
code = "{code}"
names = {{ vi = "{name}" }}
sector = "ho-tich"
government = "xa"
agency = {{ vi = "Ủy ban nhân dân xã" }}
online = "toan_trinh"
data_date = 2026-11-21
{more}
"""


def folder(path: Path, files: dict[str, str]) -> Path:
    """Write the files, by name, and `catalogue.toml` when they hold none."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in ({"catalogue.toml": HEAD} | files).items():
        (path / name).write_text(text, encoding="utf-8")
    return path
