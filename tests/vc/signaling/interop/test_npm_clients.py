"""WHIP and WHEP clients from npm, unmodified, in a real Chromium, against the real engine.

The page comes from another origin than the conference, so the browser's CORS rules are on.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, get
from selenium.webdriver import Chrome

from devices.web.serve import served
from tests.counterparts.chromium import CALLS, chromium
from tests.counterparts.npm import bundle
from tests.vc.signaling.interop.focus import GUEST, Focus, focus
from tests.waiting import until
from vc.engine.port import Direction

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

PACKAGES = ("whip-whep@1.2.0", "@eyevinn/whip-web-client@1.1.7", "@eyevinn/webrtc-player@0.13.0")
SCRIPT = Path(__file__).parents[3] / "counterparts" / "webrtc_clients.js"
PAGE = (
    "<!doctype html><meta charset=utf-8><video autoplay muted></video><script src=/s.js></script>"
)


@pytest.fixture(scope="module")
def script() -> str:
    return bundle(SCRIPT.read_text(encoding="utf-8"), *PACKAGES)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with chromium(tmp_path / "profile", flags=CALLS) as driven:
        driven.set_script_timeout(30)
        yield driven


@pytest.fixture
async def page(script: str, browser: Chrome) -> AsyncIterator["Page"]:
    @get("/", media_type="text/html")
    async def home() -> str:
        return PAGE

    @get("/s.js", media_type="text/javascript")
    async def code() -> str:
        return script

    async with served(Litestar([home, code], logging_config=None), "127.0.0.1", 0) as port:
        await asyncio.to_thread(browser.get, f"http://127.0.0.1:{port}/")
        yield Page(browser)


class Page:
    """The page's words."""

    def __init__(self, browser: Chrome) -> None:
        self._browser = browser

    async def begin(self, client: str, url: str, token: str) -> None:
        await self._run("return await window.begin(...arguments)", client, url, token)

    async def end(self) -> None:
        await self._run("return await window.end()")

    async def seen(self, holds: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Return the statistics once they are as they should be."""
        last: dict[str, Any] = {}
        for _ in range(100):
            last = await self._run("return await window.seen()")
            if holds(last):
                return last
            await asyncio.sleep(0.2)
        raise AssertionError(f"never seen: {what}; last: {last}")

    async def _run(self, script: str, *arguments: str) -> Any:
        return await asyncio.to_thread(self._browser.execute_script, script, *arguments)


@pytest.fixture
async def stands(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Focus]:
    async with focus(tmp_path_factory.getbasetemp() / "clips") as stands:
        yield stands


@pytest.mark.parametrize("client", ["whip-whep/whip", "@eyevinn/whip-web-client"])
async def test_a_whip_client_of_others_publishes(stands: Focus, page: Page, client: str) -> None:
    await page.begin(client, stands.whip, stands.token(Direction.PUBLISH))
    await page.seen(lambda seen: seen.get("framesSent", 0) > 10, "frames sent")
    await until(
        lambda: GUEST in stands.figures and stands.figures[GUEST].up.fps > 5,
        "the guest's pictures in the engine",
        within_s=20,
    )
    assert GUEST in stands.connected
    await page.end()
    await until(lambda: GUEST not in stands.connected, "the guest is gone", within_s=10)


@pytest.mark.parametrize("client", ["whip-whep/whep", "@eyevinn/webrtc-player"])
async def test_a_whep_player_of_others_plays(stands: Focus, page: Page, client: str) -> None:
    await page.begin(client, stands.whep, stands.token(Direction.PLAY))
    seen = await page.seen(
        lambda seen: seen.get("framesDecoded", 0) > 20 and seen.get("audioPackets", 0) > 20,
        "pictures decoded and sound",
    )
    assert seen["codec"] == "video/H264"
    await page.end()
    await until(lambda: GUEST not in stands.connected, "the guest is gone", within_s=10)


async def test_a_replayed_token_shows_nothing(stands: Focus, page: Page) -> None:
    """The negative control: the same page and player, a token that was used."""
    token = stands.token(Direction.PLAY)
    await page.begin("whip-whep/whep", stands.whep, token)
    await page.seen(lambda seen: seen["state"] == "connected", "connected")
    with pytest.raises(Exception, match="401"):
        await page.begin("whip-whep/whep", stands.whep, token)
