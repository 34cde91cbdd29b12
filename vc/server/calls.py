"""Calling rooms in, until they are in; and telling them to leave."""

import asyncio
import contextlib
from datetime import datetime, timedelta

import structlog

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.contract.identity import ROOM, BoxId
from devices.contract.message import RefusedError
from devices.contract.topics import PartTopics
from devices.runtime.requests import Ask
from vc.engine.port import Direction, Engine
from vc.messages import JoinConference, LeaveConference
from vc.server.control import Live, NothingOpenError, in_session
from vc.server.doorway import Doorway
from vc.server.rooms import Rooms
from vc.signaling.turn import IceServers
from vc.state import ConferenceState, Site

TOKEN_S = 60.0
_LOOK_EVERY_S = 1.0
_ANSWER_S = 4.0
_AGAIN_S = 6.0
_REFUSED_AGAIN_S = 60.0
_MUTE_AGAIN_S = 2.0
_AT_ONCE = 100
_log = structlog.get_logger()


class Calls:
    """Sends JoinConference to each expected room, again until it is in."""

    def __init__(
        self,
        ask: Ask,
        *,
        engine: Engine,
        live: Live,
        rooms: Rooms,
        doorway: Doorway,
        ice: IceServers,
        public_url: str,
        clock: Clock,
    ) -> None:
        self._ask = ask
        self._engine = engine
        self._live = live
        self._rooms = rooms
        self._doorway = doorway
        self._ice = ice
        self._public_url = public_url
        self._clock = clock
        self._bell = asyncio.Event()
        self._not_before: dict[str, float] = {}
        self._wanted: set[str] = set()
        self._under_way: set[str] = set()
        self._called: dict[str, Site] = {}
        self._conference = ""

    def call(self, member: str) -> None:
        """Call a site soon, also when it seems to be inside."""
        self._wanted.add(member)
        self._bell.set()

    def ring(self) -> None:
        """Say that the state changed."""
        self._bell.set()

    async def run(self) -> None:
        """Call and dismiss rooms, for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._engine.up()  # nobody is called to a door that is shut
                self._bell.clear()
                if (state := self._live.state) is not None:
                    self._begin(state)
                    for site in self._to_dismiss(state):
                        group.create_task(self._dismiss(state, site), name=f"dismiss {site.id}")
                    for site in self._due(state):
                        self._under_way.add(site.id)
                        group.create_task(self._call(state, site), name=f"call {site.id}")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY_S):
                        await self._bell.wait()

    def _begin(self, state: ConferenceState) -> None:
        if state.plan.id != self._conference:
            self._conference = state.plan.id
            self._not_before.clear()
            self._called.clear()

    def _due(self, state: ConferenceState) -> list[Site]:
        """Return whom to call now; a wish that cannot be met is forgotten."""
        wanted, self._wanted = self._wanted, set()
        if not in_session(state):
            return []
        now = self._clock.monotonic()
        due: list[Site] = []
        for site in state.plan.sites:
            member = state.member(site.id)
            if member is None or member.expelled or not self._rooms.ready(site.box):
                continue
            if site.id in self._under_way:
                if site.id in wanted:
                    self._wanted.add(site.id)
                continue
            overdue = not member.connected and now >= self._not_before.get(site.id, now)
            if (site.id in wanted or overdue) and len(self._under_way) + len(due) < _AT_ONCE:
                due.append(site)
        return due

    def _to_dismiss(self, state: ConferenceState) -> list[Site]:
        out = [
            site
            for member_id, site in self._called.items()
            if not in_session(state) or ((one := state.member(member_id)) and one.expelled)
        ]
        for site in out:
            del self._called[site.id]
        return out

    async def _call(self, state: ConferenceState, site: Site) -> None:
        again_s = _AGAIN_S
        try:
            topics = PartTopics(BoxId(site.box), ROOM)
            order = self._order(state, site)
            await self._ask(
                topics.province_cmd,
                order,
                within_s=_ANSWER_S,
                reply_topic=topics.province_reply,
            )
            self._called[site.id] = site
        except RefusedError as error:
            again_s = _REFUSED_AGAIN_S
            _log.warning("room.refused", site=site.id, code=error.refused.code)
        except NothingOpenError:
            return
        except MotcuaError as error:
            again_s = _MUTE_AGAIN_S
            _log.info("room.not_reached", site=site.id, code=error.code)
        finally:
            self._under_way.discard(site.id)
            self._not_before[site.id] = self._clock.monotonic() + again_s

    async def _dismiss(self, state: ConferenceState, site: Site) -> None:
        topics = PartTopics(BoxId(site.box), ROOM)
        reason = "" if in_session(state) else "Hội nghị đã kết thúc."
        with contextlib.suppress(MotcuaError):  # the retained notice says it too
            await self._ask(
                topics.province_cmd,
                LeaveConference(conference=state.plan.id, reason=reason),
                within_s=_ANSWER_S,
                reply_topic=topics.province_reply,
            )

    def _order(self, state: ConferenceState, site: Site) -> JoinConference:
        conference = state.plan.id
        return JoinConference(
            conference=conference,
            member=site.id,
            url=f"{self._public_url}/room/{conference}",
            token=self._doorway.token(site.id, Direction.BOTH, box=site.box, valid_for_s=TOKEN_S),
            valid_until=_after(self._clock, TOKEN_S),
            ice_servers=self._ice.of(site.id),
            relay_only=self._ice.relay_only,
        )


def _after(clock: Clock, seconds: float) -> datetime:
    return clock.now() + timedelta(seconds=seconds)
