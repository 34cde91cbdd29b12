"""A citizen at a kiosk and an officer at a browser: really called, seen, heard, shown, cut."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome

from devices.runtime.alongside import alongside
from devices.web.pin import hash_pin
from kiosk.ui.events import AnyAction, Back
from kiosk.ui.flows.help.pages import (
    AboutHelp,
    AgreeShow,
    CallNow,
    GoOnBeside,
    OpenCall,
    OpenHelp,
    OpenShow,
    StopShow,
)
from kiosk.ui.flows.help.texts import VIETNAMESE
from kiosk.ui.flows.menu.pages import OpenMenu
from kiosk.ui.main import build
from kiosk.ui.moving import Moving, Who
from kiosk.ui.picture import Exposure
from kiosk.ui.screen import CallScreen, Message, Shared, Tiles
from tests.counterparts.chromium import CALLS, chromium, complaints, until
from tests.kiosk.ui.office import BOX, LookedAt, Office, open_office
from tests.vc.server.hall import hall_config, running
from tests.vc.server.pages.driving import Person
from tests.vc.server.pages.serving import Server
from vc.endpoint.helping.config import HelpConfig, MadeUpConfig
from vc.rtp.config import PeerConfig
from vc.server.config import HelpDeskConfig

pytestmark = pytest.mark.real
PIN, OFFICER = "975311", "Trần Thị Bình"
FRAMES = "return document.querySelector('.stage .picture').getVideoPlaybackQuality()"
FORM = """
const done = arguments[arguments.length - 1];
fetch(arguments[0]).then((answer) => done(answer.status), () => done(0));
"""


class GlassTwin(LookedAt):
    """A glass that shows nobody, counts who was to be seen, and can be seen when it is shared."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: Counter[Who] = Counter()
        self.forgotten = 0

    def expose_shared(self) -> Future[Exposure]:
        """Take the picture at once."""
        taken: Future[Exposure] = Future()
        shared = self.screen.shared if self.screen else Shared.NOT
        pixels = bytes((20, 60, 140, 255)) * (64 * 40) if shared is Shared.SEEN else b""
        taken.set_result(Exposure(width=64, height=40, rgba=pixels, shared=shared))
        return taken

    def move(self, picture: Moving) -> None:
        """Count it."""
        assert len(picture.rgb) == 3 * picture.width * picture.height
        self.moved[picture.who] += 1

    def forget_moving(self) -> None:
        """Forget."""
        self.forgotten += 1


class Citizen:
    """Somebody at the kiosk, for a thread that waits by blocking."""

    def __init__(self, glass: GlassTwin) -> None:
        self.glass = glass

    def touches(self, *actions: AnyAction) -> None:
        for action in actions:
            time.sleep(0.35)  # a person's pace: sooner is taken for a bounce
            self.glass.touches.put(action)

    def sees(self, name: str) -> None:
        until(lambda: self.glass.screen is not None and self.glass.screen.name == name, name)

    def reads(self, title: str) -> None:
        def told() -> bool:
            body = self.glass.screen.body if self.glass.screen else None
            return isinstance(body, Message) and body.title == title

        until(told, title)

    def calls(self) -> None:
        """Touch what calls an officer, from the services."""
        until(lambda: isinstance(self.glass.screen and self.glass.screen.body, Tiles), "services")
        self.touches(OpenMenu(), OpenHelp(), CallNow())


class Desk(Person):
    """An officer at the help desk."""

    def begins(self) -> None:
        self.goes_to("/help")
        self.sees("name").send_keys(OFFICER)
        self.the("pin").send_keys(PIN)
        self.the("enter").click()
        self.clicks("#on-duty")
        self.reads("Đang trực", "#duty")

    def answers(self) -> None:
        self.reads(BOX, "#calls")
        self.clicks("[data-do=answer]")
        up = "#talk-state[data-state=up]"
        until(lambda: self.all(up), "the two are connected")

    def frames(self) -> int:
        return int(self.page.execute_script(f"{FRAMES}.totalVideoFrames"))


