"""Vietnamese is spelled one way: the tone of oa, oe and uy stands on the first vowel (xóa, hủy)."""

import re
import unicodedata
from pathlib import Path

NEW_STYLE = re.compile(r"\b\w*(?:o[áàảãạéèẻẽẹ]|(?<!q)u[ýỳỷỹỵ])\b", re.IGNORECASE)
FOLDERS = ("devices", "kiosk", "vc", "provisioning")
KINDS = {".py", ".html", ".js", ".toml", ".md"}
EXCEPT = (Path("kiosk/ui/keyboard"), Path("kiosk/catalogue/words.py"))
"""What takes either way from people, and says so."""


def spelled_otherwise(text: str) -> list[str]:
    return NEW_STYLE.findall(unicodedata.normalize("NFC", text))


def test_guides_and_texts_have_one_spelling() -> None:
    files = [*Path("docs/vi").glob("*.md")]
    for folder in FOLDERS:
        files += [file for file in Path(folder).rglob("*") if file.suffix in KINDS]
    files = [file for file in files if not any(map(file.is_relative_to, EXCEPT))]
    assert len(files) > 500
    wrong = {str(file): words for file in files if (words := spelled_otherwise(file.read_text()))}
    assert wrong == {}


def test_the_other_spelling_is_found() -> None:
    wrong = ["Xoá", "khoá,", "huỷ", "thuỷ;", "khoẻ."]
    assert spelled_otherwise(" ".join(wrong)) == [word.strip(",;.") for word in wrong]
    assert spelled_otherwise(unicodedata.normalize("NFD", "Khoá")) == ["Khoá"]
    assert spelled_otherwise("Xóa hủy, quý, quỹ, toán, hoàn, thoại, khỏe, tùy") == []
