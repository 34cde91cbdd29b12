"""Measures of a composed picture that whoever arranges it and whoever draws it must share."""


def caption_height(height: int) -> int:
    """Return how much of a view of this height its caption takes, at its foot; even pixels."""
    return height // 36 * 2
