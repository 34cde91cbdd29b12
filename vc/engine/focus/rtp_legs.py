"""Who is connected to the rtp process: members' pictures and sound in, views and the mix out."""

import itertools
from collections.abc import Iterator
from typing import Annotated, Protocol

import msgspec

from devices.contract.config import Config
from devices.contract.errors import BusyError
from vc.engine.focus.wire import (
    EVERYONE,
    HEADER,
    KEYFRAME,
    SOUND_HEADER,
    VP8,
    Arrange,
    Kind,
)
from vc.engine.port import Direction, Leg, LegChanged, LegFigures, LegState, NoLegError, VideoCodec
from vc.messages import IceServer
from vc.rtp.config import PeerConfig
from vc.rtp.egress import PacketisedFrame, packetise_h264, packetise_vp8
from vc.rtp.peer import Peer, PeerState, now_us
from vc.rtp.receive import AudioPacket, VideoFrameData

WISH_EVERY_US = 500_000
"""How often a view's keyframe is wished for at most while somebody waits for it."""


class RtpConfig(Config, frozen=True):
    """The rtp process's configuration."""

    peer: PeerConfig = PeerConfig()
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    max_legs: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 300
    log_level: str = "info"


class Outside(Protocol):
    """Where the legs' media and reports go. Nothing of it blocks; False: it was dropped."""

    def to_video(self, head: bytes, data: bytes) -> bool:
        """Send a media datagram to the video process."""

    def to_audio(self, datagram: bytes) -> bool:
        """Send a media datagram to the audio process."""

    def tell(self, report: msgspec.Struct) -> None:
        """Report to control."""


class Session:
    """One leg: what its peer brings goes on under the source's slot."""

    def __init__(self, leg: Leg, slot: int, legs: "Legs", config: RtpConfig) -> None:
        self.leg, self.slot = leg, slot
        self.view = leg.view
        self._legs = legs
        self._gap = False
        self.peer = Peer(
            self, config.peer, ice_servers=config.ice_servers, relay_only=config.relay_only
        )

    @property
    def publishes(self) -> bool:
        """Whether it brings the source's picture and sound."""
        return self.leg.direction is not Direction.PLAY

    @property
    def plays(self) -> bool:
        """Whether it gets a view and the mix."""
        return self.leg.direction is not Direction.PUBLISH

    def on_video(self, frame: VideoFrameData) -> None:
        """Hand a picture on; after one that was dropped, only a keyframe."""
        if not self.publishes or (self._gap and not frame.keyframe):
            return
        flags = KEYFRAME * frame.keyframe | VP8 * (frame.codec == VideoCodec.VP8)
        head = HEADER.pack(Kind.FRAME, flags, self.slot, frame.arrival_us, frame.rtp_time)
        self._gap = not self._legs.outside.to_video(head, frame.data)
        if self._gap:
            self.peer.ask_keyframe()

    def on_audio(self, packet: AudioPacket) -> None:
        """Hand a packet of sound on; a shared screen has none."""
        if self.publishes and not self.leg.content:
            head = HEADER.pack(Kind.SOUND, 0, self.slot, packet.arrival_us, 0)
            number = SOUND_HEADER.pack(packet.seq, packet.rtp_time)
            self._legs.outside.to_audio(head + number + packet.payload)

    def on_keyframe_wanted(self) -> None:
        """Hand the wish on to the view's encoder."""
        self._legs.wish(self.view)

    def on_state(self, state: PeerState, reason: str) -> None:
        """Tell control, and forget the leg when it is over."""
        codec = VideoCodec(self.peer.video_codec or VideoCodec.H264)
        if state is PeerState.CLOSED:
            self._legs.gone(self)
        self._legs.outside.tell(
            LegChanged(
                leg=self.leg.id,
                source=self.leg.source,
                state=LegState(state),
                reason=reason,
                codec=codec,
            )
        )

    def figures(self) -> LegFigures:
        """Return the line's figures."""
        now = self.peer.figures()
        return LegFigures(
            leg=self.leg.id,
            source=self.leg.source,
            up=now.video_in.line,
            down=now.video_out.line,
            audio_up=now.audio_in.line,
        )


