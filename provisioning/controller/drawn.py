"""Parts of pages that many browsers look at: drawn once for all of them while nothing changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

_MOST = 64


class Drawn:
    """The drawings looked at last, at most 64, each of one version."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, str]] = OrderedDict()

    def get(self, what: Hashable, version: Hashable, draw: Callable[[], str]) -> str:
        """Return the drawing, made anew when the one at hand is of another version."""
        kept = self._kept.pop(what, None)
        if kept is None or kept[0] != version:
            kept = version, draw()
        self._kept[what] = kept
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return kept[1]
