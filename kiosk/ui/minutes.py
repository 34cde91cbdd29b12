"""A guessed wait as people say it."""

_STEP_S = 300


def minutes(wait_s: int) -> int:
    """Return the wait in minutes, up to the next five, as the paper ticket says it; 0 is soon."""
    return -(-wait_s // _STEP_S) * _STEP_S // 60
