"""What stands on a virtual screen is seen, and a finger on it is felt."""

import asyncio
import contextlib
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from devices.runtime.alongside import alongside
from provisioning.demo.child import Child, found
from provisioning.demo.screen import NoPictureError, Screen, ScreenPlan, TouchError, free_displays
from tests.waiting import until

pytestmark = pytest.mark.real


@contextlib.asynccontextmanager
async def a_screen(directory: Path) -> AsyncIterator[Screen]:
    display = free_displays()[os.getpid() % 40]
    plan = ScreenPlan("screen", display, 320, 240, directory)
    child = Child(plan.child(), directory)
    async with alongside(child.tend(), name="screen"):
        await asyncio.wait_for(child.wait_ready(), 20)
        screen = Screen(plan)
        await until(lambda: has_picture(screen), "a framebuffer")  # the socket answers before it
        yield screen


def has_picture(screen: Screen) -> bool:
    """Return whether there is something to look at."""
    with contextlib.suppress(NoPictureError):
        return bool(screen.look().version)
    return False


async def xdotool(screen: Screen, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        found("xdotool"),
        *words,
        env={"DISPLAY": screen.plan.address},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 10)
    return out.decode()


async def test_a_dark_screen_is_one_picture_that_does_not_change(tmp_path: Path) -> None:
    async with a_screen(tmp_path) as screen:
        first, second = screen.look(), screen.look()
        assert first.version == second.version
        assert first.pixels.shape == (240, 320, 3)
        assert Image.open(io.BytesIO(first.jpeg())).size == (320, 240)


async def test_a_touch_is_made_where_it_was_asked_and_shows(tmp_path: Path) -> None:
    async with a_screen(tmp_path) as screen:
        await screen.touch(100, 50)
        assert "x:100 y:50" in await xdotool(screen, "getmouselocation")


async def test_a_touch_outside_the_screen_is_refused(tmp_path: Path) -> None:
    async with a_screen(tmp_path) as screen:
        with pytest.raises(TouchError):
            await screen.touch(320, 10)


async def test_a_screen_that_is_not_there_has_no_picture(tmp_path: Path) -> None:
    with pytest.raises(NoPictureError):
        Screen(ScreenPlan("none", 1, 10, 10, tmp_path)).look()
