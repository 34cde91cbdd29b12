"""The whole room process with its glass: the window in the main thread, the room behind it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.counterparts.mosquitto import RealBroker
from tests.vc.endpoint.centre import BOX, MEMBER, PLAN, centre_on
from tests.waiting import until
from vc.endpoint.presses import PressMicrophone
from vc.endpoint.screen.mirror import read_mirror
from vc.endpoint.view import Live
from vc.messages import RoomNotice
from vc.state import Phase

pytestmark = pytest.mark.real

ROOM = "import typer; from vc.endpoint.main import main; typer.run(main)"
CONFIG = """
box = "{box}"
state_dir = "{directory}"
[bus]
port = {port}
[screen]
kind = "kivy"
width = 960
height = 540
fullscreen = false
mirror_file = "{directory}/mirror.json"
[camera]
driver = "simulated"
clip_dir = "{directory}/clips"
width_px = 320
height_px = 180
seconds = 2
[sound]
driver = "simulated"
"""


async def test_a_room_with_a_glass_shows_the_conference_and_ends_in_order(tmp_path: Path) -> None:
    mirror, config = tmp_path / "mirror.json", tmp_path / "room.toml"

    def live() -> bool:
        shown = read_mirror(mirror)
        return shown is not None and shown.screen.live is Live.NOW

    async with (
        RealBroker(tmp_path / "broker") as broker,
        centre_on(broker.port, tmp_path / "clips") as centre,
        centre.serving(),
    ):
        config.write_text(CONFIG.format(box=BOX, directory=tmp_path, port=broker.port))
        room = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", ROOM, "--config", str(config)),
            env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await centre.notice(
                RoomNotice(
                    conference=PLAN.id,
                    member=MEMBER,
                    title=PLAN.title,
                    starts_at=PLAN.starts_at,
                    phase=Phase.LIVE,
                    join_before_s=24 * 3600,
                )
            )
            await centre.has_the_room(within_s=60)
            await until(live, "a live picture is on the glass", within_s=20)
            shown = read_mirror(mirror)
            assert shown is not None
            assert shown.screen.title == PLAN.title
            assert PressMicrophone() in {one.press for one in shown.places}
            room.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                assert await room.wait() == 0
            await until(lambda: centre.site is None, "the room left in order")
        finally:
            if room.returncode is None:
                room.kill()
                await room.wait()
