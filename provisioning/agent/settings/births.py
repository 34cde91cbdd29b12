"""The births of the box's parts, heard on its bus: who is ready, and since which boot."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from devices.contract.errors import BadPayloadError
from devices.contract.identity import BoxId, Part
from devices.contract.message import Connection, LinkState, decode
from devices.contract.topics import PartTopics, parse
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Inbox


class Births(Protocol):
    """Which parts of the box live."""

    async def known(self, parts: Iterable[str], within_s: float) -> dict[str, int]:
        """Return each part's newest boot, waiting a little for those never heard; 0 then."""
        ...

    async def late(self, after: Mapping[str, int], within_s: float) -> tuple[str, ...]:
        """Wait until each part is ready with a newer boot; returns those that are not in time."""
        ...

    async def fallen(self, parts: Iterable[str], steady_s: float) -> tuple[str, ...]:
        """Watch ready parts for so long; returns those that ended or began anew meanwhile."""
        ...


class HeardBirths:
    """Births as they are heard. Made by `births_on`."""

    def __init__(self) -> None:
        self._newest: dict[str, Connection] = {}
        self._news = asyncio.Condition()

    async def hear(self, inbox: Inbox) -> None:
        """Take births until cancelled; a will of an older boot is ignored."""
        async for packet in inbox:
            try:
                said = decode(packet.payload, Connection)
            except BadPayloadError:
                continue
            part = parse(packet.topic).part
            async with self._news:
                if said.boot >= self._boot(part):
                    self._newest[part] = said
                    self._news.notify_all()

    async def known(self, parts: Iterable[str], within_s: float) -> dict[str, int]:
        """Return each part's newest boot, waiting a little for those never heard; 0 then."""
        asked = tuple(parts)
        await self._wait(lambda: all(part in self._newest for part in asked), within_s)
        return {part: self._boot(part) for part in asked}

    async def late(self, after: Mapping[str, int], within_s: float) -> tuple[str, ...]:
        """Wait until each part is ready with a newer boot; returns those that are not in time."""

        def missing() -> tuple[str, ...]:
            return tuple(
                part
                for part, boot in after.items()
                if not (self._boot(part) > boot and self._ready(part))
            )

        await self._wait(lambda: not missing(), within_s)
        return missing()

    async def fallen(self, parts: Iterable[str], steady_s: float) -> tuple[str, ...]:
        """Watch ready parts for so long; returns those that ended or began anew meanwhile."""
        boots = {part: self._boot(part) for part in parts}

        def gone() -> tuple[str, ...]:
            return tuple(
                part
                for part, boot in boots.items()
                if self._boot(part) != boot or not self._ready(part)
            )

        await self._wait(lambda: bool(gone()), steady_s)
        return gone()

    def _boot(self, part: str) -> int:
        return self._newest[part].boot if part in self._newest else 0

    def _ready(self, part: str) -> bool:
        return self._newest[part].state is LinkState.READY

    async def _wait(self, holds: Callable[[], bool], within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s), self._news:
                await self._news.wait_for(holds)
        except TimeoutError:
            pass


@asynccontextmanager
async def births_on(bus: Bus, box: BoxId, parts: Iterable[str]) -> AsyncIterator[HeardBirths]:
    """Hear the births of these parts for as long as the context lasts."""
    heard = HeardBirths()
    topics = [PartTopics(box, Part(part)).conn for part in parts]
    if not topics:
        yield heard
        return
    async with bus.listen(*topics) as inbox, alongside(heard.hear(inbox), name="births"):
        yield heard
