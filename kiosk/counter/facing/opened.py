"""The screens that an officer's code has opened; over a restart, too. Blocking."""

import hashlib

from kiosk.counter.store import Store

PER_COUNTER = 2


class OpenedScreens:
    """By the hash of their token. A counter's oldest ones beyond two end."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, counter: str, token: str) -> None:
        """Keep a screen of the counter. Raises StorageError."""
        with self._store.transaction():
            self._store.run(
                "INSERT INTO facing_screens (token_hash, counter) VALUES (?, ?)",
                *(_hash(token), counter),
            )
            self._store.run(
                "DELETE FROM facing_screens WHERE counter = ? AND turn NOT IN (SELECT turn FROM"
                " facing_screens WHERE counter = ? ORDER BY turn DESC LIMIT ?)",
                *(counter, counter, PER_COUNTER),
            )

    def counter(self, token: str) -> str:
        """Return the counter a screen stands at, "" when it was not opened."""
        sql = "SELECT counter FROM facing_screens WHERE token_hash = ?"
        return str(self._store.value(sql, _hash(token)) or "")

    def count(self, counter: str) -> int:
        """Return how many screens of the counter were opened."""
        sql = "SELECT COUNT(*) FROM facing_screens WHERE counter = ?"
        return int(self._store.value(sql, counter))

    def close(self, counter: str) -> None:
        """Forget the counter's screens. Raises StorageError."""
        with self._store.transaction():
            self._store.run("DELETE FROM facing_screens WHERE counter = ?", counter)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
