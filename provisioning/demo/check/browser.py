"""Debian's Chromium without a window: pages as an officer or a technician uses them."""

import base64
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
from PIL import Image

from devices.runtime.worker import Worker
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.child import ChildMissingError, is_installed

T = TypeVar("T")

SIZE = (1440, 900)
_WITHIN_S = 60.0
_LOOKS, _MOVING_LOOKS, _LOOK_EVERY_S = 12, 3, 0.15
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # root, in containers and CI; the pages are our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--lang=vi",
    f"--window-size={SIZE[0]},{SIZE[1]}",
    # a conference: a made-up camera and microphone, sound without a click, ICE on loopback
    "--use-fake-device-for-media-stream=fps=10",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
_KEEP_CALLS = """
window.calls = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...words) { super(...words); window.calls.push(this); }
};
"""
_COUNT_CALLS = """
const done = arguments[arguments.length - 1];
const sum = { decoded: 0, sent: 0, energy: 0, seconds: 0 };
(async () => {
  for (const call of window.calls.filter((one) => one.connectionState === "connected")) {
    for (const one of (await call.getStats()).values()) {
      if (one.type === "inbound-rtp") {
        sum.decoded += one.framesDecoded || 0;
        sum.energy += one.totalAudioEnergy || 0;
        sum.seconds += one.totalSamplesDuration || 0;
      } else if (one.type === "outbound-rtp") sum.sent += one.framesSent || 0;
    }
  }
  return sum;
})().then(done, () => done(sum));
"""
_WIDTHS = """
const found = [...document.querySelectorAll(arguments[0])];
return found.map((one) => one.complete ? one.naturalWidth : 0);
"""
_VIDEO_AS_JPEG = """
const video = document.querySelector(arguments[0]);
if (!video?.videoWidth) return "";
const sheet = Object.assign(document.createElement("canvas"),
  { width: video.videoWidth, height: video.videoHeight });
sheet.getContext("2d").drawImage(video, 0, 0);
return sheet.toDataURL("image/jpeg", 0.95).split(",")[1];
"""


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    """What a tab's WebRTC sessions came to so far (getStats): frames, and energy of the sound."""

    decoded: int = 0
    sent: int = 0
    energy: float = 0.0
    seconds: float = 0.0


