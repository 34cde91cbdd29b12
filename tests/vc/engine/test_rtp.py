"""The rtp process: members' media go in, a view and the mix come out."""

import asyncio

import msgspec

from tests.vc.engine.rtp_process import MAIN_NUMBER, rtp_process
from tests.vc.rtp.line import Camera, Owner
from tests.vc.rtp.pictures import h264_number, h264_picture
from tests.waiting import until
from vc.engine.focus.wire import (
    EVERYONE,
    HEADER,
    KEYFRAME,
    VP8,
    AcceptAnswer,
    CloseLeg,
    Kind,
    Look,
    OpenLeg,
)
from vc.engine.port import (
    Direction,
    EngineFigures,
    Leg,
    LegChanged,
    LegFigures,
    LegState,
    NoLegError,
    VideoCodec,
)
from vc.rtp.config import PeerConfig
from vc.rtp.peer import Peer, PeerState, now_us


class Member:
    """A member's end."""

    def __init__(self) -> None:
        self.owner = Owner()
        self.peer = Peer(self.owner, PeerConfig())
        self.camera = Camera(self.peer, self.owner)

    @property
    def seen(self) -> list[int]:
        return [h264_number(frame.data) for frame in self.owner.frames]

    @property
    def heard(self) -> list[bytes]:
        return [packet.payload for packet in self.owner.packets]


async def test_pictures_and_sound_of_a_member_go_on_under_its_slot() -> None:
    async with rtp_process() as ends:
        await ends.arrange()
        member = Member()
        await ends.join(member.peer, "dong-ha", 7)
        for number in range(10):
            member.camera.frame()
            member.peer.send_audio(b"\xf8%d" % number, 20_000 * number)
            await asyncio.sleep(0.01)
        await until(lambda: len(ends.of(Kind.FRAME)) == 10 == len(ends.sounds), "all of it")
        frames = ends.of(Kind.FRAME)
        assert {one.number for one in frames + ends.sounds} == {7}
        assert frames[0].flags == KEYFRAME
        assert [h264_number(one.payload) for one in frames] == list(range(10))
        assert abs(frames[-1].time_us - now_us()) < 5_000_000
        assert [one.payload[6:] for one in ends.sounds] == [b"\xf8%d" % n for n in range(10)]
        await member.peer.close()
        await until(lambda: ends.pictures[-1].kind == Kind.GONE, "gone told to video")
        await until(lambda: ends.sounds[-1].kind == Kind.GONE, "gone told to audio")
        assert ends.pictures[-1].number == 7


async def test_a_view_goes_to_all_who_look_at_it_and_to_nobody_else() -> None:
    async with rtp_process() as ends:
        await ends.arrange(VideoCodec.H264, ("chair", 41))
        first, second, other = Member(), Member(), Member()
        await ends.join(first.peer, "a", 1)
        await ends.join(second.peer, "b", 2, Direction.PLAY)
        leg = await ends.join(other.peer, "c", 3)
        await ends.ask(Look(leg=leg, view="chair"))
        ends.show(h264_picture(1, keyframe=True), now_us(), KEYFRAME)
        ends.show(h264_picture(2, 40_000), now_us(), 0)
        ends.show(h264_picture(9, keyframe=True), now_us(), KEYFRAME, 41)
        await until(lambda: first.seen == second.seen == [1, 2], "main")
        await until(lambda: other.seen == [9], "the other view")
        assert first.owner.frames[1].data == h264_picture(2, 40_000)
        await _closed(first, second, other)


