"""The alerts of the province as they stand now: watched, written down, told."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import msgspec

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from provisioning.controller.alerts.alert import News
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.readings import BoxFacts
from provisioning.controller.alerts.records import Mute, Record
from provisioning.controller.alerts.rules import Rules
from provisioning.controller.alerts.teller import Teller
from provisioning.controller.alerts.watch import Watch

_LOOK_S = 2.0
_AT_ONCE = 500
Facts = Callable[[], Iterable[BoxFacts]]
"""Returns of every box in service what is known; the same object while it is as it was."""


class Alerts:
    """Looks at every box each two seconds; what the database refuses is watched anew from it."""

    def __init__(
        self,
        facts: Facts,
        *,
        book: Book,
        teller: Teller,
        worker: Worker,
        clock: Clock,
        rules: Rules,
        changed: Callable[[Collection[str]], None],
    ) -> None:
        self._facts = facts
        self._book = book
        self._teller = teller
        self._worker = worker
        self._clock = clock
        self._rules = rules
        self._changed = changed
        self._open: tuple[Record, ...] = ()
        self._mutes: tuple[Mute, ...] = ()
        self._seen: dict[str, BoxFacts | None] = {}

    @property
    def open(self) -> tuple[Record, ...]:
        """The open alerts, oldest first; those within a larger area are part of that one's."""
        return self.open_to(lambda _: True)

    def open_to(self, sees: Callable[[str], bool]) -> tuple[Record, ...]:
        """Return the same for somebody who sees these places.

        Whoever does not see the larger area has the one within it.
        """
        return tuple(_taken_up(self._open, sees))

    @property
    def book(self) -> Book:
        """What is written down. Blocking."""
        return self._book

    def past(self, before: int, limit: int) -> list[Record]:
        """Return cleared alerts with numbers below `before`, newest first. Blocking."""
        return self._book.past(before=before, limit=limit)

    @property
    def mutes(self) -> tuple[Mute, ...]:
        """The mutes in force."""
        now = self._clock.now()
        return tuple(mute for mute in self._mutes if mute.until > now)

    async def load(self) -> None:
        """Read what the book holds."""
        self._open = tuple(await self._worker.do(self._book.open))
        self._mutes = tuple(await self._worker.do(self._book.mutes, self._clock.now()))

    async def run(self) -> None:
        """Watch, for ever; raises StorageError, and begins anew with what is written."""
        await self.load()
        watch = Watch(self._rules, [record.alert for record in self._open])
        self._seen = dict.fromkeys(watch.boxes)  # one that was retired meanwhile is let go of
        while True:
            if news := await self._look(watch):
                await self._write(news)
            await asyncio.sleep(_LOOK_S)

    async def acknowledge(self, number: int, by: str, note: str) -> Record:
        """Write that somebody has seen an alert; raises NoSuchAlertError."""
        record = await self._worker.do(self._book.acknowledge, number, by, note, self._clock.now())
        await self._told({record.alert.key.where, *record.alert.boxes})
        return record

    async def mute(self, mute: Mute) -> Mute:
        """Let nobody be told of these for a while; raises BadMuteError."""
        now = self._clock.now()
        written = await self._worker.do(self._book.mute, mute, now, self._teller.whom)
        await self._told({mute.place})
        return written

    async def unmute(self, number: int) -> None:
        """Take a mute away; raises NoSuchAlertError."""
        now = self._clock.now()
        await self._worker.do(self._book.unmute, number, now, self._teller.whom)
        self._teller.news()
        await self._told({mute.place for mute in self._mutes if mute.id == number})

    async def _look(self, watch: Watch) -> News:
        now = self._clock.now()
        known = set(self._seen)
        for at, facts in enumerate(self._facts()):
            box = str(facts.state.box)
            known.discard(box)
            if self._seen.get(box) is not facts:
                self._seen[box] = facts
                watch.look(facts, now)
            if at % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)
        cleared = [key for retired in known for key in watch.forget(retired).cleared]
        for retired in known:
            del self._seen[retired]
        news = watch.step(now)
        return News(news.raised, (*news.cleared, *cleared), news.changed)

    async def _write(self, news: News) -> None:
        now, whom = self._clock.now(), self._teller.whom
        self._open = tuple(await self._worker.do(self._book.write, news, now, whom))
        self._teller.news()
        alerts = (*news.raised, *news.changed)
        boxes = {box for alert in alerts for box in alert.boxes}
        self._changed(
            boxes | {alert.key.where for alert in alerts} | {k.where for k in news.cleared}
        )

    async def _told(self, places: Collection[str]) -> None:
        await self.load()
        self._changed(places)


def _taken_up(records: Sequence[Record], sees: Callable[[str], bool]) -> Iterator[Record]:
    """Yield the alerts that stand for themselves, each area with the boxes of those within it."""
    areas = {record.alert.key.where: record.alert for record in records if record.alert.is_area}
    boxes: defaultdict[str, set[str]] = defaultdict(set)
    homes = {}
    for unit, area in areas.items():
        home, outer = unit, area.within
        while outer in areas:
            home = outer if sees(outer) else home
            outer = areas[outer].within
        homes[unit] = home
        boxes[home].update(area.boxes)
    for record in records:
        alert = record.alert
        if not alert.is_area:
            yield record
        elif homes[alert.key.where] == alert.key.where:
            whole = msgspec.structs.replace(alert, boxes=tuple(sorted(boxes[alert.key.where])))
            yield msgspec.structs.replace(record, alert=whole)
