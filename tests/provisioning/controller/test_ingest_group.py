"""Who shares the events: a name that no box can guess (tests/flows/test_isolation.py says why)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from devices.contract.clock import SimulatedClock
from provisioning.controller.database import Database
from provisioning.controller.ingest import Ingest
from provisioning.controller.intake import Arrived
from provisioning.controller.store import Store

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)


class NotingReader:
    """A line on which nothing comes; it notes what was subscribed to."""

    def __init__(self) -> None:
        self.filters: list[str] = []

    def open(self, filters: Iterable[str]) -> None:
        self.filters = list(filters)

    def close(self) -> None:
        """Let go."""

    def read(self) -> Sequence[Arrived]:
        return ()

    def acknowledge(self, arrived: Sequence[Arrived]) -> None:
        assert not arrived

    def publish(self, topic: str, payload: bytes) -> None:
        raise AssertionError(f"{topic}: {payload!r}")


def group_of(database: Database) -> str:
    reader = NotingReader()
    Ingest(reader, Store(database), SimulatedClock(NOON)).open()
    (shared,) = (one for one in reader.filters if one.startswith("$share/"))
    return shared.split("/")[1]


def test_workers_of_one_store_share_a_secret_and_another_store_has_another(
    database: Database, tmp_path: Path
) -> None:
    first = group_of(database)
    assert first == group_of(database)
    assert len(first) == 32
    other = Database(f"sqlite:///{tmp_path}/other.sqlite3")
    assert group_of(other) != first
    other.close()
