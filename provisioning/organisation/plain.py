"""Words without diacritics, for searching: `gio linh` finds Gio Linh, `da nang` Đà Nẵng. Pure."""

import unicodedata


def plain(text: str) -> str:
    """Return the text in small letters without marks, words parted by single spaces."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = (letter if letter.isalnum() else " " for letter in apart if not _is_mark(letter))
    return " ".join("".join(kept).split())


def _is_mark(letter: str) -> bool:
    return unicodedata.combining(letter) != 0
