"""A conference server of the tests: real HTTP, real tokens, real sessions, rules of three lines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from litestar import Litestar

from devices.contract.clock import SystemClock
from devices.contract.errors import MotcuaError
from devices.contract.identity import BRIDGE, DEVICES, ROOM, BoxId
from devices.contract.message import Connection, Done, LinkState, PartStatus, decode, encode
from devices.contract.topics import PartTopics
from devices.messages import ButtonPressed, LampState, SetLamp
from devices.runtime.alongside import alongside
from devices.runtime.bus import Bus, Inbox, Packet
from devices.runtime.mqtt_bus import mqtt_bus
from devices.runtime.requests import Ask, Desk, asking
from devices.runtime.settings import BusConfig
from devices.web.serve import served
from tests.vc.example import example_plan
from tests.waiting import until
from vc.acts import AnyAct
from vc.endpoint.camera.eye import picture_of
from vc.engine.port import Direction, Leg, NoLegError, OfferRefusedError
from vc.media import timecode
from vc.media.clip import Clip, ClipPlayer, Footage
from vc.media.opus import OpusEncoder
from vc.media.speech import frames_of, tone
from vc.media.yuv import planes
from vc.messages import (
    AskAct,
    AskToJoin,
    JoinConference,
    LeaveConference,
    LineTested,
    RoomNotice,
    TestLine,
)
from vc.rtp.config import PeerConfig
from vc.rtp.egress import packetise_h264
from vc.rtp.peer import Peer, PeerState, now_us
from vc.rtp.receive import AudioPacket, VideoFrameData
from vc.signaling.door import Limits
from vc.signaling.legs import new_leg_id
from vc.signaling.routes import signaling_routes
from vc.signaling.tokens import Claims, Tokens

PLAN = example_plan()
BOX, MEMBER = BoxId("dong-ha-room"), "dong-ha"
TOPICS = PartTopics(BOX, ROOM)
PATIENT = PeerConfig(consent_failures=10)
"""A machine that stands still for some seconds is no lost line: who leaves, says so."""
FOOTAGE = Footage(seed=7, width=320, height=180, kbps=300, seconds=2)


class KeptOutError(MotcuaError):
    """The chair has locked the meeting."""

    code = "conference.locked"


class Site:
    """A session as the server has it: what came, and what is sent."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pictures = 0
        self.numbers: list[int | None] = []
        self.sounds: list[AudioPacket] = []
        self.state = PeerState.CONNECTING
        self.keyframes_wanted = 0
        self.peer = Peer(self, PATIENT)

    def on_video(self, frame: VideoFrameData) -> None:
        self.pictures += 1
        if frame.keyframe and (picture := picture_of(frame.data)):
            self.numbers.append(timecode.read(planes(picture)[0]))

    def on_audio(self, packet: AudioPacket) -> None:
        self.sounds.append(packet)

    def on_keyframe_wanted(self) -> None:
        self.keyframes_wanted += 1

    def on_state(self, state: PeerState, _reason: str) -> None:
        self.state = state


