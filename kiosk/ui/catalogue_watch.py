"""The procedures' catalogue: read at start, at midnight, and when its files change."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import msgspec

from devices.contract.clock import Clock, local_day
from devices.contract.config import BadConfigError
from devices.contract.message import DeviceReport, Health
from devices.runtime.worker import Worker
from kiosk.catalogue.files import MOST_FILES
from kiosk.catalogue.of_day import DayCatalogue
from kiosk.catalogue.shelf import CatalogueConfig, Shelf, Shelved, Source
from kiosk.ui.events import CatalogueSeen, Event

LOOKS_EVERY_S = 10.0
_KEPT = "catalogue.json"
_MOST_TEXT = 1000
_NAME, _KIND, _DRIVER = "catalogue", "tables", "files"

_Traces = tuple[tuple[str, int, int], ...]


class _Seen(msgspec.Struct, frozen=True):
    """What was looked at: the day, and the files with their times and sizes."""

    day: date
    traces: _Traces


class CatalogueWatch:
    """Tells of the day's catalogue, the first time at once, and then whenever it is another."""

    def __init__(
        self,
        config: CatalogueConfig,
        state_dir: Path,
        clock: Clock,
        *,
        every_s: float = LOOKS_EVERY_S,
    ) -> None:
        self._folders = config.folders
        self._shelf = Shelf(config, state_dir / _KEPT)
        self._clock = clock
        self._every_s = every_s
        self._since: datetime | None = None

    async def run(self, tell: Callable[[Event], None]) -> None:
        """Look for ever. What lies in the folders never ends it; a disk that hangs does."""
        async with Worker("catalogue", limit=4) as worker:
            seen = None
            while True:
                now = await worker.do(self._look)
                if now != seen:
                    seen = now
                    tell(await worker.do(self._read, now.day))
                await asyncio.sleep(self._every_s)

    def _look(self) -> _Seen:
        day = local_day(self._clock.now())
        return _Seen(day, tuple(trace for folder in self._folders for trace in _traces(folder)))

    def _read(self, day: date) -> CatalogueSeen:
        shelved = self._shelf.read()
        return CatalogueSeen(
            catalogue=DayCatalogue(shelved.catalogue, day), report=self._report(shelved)
        )

    def _report(self, shelved: Shelved) -> DeviceReport:
        """Return how the catalogue is; one that is damaged is told with every problem."""
        bad = bool(shelved.problems)
        self._since = (self._since if bad else None) or self._clock.now()
        facts: dict[str, str | float | bool] = {
            "source": shelved.source,
            "procedures": float(len(shelved.catalogue.procedures)),
        }
        if not bad:
            return DeviceReport(
                name=_NAME,
                kind=_KIND,
                driver=_DRIVER,
                health=Health.READY,
                since=self._since,
                facts=facts,
            )
        nothing = shelved.source is Source.NOWHERE
        return DeviceReport(
            name=_NAME,
            kind=_KIND,
            driver=_DRIVER,
            health=Health.FAULT if nothing else Health.WARNING,
            code=BadConfigError.code,
            text="; ".join(f"{one.key}: {one.text}" for one in shelved.problems)[:_MOST_TEXT],
            since=self._since,
            facts=facts,
        )


def _traces(folder: Path) -> _Traces:
    """Return each file with its time and size; one that went meanwhile is not there."""
    try:
        found = sorted(folder.rglob("*.toml"))[:MOST_FILES]
        stats = [(path, path.stat()) for path in found]
    except OSError as error:
        return ((f"{folder}: {type(error).__name__}", 0, 0),)
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)
