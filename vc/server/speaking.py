"""Who speaks: the loudest, once he has been it for a moment, until he is quiet for a while."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

LOUD_DBFS = -45.0
"""Quieter is no speech: a room's fan, paper on a table."""
TAKES_S = 0.6
"""How long somebody is the loudest before he is taken for the speaker: a cough is shorter."""
KEEPS_S = 3.0
"""How long a speaker may draw breath."""


class Speaking:
    """The speaker by levels that come some times a second; `now` is in monotonic seconds."""

    def __init__(self) -> None:
        self._speaker = ""
        self._spoke_at = 0.0
        self._loudest = ""
        self._loudest_since = 0.0

    def heard(self, dbfs: Mapping[str, float], audible: AbstractSet[str], now: float) -> str:
        """Return who speaks, empty for nobody; who is not audible does not."""
        loud = {who: level for who, level in dbfs.items() if who in audible and level > LOUD_DBFS}
        loudest = max(loud, key=lambda who: loud[who], default="")
        if loudest != self._loudest:
            self._loudest, self._loudest_since = loudest, now
        if self._speaker in loud:
            self._spoke_at = now
        elif self._speaker not in audible or now - self._spoke_at > KEEPS_S:
            self._speaker = ""
        if loudest and now - self._loudest_since >= TAKES_S:
            self._speaker, self._spoke_at = loudest, now
        return self._speaker
