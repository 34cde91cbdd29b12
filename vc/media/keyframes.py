"""When a keyframe is made, and when one is asked for. Pure: times are seconds of one clock."""

_NEVER = float("-inf")


class KeyframeGate:
    """Many viewers ask, one IDR answers: at once, then at most one in `least_s`."""

    def __init__(self, least_s: float = 1.0) -> None:
        self._least_s = least_s
        self._made = _NEVER
        self._wanted = False

    def ask(self) -> None:
        """Note that somebody needs a keyframe of this view."""
        self._wanted = True

    def due(self, now: float) -> bool:
        """Tell whether the picture that is encoded now shall be a keyframe."""
        return self._wanted and now - self._made >= self._least_s

    def made(self, now: float) -> None:
        """Note that a keyframe was sent: it serves all who asked before."""
        self._wanted = False
        self._made = now


class KeyframeWish:
    """A decoder that lacks a reference asks its member for an IDR, again and again, not often."""

    def __init__(self, least_s: float = 0.5) -> None:
        self._least_s = least_s
        self._asked = _NEVER
        self.open = True
        """Nothing can be decoded until a keyframe comes; so it begins."""

    def lack(self) -> None:
        """Note that a picture was lost or broken."""
        self.open = True

    def met(self) -> None:
        """Note that a keyframe was decoded."""
        self.open = False

    def due(self, now: float) -> bool:
        """Tell whether to ask now; if so, that is noted."""
        if not self.open or now - self._asked < self._least_s:
            return False
        self._asked = now
        return True