async def test_who_looks_anew_makes_the_encoder_wish_a_keyframe_and_gets_nothing_before() -> None:
    async with rtp_process() as ends:
        await ends.arrange()
        member = Member()
        await ends.join(member.peer, "a", 1)
        await until(lambda: len(ends.of(Kind.KEYFRAME_WANTED)) == 1, "a wish when it connected")
        ends.show(h264_picture(1), now_us(), 0)
        ends.show(h264_picture(2, keyframe=True), now_us(), KEYFRAME)
        await until(lambda: member.seen == [2], "the keyframe")
        assert ends.of(Kind.KEYFRAME_WANTED)[0].number == MAIN_NUMBER
        await asyncio.sleep(0.6)
        member.peer.ask_keyframe()
        await until(lambda: len(ends.of(Kind.KEYFRAME_WANTED)) == 2, "a wish when it was asked for")
        await _closed(member)


async def test_a_decoder_that_needs_a_keyframe_gets_one_from_its_member() -> None:
    async with rtp_process() as ends:
        await ends.arrange()
        member = Member()
        await ends.join(member.peer, "a", 5)
        await member.camera.film(3)
        await until(lambda: len(ends.pictures) >= 3, "pictures")
        before = member.owner.keyframes_wanted
        ends.video.send(HEADER.pack(Kind.KEYFRAME_WANTED, 0, 5, 0, 0))
        await until(lambda: member.owner.keyframes_wanted > before, "the wish")
        await _closed(member)


async def test_each_hears_either_the_mix_for_all_or_its_own_and_one_packet_a_tick() -> None:
    async with rtp_process() as ends:
        await ends.arrange()
        speaker, listener = Member(), Member()
        await ends.join(speaker.peer, "speaker", 1)
        await ends.join(listener.peer, "listener", 2)
        for tick in range(20):
            ends.sound(EVERYONE, tick * 20_000, 1, b"all%d" % tick)
            ends.sound(1, tick * 20_000, 0, b"own%d" % tick)
        await until(lambda: len(listener.heard) == 20 and len(speaker.heard) == 20, "20 ticks")
        assert listener.heard == [b"all%d" % tick for tick in range(20)]
        assert speaker.heard == [b"own%d" % tick for tick in range(20)]
        ends.sound(EVERYONE, 20 * 20_000, 0, b"all20")
        await until(lambda: speaker.heard[-1] == b"all20", "the mix for all without a tick's wait")
        await _closed(speaker, listener)


async def test_a_new_session_of_a_source_takes_the_place_of_the_old_one() -> None:
    async with rtp_process() as ends:
        await ends.arrange()
        old, new, watching = Member(), Member(), Member()
        await ends.join(watching.peer, "a", 1, Direction.PLAY, "watching")
        await ends.join(old.peer, "a", 1, Direction.PUBLISH, "old")
        assert ends.states("watching") == [LegState.CONNECTED]
        await ends.join(new.peer, "a", 1, Direction.PUBLISH, "new")
        await until(lambda: ends.states("old")[-1] is LegState.CLOSED, "the old one closed")
        assert ends.states("watching") == [LegState.CONNECTED]
        assert not [x for x in ends.pictures if x.kind == Kind.GONE]
        await until(lambda: old.peer.state is PeerState.CLOSED, "told")
        await _closed(old, new, watching)


async def test_of_two_that_join_at_once_the_later_one_stays() -> None:
    async with rtp_process() as ends:
        await ends.arrange()
        members = [Member() for _ in range(2)]
        offers = [await one.peer.offer() for one in members]
        orders = [
            OpenLeg(leg=Leg(id=name, source="a"), slot=1, offer=offer)
            for name, offer in zip(("earlier", "later"), offers, strict=True)
        ]
        _, answer = await asyncio.gather(*map(ends.ask, orders))
        assert answer.code == ""
        await members[1].peer.accept(answer.text)
        await until(lambda: ends.states("later") == [LegState.CONNECTED], "connected")
        await until(lambda: ends.states("earlier") == [LegState.CLOSED], "the earlier one closed")
        await _closed(*members)


