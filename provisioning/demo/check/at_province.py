"""What the technician does from afar, and with the hands."""

import asyncio
import time
from typing import Any

from provisioning.demo import sample
from provisioning.demo.board.main import VERSION
from provisioning.demo.check.at_kiosk import AtKiosk
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.check.scene import Scene, answer, session
from provisioning.demo.sample import BOX_A, BOX_B


class AtProvince:
    """Each method does one thing and returns what was seen, or raises MissedError."""

    def __init__(self, scene: Scene, kiosk: AtKiosk) -> None:
        self._scene = scene
        self._kiosk = kiosk
        self._session: dict[str, str] = {}

    @property
    def _dashboard(self) -> str:
        return self._scene.links["dashboard"]

    async def dashboard(self) -> str:
        """Sign in, and see both tickets and every device."""
        await self._scene.browser.opens("dashboard", self._dashboard)
        await self._scene.browser.reads("dashboard", "h2", "Đăng nhập")
        await self._scene.browser.picture("dashboard", self._scene.shot("sign-in"))
        await self._scene.browser.types("dashboard", sample.LOGIN, "#login")
        await self._scene.browser.types("dashboard", f"{sample.PASSWORD}\n", "#password")
        for box in (BOX_A, BOX_B):
            await self._scene.browser.reads("dashboard", f"#box-{box} .devices", "Máy in")

        async def counted() -> str:
            summary = await self._asks("api/summary")
            tickets = summary["tickets"]
            here = tickets["issued"] >= len(self._scene.numbers)
            return f"{tickets['issued']} tickets" if here else ""

        seen = await until(counted, "both tickets at the province")
        await self._scene.browser.picture(
            "dashboard", self._scene.shot("dashboard"), size=(1280, 640)
        )
        return seen

    async def board(self) -> str:
        """See the box's board, its version and why it last started."""
        browser = self._scene.browser
        await browser.opens("box", f"{self._dashboard}boxes/{BOX_A}")
        version = await browser.reads("box", "#board-version", VERSION)
        started = await browser.reads("box", "#board-lived", "Khởi động")
        await browser.picture("box", self._scene.shot("dashboard-board"), size=(1440, 2300))
        return f"{version}; {' '.join(started.split())[:60]}"

    async def paper_out(self) -> str:
        """Take the paper out, and see it at the province."""
        began = time.monotonic()
        await self._scene.hands(BOX_A, '[data-fault="paper-out"]')
        await self._device(BOX_A, "printer", "fault")
        seconds = time.monotonic() - began
        await self._scene.browser.picture(
            "dashboard", self._scene.shot("dashboard-no-paper"), size=(1280, 640)
        )
        await self._scene.at[BOX_A].goes_home()
        await self._scene.at[BOX_A].picture(self._scene.shot("kiosk-no-paper-home"))
        return f"after {seconds:.1f} s"

    async def reprinted(self) -> str:
        """Put the paper back, and see the number come out once."""
        before = self._scene.pieces(BOX_A)
        await self._scene.hands(BOX_A, '[data-fault="paper-out"]')
        await self._device(BOX_A, "printer", "ready")
        await until(self._scene.more_pieces(BOX_A, before), "the paper", within_s=60)
        seen = await self._scene.paper(BOX_A)
        if self._scene.pieces(BOX_A) != before + 1:
            raise MissedError(f"{self._scene.pieces(BOX_A) - before} papers")
        return seen

    async def test_print(self) -> str:
        """Have a test ticket printed from afar."""
        before = self._scene.pieces(BOX_A)
        await self._scene.browser.opens("box", f"{self._dashboard}boxes/{BOX_A}")
        await self._scene.browser.clicks("box", '[data-test="printer"]')
        await until(self._scene.more_pieces(BOX_A, before), "a test print", within_s=40)

        async def answered() -> str:
            return await self._scene.browser.text("box", "#result-printer")

        seen = await until(answered, "the dashboard's answer")
        await self._scene.browser.picture(
            "box", self._scene.shot("dashboard-box"), size=(1440, 1100)
        )
        return " ".join(seen.split())

    async def scanner(self) -> str:
        """Unplug the scanner and plug it in."""
        await self._scene.hands(BOX_A, '[data-device="scanner"] [data-fault="unplugged"]')
        await self._device(BOX_A, "scanner", "fault")
        await self._scene.hands(BOX_A, '[data-device="scanner"] [data-fault="unplugged"]')
        await self._device(BOX_A, "scanner", "ready")
        return "fault, then ready"

    async def line_cut(self) -> str:
        """Cut the line, and see a number given all the same."""
        stored = await self._stored()
        await self._scene.hands(BOX_A, "[data-cut]")
        await self._scene.at[BOX_A].goes_home()
        seen = await self._kiosk.number(BOX_A)
        if await self._stored() != stored:
            raise MissedError("an event went over a line that is cut")
        return seen

    async def line_mended(self) -> str:
        """Mend the line, and see what was missed arrive."""
        number = self._scene.numbers[BOX_A]
        await self._scene.hands(BOX_A, "[data-cut]")

        async def arrived() -> str:
            events = await self._asks(f"api/events?box={BOX_A}&limit=1000")
            of_it = [one for one in events["events"] if f'"{number}"' in one["body"]]
            return f"{number}: {len(of_it)} events" if of_it else ""

        return await until(arrived, f"{number} at the province", within_s=60)

    async def killed(self) -> str:
        """Kill the counter server, and see numbers go on where they were."""
        last = self._scene.numbers[BOX_A]
        await self._scene.browser.opens("demo", self._scene.page)
        await self._scene.browser.reads("demo", "#parts", f"{BOX_A}.counter")
        await self._scene.browser.picture("demo", self._scene.shot("demo"), size=(1440, 1330))
        counter = self._scene.province.children[f"{BOX_A}.counter"]
        await self._scene.browser.clicks("demo", f'[data-part="{counter.name}"] button')

        async def died() -> str:
            return "died" if counter.deaths else ""

        await until(died, "the counter server ended")
        async with asyncio.timeout(60):
            await counter.wait_ready()
        await self._scene.at[BOX_A].goes_home()
        await self._kiosk.number(BOX_A)
        number = self._scene.numbers[BOX_A]
        if int(number[1:]) != int(last[1:]) + 1:
            raise MissedError(f"{number} after {last}")
        return f"{number} after {last}"

    async def _device(self, box: str, name: str, health: str) -> None:
        """Wait until the dashboard shows the device so."""
        look = f"#box-{box} .device.{health} use[href$='#{name}']"

        async def shown() -> str:
            return await self._scene.browser.has("dashboard", look)

        await until(shown, f"{box}'s {name} {health} on the dashboard", within_s=40)

    async def _asks(self, path: str) -> Any:
        """Return what the dashboard's API answers to somebody who has signed in."""
        if not self._session:
            self._session = await session(self._dashboard, sample.LOGIN, sample.PASSWORD)
        return await answer(f"{self._dashboard}{path}", self._session)

    async def _stored(self) -> int:
        events = await self._asks(f"api/events?box={BOX_A}&limit=1000")
        return len(events["events"])
