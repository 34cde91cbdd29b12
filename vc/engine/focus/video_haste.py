"""What is left out when the processor is too busy: first moments of composing, then pictures.

Pure: the one measure is how long a picture waited, in seconds. A moment left out hurts nobody for
long, a picture left out costs its member a keyframe; waiting would make everybody late for good.
"""

from devices.contract.config import Config


class HasteConfig(Config, frozen=True, kw_only=True):
    """How long pictures may wait to be decoded, in seconds."""

    late_s: float = 0.2
    """Once one waited longer than this, pictures are thrown away ..."""
    fresh_s: float = 0.08
    """... until one waited no longer than this. Above it, moments are left out too."""
    most_left_out: int = 2
    """So many moments one after another, at most: some picture always goes out."""


class Haste:
    """Whether we keep up."""

    def __init__(self, config: HasteConfig) -> None:
        self._config = config
        self._shedding = False
        self._waited = 0.0

    @property
    def most_left_out(self) -> int:
        """How many moments of composing to leave out now, at most."""
        return self._config.most_left_out if self._waited > self._config.fresh_s else 0

    def too_late(self, waited: float) -> bool:
        """Take how long the next picture waited; tells whether to throw it away."""
        limit = self._config.fresh_s if self._shedding else self._config.late_s
        self._waited = waited
        self._shedding = waited > limit
        return self._shedding

    def caught_up(self) -> None:
        """Note that nothing waits any more."""
        self._waited = 0.0
        self._shedding = False
