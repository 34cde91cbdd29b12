"""A session as its owner sees it: two of them on the loopback."""

import asyncio
import itertools
import time

import pytest

from tests.vc.rtp.effort import calls_of
from tests.vc.rtp.line import Camera, LossyLine, Owner, Pair, pair
from tests.vc.rtp.pictures import h264_number, h264_picture, vp8_number, vp8_picture
from tests.waiting import until
from vc.rtp.config import PeerConfig
from vc.rtp.egress import packetise_h264, packetise_vp8
from vc.rtp.errors import NoCommonCodecError, NotNowError
from vc.rtp.peer import Peer, PeerState, now_us


async def test_pictures_and_sound_go_both_ways_whole_and_in_order() -> None:
    async with pair() as two:
        cameras = (
            Camera(two.member, two.member_owner),
            Camera(two.server, two.server_owner),
        )
        for number in range(30):
            for camera, peer in zip(cameras, (two.member, two.server), strict=True):
                camera.frame()
                peer.send_audio(b"\xf8" + b"%04d" % number, 20_000 * number)
            await asyncio.sleep(0.005)
        for owner in (two.member_owner, two.server_owner):
            await until(lambda owner=owner: len(owner.frames) == 30, "every picture")  # type: ignore[misc]
            assert [h264_number(one.data) for one in owner.frames] == list(range(30))
            assert [one.payload for one in owner.packets] == [
                b"\xf8" + b"%04d" % number for number in range(30)
            ]
            assert owner.frames[0].keyframe
            assert owner.frames[7].data == h264_picture(7)
            seqs = [one.seq for one in owner.packets]
            assert seqs == list(range(seqs[0], seqs[0] + 30))
            times = [one.rtp_time for one in owner.packets]
            assert {(b - a) & 0xFFFFFFFF for a, b in itertools.pairwise(times)} == {960}


async def test_vp8_arrives_as_it_left() -> None:
    async with pair(codecs=("vp8",), direction="publish") as two:
        assert two.server.video_codec == "vp8"
        await Camera(two.member, two.member_owner, packetise_vp8, vp8_picture).film(10)
        await until(lambda: len(two.server_owner.frames) == 10, "every picture")
        assert [vp8_number(one.data) for one in two.server_owner.frames] == list(range(10))
        assert two.server_owner.frames[3].data == vp8_picture(3)


async def test_lost_packets_are_asked_for_and_nothing_is_missing() -> None:
    line = LossyLine(0.05)
    async with pair(line=line, direction="publish") as two:
        camera = Camera(two.member, two.member_owner)
        await camera.film(100)
        line.loss = 0.0
        await camera.film(5)
        await until(lambda: h264_number(two.server_owner.frames[-1].data) == 104, "the last")
        assert line.dropped > 10
        figures = two.server.figures().video_in
        assert figures.retransmitted > 0
        assert figures.nacks >= figures.retransmitted
        numbers = [h264_number(one.data) for one in two.server_owner.frames]
        assert numbers == sorted(set(numbers))
        assert len(numbers) >= 103


async def test_after_an_outage_the_first_picture_shown_is_a_keyframe() -> None:
    line = LossyLine(0.0)
    async with pair(line=line, direction="publish") as two:
        camera = Camera(two.member, two.member_owner)
        await camera.film(10)
        await until(lambda: len(two.server_owner.frames) == 10, "ten")
        wanted = two.member_owner.keyframes_wanted
        line.loss = 1.0
        await camera.film(60)
        line.loss = 0.0
        line_back = camera.number
        while len(two.server_owner.frames) < 15 and camera.number < 500:
            await camera.film(1)
        after = two.server_owner.frames[10]
        assert after.keyframe
        assert h264_number(after.data) >= line_back
        assert two.member_owner.keyframes_wanted > wanted


async def test_a_keyframe_that_is_asked_for_is_wanted_at_the_other_side_once() -> None:
    async with pair() as two:
        await Camera(two.member, two.member_owner).film(3)
        await until(lambda: len(two.server_owner.frames) == 3, "three")
        before = two.member_owner.keyframes_wanted
        for _ in range(20):
            two.server.ask_keyframe()
        await until(lambda: two.member_owner.keyframes_wanted > before, "the wish")
        assert two.member_owner.keyframes_wanted <= before + 2


async def test_nothing_leaves_before_a_keyframe_after_another_view_began() -> None:
    async with pair(direction="play") as two:
        send = two.server.send_video
        send(packetise_h264(h264_picture(0, keyframe=True), now_us()))
        send(packetise_h264(h264_picture(1), now_us()))
        two.server.restart_video()
        send(packetise_h264(h264_picture(2), now_us()))
        send(packetise_h264(h264_picture(3, keyframe=True), now_us()))
        await until(lambda: len(two.member_owner.frames) == 3, "three")
        numbers = [h264_number(one.data) for one in two.member_owner.frames]
        assert numbers == [0, 1, 3]


async def test_reports_give_round_trip_loss_and_one_clock_for_picture_and_sound() -> None:
    async with pair() as two:
        camera = Camera(two.member, two.member_owner)
        began = now_us()
        sent: list[int] = []

        def reported() -> bool:
            figures = two.member.figures()
            return figures.video_out.round_trip_ms > 0 and figures.video_out.bitrate_kbps > 0

        while not (reported() and two.server.sender_clock("audio")) and len(sent) < 1000:
            camera.frame()
            sent.append(began + 20_000 * len(sent))
            two.member.send_audio(b"\xf8xx", sent[-1])
            await asyncio.sleep(0.01)
        figures = two.member.figures()
        assert 0 < figures.video_out.round_trip_ms < 1000
        assert figures.video_out.loss_percent == 0
        assert two.server.figures().video_in.fps > 10
        assert two.server.figures().video_in.loss_percent == 0
        audio, video = two.server.sender_clock("audio"), two.server.sender_clock("video")
        assert audio
        assert video
        packet, frame = two.server_owner.packets[-1], two.server_owner.frames[-1]
        apart = audio.at(packet.rtp_time) - video.at(frame.rtp_time)
        expected = (sent[len(two.server_owner.packets) - 1] - frame.arrival_us) / 1e6
        assert apart == pytest.approx(expected, abs=0.25)


