"""Marks on the letters of a syllable: circumflex, horn, breve, the stroke of đ. Pure.

Each rule returns the letters with the mark; the same letters when they bear it already; None
when there is nothing to bear it. TLX-n are the rules of the house's Telex.
"""

import unicodedata

from kiosk.ui.keyboard.syllable import base, parts

_SIGN = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_FOLLOWS_HORNED = frozenset("cmnptiu")
_NEVER_CIRCUMFLEX = ("oe", "oa")  # ngoeo, ngoao: an o after them is a letter


def circumflexed(letters: str, vowels: str) -> str | None:
    """Put a circumflex on the last of these vowels (of a, e, o), in place of another mark (TLX-3).

    An ư before it becomes u again: there is uô and uâ, and no ưô.
    """
    onset, cluster, _ = parts(letters)
    at = _last(cluster, vowels)
    if at is None:
        return None
    at += len(onset)
    marked = _set(letters, at, "^")
    if marked != letters and at > len(onset) and letters[at - 1] in "ưƯ":
        marked = _set(marked, at - 1, "")
    return marked


def is_letter_again(letters: str, vowel: str) -> bool:
    """Return whether a second o is a letter, as in `ngoeo`: no syllable has ôe or ôa."""
    plain = "".join(map(base, parts(letters).cluster))
    return vowel == "o" and plain in _NEVER_CIRCUMFLEX and not parts(letters).final


def hooked(letters: str, vowels: str) -> str | None:
    """Put horn or breve on the cluster (TLX-5); `vowels` says on which of a, o, u it may be."""
    onset, cluster, final = parts(letters)
    plain = "".join(map(base, cluster))
    first = len(onset)
    if "uo" in plain and "o" in vowels:
        return _horned_uo(letters, first + plain.index("uo"), first + len(plain), final)
    if "u" in vowels and (plain == "uu" or (plain == "ua" and not final)):
        return _set(letters, first, "+", leave=first + 1)
    at = _last(cluster, vowels)
    if at is None:
        return None
    return _set(letters, first + at, "(" if plain[at] == "a" else "+")


def _horned_uo(letters: str, at: int, end: int, final: str) -> str:
    """TLX-5a: ươ when something follows, uơ when nothing does."""
    horned = _set(letters, at + 1, "+")
    alone = at + len("uo") == end and not final
    return horned if alone else _set(horned, at, "+")


def barred(letters: str) -> str | None:
    """Put the stroke on a first d (TLX-4), or on a last one where no vowel is yet (HĐND)."""
    if letters[:1] in tuple("dDđĐ"):
        return ("đ" if letters[0].islower() else "Đ") + letters[1:]
    if letters[-1:] in tuple("dDđĐ") and not parts(letters).cluster:
        return letters[:-1] + ("đ" if letters[-1].islower() else "Đ")
    return None


def unhooked(letters: str) -> str:
    """Take horns and breves off the cluster."""
    return "".join(_marked(c, "") if c.lower() in "ăơư" else c for c in letters)


def uncircumflexed(letters: str, vowels: str) -> str:
    """Take the circumflex off these vowels."""
    return "".join(
        _marked(c, "") if c.lower() in "âêô" and base(c) in vowels else c for c in letters
    )


def unbarred(letters: str) -> str:
    """Take the stroke off."""
    return letters.replace("đ", "d").replace("Đ", "D")


def appended(letters: str, letter: str) -> str:
    """Write a letter; it makes uơ and ưo to ươ when it may follow that (TLX-5a)."""
    onset, cluster, final = parts(letters)
    if not final and cluster.lower() in ("uơ", "ưo") and letter.lower() in _FOLLOWS_HORNED:
        letters = onset + _marked(cluster[0], "+") + _marked(cluster[1], "+")
    return letters + letter


def _last(cluster: str, vowels: str) -> int | None:
    found = [at for at, letter in enumerate(cluster) if base(letter) in vowels]
    return found[-1] if found else None


def _set(letters: str, at: int, mark: str, leave: int | None = None) -> str:
    marked = letters[:at] + _marked(letters[at], mark) + letters[at + 1 :]
    return marked if leave is None else _set(marked, leave, "")


def _marked(letter: str, mark: str) -> str:
    plain = base(letter) if letter.islower() else base(letter).upper()
    return unicodedata.normalize("NFC", plain + _SIGN.get(mark, ""))
