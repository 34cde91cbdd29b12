"""The program itself on a virtual screen, touched by a finger that knows nothing of it."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageColor, ImageGrab

from devices.contract.identity import KIOSK, BoxId
from devices.contract.message import Health, PartStatus, decode
from devices.contract.topics import PartTopics
from devices.runtime.mqtt_bus import mqtt_bus
from kiosk.ui.config import GlassConfig, KioskConfig
from kiosk.ui.screen import Tone
from kiosk.ui.theme import PLAIN_COLOURS, Rect, columns, frame, metrics
from tests.kiosk.ui.office import BOX, Office, open_office
from tests.waiting import until

pytestmark = pytest.mark.real

BLUE, CARD = PLAIN_COLOURS.accent, PLAIN_COLOURS.paints[Tone.PLAIN].ground
PANEL = GlassConfig(width=1280, height=800, fullscreen=False, px_per_mm=5.88)


class VirtualScreen:
    """An X server of our own with one finger."""

    def __init__(self, display: str) -> None:
        self.display = display

    async def touch(self, place: Rect) -> None:
        """Touch the middle of a place."""
        x = round(place.x + place.w / 2)
        y = round(PANEL.height - place.y - place.h / 2)
        await self._run("xdotool", "mousemove", str(x), str(y), "click", "1")

    async def press(self, key: str) -> None:
        """Press a key, as a stray keyboard does."""
        await self._run("xdotool", "key", key)

    async def picture_once(self, holds: Callable[[Image.Image], bool]) -> Image.Image:
        """Return the first picture that is as wanted."""
        for _ in range(60):
            picture = await self.picture()
            if holds(picture):
                return picture
        raise AssertionError("the screen never looked like that")

    async def picture(self) -> Image.Image:
        """Return what a passer-by sees."""
        async with asyncio.timeout(20):
            return await asyncio.to_thread(ImageGrab.grab, xdisplay=self.display)

    async def _run(self, *command: str) -> None:
        environment = os.environ | {"DISPLAY": self.display}
        process = await asyncio.create_subprocess_exec(*command, env=environment)
        assert await asyncio.wait_for(process.wait(), 20) == 0, command


@asynccontextmanager
async def virtual_screen() -> AsyncIterator[VirtualScreen]:
    for program, package in (("Xvfb", "xvfb"), ("xdotool", "xdotool")):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is missing: apt install {package}")
    reading, writing = os.pipe()
    size = f"{PANEL.width}x{PANEL.height}x24"
    server = await asyncio.create_subprocess_exec(
        *("Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"),
        pass_fds=(writing,),
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        number = await asyncio.wait_for(asyncio.to_thread(os.read, reading, 16), 20)
        yield VirtualScreen(f":{number.decode().strip()}")
    finally:
        os.close(reading)
        server.terminate()
        await asyncio.wait_for(server.wait(), 10)


@asynccontextmanager
async def kiosk_on(
    screen: VirtualScreen, config: KioskConfig, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    path = folder / "kiosk.toml"
    path.write_text(toml(config), encoding="utf-8")
    environment = os.environ | {"DISPLAY": screen.display, "SDL_VIDEODRIVER": "x11"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "provisioning.cli", "kiosk", "--config", str(path)),
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def toml(config: KioskConfig) -> str:
    return "\n".join(
        (
            f'box = "{config.box}"',
            f'state_dir = "{config.state_dir}"',
            "[bus]",
            f"port = {config.bus.port}",
            "[counter]",
            f'url = "{config.counter.url}"',
            "[agent]",
            f'url = "{config.agent.url}"',
            "[glass]",
            "fullscreen = false",
        )
    )


async def ready_to_serve(office: Office) -> None:
    """Wait for the kiosk's own word on the bus that numbers can be taken and printed."""
    topic = PartTopics(BoxId(BOX), KIOSK).status
    async with mqtt_bus(office.kiosk_config.bus, "looker-on") as bus, bus.listen(topic) as inbox:
        async with asyncio.timeout(30):
            async for packet in inbox:
                status = decode(packet.payload, PartStatus)
                figures = status.figures
                if status.health is Health.READY and figures["printer_ready"]:
                    assert figures["counter_reachable"]
                    return


def is_at(picture: Image.Image, place: Rect, colour: str) -> bool:
    """Return whether a place has this ground, seen at its left edge."""
    x, y = round(place.x + 12), round(PANEL.height - place.y - place.h / 2)
    return picture.getpixel((x, y)) == ImageColor.getrgb(colour)


def first_tile() -> Rect:
    sizes = metrics(PANEL)
    body = frame(sizes, footer=True).body
    across = columns(sizes, 6)
    return body.bottom(body.h - sizes.line)[0].grid(across, 2, sizes.gap)[0]


def main_button() -> Rect:
    return frame(metrics(PANEL), footer=True).body.centred(300, 60)


async def test_a_finger_takes_a_number_in_two_touches_and_sigterm_ends_it_in_order(
    tmp_path: Path,
) -> None:
    async with (
        open_office(tmp_path) as office,
        office.counter() as client,
        office.devices(),
        virtual_screen() as screen,
        kiosk_on(screen, office.kiosk_config, tmp_path) as process,
    ):
        await ready_to_serve(office)
        await screen.picture_once(
            lambda picture: is_at(picture, first_tile(), PLAIN_COLOURS.paints[Tone.PLAIN].ground)
        )
        for key in ("Escape", "F1", "alt+F4", "ctrl+q"):
            await screen.press(key)
        await asyncio.sleep(0.4)  # a person's pace: sooner is taken for a bounce
        await screen.touch(first_tile())
        await screen.picture_once(lambda picture: is_at(picture, main_button(), BLUE))
        await asyncio.sleep(0.4)
        await screen.touch(main_button())
        await until(lambda: len(office.papers()) == 1, "a ticket on paper", within_s=20)
        site = (await client.get("/api/site")).json()
        assert sum(service["waiting"] for service in site["services"]) == 1
        process.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0, log.decode()
        lines = [msgspec.json.decode(line) for line in log.splitlines()]
        assert {"ready", "ended"} <= {line["event"] for line in lines}
