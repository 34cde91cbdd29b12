"""Who works the camera: what is closed is not looked at any more, what is too much not kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from devices.runtime.ports import free_port
from devices.scan.messages import Crop
from kiosk.ui.config import CounterLinkConfig
from kiosk.ui.events import AnyEffect, EndSession, Event
from kiosk.ui.flows.prepare import wishes as w
from kiosk.ui.flows.prepare.clerk import PrepareClerk
from kiosk.ui.link import CounterClient
from kiosk.ui.scan_link import ScanTrouble
from tests.devices.scan.places import files
from tests.kiosk.ui.test_scan_link import linked


class Back:
    """A back room with one clerk, whose counter server is not there."""

    def __init__(self, clerk: PrepareClerk, told: list[Event], folder: Path) -> None:
        self.clerk = clerk
        self.told = told
        self.folder = folder

    async def does(self, *effects: AnyEffect) -> list[str]:
        """Carry effects out, begun in their order; return what then lies in memory."""
        jobs = [job for effect in effects if (job := self.clerk.begin(effect, None))]
        await asyncio.gather(*jobs)
        return files(self.folder)


@asynccontextmanager
async def back_room(tmp_path: Path) -> AsyncIterator[Back]:
    nobody = CounterLinkConfig(url=f"http://127.0.0.1:{free_port()}")
    told: list[Event] = []
    async with (
        linked(tmp_path) as (link, _, folder, _),
        CounterClient(nobody, "kiosk-1") as counter,
    ):
        clerk = PrepareClerk(counter, link, kiosk="kiosk-1", send_within_s=1.0, tell=told.append)
        yield Back(clerk, told, folder)


async def test_a_look_that_was_begun_leaves_no_picture_behind_a_closed_desk(
    tmp_path: Path,
) -> None:
    """PRI-2: the paper still lies before the camera."""
    async with back_room(tmp_path) as back:
        assert await back.does(w.LookAtDesk(look=1)), "the control: a look leaves a picture"
        for end in (w.CloseDesk(), w.BindPages(ask=1, paper="x"), EndSession()):
            await back.does(w.LookAtDesk(look=2))
            assert await back.does(w.LookAtDesk(look=3), end) == []


async def test_scans_that_no_counter_server_takes_are_not_kept(tmp_path: Path) -> None:
    async with back_room(tmp_path) as back:
        await back.does(w.TakePage(look=1, crop=Crop.EVERYTHING))
        assert await back.does(w.BindPages(ask=1, paper="x")) == []
        assert back.told[-1] == w.PaperNotBound(ask=1, paper="x", trouble=ScanTrouble.TOO_LARGE)
