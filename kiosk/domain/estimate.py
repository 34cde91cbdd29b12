"""How long a newcomer will wait: an estimate for people, honest about its bounds.

Every ticket takes the mean of the service's latest service times. The site's configured `typical`
counts as `PRIOR_WEIGHT` of them, so the first visits of a day do not swing the estimate, and each
time is clamped, so one forgotten ticket does not either. The work ahead is shared by the counters
that serve it, plus half a visit for those now being served, and rounded up to a whole minute.
"""

import math
from collections.abc import Sequence

LATEST = 20
PRIOR_WEIGHT = 4
SHORTEST_S, LONGEST_S = 30.0, 2700.0
MAX_WAIT_S = 4 * 3600
_MINUTE_S = 60


def service_time_s(served_s: Sequence[float], typical_s: float) -> float:
    """Return the expected time at the counter from the latest service times."""
    clamped = [min(max(seconds, SHORTEST_S), LONGEST_S) for seconds in served_s[-LATEST:]]
    return (sum(clamped) + typical_s * PRIOR_WEIGHT) / (len(clamped) + PRIOR_WEIGHT)


def expected_wait_s(ahead_s: Sequence[float], serving_s: Sequence[float], counters: int) -> int:
    """Return the expected wait: whole minutes in seconds, 0 to MAX_WAIT_S.

    `ahead_s` are the expected service times of those called before, `serving_s` of those at a
    counter now; `counters` work on them (none counts as one: somebody will come).
    """
    counters = max(counters, 1)
    if not ahead_s and len(serving_s) < counters:
        return 0
    work_s = sum(ahead_s) + sum(serving_s) / 2
    return min(math.ceil(work_s / counters / _MINUTE_S) * _MINUTE_S, MAX_WAIT_S)
