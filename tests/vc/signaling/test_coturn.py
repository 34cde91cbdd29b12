"""A real coturn takes our credentials, and two sessions meet through it and nothing else."""

from pathlib import Path

import pytest

from devices.contract.clock import SystemClock
from tests.counterparts.coturn import Coturn, coturn
from tests.vc.rtp.pictures import h264_number, h264_picture
from tests.waiting import until
from vc.messages import IceServer
from vc.rtp import sdp
from vc.rtp.config import PeerConfig
from vc.rtp.egress import packetise_h264
from vc.rtp.errors import NoIceError
from vc.rtp.peer import Peer, PeerState, now_us
from vc.rtp.receive import AudioPacket, VideoFrameData
from vc.signaling.turn import IceServers

pytestmark = pytest.mark.real


class Seen:
    """What a session's owner is told."""

    def __init__(self) -> None:
        self.pictures: list[int] = []
        self.states: list[tuple[PeerState, str]] = []

    def on_video(self, frame: VideoFrameData) -> None:
        self.pictures.append(h264_number(bytes(frame.data)))

    def on_audio(self, packet: AudioPacket) -> None: ...

    def on_keyframe_wanted(self) -> None: ...

    def on_state(self, state: PeerState, reason: str) -> None:
        self.states.append((state, reason))


def servers_of(turn: Coturn, transport: str, secret: str | None = None) -> tuple[IceServer, ...]:
    config = turn.config(transport, **({"secret": secret} if secret else {}))
    return IceServers(config, SystemClock()).of("dong-ha")


def kinds(description: str) -> set[str]:
    return {one.kind for one in sdp.parse(description).candidates}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_pictures_pass_through_the_relay_alone(tmp_path: Path, transport: str) -> None:
    sender, receiver = Seen(), Seen()
    async with coturn(tmp_path) as turn:
        ours = Peer(sender, PeerConfig(), ice_servers=servers_of(turn, transport), relay_only=True)
        theirs = Peer(receiver, PeerConfig())
        try:
            offer = await ours.offer(receive_video=False, receive_audio=False)
            assert kinds(offer) == {"relay"}
            await ours.accept(await theirs.answer(offer, direction="publish", codecs=("h264",)))
            await until(lambda: ours.state is PeerState.CONNECTED, "connected", within_s=15)
            number = 0

            def sent_until_seen() -> bool:
                nonlocal number
                picture = h264_picture(number, keyframe=number % 10 == 0)
                ours.send_video(packetise_h264(picture, now_us()))
                number += 1
                return len(receiver.pictures) >= 10

            await until(sent_until_seen, "ten pictures", within_s=15)
        finally:
            await ours.close()
            await theirs.close()
    assert "ALLOCATE processed, success" in turn.log.read_text()


async def test_another_secret_gets_no_relay(tmp_path: Path) -> None:
    async with coturn(tmp_path) as turn:
        stranger = Peer(
            Seen(),
            PeerConfig(),
            ice_servers=servers_of(turn, "udp", "guessed"),
            relay_only=True,
        )
        try:
            with pytest.raises(NoIceError):
                await stranger.offer()
        finally:
            await stranger.close()
        assert "error 401" in turn.log.read_text()
