"""When a certificate is renewed: each box at its own moment, so that a fleet does not come at once.

Pure.
"""

import hashlib
from datetime import datetime, timedelta

_USUAL_LIFE = timedelta(days=90)


def renewal(
    since: datetime, not_after: datetime, *, at: float, spread: float, box: str
) -> datetime:
    """Return when to renew: at a share of the life since the box has it, give or take the spread.

    The certificate's own `not_before` is the CA's, years ago. One that was taken under a clock
    ahead of its end is thought to have the usual 90 days.
    """
    begin = since if since < not_after else not_after - _USUAL_LIFE
    share = min(max(0.0, at + spread * _own_place(box)), 1.0)
    return begin + (not_after - begin) * share


def _own_place(box: str) -> float:
    """Return a number of the box's own between -1 and 1."""
    digest = hashlib.sha256(box.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**31 - 1
