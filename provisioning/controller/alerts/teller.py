"""Who is told of what, and telling it: from the outbox, until it is taken or a day has passed."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog

from devices.contract.clock import LOCAL, Clock
from devices.runtime.alongside import alongside
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.controller.alerts.alert import Alert
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.channels import Channel, Line, NotToldError
from provisioning.controller.alerts.config import Listener
from provisioning.controller.alerts.records import Due, Mute
from provisioning.controller.alerts.rules import Kind, Severity
from provisioning.controller.alerts.sentences import sentence
from provisioning.controller.rights import Named
from provisioning.controller.texts import word

_MOST_DOUBLINGS = 10
_LONGEST_WAIT_S = 3600.0
_LOOK_S = 30.0
_SEVERITIES = tuple(Severity)
_log = structlog.get_logger()


class Teller:
    """Tells on each channel what the book's outbox holds for it. `news` wakes it."""

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
        self._woken = {name: asyncio.Event() for name in channels}

    def whom(self, alert: Alert, mutes: Sequence[Mute]) -> dict[str, datetime | None]:
        """Return the channels that shall hear of an alert, each with the end of its mutes."""
        path = self._named.path(alert.key.where)
        found: dict[str, datetime | None] = {}
        for name, channel in self._channels.items():
            heard = self._as_heard(channel.listener, alert, path)
            if heard and _wants(channel.listener, alert):
                ends = (mute.until for mute in mutes if mute.covers(alert, heard.path))
                found[name] = max(ends, default=None)
        return found

    def news(self) -> None:
        """Look into the outbox now."""
        for woken in self._woken.values():
            woken.set()

    async def run(self) -> None:
        """Tell what is due, for ever: each channel at its own pace, so that a dead one is alone."""
        await self._worker.do(self._book.tell_only, self._channels.keys())
        works = (
            keep(name, partial(self._keep_telling, name, channel))
            for name, channel in self._channels.items()
        )
        async with alongside(*works, name="channels"):
            await asyncio.Event().wait()

    async def _keep_telling(self, name: str, channel: Channel) -> None:
        woken = self._woken[name]
        while True:
            woken.clear()
            while due := await self._worker.do(
                self._book.due, name, self._clock.now(), channel.at_once
            ):
                await self._tell(name, channel, due)
            try:
                async with asyncio.timeout(_LOOK_S):
                    await woken.wait()
            except TimeoutError:
                continue

    async def _tell(self, name: str, channel: Channel, due: Sequence[Due]) -> None:
        try:
            await channel.tell([self._line(one, channel.listener) for one in due])
        except NotToldError as error:
            _log.warning("alerts.not_told", channel=name, alerts=len(due), why=error.sentence)
            tries = min(max(one.tries for one in due), _MOST_DOUBLINGS)
            now = self._clock.now()
            later = now + timedelta(seconds=min(_LONGEST_WAIT_S, 5 * 2**tries))
            await self._worker.do(self._book.postponed, name, now, later)
        else:
            await self._worker.do(self._book.told, due)

    def _as_heard(self, listener: Listener, alert: Alert, path: tuple[str, ...]) -> "_Heard | None":
        """Return an alert as far as it is of the listener's branch; None when it is not."""
        unit = listener.unit
        if not unit or unit in path:
            return _Heard(alert, alert.key.where, path)
        own = alert.among(lambda box: unit in self._named.path(box))
        return _Heard(own, unit, self._named.path(unit)) if own else None

    def _line(self, due: Due, listener: Listener) -> Line:
        whole = due.record.alert
        path = self._named.path(whole.key.where)
        heard = self._as_heard(listener, whole, path) or _Heard(whole, whole.key.where, path)
        alert = heard.alert
        told = sentence("vi", alert, self._named.name(heard.place))
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


class _Heard(NamedTuple):
    """What a listener hears: of an area above his unit only what is his; `path` leads to it."""

    alert: Alert
    place: str
    path: tuple[str, ...]


def _wants(listener: Listener, alert: Alert) -> bool:
    return (
        not listener.kinds or alert.key.kind in listener.kinds or _is_many(listener, alert)
    ) and (_SEVERITIES.index(alert.severity) >= _SEVERITIES.index(listener.least))


def _is_many(listener: Listener, alert: Alert) -> bool:
    """Whether who wants to hear of lost boxes hears of an area of them."""
    return alert.key.kind is Kind.AREA and Kind.OFFLINE in listener.kinds
