"""A complaint with photo and place: its code on paper, its answer read at the kiosk."""

import contextlib
import io

from PIL import Image

from devices.camera.specimen_paper import Specimen
from kiosk.domain.feedback import STATE_NAMES, FeedbackState
from kiosk.ui.events import PressKey
from kiosk.ui.flows.feedback.pages import (
    GoOnFeedback,
    OpenFeedback,
    SendFeedbackNow,
    SetFeedbackCategory,
    SetFeedbackPlace,
    SetTypingMethod,
    ShowFeedbackPart,
    ShowFeedbackRows,
    StartFeedback,
    StayNameless,
    TakeFeedbackPhoto,
)
from kiosk.ui.flows.menu.pages import ShowMenu
from kiosk.ui.keyboard.keys import Act, Method
from kiosk.ui.mirror import Mirrored
from kiosk.ui.screen import Photo
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene
from provisioning.demo.office import FEEDBACK
from provisioning.demo.sample import BOX_A

_REGISTER = "register"
_KEYS, _TEXT = "ddenf hongr", "Đèn hỏng"
_CATEGORY, _PLACE = "duong-sa", FEEDBACK.places[0].name
_STEPS = (FeedbackState.FORWARDED, FeedbackState.IN_WORK, FeedbackState.DONE)
"""The way of a case (domain FB-2)."""
_DONE = STATE_NAMES[_STEPS[-1]]["vi"].capitalize()
_ANSWER = "Đã thay đèn, xin cảm ơn."
_ASKS_EVERY_S, _LOOKS_S = 3.0, 8.0
_PAPER, _PART = 200, 0.1


class AtComplaint:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._code = ""

    async def writes(self) -> str:
        """Say what it is about, and type it in Telex."""
        citizen = self._scene.at[BOX_A]
        self._lay(Specimen.SLIP)
        await citizen.opens_menu()
        await citizen.leafs_to(OpenFeedback(), ShowMenu)
        await citizen.touches(StartFeedback())
        await citizen.comes_to("FeedbackNotice")
        await citizen.touches(GoOnFeedback())
        await citizen.leafs_to(SetFeedbackCategory(category=_CATEGORY), ShowFeedbackRows)
        await citizen.touches(SetTypingMethod(method=Method.TELEX))
        await citizen.comes_to("FeedbackText")
        await citizen.types(_KEYS)
        await citizen.reads(_TEXT, lambda _: _TEXT in citizen.text())
        await citizen.picture(self._scene.shot("kiosk-telex"))
        await citizen.touches(PressKey(act=Act.DONE))
        return f"{_KEYS} is {_TEXT}"

    async def sends(self) -> str:
        """Name the place, take a photo, leave no name; the code comes out on paper."""
        citizen, before = self._scene.at[BOX_A], self._scene.pieces(BOX_A)
        await citizen.leafs_to(SetFeedbackPlace(place=_PLACE), ShowFeedbackRows)
        await citizen.comes_to("FeedbackPhoto")
        await citizen.touches(TakeFeedbackPhoto())
        await citizen.reads("a photo of a paper", _shows_paper)
        await citizen.touches(GoOnFeedback())
        self._lay(None)
        await citizen.touches(StayNameless())
        await citizen.comes_to("FeedbackReview")
        await citizen.picture(self._scene.shot("kiosk-feedback"))
        await citizen.leafs_to(SendFeedbackNow(), ShowFeedbackPart)
        await citizen.comes_to("FeedbackDone")
        self._code = await self._scene.symbol(await self._scene.came_out(BOX_A, before))
        if self._code not in citizen.text():
            raise MissedError(f"{self._code} on the paper, another code on the glass")
        await citizen.goes_home()
        return f"{self._code}, on paper and glass"

    async def is_answered(self) -> str:
        """Find it in the back office with its photo and place, and answer it."""
        browser, address = self._scene.browser, self._scene.links["register"]

        async def come() -> str:
            await browser.opens(_REGISTER, f"{address}feedback")
            return await browser.text(_REGISTER, "a.code")

        code = await until(come, "a complaint in the back office", within_s=40, every_s=0.5)
        await browser.clicks(_REGISTER, "a.code")
        told = await browser.reads(_REGISTER, "#content", _TEXT)

        async def drawn() -> str:
            widths = await browser.drawn(_REGISTER, ".photos img")
            return "a photo" if widths and all(widths) else ""

        await until(drawn, "its photo")
        if _PLACE not in told:
            raise MissedError("its place is not told")
        await browser.picture(_REGISTER, self._scene.shot("register-feedback"), size=(1366, 1000))
        for state in _STEPS:
            await browser.clicks(_REGISTER, f'select[name="state"] option[value="{state}"]')
            if state == _STEPS[-1]:
                await browser.types(_REGISTER, _ANSWER, 'textarea[name="text"]')
            await browser.clicks(_REGISTER, "form.stack > button")
            await browser.reads(_REGISTER, "h2 .pill", STATE_NAMES[state]["vi"])
        return f"{code}: photo, {_PLACE}; {' '.join(_STEPS)}"

    async def reads_the_answer(self) -> str:
        """Hold the paper's code to the scanner: the answer."""
        citizen = self._scene.at[BOX_A]
        await citizen.goes_home()

        async def told() -> str:
            self._scene.shows(BOX_A, self._code)  # what is as good as new is not asked anew
            with contextlib.suppress(MissedError):  # then it is held there once more
                await citizen.reads(_DONE, lambda _: _DONE in citizen.text(), within_s=_LOOKS_S)
            return "told" if _DONE in citizen.text() else ""

        await until(told, _DONE, within_s=60, every_s=_ASKS_EVERY_S)
        await citizen.leafs_for(_ANSWER, ShowFeedbackPart)
        await citizen.picture(self._scene.shot("kiosk-answer"))
        await citizen.goes_home()
        return f"{_DONE}: {_ANSWER}"

    def _lay(self, sheet: Specimen | None) -> None:
        desk = self._scene.province.plan.boxes[BOX_A].desk
        if desk:
            desk.write_text(sheet or "", encoding="utf-8")


def _shows_paper(seen: Mirrored) -> bool:
    """Return whether a good part of the photo is as bright as a paper, which no desk is."""
    body = seen.screen.body
    if not isinstance(body, Photo):
        return False
    grey = Image.open(io.BytesIO(body.picture)).convert("L")
    bright = sum(grey.histogram()[_PAPER:])
    return bright > _PART * grey.width * grey.height
