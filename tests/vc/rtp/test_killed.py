"""A peer whose process is killed says nothing any more."""

import asyncio
import json
import sys

from tests.vc.rtp.line import Owner
from tests.waiting import until
from vc.rtp.config import PeerConfig
from vc.rtp.peer import Peer, PeerState


async def test_a_killed_peer_is_noticed_within_five_seconds() -> None:
    owner = Owner()
    peer = Peer(owner, PeerConfig())
    offer = await peer.offer()
    victim = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.vc.rtp.victim",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert victim.stdin
    assert victim.stdout
    victim.stdin.write(offer.encode())
    victim.stdin.close()
    await peer.accept(json.loads(await victim.stdout.readline()))
    await until(lambda: peer.state is PeerState.CONNECTED, "connected")
    await asyncio.sleep(2.2)  # two rounds of consent: alive, it stays
    assert peer.state is PeerState.CONNECTED
    victim.kill()
    await victim.wait()
    await until(lambda: peer.state is PeerState.CLOSED, "noticed", within_s=5)
    assert "does not answer" in owner.states[-1][1]
    await peer.close()
