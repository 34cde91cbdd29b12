"""A real headless Chromium through its own driver, with a profile that dies with the test."""

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By

T = TypeVar("T")

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)

_LOADED_WITHIN_S = 60

CALLS = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
)
"""For a browser that calls: a made-up camera and microphone, and ICE on the loopback."""


@contextlib.contextmanager
def chromium(
    profile: Path, *, width: int = 1280, height: int = 900, flags: tuple[str, ...] = ()
) -> Iterator[Chrome]:
    """Start a browser of this size with a fresh profile; it is ended with the context."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not browser or not driver:
        pytest.fail("chromium is missing: apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = browser
    for flag in (*_FLAGS, *flags, f"--window-size={width},{height}", f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driven = Chrome(options=options, service=ChromeService(driver))
    try:
        driven.set_page_load_timeout(_LOADED_WITHIN_S)  # else whatever asks waits for 300 s
        driven.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        yield driven
    finally:
        driven.quit()


def until(look: Callable[[], T], what: str, *, within_s: float = 15.0) -> T:
    """Return what `look` sees once it is true; fails with `what` when it never is."""
    end = time.monotonic() + within_s
    while True:
        with contextlib.suppress(WebDriverException):  # the page is being repainted
            if seen := look():
                return seen
        if time.monotonic() > end:
            pytest.fail(f"never seen within {within_s:g} s: {what}")
        time.sleep(0.05)


def click(page: Chrome, selector: str, *, by: str = By.CSS_SELECTOR) -> None:
    """Click what is there as soon as it can be, however often it is redrawn meanwhile."""

    def clicked() -> bool:
        page.find_element(by, selector).click()
        return True

    until(clicked, f"{selector}, to be clicked")


def complaints(driven: Chrome) -> list[str]:
    """Return what the page's console holds of errors, scripts' and policy's alike."""
    entries: list[dict[str, str]] = driven.get_log("browser")  # type: ignore[no-untyped-call]
    return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]
