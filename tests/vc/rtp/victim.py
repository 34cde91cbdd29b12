"""A session in a process of its own, to be killed: reads an offer, writes its answer, stays."""

import asyncio
import json
import sys

from tests.vc.rtp.line import Owner
from vc.rtp.config import PeerConfig
from vc.rtp.peer import Peer


async def main() -> None:
    """Answer what stdin offers."""
    peer = Peer(Owner(), PeerConfig())
    answer = await peer.answer(sys.stdin.read(), direction="both", codecs=("h264",))
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