class Legs:
    """All sessions, by id; which of them look at which view; who hears what."""

    def __init__(self, outside: Outside, config: RtpConfig) -> None:
        self.outside = outside
        self._config = config
        self._sessions: dict[str, Session] = {}
        self._codecs: dict[str, VideoCodec] = {}
        self._numbers: dict[str, int] = {}
        self._views: dict[int, str] = {}
        self._viewers: dict[int, tuple[Session, ...]] = {}
        self._wished_us: dict[str, int] = {}
        self._sound: dict[int, bytes] = {}
        self._sound_us = 0
        self._sound_due = 0
        self._packets_of_gone = (0, 0)

    def __iter__(self) -> Iterator[Session]:
        return iter(self._sessions.values())

    @property
    def packets(self) -> tuple[int, int]:
        """RTP packets that came, and that were sent, by all sessions ever."""
        peers = [session.peer for session in self]
        came, sent = self._packets_of_gone
        came += sum(one.packets_in for one in peers)
        return came, sent + sum(one.packets_out for one in peers)

    async def open(self, leg: Leg, slot: int, offer: str) -> str:
        """Begin a session; returns the answer, or our offer when theirs is empty.

        It takes the place of the source's session that carries the same. Raises SdpError or
        BusyError.
        """
        if len(self._sessions) >= self._config.max_legs or leg.id in self._sessions:
            raise BusyError("there are as many sessions as there may be")
        session = Session(leg, slot, self, self._config)
        self._sessions[leg.id] = session
        try:
            if offer:
                text = await session.peer.answer(
                    offer, direction=leg.direction, codecs=self._wanted(leg)
                )
            else:
                text = await session.peer.offer(
                    send_video=session.plays,
                    send_audio=session.plays and not leg.content,
                    receive_video=session.publishes,
                    receive_audio=session.publishes and not leg.content,
                    codecs=self._wanted(leg),
                )
        except BaseException:
            self._sessions.pop(leg.id, None)
            await session.peer.close()
            raise
        for other in [one for one in self._before(session) if _is_replaced(one, session)]:
            await other.peer.close()
        self._find_viewers()
        return text

    async def accept(self, leg_id: str, answer: str) -> None:
        """Take the answer to our offer; raises NoLegError, SdpError."""
        await self._known(leg_id).peer.accept(answer)

    async def add_candidates(self, leg_id: str, fragment: str) -> None:
        """Take trickled candidates; raises NoLegError, SdpError."""
        await self._known(leg_id).peer.add_candidates(fragment)

    async def close(self, leg_id: str) -> None:
        """End a session; nothing happens when it is gone."""
        if session := self._sessions.get(leg_id):
            await session.peer.close()

    def look(self, leg_id: str, view: str) -> None:
        """Let a session look at another view; raises NoLegError."""
        session = self._known(leg_id)
        if session.view != view:
            session.view = view
            session.peer.restart_video()
            self._find_viewers()
            self.wish(view)

    def arrange(self, order: Arrange) -> None:
        """Take the views' names, numbers and codecs."""
        self._codecs = {view.name: view.codec for view in order.views}
        self._numbers = {
            view.name: order.numbers[view.name]
            for view in order.views
            if view.name in order.numbers
        }
        self._views = {number: name for name, number in self._numbers.items()}
        self._find_viewers()

    def show(self, flags: int, number: int, time_us: int, data: bytes) -> None:
        """Send a view's picture to all who look at it: packetised once."""
        viewers = self._viewers.get(number)
        if not viewers:
            return
        frame: PacketisedFrame = (packetise_vp8 if flags & VP8 else packetise_h264)(data, time_us)
        for session in viewers:
            session.peer.send_video(frame)
        if not frame.keyframe and any(
            one.peer.waits_for_keyframe and one.peer.state is PeerState.CONNECTED for one in viewers
        ):
            self.wish(self._views[number])

    def sound(self, slot: int, time_us: int, following: int, payload: bytes) -> None:
        """Take a packet of the mix; a tick goes out when all its packets are there."""
        if slot == EVERYONE:
            self._sound_out()
            self._sound_us, self._sound_due = time_us, following + 1
        elif EVERYONE not in self._sound:
            return
        self._sound[slot] = payload
        if len(self._sound) >= self._sound_due:
            self._sound_out()

    def keyframe_of(self, slot: int) -> None:
        """Ask the slot's member for a keyframe: the decoder needs one."""
        for session in self:
            if session.slot == slot and session.publishes:
                session.peer.ask_keyframe()

    def wish(self, view: str) -> None:
        """Ask the view's encoder for a keyframe."""
        number, at_us = self._numbers.get(view), now_us()
        if number is not None and at_us - self._wished_us.get(view, 0) > WISH_EVERY_US:
            self._wished_us[view] = at_us
            self.outside.to_video(HEADER.pack(Kind.KEYFRAME_WANTED, 0, number, at_us, 0), b"")

    def gone(self, session: Session) -> None:
        """Forget a session that is over; a slot nobody brings any more is told to be gone."""
        came, sent = self._packets_of_gone
        peer = session.peer
        self._packets_of_gone = (came + peer.packets_in, sent + peer.packets_out)
        if self._sessions.get(session.leg.id) is session:
            del self._sessions[session.leg.id]
        if session.publishes and not any(
            one.slot == session.slot and one.publishes for one in self
        ):
            head = HEADER.pack(Kind.GONE, 0, session.slot, now_us(), 0)
            self.outside.to_video(head, b"")
            self.outside.to_audio(head)
        self._find_viewers()

    async def end(self) -> None:
        """End all sessions."""
        for session in list(self):
            await session.peer.close()

    def _sound_out(self) -> None:
        everyone = self._sound.pop(EVERYONE, None)
        if everyone is not None:
            for session in self._sessions.values():
                if session.plays and not session.leg.content:
                    payload = self._sound.get(session.slot, everyone)
                    session.peer.send_audio(payload, self._sound_us)
        self._sound.clear()

    def _wanted(self, leg: Leg) -> tuple[str, ...]:
        """Return the codecs a leg may use, its view's first."""
        every = (VideoCodec.H264, VideoCodec.VP8)
        first = self._codecs.get(leg.view, VideoCodec.H264)
        return (first, *(one for one in every if one is not first))

    def _before(self, session: Session) -> Iterator[Session]:
        """Yield who began earlier: of two that join at once, the later one stays."""
        return itertools.takewhile(lambda one: one is not session, self)

    def _known(self, leg_id: str) -> Session:
        if (session := self._sessions.get(leg_id)) is None:
            raise NoLegError
        return session

    def _find_viewers(self) -> None:
        found: dict[int, list[Session]] = {}
        for session in self:
            number = self._numbers.get(session.view)
            if session.plays and number is not None:
                found.setdefault(number, []).append(session)
        self._viewers = {number: tuple(sessions) for number, sessions in found.items()}


def _is_replaced(old: Session, new: Session) -> bool:
    """Whether the new session carries what the old one of the same source did."""
    if old.leg.source != new.leg.source:
        return False
    return (old.publishes and new.publishes) or (old.plays and new.plays)