async def test_a_certificate_that_is_not_the_one_described_never_connects() -> None:
    two = Pair(PeerConfig(connect_within_s=5))

    def tamper(answer: str) -> str:
        digest = answer.partition("a=fingerprint:sha-256 ")[2][:95]
        return answer.replace(digest, digest[::-1])

    await two.connect(tamper=tamper)
    await until(lambda: two.member.state is PeerState.CLOSED, "closed")
    assert PeerState.CONNECTED not in [state for state, _ in two.member_owner.states]
    await two.member.close()
    await two.server.close()


async def test_a_codec_that_may_not_be_used_is_refused() -> None:
    member, server = Peer(Owner(), PeerConfig()), Peer(Owner(), PeerConfig())
    offer = await member.offer(codecs=("vp8",))
    with pytest.raises(NoCommonCodecError):
        await server.answer(offer, direction="both", codecs=("h264",))
    await member.close()
    await server.close()


async def test_an_answer_that_renames_our_codec_is_refused() -> None:
    member, server = Peer(Owner(), PeerConfig()), Peer(Owner(), PeerConfig())
    offer = await member.offer()
    answer = await server.answer(offer, direction="both", codecs=("h264",))
    with pytest.raises(NoCommonCodecError):
        await member.accept(answer.replace("H264/90000", "VP8/90000"))
    await member.close()
    await server.close()


async def test_a_flood_is_not_looked_at_and_the_session_outlives_it() -> None:
    async with pair(PeerConfig(max_packets_per_s=100)) as two:
        began, before = time.monotonic(), two.server.packets_in
        for number in range(2_000):
            two.member.send_audio(b"x", number * 20_000)

        def goes_on() -> bool:
            two.member.send_audio(b"y", 50_000_000)
            return any(one.payload == b"y" for one in two.server_owner.packets)

        await until(goes_on, "sound after the flood")
        seconds_begun = 2 + int((time.monotonic() - began) / 0.9)
        taken = two.server.packets_in - before
        assert 0 < taken <= 100 * seconds_begun
        assert taken < 2_000
        assert two.is_connected


async def test_candidates_without_end_are_not_all_tried() -> None:
    """Each costs checks, and more the more there are: a stranger's fragments have a bound."""
    offerer, peer = Peer(Owner(), PeerConfig()), Peer(Owner(), PeerConfig())
    offer = await offerer.offer()
    await peer.answer(offer, direction="both", codecs=("h264",))

    def trickles(fragment: int) -> None:
        lines = (
            f"a=candidate:1 1 udp {at} 127.9.{fragment}.{at + 1} 9 typ host" for at in range(32)
        )
        adding = peer.add_candidates("\r\n".join(lines))
        with pytest.raises(StopIteration):
            adding.send(None)

    first = calls_of(lambda: trickles(0))
    later = [calls_of(lambda number=number: trickles(number)) for number in range(1, 30)]  # type: ignore[misc]
    assert later[-1] < first
    await peer.close()
    await offerer.close()


async def test_one_side_that_closes_ends_the_other() -> None:
    async with pair() as two:
        await two.member.close()
        await until(lambda: two.server.state is PeerState.CLOSED, "closed")
        assert two.server_owner.states[-1][1]


async def test_a_closed_session_takes_no_offer() -> None:
    peer = Peer(Owner(), PeerConfig())
    await peer.close()
    with pytest.raises(NotNowError):
        await peer.offer()
    peer.send_audio(b"x", 0)
    await peer.close()


async def test_ports_are_those_of_the_configuration() -> None:
    config = PeerConfig(ports=(20_950, 20_999))
    async with pair(config) as two:
        assert two.is_connected
    peer = Peer(Owner(), config)
    offer = await peer.offer()
    told = [line.split() for line in offer.split("\r\n") if line.startswith("a=candidate:")]
    assert {words[4] for words in told} == {"127.0.0.1"}
    assert all(20_950 <= int(words[5]) <= 20_999 for words in told)
    await peer.close()


async def test_an_offer_that_nobody_answers_ends_by_itself() -> None:
    owner = Owner()
    peer = Peer(owner, PeerConfig(answer_within_s=1))
    await peer.offer()
    await until(lambda: peer.state is PeerState.CLOSED, "closed")
    assert "nobody" in owner.states[0][1]
    await peer.close()


async def test_who_cannot_be_reached_is_given_up_at_the_deadline() -> None:
    two = Pair(PeerConfig(connect_within_s=1))

    def nowhere(answer: str) -> str:
        return "\r\n".join(x for x in answer.split("\r\n") if "candidate" not in x)

    offer = nowhere(await two.member.offer())
    await two.member.accept(
        nowhere(await two.server.answer(offer, direction="both", codecs=("h264",)))
    )
    for owner in (two.member_owner, two.server_owner):
        await until(lambda owner=owner: bool(owner.states), "given up")  # type: ignore[misc]
        assert owner.states[0][0] is PeerState.CLOSED
    await two.member.close()
    await two.server.close()
