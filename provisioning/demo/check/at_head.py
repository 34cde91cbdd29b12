"""The officers' side: the second screen facing the citizen, the day's figures."""

import re

from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene

_CONSOLE, _FACING, _HEAD = "console", "facing", "head"
_WORDS, _SAID = "giay-to", "giấy tờ"
_NUMBER = re.compile(r"^[A-Z][0-9]{3}$")
_BEST = "3"


class AtHead:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._number = ""

    async def opens_a_screen(self) -> str:
        """Open the screen facing the citizen with the officer's code."""
        browser = self._scene.browser
        await browser.clicks(_CONSOLE, "#tab-screen")
        await browser.clicks(_CONSOLE, "#facing-new")

        async def told() -> str:
            code = await browser.text(_CONSOLE, "#facing-code")
            return code if re.fullmatch(r"[0-9]{6}", code) else ""

        code = await until(told, "a code of six digits")
        await browser.opens(_FACING, self._scene.links["facing"])
        await browser.reads(_FACING, "#stage", "Mở màn hình")
        await browser.types(_FACING, code)
        return (await browser.reads(_FACING, "#desk", "Quầy 2")).strip()

    async def calls(self) -> str:
        """Call the next number: it stands on the screen, with the officer's words."""
        browser = self._scene.browser
        await browser.types(_CONSOLE, " ")

        async def called() -> str:
            number = (await browser.text(_CONSOLE, "#number")).strip()
            return number if _NUMBER.match(number) else ""

        self._number = await until(called, "a number at the counter")
        await browser.reads(_FACING, "#stage .number", self._number)
        await browser.clicks(_CONSOLE, f"#facing-words-{_WORDS}")
        seen = await browser.reads(_FACING, "#stage", _SAID)
        await browser.picture(_FACING, self._scene.shot("facing"), size=(1280, 800))
        return " ".join(seen.split())[:80]

    async def is_rated(self) -> str:
        """Finish: the screen asks how it was, and the citizen answers there."""
        browser = self._scene.browser
        await browser.types(_CONSOLE, "x")
        await browser.reads(_FACING, "#stage", "hài lòng")
        await browser.picture(_FACING, self._scene.shot("facing-rating"), size=(1280, 800))
        await browser.clicks(_FACING, f'.faces [data-value="{_BEST}"]')
        seen = await browser.reads(_FACING, "#stage", "Cảm ơn")
        await browser.closes(_FACING)
        return " ".join(seen.split())[:60]

    async def counts(self) -> str:
        """Read the day's figures: the officer's own, and the supervisor's of the whole site."""
        browser = self._scene.browser
        await browser.clicks(_CONSOLE, "#tab-totals")
        await browser.reads(_CONSOLE, "#room-totals", "Theo quầy")
        own = await browser.text(_CONSOLE, '#room-totals td[data-head="Xong"]')
        await browser.picture(_CONSOLE, self._scene.shot("officer-totals"), size=(1440, 720))
        await browser.clicks(_HEAD, "#tab-totals")
        await browser.reads(_HEAD, "#room-totals", "Cả điểm")
        whole = await browser.text(_HEAD, '#room-totals td[data-head="Xong"]')
        await browser.picture(_HEAD, self._scene.shot("head-totals"), size=(1440, 900))
        await browser.closes(_HEAD)
        if not 0 < int(own) <= int(whole):
            raise MissedError(f"{own} finished here, {whole} in all")
        return f"{own} finished at this counter, {whole} in all"
