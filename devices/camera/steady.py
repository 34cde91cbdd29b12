"""Whether a page lies still, so that it may be taken by itself. Pure."""

from collections import deque

import numpy as np

from devices.camera.quads import Quad

ALIKE = 3
"""So many pictures in a row."""
_STRAYS = 0.008  # of the picture's longer side


class Steadiness:
    """Looks at one page after the other. A page that was taken is not steady until it moves."""

    def __init__(self, alike: int = ALIKE) -> None:
        self._alike = alike
        self._seen: deque[Quad] = deque(maxlen=alike)
        self._taken: Quad | None = None

    def saw(self, quad: Quad | None, longer_side: int) -> bool:
        """Note what the newest picture shows; return whether the page there lies still."""
        if quad is None:
            self._seen.clear()
            self._taken = None
            return False
        flat = quad / longer_side
        if self._seen and _strays(flat, self._seen[0]) > _STRAYS:
            self._seen.clear()
        self._seen.append(flat)
        if self._taken is not None and _strays(flat, self._taken) > _STRAYS:
            self._taken = None
        return len(self._seen) == self._alike and self._taken is None

    def taken(self) -> None:
        """Note that the page there was taken."""
        self._taken = self._seen[-1] if self._seen else None


def _strays(one: Quad, other: Quad) -> float:
    return float(np.hypot(*(one - other).T).max())
