"""A person at the pages: reads them, presses what is on them."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.counterparts.chromium import CALLS, chromium, until
from tests.vc.server.pages.backend import COOKIE, GUEST_PIN, PINS, Backend
from vc.acts import Role
from vc.server.api import NewLink, Session


class Served(Protocol):
    """Where pages are served."""

    @property
    def url(self) -> str:
        """The address."""


class Person:
    """A browser with somebody in front of it."""

    def __init__(self, page: Chrome, served: Served) -> None:
        self.page = page
        self._served = served

    @property
    def _backend(self) -> Backend:
        assert isinstance(self._served, Backend), "only the tests' own backend has a back door"
        return self._served

    def goes_to(self, path: str) -> None:
        self.page.get(f"{self._served.url}{path}")

    def sits_at(self, role: Role) -> None:
        """Open the console with a session of this role."""
        backend = self._backend
        self.goes_to("/")
        session = Session(role=role, name=str(role), conference=backend.state.plan.id)
        self.page.add_cookie({"name": COOKIE, "value": backend.signed_in(session)})
        self.goes_to("/console")
        self.sees("sites")

    def signs_in(self, role: Role, pin: str = "") -> None:
        self.goes_to("/")
        self.sees(f"role-{role}").click()
        self.the("pin").send_keys(pin or PINS[role])
        self.the("enter").click()

    def comes_by_link(self, member: str = "", name: str = "Lê Văn An") -> None:
        """Open a link and tell its PIN; the devices are before him then."""
        self._backend.links["ma-moi"] = NewLink(name=name, member=member)
        self.goes_to("/join/ma-moi")
        self.sees("name").clear()
        self.the("name").send_keys(name)
        self.the("pin").send_keys(GUEST_PIN)
        self.the("enter").click()
        self.sees("go-in")

    def the(self, element: str) -> WebElement:
        return self.page.find_element(By.ID, element)

    def all(self, css: str) -> list[WebElement]:
        return self.page.find_elements(By.CSS_SELECTOR, css)

    def sees(self, element: str) -> WebElement:
        """Wait for the element of this id, and return it."""
        return until(lambda: self.the(element), f"#{element}")

    def reads(self, words: str, css: str = "body") -> None:
        """Wait until the words stand there."""
        until(lambda: words in self.text(css), f"{words!r} in {css}")

    def text(self, css: str = "body") -> str:
        return str(
            self.page.execute_script(
                "return document.querySelector(arguments[0])?.innerText ?? ''", css
            )
        )

    def clicks(self, css: str) -> None:
        """Click what is there once it can be clicked."""

        def click() -> bool:
            element = self.page.find_element(By.CSS_SELECTOR, css)
            if not element.is_enabled():
                return False
            element.click()
            return True

        until(click, f"{css} to click")

    def presses(self, *keys: str) -> None:
        """Press keys, one after another, wherever the focus is."""
        ActionChains(self.page).send_keys(*keys).perform()

    def is_wider_than_the_screen(self) -> bool:
        whole = "document.documentElement"  # a phone's innerWidth grows with its page
        script = f"return {whole}.scrollWidth > {whole}.clientWidth"
        return bool(self.page.execute_script(script))

    def looks_by(self, width: int, height: int) -> None:
        """Look at the page in a window of this size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def unlabelled(self) -> list[str]:
        """Return what can be operated but has no name, or is lower than 24 px (WCAG 2.5.8)."""
        return list(self.page.execute_script(_UNLABELLED))


_UNLABELLED = """
const said = (one) => one.getAttribute("aria-label") || one.title || one.innerText || "";
const labels = (one) => [...(one.labels || [])].map((label) => label.innerText).join("");
const named = (one) => (said(one) + labels(one)).trim() || one.getAttribute("aria-labelledby");
const low = (one) => one.getBoundingClientRect().height < 24;
const box = (one) => ["checkbox", "radio"].includes(one.type); // its label is the target
return [...document.querySelectorAll("button, a, input, select, textarea, summary")]
  .filter((one) => one.offsetParent !== null && (!named(one) || (low(one) && !box(one))))
  .map((one) => one.outerHTML.slice(0, 160));
"""


@contextlib.contextmanager
def somebody(backend: Backend, *, width: int = 1280, height: int = 800) -> Iterator[Person]:
    """Start a browser for a person in front of the backend's pages."""
    with (
        tempfile.TemporaryDirectory() as profile,
        chromium(Path(profile) / "p", width=width, height=height, flags=CALLS) as page,
    ):
        yield Person(page, backend)
