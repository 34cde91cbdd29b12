"""A dossier prepared at the kiosk: declared, scanned, sealed; opened and accepted at a counter."""

import io
import re

from PIL import Image

from devices.camera.specimen_paper import Specimen
from devices.scan.messages import Crop
from devices.scanner.specimen_card import HOA, card_text
from kiosk.ui.events import Leave
from kiosk.ui.flows.menu.pages import ShowMenu
from kiosk.ui.flows.prepare.pages import (
    Agree,
    GoOn,
    HandOver,
    KeepPage,
    LookAgain,
    OpenPaper,
    OpenPrepare,
    PagesDone,
    PickThisService,
    ShowFiling,
    TakeThisPage,
)
from kiosk.ui.screen import Photo, Sheet
from provisioning.demo.check.citizen import Citizen
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene
from provisioning.demo.plan import BoxPlan
from provisioning.demo.sample import BOX_A

_SERVICE, _PROCEDURE = "ho-tich", "1.000894"
_CONSOLE, _REGISTER = "console", "register"
_A4, _NEARLY = 297 / 210, 0.03
_READABLE_PX = 500


class AtFiling:
    """Each method does one thing and returns what was seen, or raises MissedError.

    `code` is the dossier's at the register, once an officer has accepted it.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._number = ""
        self.code = ""

    async def declares(self) -> str:
        """Choose a procedure, agree, and let the card fill the declaration."""
        citizen = self._citizen
        await citizen.opens_menu()
        await citizen.leafs_to(OpenPrepare(), ShowMenu)
        await citizen.touches(PickThisService(service=_SERVICE))
        await citizen.leafs_to(OpenPrepare(procedure=_PROCEDURE), ShowFiling)
        await citizen.comes_to("FilingConsent")
        await citizen.picture(self._scene.shot("kiosk-consent"))
        await citizen.leafs_to(Agree(), ShowFiling)
        await citizen.comes_to("FilingForm")
        self._scene.shows(BOX_A, card_text(HOA))
        await citizen.reads(HOA.name, lambda _: HOA.name in citizen.text())
        await citizen.picture(self._scene.shot("kiosk-declaration"))
        return f"{HOA.name}, from the card"

    async def scans(self) -> str:
        """Lay two pages under the camera, look at each, and keep them."""
        citizen = self._citizen
        await citizen.leafs_to(GoOn(), ShowFiling)
        await citizen.comes_to("FilingPapers")
        await citizen.touches(OpenPaper(paper=0))
        first = await self._page(Specimen.DECLARATION)
        await citizen.picture(self._scene.shot("kiosk-scanned"))
        if not self._in_memory():
            raise MissedError("no page lies in memory")
        self._lay(Specimen.CERTIFICATE)
        await citizen.touches(KeepPage())
        second = await self._page(Specimen.CERTIFICATE)
        await citizen.touches(PagesDone())
        self._lay(None)
        await citizen.comes_to("FilingPapers")
        await citizen.reads("2 trang", lambda _: "2 trang" in citizen.text())
        if first == second:
            raise MissedError("the second page is the first one")

        async def wiped() -> str:
            return "" if self._in_memory() else "wiped"

        await until(wiped, "a wiped folder of scans")
        return "2 pages, squared to A4; wiped where the camera put them"

    async def seals(self) -> str:
        """Hand it over: a number on paper, and a slip that names nobody."""
        citizen, before = self._citizen, self._scene.pieces(BOX_A)
        await citizen.leafs_to(GoOn(), ShowFiling)
        await citizen.comes_to("FilingSummary")
        await citizen.touches(HandOver())
        body = (await citizen.comes_to("FilingTaken")).screen.body
        found = re.search(r"[A-Z][0-9]{3}", body.title) if isinstance(body, Sheet) else None
        if not found:
            raise MissedError(f"no number: {citizen.text()[:200]}")
        self._number = found[0]
        await self._scene.came_out(BOX_A, before, pieces=2)
        await citizen.picture(self._scene.shot("kiosk-handed-over"))
        await citizen.touches(Leave())
        await citizen.comes_to("Home")
        return f"{self._number}, and a slip"

    async def opens(self) -> str:
        """See on the console that it waits, open it, and look at its pages."""
        browser = self._scene.browser
        await browser.clicks(_CONSOLE, "#tab-drafts")
        listed = await browser.reads(_CONSOLE, "#drafts", self._number)
        if HOA.name in listed:
            raise MissedError("the list says the whole name before anybody opened it")
        await browser.clicks(_CONSOLE, "#drafts button")
        await browser.reads(_CONSOLE, "#drafts-sheet", HOA.name)

        async def drawn() -> str:
            widths = await browser.drawn(_CONSOLE, "#drafts-sheet img")
            whole = len(widths) == 2 and min(widths) > _READABLE_PX  # noqa: PLR2004 - as scanned
            return " and ".join(f"{width} px" for width in widths) if whole else ""

        seen = await until(drawn, "the two pages as pictures", within_s=30)
        shot = self._scene.shot("officer-draft")
        await browser.picture(_CONSOLE, shot, size=(1280, 1100))
        return f"{HOA.name}; pages {seen} wide"

    async def accepts(self) -> str:
        """Accept it: the one-stop system gives its code."""
        browser = self._scene.browser
        await browser.clicks(_CONSOLE, "#draft-accept")
        await browser.reads(_CONSOLE, "#choose-title", self._number)
        await browser.clicks(_CONSOLE, "#choices button")
        row = await browser.reads(_CONSOLE, "#drafts-accepted", "H50.34-", within_s=40)
        found = re.search(r"H50\.34-[0-9-]+", row)
        self.code = found[0] if found else ""
        return self.code

    async def arrived(self) -> str:
        """Find it at the commune's register, with its paper."""
        browser, address = self._scene.browser, self._scene.links["register"]
        await browser.opens(_REGISTER, f"{address}dossiers/{self.code}")
        await browser.reads(_REGISTER, "#content", HOA.name)
        shot = self._scene.shot("register-prepared")
        await browser.picture(_REGISTER, shot, size=(1366, 900))
        if not await browser.has(_REGISTER, f'a[href^="/dossiers/{self.code}/papers/"]'):
            raise MissedError("its paper is not there")
        return f"{self.code}, with its paper"

    # -- how

    @property
    def _citizen(self) -> Citizen:
        return self._scene.at[BOX_A]

    @property
    def _box(self) -> BoxPlan:
        return self._scene.province.plan.boxes[BOX_A]

    @property
    def is_there(self) -> bool:
        """Whether papers can be scanned here."""
        return bool(self._box.scans)

    def _lay(self, sheet: Specimen | None) -> None:
        if self._box.desk:
            self._box.desk.write_text(sheet or "", encoding="utf-8")

    async def _page(self, sheet: Specimen) -> bytes:
        """Lay a page, take it, and see it whole and squared; returns it as it stands there."""
        citizen = self._citizen
        self._lay(sheet)
        await citizen.comes_to("LayPage")
        takes = (TakeThisPage(crop=Crop.PAGE), LookAgain())  # the latter where the camera was busy
        body = (await citizen.touches_until("CheckPage", *takes)).screen.body
        if not isinstance(body, Photo):
            raise MissedError(f"a {type(body).__name__} in the place of a page")
        width, height = Image.open(io.BytesIO(body.picture)).size
        if abs(height / width / _A4 - 1) > _NEARLY:
            raise MissedError(f"{width} x {height} is no A4")
        return body.picture

    def _in_memory(self) -> list[str]:
        """Return the files of scans."""
        folder = self._box.scans
        return [path.name for path in folder.iterdir()] if folder else []