@asynccontextmanager
async def a_kiosk_and_a_desk(folder: Path) -> AsyncIterator[tuple[Office, GlassTwin, str]]:
    async with open_office(folder) as office, office.counter():
        conference = hall_config(
            folder / "conference",
            bus=office.kiosk_config.bus,
            help_desk=HelpDeskConfig(pin_hash=hash_pin(PIN)),
        )
        config = replace(
            office.kiosk_config,
            help=HelpConfig(
                trial=MadeUpConfig(clip_dir=str(folder / "clips")),
                peer=PeerConfig(consent_interval_s=0.5),
                form_every_s=0.3,
            ),
        )
        glass, ready = GlassTwin(), asyncio.Event()
        serve = build(config, glass, glass.touches, shared=glass)
        async with running(conference), alongside(serve(ready.set), name="kiosk"):
            async with asyncio.timeout(20):
                await ready.wait()
            yield office, glass, conference.public_url


async def played(folder: Path, play: Callable[[Citizen, Desk, Chrome], None]) -> None:
    """Play it with a real browser, which is driven by blocking calls."""
    async with a_kiosk_and_a_desk(folder) as (_, glass, url):

        def drive() -> None:
            with chromium(folder / "profile", flags=CALLS) as page:
                play(Citizen(glass), Desk(page, Server(url)), page)

        await asyncio.to_thread(drive)


async def test_a_citizen_calls_is_seen_and_heard_and_shows_the_form_for_as_long_as_he_likes(
    tmp_path: Path,
) -> None:
    await played(tmp_path, _talk)


def _talk(citizen: Citizen, desk: Desk, page: Chrome) -> None:
    desk.begins()
    citizen.calls()
    citizen.sees("HelpWait")
    desk.answers()
    citizen.sees("HelpTalk")
    glass = citizen.glass
    until(lambda: min(glass.moved[who] for who in Who) > 10, "the citizen sees the two")
    until(lambda: desk.frames() > 10, "the officer sees the citizen")
    until(lambda: _is_live(glass), "the kiosk knows that the picture is there")
    heard = "return document.querySelector('.stage .picture').srcObject.getAudioTracks()[0].muted"
    until(lambda: page.execute_script(heard) is False, "the citizen's sound comes")
    desk.reads("Công dân chưa cho xem", "#no-form")

    citizen.touches(OpenShow(), AgreeShow(), GoOnBeside())
    width = "return document.querySelector('#form')?.naturalWidth ?? 0"
    until(lambda: page.execute_script(width) == 64, "the officer sees the form")
    form = str(page.execute_script("return document.querySelector('#form').src"))
    citizen.touches(OpenCall())
    desk.reads("đang ở trang cuộc gọi", "#no-form")
    citizen.touches(StopShow(), GoOnBeside())
    desk.reads("thôi cho xem", "#no-form")
    assert page.execute_async_script(FORM, form) == 404

    assert [one for one in complaints(page) if "/form?" not in one] == []
    desk.clicks("#hang-up")
    until(lambda: glass.forgotten == 1, "the pictures are forgotten")
    until(lambda: glass.screen and glass.screen.name == "Home", "the citizen is at the services")
    until(lambda: glass.screen and glass.screen.banner, "he is told")
    assert glass.screen is not None
    assert glass.screen.banner is not None
    assert "Cán bộ đã kết thúc" in glass.screen.banner.text


def _is_live(glass: GlassTwin) -> bool:
    body = glass.screen.body if glass.screen else None
    return isinstance(body, CallScreen) and body.live


async def test_a_line_that_is_cut_is_told_and_nobody_there_is_told_too(tmp_path: Path) -> None:
    await played(tmp_path, _cut)


def _cut(citizen: Citizen, desk: Desk, page: Chrome) -> None:
    citizen.calls()
    citizen.reads(VIETNAMESE.titles[AboutHelp.NOBODY])
    desk.begins()
    citizen.touches(Back())
    citizen.calls()
    desk.answers()
    citizen.sees("HelpTalk")
    with contextlib.suppress(WebDriverException):  # it has nothing left to answer with
        page.set_script_timeout(1)
        page.execute_cdp_cmd("Page.crash", {})
    citizen.reads(VIETNAMESE.titles[AboutHelp.LOST])
    citizen.touches(CallNow())
    citizen.reads(VIETNAMESE.titles[AboutHelp.NOBODY])
