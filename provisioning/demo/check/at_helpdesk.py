"""Help from afar: a citizen calls from the kiosk, an officer of the help desk answers."""

from kiosk.ui.flows.help.pages import AgreeShow, CallNow, GoOnBeside, OpenCall, OpenHelp, OpenShow
from kiosk.ui.flows.menu.pages import ShowMenu
from provisioning.demo import sample
from provisioning.demo.check.report import until
from provisioning.demo.check.scene import Scene
from provisioning.demo.sample import BOX_B

_TAB, _OFFICER = "help", "Trần Thị Bình (mẫu)"
_FRAMES, _PERCENT = 10, 5.0


class AtHelpdesk:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def is_on_duty(self) -> str:
        """Sign in at the help desk, and be on duty."""
        browser = self._scene.browser
        await browser.opens(_TAB, self._scene.links["help"])
        await browser.reads(_TAB, "#sign-in", "Tổng đài")
        await browser.types(_TAB, _OFFICER, "#name")
        await browser.types(_TAB, f"{sample.PIN}\n", "#pin")
        await browser.clicks(_TAB, "#on-duty")
        return await browser.reads(_TAB, "#duty", "Đang trực")

    async def calls(self) -> str:
        """Read what a call is, and call."""
        citizen = self._scene.at[BOX_B]
        await citizen.opens_menu()
        await citizen.leafs_to(OpenHelp(), ShowMenu)
        await citizen.comes_to("HelpNotice")
        await citizen.picture(self._scene.shot("kiosk-help"))
        await citizen.touches(CallNow())
        await citizen.comes_to("HelpWait")
        return "calls"

    async def answers(self) -> str:
        """Answer: both see each other."""
        browser, citizen = self._scene.browser, self._scene.at[BOX_B]
        await browser.reads(_TAB, "#calls", BOX_B)
        await browser.clicks(_TAB, "[data-do=answer]")
        await citizen.comes_to("HelpTalk", within_s=40)

        async def seen() -> str:
            calls = await browser.calls(_TAB)
            both = min(calls.decoded, calls.sent) > _FRAMES
            return f"{calls.decoded} frames of the citizen" if both else ""

        async def green() -> str:
            share = await citizen.greens()
            return f"the officer on {share:.0f} % of the glass" if share > _PERCENT else ""

        decoded = await until(seen, "moving pictures of the citizen", within_s=40)
        shown = await until(green, "the officer on the glass", within_s=40)
        await citizen.picture_now(self._scene.shot("kiosk-call"))
        return f"{decoded}; {shown}"

    async def is_shown(self) -> str:
        """Let the officer see the screen, and go on with the errand: he sees what is done."""
        browser, citizen = self._scene.browser, self._scene.at[BOX_B]
        await citizen.touches(OpenShow())
        await citizen.comes_to("HelpShow")
        await citizen.touches(AgreeShow())
        await citizen.comes_to("HelpTalk")
        await citizen.touches(GoOnBeside())

        async def shown() -> str:
            widths = await browser.drawn(_TAB, "#form")
            return f"{widths[0]} px" if widths and widths[0] else ""

        seen = await until(shown, "the citizen's screen at the desk", within_s=30)
        await browser.moving_picture(_TAB, self._scene.shot("help-call"), size=(1366, 900))
        return f"the kiosk's screen, {seen} wide"

    async def hangs_up(self) -> str:
        """End the call: the glass says so, and leaves the citizen where he was."""
        browser, citizen = self._scene.browser, self._scene.at[BOX_B]
        await browser.clicks(_TAB, "#hang-up")
        words = "Cán bộ đã kết thúc cuộc gọi"
        await citizen.reads(words, lambda _: words in citizen.text())
        await citizen.reads(
            "no call", lambda one: not any(isinstance(p.action, OpenCall) for p in one.places)
        )
        await browser.closes(_TAB)
        await citizen.goes_home()
        return words
