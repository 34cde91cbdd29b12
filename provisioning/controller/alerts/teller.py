"""Who is told of what, and telling it: from the outbox, until it is taken or a day has passed."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

import structlog

from devices.contract.clock import LOCAL, Clock
from devices.runtime.worker import Worker
from provisioning.controller.alerts.book import Book, Due, Mute
from provisioning.controller.alerts.channels import Channel, Line, NotToldError
from provisioning.controller.alerts.config import Listener
from provisioning.controller.alerts.rules import Kind, Severity
from provisioning.controller.alerts.sentences import sentence
from provisioning.controller.alerts.watch import Alert
from provisioning.controller.texts import word

_AT_ONCE = 200
_GIVE_UP_AFTER = 40  # tries: about a day
_LONGEST_WAIT_S = 3600.0
_LOOK_S = 30.0
_SEVERITIES = tuple(Severity)
_log = structlog.get_logger()


class Named(Protocol):
    """Where an alert's place stands, and what people call it."""

    def path(self, place: str) -> tuple[str, ...]:
        """Return the codes of the units of a box or of a unit (itself the last), root first."""
        ...

    def name(self, place: str) -> str:
        """Return what people call the box or the unit."""
        ...


class Teller:
    """Tells on channels what the book's outbox holds. `news` wakes it."""

    def __init__(
        self,
        book: Book,
        channels: Mapping[str, Channel],
        named: Named,
        worker: Worker,
        clock: Clock,
    ) -> None:
        self._book = book
        self._channels = channels
        self._named = named
        self._worker = worker
        self._clock = clock
        self._woken = asyncio.Event()

    def whom(self, alert: Alert, mutes: Sequence[Mute]) -> tuple[str, ...]:
        """Return the names of the channels that shall hear of an alert; of a muted one none."""
        path = self._named.path(alert.key.where)
        if any(mute.covers(alert, path) for mute in mutes):
            return ()
        return tuple(
            name
            for name, channel in self._channels.items()
            if _hears(channel.listener, alert, path)
        )

    def news(self) -> None:
        """Look into the outbox now."""
        self._woken.set()

    async def run(self) -> None:
        """Tell what is due, for ever."""
        while True:
            self._woken.clear()
            while due := await self._worker.do(self._book.due, self._clock.now(), _AT_ONCE):
                await self._tell_all(due)
            try:
                async with asyncio.timeout(_LOOK_S):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _tell_all(self, due: Sequence[Due]) -> None:
        by_channel: defaultdict[str, list[Due]] = defaultdict(list)
        for one in due:
            by_channel[one.channel].append(one)
        for name, those in by_channel.items():
            await self._tell(name, those)

    async def _tell(self, name: str, due: Sequence[Due]) -> None:
        channel = self._channels.get(name)
        if channel is None:  # taken out of the configuration
            await self._worker.do(self._book.told, [one.id for one in due])
            return
        try:
            await channel.tell([self._line(one) for one in due])
        except NotToldError as error:
            tries = min(one.tries for one in due)
            _log.warning("alerts.not_told", channel=name, alerts=len(due), why=error.sentence)
            given_up = [one.id for one in due if one.tries >= _GIVE_UP_AFTER]
            later = self._clock.now() + timedelta(seconds=min(_LONGEST_WAIT_S, 5 * 2**tries))
            await self._worker.do(self._book.told, given_up)
            kept = [one for one in due if one.tries < _GIVE_UP_AFTER]
            await self._worker.do(self._book.postponed, kept, later)
        else:
            await self._worker.do(self._book.told, [one.id for one in due])

    def _line(self, due: Due) -> Line:
        alert = due.record.alert
        place = self._named.name(alert.key.where)
        told = sentence("vi", alert, place)
        if due.what == "cleared":
            told = word("vi", "alerts.over").format(sentence=told)
        return Line(
            id=due.record.id,
            what=due.what,
            kind=alert.key.kind.value,
            place=alert.key.where,
            subject=alert.key.subject,
            severity=alert.severity.value,
            since=alert.since.astimezone(LOCAL).strftime("%H:%M %d/%m/%Y"),
            code=alert.code,
            sentence=told,
            boxes=alert.boxes,
        )


def _hears(listener: Listener, alert: Alert, path: Sequence[str]) -> bool:
    return (
        (not listener.unit or listener.unit in path)
        and (not listener.kinds or alert.key.kind in listener.kinds or _is_many(listener, alert))
        and _SEVERITIES.index(alert.severity) >= _SEVERITIES.index(listener.least)
    )


def _is_many(listener: Listener, alert: Alert) -> bool:
    """Whether who wants to hear of lost boxes hears of an area of them."""
    return alert.key.kind is Kind.AREA and Kind.OFFLINE in listener.kinds
