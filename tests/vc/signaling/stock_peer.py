"""A stock aiortc client at the level of session descriptions: what `vc.signaling.client` moves."""

import asyncio
from typing import Any, Self

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack


class StockPeer:
    """Counts the frames it gets by kind."""

    def __init__(self, *, sends: bool = True, receives: bool = True) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.frames = {"audio": 0, "video": 0}
        self._readers: set[asyncio.Task[None]] = set()
        self._sends = sends
        direction = {(True, True): "sendrecv", (True, False): "sendonly"}
        self._direction = direction.get((sends, receives), "recvonly")
        self.connection.on("track", self._on_track)

    async def offer(self) -> str:
        for kind, track in (("video", VideoStreamTrack), ("audio", AudioStreamTrack)):
            subject = track() if self._sends else kind
            self.connection.addTransceiver(subject, direction=self._direction)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def answer(self, offer: str) -> str:
        await self.connection.close()
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.on("track", self._on_track)
        await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return str(self.connection.localDescription.sdp)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.connection.close()
        for reader in self._readers:
            reader.cancel()  # a track of a session that never connected has no end
        await asyncio.gather(*self._readers, return_exceptions=True)

    def _on_track(self, track: Any) -> None:
        reader = asyncio.create_task(self._count(track))
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)

    async def _count(self, track: Any) -> None:
        try:
            while True:
                await track.recv()
                self.frames[track.kind] += 1
        except MediaStreamError:
            return
