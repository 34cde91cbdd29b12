"""What the officer does at the counter, and the waiting room sees and hears."""

from provisioning.demo import sample
from provisioning.demo.board.plan import BoardPlan
from provisioning.demo.board.seen import Seen, looked_at
from provisioning.demo.check.report import until
from provisioning.demo.check.scene import Scene
from provisioning.demo.sample import BOX_A, BOX_B

_DESK = "quay-2"


class AtOffice:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def sign_in(self) -> str:
        """Sit down at a counter."""
        browser, console = self._scene.browser, "console"
        await browser.opens(console, self._scene.links["console"])
        await browser.reads(console, "#counters", "Quầy 2")
        await browser.clicks(console, f'#counters label:has(input[value="{_DESK}"])')
        await browser.types(console, sample.PIN + "\n", "#pin")
        await browser.reads(console, "#waiting", self._scene.numbers[BOX_A])
        await browser.reads(console, "#waiting", self._scene.numbers[BOX_B])
        return f"{await browser.text(console, '#waiting-count')} wait"

    async def call(self) -> str:
        """Call the next number with one key."""
        await self._scene.browser.types("console", " ")
        seen = await self._scene.browser.reads("console", "#number", self._scene.numbers[BOX_A])
        await self._scene.browser.picture("console", self._scene.shot("officer"), size=(1280, 720))
        return seen

    async def finish(self) -> str:
        """Finish with one key."""
        await self._scene.browser.types("console", "x")
        number = self._scene.numbers[BOX_A]

        async def served() -> str:
            text = await self._scene.browser.text("console", "#number")
            return "" if number in text else text or "nobody"

        return await until(served, f"{number} finished")

    async def board(self) -> str:
        """Look at the waiting room's board."""
        await self._scene.browser.opens("tv", self._scene.links["board"])
        number = self._scene.numbers[BOX_A]
        seen = await self._scene.browser.reads("tv", "#call, main", number)
        await self._scene.browser.reads("tv", "main", "Quầy 2")
        await self._scene.browser.picture("tv", self._scene.shot("tv"), size=(1920, 1080))
        return " ".join(seen.split())[:60]

    async def spoken(self) -> str:
        """Hear the call."""
        said = self._scene.province.plan.boxes[BOX_A].world / "said"

        async def files() -> str:
            wavs = sorted(said.glob("*.wav"))
            return f"{wavs[-1].name}, {wavs[-1].stat().st_size} bytes" if wavs else ""

        return await until(files, f"a WAV in {said}", within_s=20)

    @property
    def has_buttons(self) -> bool:
        """Whether there are call buttons on the desks."""
        return self._board is not None

    async def presses(self) -> str:
        """Press the button on the desk: the next number is called, and the hall sees it."""
        number, browser = self._scene.numbers[BOX_B], self._scene.browser
        await self._scene.hands(BOX_A, '[data-press="next-2"]')
        await browser.reads("console", "#number", number)
        panel = await until(lambda: self._shows(number), f"{number} on the LED panel")
        await browser.reads("tv", "#call, main", number)
        await browser.picture("demo", self._scene.shot("demo-call-button"), size=(1440, 1330))
        return f"panel: {panel}"

    async def presses_served(self) -> str:
        """Press the other button: the number is served, panel and lamp are dark."""
        number = self._scene.numbers[BOX_B]
        await self._scene.hands(BOX_A, '[data-press="finish-2"]')

        async def dark() -> str:
            seen = looked_at(self._board) if self._board else Seen((), {})
            shines = any(seen.lamps.values()) or any(number in line for line in seen.panel)
            return "" if shines else "panel and lamp dark"

        return await until(dark, "dark signs")

    @property
    def _board(self) -> BoardPlan | None:
        return self._scene.province.plan.boxes[BOX_A].board

    async def _shows(self, number: str) -> str:
        """Return what the panel shows, once that is the number and the desk's lamp burns."""
        seen = looked_at(self._board) if self._board else Seen((), {})
        lit = any(seen.lamps.values())
        return " ".join(seen.panel).strip() if lit and number in seen.panel else ""

    async def leaves(self) -> str:
        """Close every page of the office: a conference needs the machine."""
        tabs = ("console", "tv", "register", "dashboard", "box", "demo")
        for tab in tabs:
            await self._scene.browser.closes(tab)
        return ", ".join(tabs)