class Browser:
    """One Chromium, a tab for each page. Selenium blocks, so it has a thread of its own."""

    def __init__(self) -> None:
        self._worker = Worker("browser")
        self._driver: Any = None
        self._tabs: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        for program, package in (("chromium", "chromium"), ("chromedriver", "chromium-driver")):
            if not is_installed(program):
                raise ChildMissingError(f"{program} is not installed: apt-get install {package}")
        await self._worker.__aenter__()
        self._driver = await self._worker.within(60, _start)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._driver is not None:
            await self._worker.do(self._driver.quit)
        await self._worker.__aexit__(None, None, None)

    async def opens(self, tab: str, url: str) -> None:
        """Open an address in the tab of this name."""
        await self._do(lambda: self._open(tab, url))

    async def text(self, tab: str, css: str) -> str:
        """Return the visible text of the first such element, empty when there is none."""
        return await self._do(lambda: self._text(tab, css))

    async def has(self, tab: str, css: str) -> str:
        """Return the selector when there is such an element, else an empty text."""
        return await self._do(lambda: self._has(tab, css))

    async def reads(self, tab: str, css: str, word: str, *, within_s: float = 30.0) -> str:
        """Wait until such an element shows the word; returns its text, raises MissedError."""
        last = ""

        async def look() -> str:
            nonlocal last
            last = await self.text(tab, css)
            return last if word in last else ""

        try:
            return await until(look, f"{word!r}", within_s=within_s)
        except MissedError as error:
            raise MissedError(f"{error.sentence}; {css} shows {last[:200]!r}") from error

    async def types(self, tab: str, keys: str, css: str = "body") -> None:
        """Press keys, in a field or on the page."""
        await self._do(lambda: self._element(tab, css).send_keys(keys))

    async def clears(self, tab: str, css: str) -> None:
        """Empty a field."""
        await self._do(lambda: self._element(tab, css).clear())

    async def clicks(self, tab: str, css: str, *, within_s: float = 30.0) -> None:
        """Click such an element once it can be clicked; raises MissedError."""
        last = ""

        async def click() -> str:
            nonlocal last
            try:
                await self._do(lambda: self._click(tab, css))
            except MissedError as error:  # it comes, or the page is being painted anew
                last = error.sentence
                return ""
            return css

        try:
            await until(click, f"{css} to click", within_s=within_s)
        except MissedError as error:
            raise MissedError(f"{error.sentence}; {last}") from error

    async def attribute(self, tab: str, css: str, name: str) -> str:
        """Return an attribute of the first such element, empty when there is none."""
        return await self._do(lambda: str(self._element(tab, css).get_attribute(name) or ""))

    async def drawn(self, tab: str, css: str) -> list[int]:
        """Return the widths in pixels of such pictures; one that has not come yet has 0."""
        return await self._do(lambda: self._drawn(tab, css))

    async def calls(self, tab: str) -> Calls:
        """Return what the tab's WebRTC sessions came to so far."""
        return await self._do(lambda: self._calls(tab))

    async def video(self, tab: str, css: str) -> Image.Image:
        """Return the picture a video shows now; raises MissedError when it has none."""
        return await self._do(lambda: self._video(tab, css))

    async def closes(self, tab: str) -> None:
        """Close a tab, if it is open."""
        await self._do(lambda: self._close(tab))

    async def picture(self, tab: str, path: Path, *, size: tuple[int, int] = SIZE) -> None:
        """Keep a picture of the tab, once nothing moves on it (or after a few looks)."""
        await self._do(lambda: self._picture(tab, path, size, _LOOKS))

    async def moving_picture(self, tab: str, path: Path, *, size: tuple[int, int] = SIZE) -> None:
        """Keep a picture of a tab on which a video plays: it is not waited for to stand still."""
        await self._do(lambda: self._picture(tab, path, size, _MOVING_LOOKS))

    async def _do(self, work: Callable[[], T]) -> T:
        return await self._worker.within(_WITHIN_S, _named, work)

    def _show(self, tab: str) -> None:
        if self._driver.current_window_handle != self._tabs[tab]:
            self._driver.switch_to.window(self._tabs[tab])
            self._driver.execute_cdp_cmd("Page.bringToFront", {})  # a hidden page paints nothing

    def _open(self, tab: str, url: str) -> None:
        if tab in self._tabs:
            self._show(tab)
        else:
            self._driver.switch_to.new_window("tab")
            self._tabs[tab] = self._driver.current_window_handle
            hook = {"source": _KEEP_CALLS}
            self._driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", hook)
        self._driver.get(url)

    def _close(self, tab: str) -> None:
        if tab not in self._tabs:
            return
        self._show(tab)
        self._driver.close()
        del self._tabs[tab]
        self._driver.switch_to.window(self._driver.window_handles[0])

    def _element(self, tab: str, css: str) -> Any:
        self._show(tab)
        return self._driver.find_element("css selector", css)

    def _text(self, tab: str, css: str) -> str:
        from selenium.common.exceptions import (  # noqa: PLC0415 - an extra of the check
            StaleElementReferenceException,
        )

        self._show(tab)
        found = self._driver.find_elements("css selector", css)
        try:
            return str(found[0].text) if found else ""
        except StaleElementReferenceException:  # the page drew it anew between the two calls
            return ""

    def _has(self, tab: str, css: str) -> str:
        self._show(tab)
        return css if self._driver.find_elements("css selector", css) else ""

    def _click(self, tab: str, css: str) -> None:
        element = self._element(tab, css)
        self._driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        if not element.is_enabled():
            raise MissedError(f"{css} cannot be clicked now")
        element.click()

    def _drawn(self, tab: str, css: str) -> list[int]:
        self._show(tab)
        return list(self._driver.execute_script(_WIDTHS, css))

    def _calls(self, tab: str) -> Calls:
        self._show(tab)
        return msgspec.convert(self._driver.execute_async_script(_COUNT_CALLS), Calls)

    def _video(self, tab: str, css: str) -> Image.Image:
        self._show(tab)
        jpeg = base64.b64decode(self._driver.execute_script(_VIDEO_AS_JPEG, css))
        if not jpeg:
            raise MissedError(f"{css} has no picture")
        return Image.open(io.BytesIO(jpeg))

    def _picture(self, tab: str, path: Path, size: tuple[int, int], looks: int) -> None:
        self._show(tab)
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self._driver.execute_script("scrollTo(0, 0)")
        before, now = b"", self._driver.get_screenshot_as_png()
        for _ in range(looks):
            if now == before:
                break
            time.sleep(_LOOK_EVERY_S)
            before, now = now, self._driver.get_screenshot_as_png()
        path.write_bytes(now)


def _start() -> Any:
    from selenium import webdriver  # noqa: PLC0415 - an extra of the check
    from selenium.webdriver.chrome.options import Options  # noqa: PLC0415
    from selenium.webdriver.chrome.service import Service  # noqa: PLC0415

    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in _FLAGS:
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def _named(work: Callable[[], T]) -> T:
    """Do it; what selenium raises is a MissedError."""
    from selenium.common.exceptions import WebDriverException  # noqa: PLC0415

    try:
        return work()
    except WebDriverException as error:
        said = (error.msg or "").partition("\n")[0]
        raise MissedError(f"{type(error).__name__}: {said}") from error