class TableTop:
    """The device process as the room knows it: a button, and a lamp that does what it is told."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._topics = PartTopics(BOX, DEVICES)
        self.lamps: list[LampState] = []

    async def run(self) -> None:
        desk = Desk(self._bus, self._topics.cmd)
        desk.on(SetLamp, self._set)
        await desk.serve()

    async def press(self) -> None:
        payload = encode(ButtonPressed(button="speak"))
        await self._bus.publish(Packet(topic=self._topics.signal, payload=payload))

    async def begins_anew(self) -> None:
        """Say what a device process says that has just started."""
        born = encode(Connection(state=LinkState.READY, boot=2))
        await self._bus.publish(Packet(topic=self._topics.conn, payload=born, qos=1, retain=True))

    async def _set(self, command: SetLamp) -> Done:
        self.lamps.append(command.state)
        return Done()


class Centre:
    """The server. `serve` is one run of it; everything but the bus is new after a restart."""

    def __init__(self, bus: Bus, ask: Ask, directory: Path) -> None:
        self._bus = bus
        self._ask = ask
        self._directory = directory
        self.sites: dict[str, Site] = {}
        self.joined: list[str] = []
        self.acts: list[AnyAct] = []
        self.statuses: list[PartStatus] = []
        self.locked = False
        self.frozen = False
        self.sound_ahead_us = 0
        self.port = 0
        self.token_s = 60.0
        self.refuse: Callable[[AnyAct], MotcuaError | None] = lambda _: None
        self._tokens = Tokens(b"a secret of the tests", SystemClock())

    # vc.signaling.door

    async def admit(
        self, token: str, conference: str, direction: Direction, *, box: str | None
    ) -> Leg:
        claims = self._tokens.redeem(token, conference, direction, box=box)
        if self.locked:
            raise KeptOutError
        return Leg(id=new_leg_id(), source=claims.member, direction=direction)

    async def open(self, leg: Leg, offer: str) -> str:
        site = Site(leg.source)
        answer = await site.peer.answer(offer, direction=leg.direction, codecs=("h264",))
        self.sites[leg.id] = site
        self.joined.append(leg.source)
        return answer

    async def offer(self, _leg: Leg) -> str:
        raise OfferRefusedError

    async def accept(self, _leg_id: str, _answer: str) -> None:
        raise NoLegError

    async def add_candidates(self, _leg_id: str, _fragment: str) -> None:
        raise NoLegError

    async def close(self, leg_id: str) -> None:
        if site := self.sites.get(leg_id):
            await site.peer.close()

    # its life

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Run, until the body ends; then sessions die as a killed process leaves them."""
        self._tokens = Tokens(b"a secret of the tests", SystemClock())
        routes = signaling_routes(self, self, lambda _: (), Limits(SystemClock()))
        app = Litestar(routes, logging_config=None)
        async with (
            served(app, "127.0.0.1", self.port) as self.port,
            alongside(self._send(), self._desk().serve(), name="server"),
        ):
            try:
                yield
            finally:
                sites, self.sites = self.sites, {}
                for site in sites.values():
                    await site.peer.close()

    async def run(self) -> None:
        """Read what the room tells of itself."""
        async with self._bus.listen(TOPICS.status) as statuses:
            await self._read(statuses)

    def _desk(self) -> Desk:
        desk = Desk(self._bus, TOPICS.ask)
        desk.on(AskToJoin, self._asked_to_join)
        desk.on(AskAct, self._asked_to_act)
        return desk

    async def notice(self, notice: RoomNotice) -> None:
        """Tell the room what to show, retained."""
        await self._bus.wait_connected()
        packet = Packet(topic=TOPICS.given_state, payload=encode(notice), qos=1, retain=True)
        await self._bus.publish(packet)

    async def bridge(self, line: bytes) -> None:
        """Say what the box's broker says of its line to the province."""
        topic = PartTopics(BOX, BRIDGE).line
        await self._bus.wait_connected()
        await self._bus.publish(Packet(topic=topic, payload=line, qos=1, retain=True))

    def order(self) -> JoinConference:
        claims = Claims(conference=PLAN.id, member=MEMBER, direction=Direction.BOTH)
        return JoinConference(
            conference=PLAN.id,
            member=MEMBER,
            url=f"http://127.0.0.1:{self.port}/room/{PLAN.id}",
            token=self._tokens.issue(claims, valid_for_s=self.token_s),
            valid_until=datetime.now(UTC) + timedelta(seconds=self.token_s),
        )

    async def calls(self) -> None:
        """Order the room in."""
        assert await self._ask(TOPICS.province_cmd, self.order(), within_s=10) == Done()

    async def sends_away(self) -> None:
        command = LeaveConference(conference=PLAN.id, reason="Hội nghị kết thúc")
        assert await self._ask(TOPICS.province_cmd, command, within_s=10) == Done()

    async def tests_the_line(self, for_s: float) -> LineTested:
        """Order a line test."""
        return await self._ask(TOPICS.province_cmd, TestLine(for_s=for_s), within_s=for_s + 10)

    @asynccontextmanager
    async def table(self) -> AsyncIterator["TableTop"]:
        """Put a button and a lamp on the room's table: the box's device process."""
        top = TableTop(self._bus)
        async with alongside(top.run(), name="table"):
            yield top

    @property
    def site(self) -> Site | None:
        """The newest session that is up."""
        up = [one for one in self.sites.values() if one.state is PeerState.CONNECTED]
        return up[-1] if up else None

    async def has_the_room(self, *, within_s: float = 15.0) -> Site:
        """Wait until the room is in and its pictures come."""

        def there() -> bool:
            return self.site is not None and self.site.pictures > 5

        await until(there, "the room's pictures come", within_s=within_s)
        assert self.site is not None
        return self.site

    async def _asked_to_join(self, _: AskToJoin) -> Done:
        packet = Packet(topic=TOPICS.province_cmd, payload=encode(self.order()))
        order = msgspec.structs.replace(
            packet, correlation=new_leg_id().encode()[:12], response_topic=TOPICS.province_reply
        )
        await self._bus.publish(order)
        return Done()

    async def _asked_to_act(self, command: AskAct) -> Done:
        if error := self.refuse(command.act):
            raise error
        self.acts.append(command.act)
        return Done()

    async def _read(self, statuses: Inbox) -> None:
        async for packet in statuses:
            self.statuses.append(decode(packet.payload, PartStatus))

    async def _send(self) -> None:
        """Send the view and a tone to everybody, 25 pictures and 50 packets a second."""
        clip = await asyncio.to_thread(Clip.make, self._directory, FOOTAGE)
        player, encoder = ClipPlayer(clip), OpusEncoder()
        sounds = frames_of(tone(440, 0.4), 960)
        loop = asyncio.get_running_loop()
        due, beat, sound_us, wanted = loop.time(), 0, now_us(), 0
        while True:
            due, beat = due + 0.02, beat + 1
            await asyncio.sleep(max(0.0, due - loop.time()))
            up = [one for one in self.sites.values() if one.state is PeerState.CONNECTED]
            sound_us += 20_000
            payload = encoder.encode(sounds[beat % len(sounds)])
            for site in up:
                site.peer.send_audio(payload, sound_us + self.sound_ahead_us)
            if beat % 2 or self.frozen:
                continue
            asked = sum(site.keyframes_wanted for site in up)
            unit = player.next(keyframe=asked != wanted)
            wanted = asked
            frame = packetise_h264(unit.data, now_us())
            for site in up:
                site.peer.send_video(frame)


@asynccontextmanager
async def centre_on(port: int, directory: Path) -> AsyncIterator[Centre]:
    """Yield a server, not up yet, on the broker at this port."""
    async with AsyncExitStack() as stack:
        bus = await stack.enter_async_context(mqtt_bus(BusConfig(port=port), "centre"))
        ask = await stack.enter_async_context(asking(bus, TOPICS.province_reply, "centre"))
        centre = Centre(bus, ask, directory)
        await stack.enter_async_context(alongside(centre.run(), name="centre"))
        yield centre