async def test_an_offer_of_ours_is_answered_and_plays() -> None:
    async with rtp_process() as ends:
        await ends.arrange()
        member = Member()
        leg = Leg(id="ours", source="a", direction=Direction.PLAY)
        offered = await ends.ask(OpenLeg(leg=leg, slot=1))
        answer = await member.peer.answer(offered.text, direction="publish", codecs=("vp8", "h264"))
        accepted = await ends.ask(AcceptAnswer(leg="ours", answer=answer))
        assert accepted.code == ""
        await until(lambda: ends.states("ours") == [LegState.CONNECTED], "connected")
        told = [x for x in ends.reports if isinstance(x, LegChanged)][-1]
        assert told.codec is VideoCodec.VP8
        await _closed(member)


async def test_who_has_vp8_only_sees_no_h264_view_but_a_vp8_one() -> None:
    async with rtp_process() as ends:
        await ends.arrange()
        guest = Member()
        leg = Leg(id="guest", source="g", direction=Direction.PLAY)
        offer = await guest.peer.offer(send_video=False, send_audio=False, codecs=("vp8",))
        answer = await ends.ask(OpenLeg(leg=leg, slot=1, offer=offer))
        await guest.peer.accept(answer.text)
        await until(lambda: ends.states("guest") == [LegState.CONNECTED], "connected")
        ends.show(h264_picture(1, keyframe=True), now_us(), KEYFRAME)
        await ends.arrange(VideoCodec.VP8)
        ends.show(b"\x10" + b"p" * 5000, now_us(), KEYFRAME | VP8)
        await until(lambda: len(guest.owner.frames) == 1, "one picture")
        assert guest.owner.frames[0].codec == "vp8"
        await _closed(guest)


async def test_what_cannot_be_done_is_refused_with_its_code() -> None:
    async with rtp_process() as ends:
        leg = Leg(id="x", source="x")
        for offer, code in (("v=0\r\n", "sdp.not_sdp"), ("x" * 70_000, "sdp.too_large")):
            assert (await ends.ask(OpenLeg(leg=leg, slot=1, offer=offer))).code == code
        for order in (AcceptAnswer(leg="no", answer=""), Look(leg="no", view="main")):
            assert (await ends.ask(order)).code == NoLegError.code
        assert (await ends.ask(CloseLeg(leg="no"))).code == ""


async def test_what_happened_to_a_session_is_told_however_late_control_reads() -> None:
    async with rtp_process() as ends:
        loop = asyncio.get_running_loop()
        names = [f"leg-{number}" for number in range(400)]
        async with ends.deaf():
            for slot, name in enumerate(names):
                order = OpenLeg(leg=Leg(id=name, source="x" * 60), slot=slot, offer="v=0\r\n")
                await loop.sock_sendall(ends.control, msgspec.msgpack.encode(order))
                if slot % 40 == 0:  # more at once would be refused as busy
                    await until(lambda: len(ends.of(Kind.GONE)) > slot, "refused")  # noqa: B023
        await until(lambda: bool(ends.states(names[-1])), "the last")
        assert [name for name in names if ends.states(name) != [LegState.CLOSED]] == []


async def test_lines_and_the_process_itself_are_measured() -> None:
    async with rtp_process() as ends:
        await ends.arrange()
        member = Member()
        await ends.join(member.peer, "a", 1)
        ends.show(h264_picture(0, keyframe=True), now_us(), KEYFRAME)

        def measured() -> bool:
            lines = [x for x in ends.reports if isinstance(x, LegFigures) and x.up.fps > 0]
            own = [x for x in ends.reports if isinstance(x, EngineFigures)]
            return bool(lines and own) and own[-1].figures["rtp_us_per_packet"] > 0

        while not measured() and member.camera.number < 800:
            await member.camera.film(1)
        assert measured()
        line = [x for x in ends.reports if isinstance(x, LegFigures)][-1]
        assert line.up.loss_percent == 0
        assert line.up.bitrate_kbps > 100
        await _closed(member)


async def _closed(*members: Member) -> None:
    for member in members:
        await member.peer.close()
