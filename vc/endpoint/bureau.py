"""The room's desk on the bus: what the server and the table tell it, and what it asks of them."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from devices.contract.errors import BadPayloadError, DeadlinePassedError
from devices.contract.identity import BRIDGE, DEVICES
from devices.contract.message import (
    Command,
    Connection,
    Done,
    LinkState,
    RefusedError,
    decode,
    encode,
)
from devices.contract.topics import PartTopics
from devices.messages import ButtonPressed, LampState, SetLamp
from devices.runtime.bus import Bus, Inbox
from devices.runtime.requests import Ask, Desk
from vc.acts import AnyAct
from vc.endpoint.happenings import AnyHappening, NotExpected, Noticed, Ordered, ToldToLeave
from vc.endpoint.presses import SPEAK_BUTTON, AnyPress, Lamp, PressSpeak
from vc.messages import (
    AskAct,
    AskToJoin,
    JoinConference,
    LeaveConference,
    LineTested,
    RoomNotice,
    TestLine,
)

_ASK_S = 3.0
_LAMP_S = 2.0
_LAMP_AGAIN_S = 5.0
_LINE_DOWN = b"0"
_NOTHING = encode(RoomNotice())
"""What a retained notice that was cleared says."""
_LAMPS = {Lamp.OFF: LampState.OFF, Lamp.ASKED: LampState.BLINKING, Lamp.ON_AIR: LampState.ON}
_log = structlog.get_logger()


class Room(Protocol):
    """Who is told what comes over the bus."""

    def tell(self, happening: AnyHappening) -> None:
        """Take what happened to the call."""

    def press(self, press: AnyPress) -> None:
        """Take a press of a button on the table."""

    async def test_line(self, for_s: float) -> LineTested:
        """Measure; raises MotcuaError when it cannot be done now."""


class Bureau:
    """Reads and asks. `province` asks the conference server, `box` the parts of this box."""

    def __init__(self, bus: Bus, topics: PartTopics, province: Ask, box: Ask, room: Room) -> None:
        self._bus = bus
        self._topics = topics
        self._province = province
        self._box = box
        self._room = room
        self._devices = PartTopics(topics.box, DEVICES)
        self._bridge = PartTopics(topics.box, BRIDGE)
        self._bridge_is_down = False
        self._asks = False
        self._lamp = Lamp.OFF
        self._lamp_changed = asyncio.Event()
        self._desk = Desk(bus, topics.province_cmd)
        self._desk.on(JoinConference, self._join)
        self._desk.on(LeaveConference, self._leave)
        self._desk.on(TestLine, self._test)

    @property
    def commands(self) -> tuple[str, ...]:
        """The words of the commands taken."""
        return self._desk.commands

    @property
    def is_cut_off(self) -> bool:
        """Whether nothing of the province can reach this room now: by bridge or by bus."""
        return self._bridge_is_down or not self._bus.connected

    async def run(self, has_lamp: bool) -> None:  # noqa: FBT001 - the box has it or not
        """Read the bus, and keep the lamp as it shall be, until cancelled."""
        async with (
            self._bus.listen(self._topics.given_state) as notices,
            self._bus.listen(self._devices.signal) as signals,
            self._bus.listen(self._bridge.line) as lines,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(self._desk.serve(), name="desk of the province")
            group.create_task(self._read(notices, RoomNotice, self._noticed), name="notices")
            group.create_task(self._read(signals, ButtonPressed, self._pressed), name="buttons")
            group.create_task(self._watch_line(lines), name="line")
            if has_lamp:
                group.create_task(self._keep_lamp(), name="lamp")
                group.create_task(self._watch_births(), name="births")

    async def ask_for_order(self) -> None:
        """Ask the server to order the room in, unless that is being asked already."""
        if self._asks:
            return
        self._asks = True
        try:
            await self._province(self._topics.ask, AskToJoin(), within_s=_ASK_S)
        except RefusedError as error:
            self._room.tell(NotExpected(text=error.sentence, retry=error.refused.retry))
        except (DeadlinePassedError, BadPayloadError) as error:
            self._room.tell(NotExpected(text=error.sentence, retry=True))
        finally:
            self._asks = False

    async def act(self, conference: str, act: AnyAct) -> None:
        """Act in the conference; raises RefusedError, DeadlinePassedError, BadPayloadError."""
        await self._province(
            self._topics.ask, AskAct(conference=conference, act=act), within_s=_ASK_S
        )

    def light(self, lamp: Lamp) -> None:
        """Let the lamp on the table say this from now on."""
        if lamp is not self._lamp:
            self._lamp = lamp
            self._lamp_changed.set()

    async def _join(self, order: JoinConference) -> Done:
        self._room.tell(Ordered(order=order))
        return Done()

    async def _leave(self, command: LeaveConference) -> Done:
        self._room.tell(ToldToLeave(conference=command.conference, reason=command.reason))
        return Done()

    async def _test(self, command: TestLine) -> LineTested:
        return await self._room.test_line(command.for_s)

    async def _read(
        self,
        inbox: Inbox,
        kind: type[RoomNotice | ButtonPressed | Connection],
        take: Callable[..., None],
    ) -> None:
        async for packet in inbox:
            try:
                message = decode(packet.payload or _NOTHING, kind)
            except BadPayloadError as error:
                _log.debug("packet.unread", topic=packet.topic, why=error.sentence)
                continue
            take(message)

    def _noticed(self, notice: RoomNotice) -> None:
        self._room.tell(Noticed(notice=notice))

    def _pressed(self, pressed: ButtonPressed) -> None:
        if pressed.button == SPEAK_BUTTON:
            self._room.press(PressSpeak(by_hand=True))

    async def _watch_births(self) -> None:
        async with self._bus.listen(self._devices.conn) as births:
            await self._read(births, Connection, self._born)

    def _born(self, connection: Connection) -> None:
        """Light the lamp again: a device process that began anew has it dark."""
        if connection.state is LinkState.READY:
            self._lamp_changed.set()

    async def _watch_line(self, lines: Inbox) -> None:
        async for packet in lines:
            self._bridge_is_down = packet.payload == _LINE_DOWN

    async def _keep_lamp(self) -> None:
        while True:
            self._lamp_changed.clear()
            shown = await self._lit(SetLamp(lamp=SPEAK_BUTTON, state=_LAMPS[self._lamp]))
            try:
                async with asyncio.timeout(None if shown else _LAMP_AGAIN_S):
                    await self._lamp_changed.wait()
            except TimeoutError:
                continue

    async def _lit(self, command: Command[Done]) -> bool:
        try:
            await self._box(self._devices.cmd, command, within_s=_LAMP_S)
        except (RefusedError, DeadlinePassedError, BadPayloadError) as error:
            _log.debug("lamp.unlit", why=error.sentence)
            return False
        return True
