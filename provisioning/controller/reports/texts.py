"""The words of these pages, Vietnamese first."""

WORDS: dict[str, tuple[str, str]] = {}
