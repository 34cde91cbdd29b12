"""The types of the store's columns."""

from typing import Any

from sqlalchemy import BigInteger, Integer, String, TypeDecorator


class _Clean(TypeDecorator[str]):
    """Words as people wrote them. PostgreSQL holds no NUL: on every database it is U+FFFD."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Store without NULs."""
        del dialect
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if value else value


NUMBER = BigInteger().with_variant(Integer, "sqlite")
NAME = String(64)
"""Of a box, a part, a kind: its letters were checked where it came in."""
WORD = _Clean(64)
"""As `NAME`, of what a person may write; how long it is has to be checked there."""
TEXT = _Clean()
