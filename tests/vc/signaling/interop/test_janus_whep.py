"""Our client plays from Meetecho's WHEP server on Janus, which answers every offer with its own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.contract.message import RefusedError
from tests.counterparts.janus import ADDRESS, janus, own_interface, whep_server
from tests.vc.rtp.pictures import h264_number, h264_picture
from tests.waiting import until
from vc.rtp.config import PeerConfig
from vc.rtp.egress import packetise_h264
from vc.rtp.peer import Peer, PeerState, now_us
from vc.rtp.receive import AudioPacket, VideoFrameData
from vc.signaling.client import leave, whep_play

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
def interface() -> Iterator[None]:
    with own_interface():
        yield


class Playing:
    """Receives only; takes the server's offer with a session made anew."""

    def __init__(self) -> None:
        self.pictures: list[int] = []
        self.states: list[tuple[PeerState, str]] = []
        self.peer = self._made()
        self.answered = False

    def _made(self) -> Peer:
        return Peer(self, PeerConfig(host_addresses=(ADDRESS,)))

    def on_video(self, frame: VideoFrameData) -> None:
        self.pictures.append(h264_number(bytes(frame.data)))

    def on_audio(self, packet: AudioPacket) -> None: ...

    def on_keyframe_wanted(self) -> None: ...

    def on_state(self, state: PeerState, reason: str) -> None:
        self.states.append((state, reason))

    async def offer(self) -> str:
        return await self.peer.offer(send_video=False, send_audio=False)

    async def accept(self, answer: str) -> None:
        await self.peer.accept(answer)

    async def answer(self, offer: str) -> str:
        await self.peer.close()
        self.peer, self.answered = self._made(), True
        return await self.peer.answer(offer, direction="publish", codecs=("h264",))


@pytest.mark.usefixtures("interface")
async def test_a_406_of_janus_is_answered(tmp_path: Path) -> None:
    player, publisher, stranger = Playing(), Playing(), Playing()
    try:
        async with janus(tmp_path) as running, whep_server(running, tmp_path) as url:
            offer = await publisher.peer.offer(receive_video=False, receive_audio=False)
            await publisher.accept(await running.publish(offer))
            async with asyncio.timeout(15):
                while publisher.peer.state is not PeerState.CONNECTED:
                    await asyncio.sleep(0.02)
            with pytest.raises(RefusedError) as refused:
                await whep_play(url, "not the secret", stranger)
            assert refused.value.refused.code == "http.403"
            leg = await whep_play(url, "verysecret", player)
            assert player.answered
            number = 0

            def sent_until_seen() -> bool:
                nonlocal number
                picture = h264_picture(number, keyframe=number % 10 == 0)
                publisher.peer.send_video(packetise_h264(picture, now_us()))
                number += 1
                return len(player.pictures) >= 20

            await until(sent_until_seen, "twenty pictures through Janus", within_s=20)
            await leave(leg)
    finally:
        for one in (player, publisher, stranger):
            await one.peer.close()
