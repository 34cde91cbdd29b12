"""The nine criteria of NĐ 61/2018, Art. 30-31 (domain QUE-11).

Whether they live on under NĐ 118/2025 is not known, so a site has to switch them on.
"""

from collections.abc import Sequence
from enum import StrEnum

from devices.contract.config import Config
from devices.contract.errors import MotcuaError

CRITERIA = 9
MOST_POINTS = 2


class ScoringConfig(Config, frozen=True, kw_only=True):
    """Whether scores are shown. The raw counts are exported either way (§12)."""

    shown: bool = False


class Grade(StrEnum):
    """How a unit did, in the decree's words."""

    EXCELLENT = "xuất sắc"
    GOOD = "tốt"
    FAIR = "khá"
    AVERAGE = "trung bình"
    WEAK = "yếu"


_FROM_POINTS = ((15, Grade.EXCELLENT), (12, Grade.GOOD), (9, Grade.FAIR), (6, Grade.AVERAGE))


class BadScoreError(MotcuaError):
    """There are nine criteria, each with 0, 1 or 2 points."""

    code = "scoring.bad_score"


def points(criteria: Sequence[int]) -> int:
    """Return the sum of the nine criteria, 18 at most; raises BadScoreError."""
    if len(criteria) != CRITERIA or any(not 0 <= one <= MOST_POINTS for one in criteria):
        raise BadScoreError
    return sum(criteria)


def grade(total: int) -> Grade:
    """Return the grade of a sum of points; raises BadScoreError."""
    if not 0 <= total <= CRITERIA * MOST_POINTS:
        raise BadScoreError
    return next((name for least, name in _FROM_POINTS if total >= least), Grade.WEAK)
