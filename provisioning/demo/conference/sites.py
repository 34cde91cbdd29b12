"""ROOT of the demo's nine sites: rooms without screens, all in one process.

`python -m provisioning.demo.conference.sites ROOM.toml ...`: each file is a room's configuration.
"""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from devices.runtime.process import load, log_as_json, run_process
from vc.endpoint.config import RoomConfig
from vc.endpoint.main import build
from vc.endpoint.surface import NoScreen


async def serve(rooms: tuple[RoomConfig, ...], ready: Callable[[], None]) -> None:
    """Run the rooms; ready when all are."""
    waiting = {room.box for room in rooms}

    def one_is(box: str) -> None:
        waiting.discard(box)
        if not waiting:
            ready()

    async with asyncio.TaskGroup() as group:
        for room in rooms:
            work = build(room, NoScreen())(partial(one_is, room.box))
            group.create_task(work, name=room.box)


def main() -> int:
    """Run the rooms of these files until told to end."""
    rooms = tuple(load(Path(path), RoomConfig) for path in sys.argv[1:])
    log_as_json(rooms[0].log_level)
    return run_process("sites", lambda ready: serve(rooms, ready))


if __name__ == "__main__":
    sys.exit(main())
