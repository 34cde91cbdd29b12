"""The rooms on the bus: what they ask, whether they can be reached, what they say of themselves."""

from collections.abc import Callable

import structlog

from devices.contract.errors import MotcuaError
from devices.contract.identity import ROOM, BoxId
from devices.contract.message import Connection, Done, LinkState, Message, PartStatus, decode
from devices.contract.topics import PartTopics, Topic, parse
from devices.runtime.bus import Bus
from devices.runtime.requests import Desk
from vc.acts import Actor, Role
from vc.messages import AskAct, AskToJoin
from vc.server.control import Live
from vc.server.lines import Lines
from vc.signaling.errors import ForeignBoxError, OtherConferenceError
from vc.state import ConferenceState, Site

ANY_ROOM = PartTopics(BoxId("+"), ROOM)
_AT_ONCE = 256
_log = structlog.get_logger()


class Rooms:
    """Serves what rooms ask. `wants_in` are called with a site whose room wants to join."""

    def __init__(self, bus: Bus, live: Live, lines: Lines) -> None:
        self._bus = bus
        self._live = live
        self._lines = lines
        self._ready: dict[str, int] = {}
        self.wants_in: list[Callable[[str], None]] = []
        self._desk = Desk(bus, ANY_ROOM.ask, at_once=_AT_ONCE)
        self._desk.on_from(AskAct, self._act)
        self._desk.on_from(AskToJoin, self._ask_to_join)

    def ready(self, box: str) -> bool:
        """Return whether a box's room can be talked to."""
        return box in self._ready

    async def serve(self) -> None:
        """Take what rooms ask, for ever."""
        await self._desk.serve()

    async def follow(self) -> None:
        """Hear which rooms come and go, and their figures, for ever."""
        async with self._bus.listen(ANY_ROOM.conn, ANY_ROOM.status, limit=1024) as inbox:
            async for packet in inbox:
                try:
                    topic = parse(packet.topic)
                    told = decode(packet.payload, Connection | PartStatus)  # type: ignore[arg-type]  # a union is no type
                except MotcuaError as error:
                    _log.warning("room.bad_message", topic=packet.topic, text=error.sentence)
                    continue
                self._hear(topic.box, told)

    def _hear(self, box: str, told: Message) -> None:
        if isinstance(told, PartStatus):
            self._lines.room(box, told.figures)
            return
        if not isinstance(told, Connection):
            return
        if told.state is LinkState.READY:
            fresh = self._ready.get(box) != told.boot
            self._ready[box] = told.boot
            state = self._live.state
            if fresh and state and (site := site_of_box(state, box)):
                for hear in self.wants_in:
                    hear(site.id)
        elif told.boot >= self._ready.get(box, 0):  # a late will of an older boot says nothing
            self._ready.pop(box, None)
            self._lines.room(box, {})

    async def _act(self, command: AskAct, topic: Topic) -> Done:
        state = self._live.session
        if state.plan.id != command.conference:
            raise OtherConferenceError
        site = site_of_box(state, topic.box)
        if site is None:
            raise ForeignBoxError
        await self._live.act(command.act, Actor(name=site.name, role=Role.SITE, member=site.id))
        return Done()

    async def _ask_to_join(self, command: AskToJoin, topic: Topic) -> Done:
        del command
        state = self._live.state
        if state and (site := site_of_box(state, topic.box)):
            for hear in self.wants_in:
                hear(site.id)
        return Done()


def site_of_box(state: ConferenceState, box: str) -> Site | None:
    """Return the site whose room's box it is."""
    return next((site for site in state.plan.sites if site.box == box and box), None)
