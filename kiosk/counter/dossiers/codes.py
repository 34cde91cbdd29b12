"""Kiosks' own numbers and what they have become. Blocking, on the store's thread."""

import msgspec

from devices.contract.clock import Clock
from kiosk.backoffice.one_stop import AcceptedDraft
from kiosk.backoffice.outbox import Item, Outbox
from kiosk.backoffice.systems import DOSSIER
from kiosk.counter.store import Store


class LocalCodes:
    """The link from a local number to its official code is kept for ever: the slip is too."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    def official(self, local_code: str) -> str:
        """Return the official code of a local number, empty while it has none."""
        sql = "SELECT code FROM dossier_codes WHERE local_code = ?"
        return str(self._store.value(sql, local_code) or "")

    def learn(self, local_code: str, code: str) -> None:
        """Keep what a local number has become; the first word stands."""
        self._store.run(
            "INSERT OR IGNORE INTO dossier_codes (local_code, code, since) VALUES (?, ?, ?)",
            *(local_code, code, self._clock.now()),
        )

    def sent(self, item: Item, named: str) -> None:
        """Learn it of a dossier that has left the outbox, in that transaction."""
        draft = msgspec.msgpack.decode(item.content, type=AcceptedDraft)
        if draft.local_code:
            self.learn(draft.local_code, named)

    def waits(self, local_code: str) -> bool:
        """Return whether the dossier of this number still waits in the outbox.

        A dossier's subject in the outbox is its local number.
        """
        return self._outbox.holds(DOSSIER, local_code)
