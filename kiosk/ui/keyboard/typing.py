"""One field while it is typed at the glass. Pure; what was typed shows in no repr (domain §7).

The place of writing is always the end: there is no cursor to move, only taking back.
"""

import unicodedata
from functools import reduce
from typing import Any

import msgspec

from kiosk.ui.keyboard import composing, signs, telex, vni
from kiosk.ui.keyboard.composing import Step
from kiosk.ui.keyboard.keys import Act, AnyKey, Case, Kind, Method
from kiosk.ui.keyboard.signs import Sign
from kiosk.ui.keyboard.strokes import NOTHING, Foreign, Strokes, resumed
from kiosk.ui.keyboard.syllable import ToneStyle

WRITTEN = frozenset((Kind.NAME, Kind.TEXT, Kind.PLACE))
_ONLY = {
    Kind.EMAIL: frozenset("abcdefghijklmnopqrstuvwxyz0123456789@._-+%"),
    Kind.CODE: frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"),
    Kind.PHONE: frozenset("0123456789"),
    Kind.NUMBER: frozenset("0123456789"),
}
_NAME_SIGNS = frozenset(" '-.")
_STEPS: dict[Method, Step] = {
    Method.SIGNS: signs.step,
    Method.TELEX: telex.step,
    Method.VNI: vni.step,
}
LONGEST = 2000


class Typing(msgspec.Struct, frozen=True, kw_only=True):
    """A field's text and how its keyboard stands. Every method returns the next state.

    `foreign` words are given back in free text only: names and places of the highlands are written
    with letters and sounds that Vietnamese does not have.
    """

    kind: Kind = Kind.TEXT
    method: Method = Method.SIGNS
    tone_style: ToneStyle = "old"
    max_length: int = 200
    case: Case = Case.SMALL
    symbols: bool = False
    before: str = ""
    last: Strokes = NOTHING

    def __repr__(self) -> str:
        """Say what kind of field it is, and nothing of what was typed, nor how much."""
        return f"Typing({self.kind}, {self.method})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Say the same to pretty printers."""
        return [("kind", self.kind), ("method", self.method)]

    @property
    def text(self) -> str:
        """What stands in the field, NFC."""
        return self.before + self.last.shown(self.tone_style, self.foreign)

    @property
    def capitals(self) -> bool:
        """Whether the next letter is a capital; the keys show it."""
        return self.kind is Kind.CODE or self.case is not Case.SMALL

    def press(self, key: AnyKey) -> "Typing":
        """Press a key; one that the field does not take, or has no room for, changes nothing."""
        if isinstance(key, Act):
            return self._acted(key)
        if isinstance(key, Sign):
            last = signs.put(self.last, key) if self.method is Method.SIGNS else self.last
            return msgspec.structs.replace(self, last=last)
        return reduce(Typing._typed, key, self)

    def backspace(self) -> "Typing":
        """Take the last character away as it stands, with its tone and marks (TLX-9).

        What is left of its syllable goes on; which keys made it is forgotten.
        """
        return _cased(_standing(self, self.text[:-1]))

    def clear(self) -> "Typing":
        """Empty the field."""
        return _cased(_standing(self, ""))

    def filled(self, text: str) -> "Typing":
        """Put another text in place of what stands there: a suggestion that was touched.

        Characters the field does not take are left out, and what is too long is cut.
        """
        whole = unicodedata.normalize("NFC", text)
        kept = "".join(letter for letter in whole if self._takes(letter))[: self.max_length]
        return _cased(_standing(self, kept))

    def by(self, method: Method) -> "Typing":
        """Go on with another method; what stands there stays. Raw fields stay raw."""
        if self.kind not in WRITTEN:
            return self
        return _standing(msgspec.structs.replace(self, method=method), self.text)

    def _acted(self, act: Act) -> "Typing":
        match act:
            case Act.BACKSPACE:
                return self.backspace()
            case Act.CLEAR:
                return self.clear()
            case Act.SHIFT:
                return msgspec.structs.replace(self, case=Case((self.case.value + 1) % len(Case)))
            case Act.SYMBOLS | Act.LETTERS:
                return msgspec.structs.replace(self, symbols=act is Act.SYMBOLS)
            case Act.DONE:
                return self

    def _typed(self, character: str) -> "Typing":
        if self.kind is Kind.EMAIL:
            character = character.lower()
        elif self.capitals:
            character = character.upper()
        step = _STEPS.get(self.method) if self.kind in WRITTEN else None
        last = composing.stepped(self.last, character, step, self.foreign) if step else None
        if last is not None:
            after = msgspec.structs.replace(self, last=last)
        elif self._takes(character):
            after = msgspec.structs.replace(self, before=self.text + character, last=NOTHING)
        else:
            return self
        fits = len(after.text) <= min(self.max_length, LONGEST)
        return _cased(after) if fits and unicodedata.is_normalized("NFC", after.text) else self

    def _takes(self, character: str) -> bool:
        match self.kind:
            case Kind.TEXT | Kind.PLACE:
                return character.isprintable()
            case Kind.NAME:
                return character.isalpha() or character in _NAME_SIGNS
            case other:
                return character in _ONLY[other]

    @property
    def foreign(self) -> Foreign:
        """Whether words that cannot be Vietnamese are given back (TLX-8)."""
        free = self.kind is Kind.TEXT and self.method is not Method.SIGNS
        return "give_back" if free else "compose"


def _standing(typing: Typing, text: str) -> Typing:
    """Return the field with this text; its last syllable is taken up again when it can be."""
    end = len(text)
    while end and text[end - 1].isalpha() and typing.kind in WRITTEN:
        end -= 1
    last = resumed(text[end:])
    if last.shown(typing.tone_style, typing.foreign) != text[end:]:
        end, last = len(text), NOTHING
    return msgspec.structs.replace(typing, before=text[:end], last=last)


def _cased(typing: Typing) -> Typing:
    """Return the field with the capital that is due: of a name's words, of a sentence."""
    if typing.case is Case.LOCKED:
        return typing
    case = Case.ONCE if _begins(typing.kind, typing.text) else Case.SMALL
    return msgspec.structs.replace(typing, case=case)


def _begins(kind: Kind, text: str) -> bool:
    if kind in (Kind.NAME, Kind.PLACE):
        return not text or text[-1] in " -"
    return kind is Kind.TEXT and (not text or text.endswith((". ", "! ", "? ")))


def field(
    kind: Kind,
    *,
    method: Method = Method.SIGNS,
    tone_style: ToneStyle = "old",
    max_length: int = 200,
) -> Typing:
    """Return an empty field. E-mail, codes, phones and numbers are typed as they are (TLX-8)."""
    begun = Typing(
        kind=kind,
        method=method if kind in WRITTEN else Method.RAW,
        tone_style=tone_style,
        max_length=max_length,
    )
    return begun.clear()
