"""Sessions that stock aiortc really answers: somebody else's WebRTC behind our routes."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack
from aiortc.sdp import candidate_from_sdp

from vc.engine.port import Direction, Leg, NoLegError, OfferRefusedError


class StockEngine:
    """Sends noise and a still picture, counts what comes. `closed` lists the ended sessions.

    `picture` makes the tracks that players see.
    """

    def __init__(self, picture: Callable[[], VideoStreamTrack] = VideoStreamTrack) -> None:
        self._picture = picture
        self.peers: dict[str, RTCPeerConnection] = {}
        self.frames: dict[str, int] = {}
        self.opened: list[Leg] = []
        self.candidates: list[str] = []
        self.closed: list[str] = []
        self.refuses_offers = False
        self._readers: set[asyncio.Task[None]] = set()

    async def open(self, leg: Leg, offer: str) -> str:
        if self.refuses_offers:
            raise OfferRefusedError
        peer = self._peer(leg)
        try:
            await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            if leg.direction is not Direction.PUBLISH:
                for transceiver in peer.getTransceivers():
                    video = transceiver.kind == "video"
                    peer.addTrack(self._picture() if video else AudioStreamTrack())
            await peer.setLocalDescription(await peer.createAnswer())
        except Exception as error:  # aiortc raises whatever it stumbles over
            await self.close(leg.id)
            raise OfferRefusedError(str(error)) from error
        return str(peer.localDescription.sdp)

    async def offer(self, leg: Leg) -> str:
        peer = self._peer(leg)
        peer.addTransceiver(self._picture(), direction="sendonly")
        peer.addTransceiver(AudioStreamTrack(), direction="sendonly")
        await peer.setLocalDescription(await peer.createOffer())
        return str(peer.localDescription.sdp)

    async def accept(self, leg_id: str, answer: str) -> None:
        peer = self._known(leg_id)
        await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def add_candidates(self, leg_id: str, fragment: str) -> None:
        peer = self._known(leg_id)
        for line in fragment.splitlines():
            if line.startswith("a=candidate:") and ".local " not in line:
                self.candidates.append(line)
                candidate = candidate_from_sdp(line.removeprefix("a=candidate:"))
                candidate.sdpMLineIndex = 0
                await peer.addIceCandidate(candidate)

    async def close(self, leg_id: str) -> None:
        if peer := self.peers.pop(leg_id, None):
            self.closed.append(leg_id)
            await peer.close()

    async def aclose(self) -> None:
        for leg_id in list(self.peers):
            await self.close(leg_id)
        for reader in self._readers:
            reader.cancel()  # a track of a session that never connected has no end
        await asyncio.gather(*self._readers, return_exceptions=True)

    def _known(self, leg_id: str) -> RTCPeerConnection:
        if leg_id not in self.peers:
            raise NoLegError
        return self.peers[leg_id]

    def _peer(self, leg: Leg) -> RTCPeerConnection:
        self.opened.append(leg)
        peer = self.peers[leg.id] = RTCPeerConnection(RTCConfiguration(iceServers=[]))

        @peer.on("track")
        def on_track(track: Any) -> None:
            reader = asyncio.create_task(self._count(leg.source, track))
            self._readers.add(reader)
            reader.add_done_callback(self._readers.discard)

        return peer

    async def _count(self, source: str, track: Any) -> None:
        key = f"{source} {track.kind}"
        try:
            while True:
                await track.recv()
                self.frames[key] = self.frames.get(key, 0) + 1
        except MediaStreamError:
            return
