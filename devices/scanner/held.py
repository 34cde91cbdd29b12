"""A symbol held before a camera is one scan, however many pictures show it. Pure."""

from collections.abc import Iterable

GONE_AFTER_S = 0.8
AGAIN_AFTER_S = 3.0


class HeldSymbols:
    """Remembers what lies before the lens."""

    def __init__(
        self, *, gone_after_s: float = GONE_AFTER_S, again_after_s: float = AGAIN_AFTER_S
    ) -> None:
        self._gone_after_s = gone_after_s
        self._again_after_s = again_after_s
        self._told_at: dict[str, float] = {}
        self._seen_at: dict[str, float] = {}

    def newly(self, seen: Iterable[str], now_s: float) -> list[str]:
        """Return which of the symbols seen in a picture are to be told.

        One that is told is not told again until it was gone for 0.8 s (a picture or two may miss
        it), or 3 s have passed.
        """
        self._forget(now_s)
        tell = []
        for text in seen:
            self._seen_at[text] = now_s
            if now_s - self._told_at.get(text, float("-inf")) >= self._again_after_s:
                self._told_at[text] = now_s
                tell.append(text)
        return tell

    def _forget(self, now_s: float) -> None:
        for text in [t for t, at in self._seen_at.items() if now_s - at > self._gone_after_s]:
            del self._seen_at[text]
            self._told_at.pop(text, None)
