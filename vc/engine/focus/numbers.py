"""Small numbers for the names of sources and views, as the media wires carry them."""

from collections.abc import Set as AbstractSet

from vc.engine.focus.wire import EVERYONE

_MOST = EVERYONE
"""Numbers lie below it."""


class Numbers:
    """Deals out numbers, the same for a name each time.

    A name that is not in use any more keeps its number until all are dealt.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._by_name: dict[str, int] = {}
        self._by_number: dict[int, str] = {}

    def of(self, name: str, in_use: AbstractSet[str]) -> int:
        """Return the name's number; when all are dealt, one of a name that is not `in_use`."""
        if (known := self._by_name.get(name)) is not None:
            return known
        number = len(self._by_name)
        if number >= self._most:
            old = next(old for old in self._by_name if old not in in_use)
            number = self._by_name.pop(old)
        self._by_name[name] = number
        self._by_number[number] = name
        return number

    def name(self, number: int) -> str:
        """Return whose number it is; empty when nobody's."""
        return self._by_number.get(number, "")
