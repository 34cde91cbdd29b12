"""The other side is stock aiortc: its own SDP, senders, receivers, decoders."""

import asyncio
from fractions import Fraction

import av
import pytest
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import (
    AudioStreamTrack,
    MediaStreamError,
    MediaStreamTrack,
    VideoStreamTrack,
)

from tests.vc.rtp.line import Camera, Owner
from tests.waiting import until
from vc.rtp.config import PeerConfig
from vc.rtp.egress import packetise_h264, packetise_vp8
from vc.rtp.peer import Peer, PeerState, now_us


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stock side, too, have loopback addresses alone."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"])


class Encoder:
    """Real pictures, in either codec."""

    def __init__(self, codec: str) -> None:
        name = {"h264": "libx264", "vp8": "libvpx"}[codec]
        self._context = av.CodecContext.create(name, "w")
        context = self._context
        assert isinstance(context, av.VideoCodecContext)
        context.width, context.height, context.pix_fmt = 320, 180, "yuv420p"
        context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
        context.gop_size = 5
        context.options = (
            {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"}
            if codec == "h264"
            else {"deadline": "realtime", "lag-in-frames": "0"}
        )
        self._codec = context
        self._count = 0

    def __call__(self, _number: int, **_: object) -> bytes:
        frame = av.VideoFrame(320, 180, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([self._count * 3 % 200 + 20]) * plane.buffer_size)
        frame.pts = self._count
        frame.time_base = Fraction(1, 25)
        self._count += 1
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))


class Stock:
    """A stock end that counts decoded frames by kind."""

    def __init__(self) -> None:
        self.pc = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self.decoded = {"audio": 0, "video": 0}
        self.sizes: set[tuple[int, int]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self.pc.on("track", lambda track: self._tasks.append(asyncio.create_task(self._eat(track))))

    async def _eat(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.decoded[track.kind] += 1
            if isinstance(frame, av.VideoFrame):
                self.sizes.add((frame.width, frame.height))

    async def close(self) -> None:
        await self.pc.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture(params=["h264", "vp8"])
def codec(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def _exchange(stock: Stock, peer: Peer, owner: Owner, codec: str) -> None:
    packetise = packetise_h264 if codec == "h264" else packetise_vp8
    camera = Camera(peer, owner, packetise, Encoder(codec))
    await until(lambda: peer.state is PeerState.CONNECTED, "connected")
    began = now_us()
    decoder = av.CodecContext.create(codec, "r")

    def all_there() -> bool:
        there = stock.decoded["video"] > 10 and stock.decoded["audio"] > 10
        return there and len(owner.frames) > 5 and len(owner.packets) > 10

    for number in range(600):
        if all_there():
            break
        camera.frame()
        peer.send_audio(b"\xf8\xff\xfe", began + 20_000 * number)
        await asyncio.sleep(0.02)
    assert all_there(), (stock.decoded, len(owner.frames), len(owner.packets))
    assert stock.sizes == {(320, 180)}
    assert owner.frames[0].keyframe
    assert isinstance(decoder, av.VideoCodecContext)
    seen = [x for one in owner.frames for x in decoder.decode(av.Packet(one.data))]
    assert {(one.width, one.height) for one in seen} == {(640, 480)}
    assert peer.video_codec == codec


async def test_a_stock_offer_is_answered_and_both_sides_decode(codec: str) -> None:
    stock, owner = Stock(), Owner()
    peer = Peer(owner, PeerConfig())
    stock.pc.addTrack(VideoStreamTrack())
    stock.pc.addTrack(AudioStreamTrack())
    await stock.pc.setLocalDescription(await stock.pc.createOffer())
    answer = await peer.answer(stock.pc.localDescription.sdp, direction="both", codecs=(codec,))
    await stock.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await _exchange(stock, peer, owner, codec)
    await peer.close()
    await stock.close()


async def test_our_offer_is_answered_by_stock_and_both_sides_decode(codec: str) -> None:
    stock, owner = Stock(), Owner()
    peer = Peer(owner, PeerConfig())
    offer = await peer.offer(codecs=(codec,))
    await stock.pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    stock.pc.addTrack(VideoStreamTrack())
    stock.pc.addTrack(AudioStreamTrack())
    await stock.pc.setLocalDescription(await stock.pc.createAnswer())
    await peer.accept(stock.pc.localDescription.sdp)
    await _exchange(stock, peer, owner, codec)
    await peer.close()
    await stock.close()
