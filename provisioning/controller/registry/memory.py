"""The registry as every room reads it: in memory, from any thread, without a query."""

import threading
from collections.abc import Iterable
from datetime import datetime

import msgspec

from provisioning.controller.registry.records import BoxRecord, Standing


class KnownNumber(msgspec.Struct, frozen=True):
    """Whose a certificate's number is. `superseded` ones were revoked without a cause for alarm."""

    box: str
    not_after: datetime
    revoked_at: datetime | None = None
    superseded: bool = False


class Memory:
    """Boxes by name and serial number, and certificates by number."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._boxes: dict[str, BoxRecord] = {}
        self._by_serial: dict[str, str] = {}
        self._numbers: dict[str, KnownNumber] = {}

    def all(self) -> tuple[BoxRecord, ...]:
        """Return every box on record, retired ones too."""
        with self._lock:
            return tuple(self._boxes.values())

    def box(self, name: str) -> BoxRecord | None:
        """Return a box by its name."""
        return self._boxes.get(name)

    def by_serial(self, serial: str) -> BoxRecord | None:
        """Return the box that this hardware is, unless it is retired."""
        return self._boxes.get(self._by_serial.get(serial, ""))

    def number(self, number: str) -> KnownNumber | None:
        """Return whose a certificate is."""
        return self._numbers.get(number)

    def numbers(self) -> dict[str, KnownNumber]:
        """Return all numbers."""
        with self._lock:
            return dict(self._numbers)

    def replace(self, boxes: Iterable[BoxRecord], numbers: dict[str, KnownNumber]) -> None:
        """Know these, and nothing else."""
        by_name = {record.box: record for record in boxes}
        by_serial = {record.serial: record.box for record in by_name.values() if _in_use(record)}
        with self._lock:
            self._boxes, self._by_serial, self._numbers = by_name, by_serial, numbers

    def learn(self, record: BoxRecord, numbers: dict[str, KnownNumber]) -> None:
        """Know a box's newest state, and its numbers."""
        with self._lock:
            before = self._boxes.get(record.box)
            if before and self._by_serial.get(before.serial) == before.box:
                del self._by_serial[before.serial]
            self._boxes[record.box] = record
            if _in_use(record):
                self._by_serial[record.serial] = record.box
            self._numbers.update(numbers)


def _in_use(record: BoxRecord) -> bool:
    return record.standing is not Standing.RETIRED
