"""Who shares the events: a name that no box can guess (tests/flows/test_isolation.py says why)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

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


def group_of(database: Database, group: str = "") -> str:
    reader = NotingReader()
    Ingest(reader, Store(database), SimulatedClock(NOON), group).open()
    (shared,) = (one for one in reader.filters if one.startswith("$share/"))
    return shared.split("/")[1]


def test_each_process_has_a_secret_group_of_its_own(database: Database) -> None:
    first, second = group_of(database), group_of(database)
    assert first != second
    assert len(first) == 32


def test_workers_that_share_the_load_are_given_one(database: Database) -> None:
    assert group_of(database, "given") == group_of(database, "given") == "given"
