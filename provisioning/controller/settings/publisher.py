"""The documents on their way to the boxes, and the boxes' answers on their way into the database.

A broker's PUBACK is no promise: what it held is gone when it is killed. So every document is
published anew at each new line, and again while a box has not answered for it.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import structlog

from devices.contract.errors import LineDownError, MotcuaError
from devices.contract.identity import AGENT, BoxId
from devices.contract.message import decode, encode
from devices.contract.topics import Leaf, PartTopics, all_up, parse
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Packet
from devices.runtime.worker import Worker
from provisioning.controller.settings.documents import Standing
from provisioning.controller.settings.settings import Settings
from provisioning.desired import Desired, Reported

_INBOX = 4096
_AT_ONCE = 200
_LONG_S = 120.0
_log = structlog.get_logger()


class Publisher:
    """`run` it and `hear` it, both for ever.

    `online` tells whether a box can be heard; `changed` is told the boxes whose settings look
    different now.
    """

    def __init__(
        self,
        bus: Bus,
        settings: Settings,
        worker: Worker,
        *,
        online: Callable[[str], bool],
        changed: Callable[[frozenset[str]], None],
        again_s: float = 30.0,
    ) -> None:
        self._bus = bus
        self._settings = settings
        self._worker = worker
        self._online = online
        self._changed = changed
        self._again_s = again_s
        self._sent: dict[str, int] = {}
        self._news = asyncio.Event()
        self._said: dict[str, Reported] = {}
        self._heard = asyncio.Event()

    def tell(self) -> None:
        """Somebody saved, or a box moved: look again soon."""
        self._news.set()

    async def run(self) -> None:
        """Publish all documents on each new line, then what changes; never returns."""
        while True:
            await self._bus.wait_connected()
            lost = asyncio.create_task(self._bus.wait_lost())
            try:
                with contextlib.suppress(LineDownError):
                    await self._serve_line(lost)
            finally:
                lost.cancel()

    async def _serve_line(self, lost: asyncio.Task[None]) -> None:
        """Do the same until the line that is up now is lost."""
        self._sent.clear()
        await self._take_back(await self._worker.do(self._settings.retired))
        while not lost.done():
            self._news.clear()
            await self._settle()
            standings = await self._worker.do(self._settings.standings)
            await self._publish(self._due(standings))
            news = asyncio.create_task(self._news.wait())
            try:
                await asyncio.wait(
                    (news, lost), timeout=self._again_s, return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                news.cancel()

    async def hear(self) -> None:
        """Keep what boxes report; never returns."""
        async with (
            self._bus.listen(all_up(Leaf.REPORTED), limit=_INBOX) as inbox,
            alongside(self._store(), name="reported"),
        ):
            async for packet in inbox:
                try:
                    topic = parse(packet.topic)
                    if topic.part == AGENT and packet.payload:
                        self._said[topic.box] = decode(packet.payload, Reported)
                        self._heard.set()
                except MotcuaError as error:
                    _log.warning("settings.unreadable", topic=packet.topic, why=error.sentence)

    def _due(self, standings: Mapping[str, Standing]) -> list[str]:
        """Return who has not been sent the newest, or is there and has not answered for it."""
        return [
            box
            for box, one in standings.items()
            if self._sent.get(box) != one.newest or (one.judged < one.newest and self._online(box))
        ]

    async def _settle(self) -> None:
        fresh = await self._worker.within(_LONG_S, self._settings.settle)
        if fresh:
            _log.info("settings.new_versions", boxes=len(fresh))
            self._changed(frozenset(fresh))

    async def _publish(self, boxes: Sequence[str]) -> None:
        for at in range(0, len(boxes), _AT_ONCE):
            few = boxes[at : at + _AT_ONCE]
            for one in await self._worker.do(self._settings.documents.some, few):
                desired = Desired(version=one.version, parts=one.document)
                await self._retain(one.box, encode(desired))
                self._sent[one.box] = one.version

    async def _take_back(self, boxes: Sequence[str]) -> None:
        for box in boxes:
            await self._retain(box, b"")

    async def _retain(self, box: str, payload: bytes) -> None:
        topic = PartTopics(BoxId(box), AGENT).desired
        await self._bus.publish(Packet(topic=topic, payload=payload, qos=1, retain=True))

    async def _store(self) -> None:
        while True:
            await self._heard.wait()
            self._heard.clear()
            said = dict(islice(self._said.items(), _AT_ONCE))
            behind = await self._worker.do(self._settings.hear, list(said.items()))
            for box, one in said.items():
                if self._said.get(box) is one:
                    del self._said[box]
            if self._said:
                self._heard.set()
            self._changed(frozenset(said))
            if behind:
                _log.warning("settings.ahead", boxes=behind[:20], count=len(behind))
                self._news.set()
