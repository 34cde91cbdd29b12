"""Relay only: everything goes through a real TURN server (coturn)."""

import asyncio
from pathlib import Path

import pytest

from devices.contract.clock import SystemClock
from tests.counterparts.coturn import coturn
from tests.vc.rtp.line import Camera, Owner
from tests.waiting import until
from vc.rtp.config import PeerConfig
from vc.rtp.errors import NoIceError
from vc.rtp.peer import Peer, PeerState
from vc.signaling.turn import IceServers


@pytest.mark.real
@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_with_relay_only_nothing_but_the_relay_is_told_and_pictures_come(
    transport: str, tmp_path: Path
) -> None:
    async with coturn(tmp_path) as server:
        ice = IceServers(server.config(transport), SystemClock())
        member_owner, owner = Owner(), Owner()
        member = Peer(member_owner, PeerConfig(), ice_servers=ice.of("site"), relay_only=True)
        centre = Peer(owner, PeerConfig())
        offer = await member.offer()
        told = [line for line in offer.split("\r\n") if line.startswith("a=candidate:")]
        assert told
        assert all(" typ relay" in line for line in told)
        await member.accept(await centre.answer(offer, direction="both", codecs=("h264",)))
        await until(lambda: member.state is centre.state is PeerState.CONNECTED, "connected")
        camera = Camera(member, member_owner)
        while len(owner.frames) < 20 and camera.number < 200:
            await camera.film(1)
        assert len(owner.frames) >= 20
        await member.close()
        await centre.close()


@pytest.mark.real
async def test_a_relay_that_is_gone_keeps_nobody_from_leaving(tmp_path: Path) -> None:
    centre = Peer(Owner(), PeerConfig())
    async with coturn(tmp_path) as server:
        ice = IceServers(server.config("udp"), SystemClock())
        member = Peer(Owner(), PeerConfig(), ice_servers=ice.of("site"), relay_only=True)
        offer = await member.offer()
        await member.accept(await centre.answer(offer, direction="both", codecs=("h264",)))
        await until(lambda: member.state is centre.state is PeerState.CONNECTED, "connected")
    async with asyncio.timeout(10):
        await member.close()
        await centre.close()
    assert member.state is centre.state is PeerState.CLOSED


@pytest.mark.real
async def test_with_a_wrong_secret_there_is_no_relay_and_no_offer(tmp_path: Path) -> None:
    async with coturn(tmp_path) as server:
        ice = IceServers(server.config("udp", secret="another secret"), SystemClock())
        member = Peer(Owner(), PeerConfig(), ice_servers=ice.of("site"), relay_only=True)
        with pytest.raises(NoIceError):
            await member.offer()
        await member.close()
