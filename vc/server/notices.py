"""What is retained on the bus: the whole conference, and for each room its own part of it."""

import asyncio
import contextlib
from datetime import timedelta

import msgspec
import structlog

from devices.contract.clock import Clock
from devices.contract.identity import ROOM, BoxId
from devices.contract.message import MAX_PAYLOAD_BYTES, encode
from devices.contract.topics import PartTopics
from devices.runtime.bus import Bus, Packet
from vc.messages import RoomNotice
from vc.server.conference import rules
from vc.server.conference.notice import on_the_bus, room_notice
from vc.server.control import Live, in_session
from vc.state import ConferenceState, Phase

_LOOK_EVERY_S = 5.0
_AHEAD = timedelta(days=7)
_BEHIND = timedelta(hours=12)
_log = structlog.get_logger()


class Notices:
    """Publishes the state at each revision, and a room's notice when something in it changed."""

    def __init__(
        self, bus: Bus, topics: PartTopics, *, live: Live, public_url: str, clock: Clock
    ) -> None:
        self._bus = bus
        self._topics = topics
        self._live = live
        self._papers_url = f"{public_url}/api/papers"
        self._clock = clock
        self._bell = asyncio.Event()
        self._told: dict[str, RoomNotice] = {}
        self._revision: tuple[str, int] | None = None

    def ring(self) -> None:
        """Say that the state or a plan changed."""
        self._bell.set()

    async def run(self) -> None:
        """Publish for as long as this line is up; raises LineDownError when it drops.

        On a new line everything is published again: a broker forgets what it did not write down.
        """
        await self._bus.wait_connected()
        self._told.clear()
        self._revision = None
        while True:
            self._bell.clear()
            await self._publish()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._bell.wait()

    async def _publish(self) -> None:
        state = self._live.state
        if state is not None and (state.plan.id, state.revision) != self._revision:
            await self._retain(self._topics.state, on_the_bus(state))
            self._revision = (state.plan.id, state.revision)
        for box, notice in (await self._notices(state)).items():
            known = self._told.get(box)
            if known is None or not _same(known, notice):
                await self._retain(PartTopics(BoxId(box), ROOM).given_state, notice)
                self._told[box] = notice

    async def _notices(self, state: ConferenceState | None) -> dict[str, RoomNotice]:
        """Return each room's notice: of the conference under way, else of its next one."""
        notices = {box: RoomNotice() for box in self._told}
        now = self._clock.now()
        plans = await self._live.plans()
        for plan, phase in reversed(plans):  # the earliest last, so that it wins
            near = now - _BEHIND <= plan.starts_at <= now + _AHEAD
            begun = rules.begin(plan) if near and phase is Phase.PLANNED else None
            for site in plan.sites:
                if begun is not None:
                    notices[site.box] = room_notice(begun, site.id, self._papers_url)
                else:
                    notices.setdefault(site.box, RoomNotice())
        if state is not None and in_session(state):
            for site in state.plan.sites:
                notices[site.box] = room_notice(state, site.id, self._papers_url)
        notices.pop("", None)
        return notices

    async def _retain(self, topic: str, message: msgspec.Struct) -> None:
        payload = encode(message)
        if len(payload) > MAX_PAYLOAD_BYTES:
            _log.error("conference.state_too_large", topic=topic, bytes=len(payload))
            return
        await self._bus.publish(Packet(topic=topic, payload=payload, qos=1, retain=True))


def _same(one: RoomNotice, other: RoomNotice) -> bool:
    return msgspec.structs.replace(one, revision=other.revision) == other
