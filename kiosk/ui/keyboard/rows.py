"""Which keys a field shows, as rows of words. Pure.

There are three shapes: ten keys a row, QWERTY; eight, in the order of the alphabet, for panels too
narrow for ten; and a pad of digits. `SPACE*5` is five keys wide. A shape's rows are equally wide.
"""

from enum import Enum

import msgspec

from kiosk.ui.keyboard.keys import Act, AnyKey, Kind, Method
from kiosk.ui.keyboard.signs import Sign
from kiosk.ui.keyboard.typing import Typing


class Shape(Enum):
    """How many keys stand side by side."""

    TEN = 10
    EIGHT = 8
    PAD = 3


class Key(msgspec.Struct, frozen=True):
    """A key: what it does, what stands on it, how many plain keys it is wide.

    `icon` names a pictogram, on keys with no `label`.
    """

    does: AnyKey
    label: str
    icon: str = ""
    width: float = 1


Rows = tuple[tuple[Key, ...], ...]

_NAMED: dict[str, tuple[AnyKey, str]] = {
    "SPACE": (" ", ""),
    "SHIFT": (Act.SHIFT, ""),
    "BACK": (Act.BACKSPACE, ""),
    "DONE": (Act.DONE, ""),
    "SYMBOLS": (Act.SYMBOLS, "123"),
    "LETTERS": (Act.LETTERS, "abc"),
    "HAT": (Sign.HAT, "âêô"),
    "HORN": (Sign.HORN, "ăơư"),
    "BAR": (Sign.BAR, "đ"),
    "GRAVE": (Sign.GRAVE, "à"),
    "ACUTE": (Sign.ACUTE, "á"),
    "HOOK": (Sign.HOOK, "ả"),
    "TILDE": (Sign.TILDE, "ã"),
    "DOT": (Sign.DOT, "ạ"),
}
_ICONS = {"SPACE": "space", "SHIFT": "shift", "BACK": "erase", "DONE": "check"}
_TEN = {
    "signs": """
q w e r t y u i o p
a s d f g h j k l BACK
SHIFT z x c v b n m BAR HORN
SYMBOLS HAT GRAVE ACUTE HOOK TILDE DOT SPACE*2 DONE""",
    "plain": """
q w e r t y u i o p
a s d f g h j k l BACK
SHIFT z x c v b n m , .
SYMBOLS SPACE*7 DONE*2""",
    "vni": """
1 2 3 4 5 6 7 8 9 0
q e r t y u i o p BACK
SHIFT a s d g h k l DONE*2
SYMBOLS x c v b n m SPACE*3""",
    "email": """
q w e r t y u i o p
a s d f g h j k l BACK
z x c v b n m . - _
SYMBOLS @ @gmail.com*3 .com*1.5 .vn*1.5 DONE*2""",
    "code": """
1 2 3 4 5 6 7 8 9 0
q w e r t y u i o p
a s d f g h j k l BACK
z x c v b n m . - DONE""",
    "symbols": """
1 2 3 4 5 6 7 8 9 0
@ . , - / : ; ( ) BACK
f j w z ' " ? ! + _
LETTERS & % # = SPACE*3 DONE*2""",
}
_EIGHT = {
    "signs": """
a b c d e g h i
k l m n o p q r
s t u v x y BAR BACK
SHIFT HAT HORN GRAVE ACUTE HOOK TILDE DOT
SYMBOLS SPACE*5 DONE*2""",
    "plain": """
a b c d e f g h
i j k l m n o p
q r s t u v w x
SHIFT y z , . - ' BACK
SYMBOLS SPACE*5 DONE*2""",
    "vni": """
1 2 3 4 5 6 7 8
9 0 a b c d e g
h i k l m n o p
q r s t u v x y
SYMBOLS SHIFT BACK SPACE*3 DONE*2""",
    "email": """
a b c d e f g h
i j k l m n o p
q r s t u v w x
y z . - _ @ + BACK
SYMBOLS @gmail.com*3 .com*2 DONE*2""",
    "code": """
1 2 3 4 5 6 7 8
9 0 a b c d e f
g h i j k l m n
o p q r s t u v
w x y z - . BACK DONE""",
    "symbols": """
1 2 3 4 5 6 7 8
9 0 @ . , - / :
; ( ) ' " ? ! +
f j w z _ & % BACK
LETTERS SPACE*5 DONE*2""",
}
_PAD = """
1 2 3
4 5 6
7 8 9
BACK 0 DONE"""
_DIGITS = frozenset((Kind.PHONE, Kind.NUMBER))


def rows(typing: Typing, shape: Shape) -> Rows:
    """Return the keys of a field; a pad wherever only digits are taken. Capitals are shown."""
    if typing.kind in _DIGITS:
        return _read(_PAD, capitals=False)
    table = _EIGHT if shape is Shape.EIGHT else _TEN
    return _read(table[_page(typing)], capitals=typing.capitals)


def _page(typing: Typing) -> str:
    if typing.kind is Kind.CODE:
        return "code"
    if typing.symbols:
        return "symbols"
    if typing.kind is Kind.EMAIL:
        return "email"
    return {Method.SIGNS: "signs", Method.VNI: "vni"}.get(typing.method, "plain")


def _read(page: str, *, capitals: bool) -> Rows:
    lines = page.strip().splitlines()
    return tuple(tuple(_key(word, capitals=capitals) for word in line.split()) for line in lines)


def _key(word: str, *, capitals: bool) -> Key:
    name, _, width = word.partition("*")
    does, label = _NAMED.get(name, (name, name))
    letter = isinstance(does, Sign) or (len(name) == 1)
    shown = label.upper() if capitals and letter else label
    return Key(does, shown, _ICONS.get(name, ""), float(width or 1))
