"""A morning at the office: what citizens, officers and technicians do, and what they must see."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from devices.camera.picture import load_picture
from devices.runtime.worker import Worker
from devices.scanner.decode import read_symbols
from devices.scanner.specimen_card import HOA
from kiosk.ui.events import (
    ChooseService,
    GiveRating,
    Look,
    OpenFind,
    OpenScan,
    Speak,
    TakeNumber,
    TypeKey,
)
from kiosk.ui.screen import Number
from provisioning.demo import sample
from provisioning.demo.check.browser import Browser
from provisioning.demo.check.citizen import Citizen
from provisioning.demo.check.report import MissedError, Report, until
from provisioning.demo.run import Province
from provisioning.demo.sample import BOX_A, BOX_B

_SERVICE = "ho-tich"
_DESK = "quay-2"
_MASKED = f"{HOA.number[:4]}******{HOA.number[-2:]}"
_CITIZEN, _OFFICER, _TECHNICIAN = "citizen", "officer", "technician"


class Story:
    """One run through everything. Pictures are left in `shots`."""

    def __init__(
        self, province: Province, page: str, browser: Browser, worker: Worker, shots: Path
    ) -> None:
        self._province = province
        self._page = page
        self._browser = browser
        self._worker = worker
        self._shots = shots
        self._numbers: dict[str, str] = {}
        self._at = {
            box: Citizen(screen, province.plan.boxes[box].mirror, worker)
            for box, screen in province.screens.items()
        }

    async def told(self, report: Report) -> None:
        """Play the whole story."""
        step = report.step
        await step(_CITIZEN, "both kiosks show the services", self._services)
        await step(
            _CITIZEN,
            "one touch, and the kiosk speaks English; one more, Vietnamese",
            self._languages,
        )
        await step(_CITIZEN, "two touches give a number on the glass", partial(self._number, BOX_A))
        await step(_CITIZEN, "the paper's QR is the ticket's address", partial(self._paper, BOX_A))
        await step(_CITIZEN, "a photographed card greets by masked number", self._card)
        await step(_CITIZEN, "and gets the next number", partial(self._take, BOX_B))
        await step(_OFFICER, "signs in at counter 2 and sees who waits", self._sign_in)
        await step(_OFFICER, "one key calls the first number", self._call)
        await step(_CITIZEN, "the TV board shows number and counter", self._board)
        await step(_CITIZEN, "the call was spoken (a WAV file)", self._spoken)
        await step(_OFFICER, "one key finishes", self._finish)
        await step(_CITIZEN, "rates the visit at the kiosk", self._rate)
        await step(_TECHNICIAN, "the dashboard has both tickets and every device", self._dashboard)
        await step(_TECHNICIAN, "paper taken out is seen at the province", self._paper_out)
        await step(_CITIZEN, "without paper the number is shown with its QR", self._unprinted)
        await step(_TECHNICIAN, "paper put back: the same number is printed, once", self._reprinted)
        await step(_TECHNICIAN, "a test print from the dashboard comes out", self._test_print)
        await step(_TECHNICIAN, "scanner unplugged and plugged in heals by itself", self._scanner)
        await step(_CITIZEN, "the province's line is cut, and numbers go on", self._line_cut)
        await step(_TECHNICIAN, "mended: the province gets what it missed", self._line_mended)
        await step(
            _TECHNICIAN, "kill -9 of the counter server: the next number follows", self._killed
        )

    # -- the citizen

    async def _services(self) -> str:
        for box, citizen in self._at.items():
            await citizen.comes_to("Home", within_s=30)
            await citizen.reads("the services", lambda one: len(one.places) >= len(sample.SERVICES))
            await citizen.picture(self._shots / f"kiosk-home-{box}.png")
        return f"{len(sample.SERVICES)} services at {len(self._at)} kiosks"

    async def _languages(self) -> str:
        citizen = self._at[BOX_A]
        english = sample.SERVICES[0].names["en"]
        await citizen.touches(Speak(language="en"))
        await citizen.reads(english, lambda _: english in citizen.text())
        await citizen.picture(self._shots / "kiosk-english.png")
        await citizen.touches(Speak(language="vi"))
        vietnamese = sample.SERVICES[0].names["vi"]
        await citizen.reads(vietnamese, lambda _: vietnamese in citizen.text())
        return f"{english} / {vietnamese}"

    async def _number(self, box: str) -> str:
        citizen = self._at[box]
        await citizen.goes_home()
        await citizen.touches(ChooseService(service=_SERVICE))
        await citizen.comes_to("Confirm")
        await citizen.picture(self._shots / "kiosk-confirm.png")
        return await self._take(box)

    async def _take(self, box: str) -> str:
        citizen = self._at[box]
        pieces = self._pieces(box)
        await citizen.touches(TakeNumber())
        number = await self._issued(box)
        await until(self._more_pieces(box, pieces), "a paper from the printer", within_s=20)
        await citizen.picture(self._shots / f"kiosk-number-{box}.png")
        return f"{number}, printed"

    async def _issued(self, box: str) -> str:
        mirrored = await self._at[box].comes_to("Issued")
        body = mirrored.screen.body
        if not isinstance(body, Number):
            raise MissedError(f"a {type(body).__name__} in the place of a number")
        self._numbers[box] = body.number
        return body.number

    async def _paper(self, box: str) -> str:
        newest = max(self._province.plan.boxes[box].paper.glob("[0-9]*.png"))
        await self._worker.do(_framed, newest, self._shots / "paper.png")
        texts = await self._worker.do(read_symbols, load_picture(str(newest)))
        ticket = await _json(f"{self._counter}/api/tickets/by-code/{texts[0].rpartition('/')[2]}")
        if ticket["number"] != self._numbers[box]:
            raise MissedError(f"the paper says {ticket['number']}")
        return f"{texts[0]} is {ticket['number']}"

    async def _card(self) -> str:
        citizen = self._at[BOX_B]
        await citizen.goes_home()
        await citizen.touches(ChooseService(service=_SERVICE))
        await citizen.touches(OpenScan())
        await citizen.comes_to("ScanCard")
        await citizen.picture(self._shots / "kiosk-scan.png")
        await self._hands(BOX_B, "[data-card]")
        await citizen.comes_to("Confirm", within_s=20)
        await citizen.reads(_MASKED, lambda _: _MASKED in citizen.text())
        await citizen.picture(self._shots / "kiosk-card.png")
        for secret in (HOA.number, HOA.address, HOA.old_number):
            if secret in citizen.text():
                raise MissedError("personal data stands on the glass")
        return f"{_MASKED}; no number or address"

    async def _rate(self) -> str:
        citizen = self._at[BOX_A]
        await citizen.goes_home()
        await citizen.touches(OpenFind())
        await citizen.comes_to("Find")
        for key in self._numbers[BOX_A]:
            await citizen.touches(TypeKey(key=key))
        await citizen.touches(Look())
        await citizen.comes_to("Rate")
        await citizen.picture(self._shots / "kiosk-rating.png")
        await citizen.touches(GiveRating(value=3, scale=3))
        await citizen.comes_to("Thanks")
        return "3 of 3, thanked"

    # -- the officer

    async def _sign_in(self) -> str:
        browser, console = self._browser, "console"
        await browser.opens(console, self._links["console"])
        await browser.reads(console, "#counters", "Quầy 2")
        await browser.clicks(console, f'#counters label:has(input[value="{_DESK}"])')
        await browser.types(console, sample.PIN + "\n", "#pin")
        await browser.reads(console, "#waiting", self._numbers[BOX_A])
        await browser.reads(console, "#waiting", self._numbers[BOX_B])
        return f"{await browser.text(console, '#waiting-count')} wait"

    async def _call(self) -> str:
        await self._browser.types("console", " ")
        seen = await self._browser.reads("console", "#number", self._numbers[BOX_A])
        await self._browser.picture("console", self._shots / "officer.png")
        return seen

    async def _finish(self) -> str:
        await self._browser.types("console", "x")
        number = self._numbers[BOX_A]

        async def served() -> str:
            text = await self._browser.text("console", "#number")
            return "" if number in text else text or "nobody"

        return await until(served, f"{number} finished")

    async def _board(self) -> str:
        await self._browser.opens("tv", self._links["board"])
        number = self._numbers[BOX_A]
        seen = await self._browser.reads("tv", "#call, main", number)
        await self._browser.reads("tv", "main", "Quầy 2")
        await self._browser.picture("tv", self._shots / "tv.png")
        return " ".join(seen.split())[:60]

    async def _spoken(self) -> str:
        said = self._province.plan.boxes[BOX_A].world / "said"

        async def files() -> str:
            wavs = sorted(said.glob("*.wav"))
            return f"{wavs[-1].name}, {wavs[-1].stat().st_size} bytes" if wavs else ""

        return await until(files, f"a WAV in {said}", within_s=20)

    # -- the technician

    async def _dashboard(self) -> str:
        await self._browser.opens("dashboard", self._links["dashboard"])
        for box in (BOX_A, BOX_B):
            await self._browser.reads("dashboard", f"#box-{box} .devices", "Máy in")

        async def counted() -> str:
            tickets = (await _json(f"{self._links['dashboard']}api/summary"))["tickets"]
            return f"{tickets['issued']} tickets" if tickets["issued"] >= len(self._numbers) else ""

        seen = await until(counted, "both tickets at the province")
        await self._browser.picture("dashboard", self._shots / "dashboard.png")
        return seen

    async def _paper_out(self) -> str:
        began = time.monotonic()
        await self._hands(BOX_A, '[data-fault="paper-out"]')
        await self._device(BOX_A, "printer", "fault")
        seconds = time.monotonic() - began
        await self._browser.picture("dashboard", self._shots / "dashboard-no-paper.png")
        await self._at[BOX_A].goes_home()
        await self._at[BOX_A].picture(self._shots / "kiosk-no-paper-home.png")
        return f"after {seconds:.1f} s"

    async def _unprinted(self) -> str:
        citizen = self._at[BOX_A]
        pieces = self._pieces(BOX_A)
        await citizen.touches(ChooseService(service=_SERVICE))
        await citizen.touches(TakeNumber())
        number = await self._issued(BOX_A)
        await citizen.reads(
            "the number's QR",
            lambda one: isinstance(one.screen.body, Number) and bool(one.screen.body.qr),
            within_s=40,
        )
        await citizen.picture(self._shots / "kiosk-no-paper.png")
        if self._pieces(BOX_A) != pieces:
            raise MissedError("a paper came out of an empty printer")
        return f"{number} with its QR, no paper"

    async def _reprinted(self) -> str:
        before = self._pieces(BOX_A)
        await self._hands(BOX_A, '[data-fault="paper-out"]')
        await self._device(BOX_A, "printer", "ready")
        await until(self._more_pieces(BOX_A, before), "the paper", within_s=30)
        seen = await self._paper(BOX_A)
        if self._pieces(BOX_A) != before + 1:
            raise MissedError(f"{self._pieces(BOX_A) - before} papers")
        return seen

    async def _test_print(self) -> str:
        before = self._pieces(BOX_B)
        await self._browser.opens("box", f"{self._links['dashboard']}boxes/{BOX_B}")
        await self._browser.clicks("box", '[data-test="printer"]')
        await until(self._more_pieces(BOX_B, before), "a test print", within_s=20)

        async def answered() -> str:
            return await self._browser.text("box", "#result-printer")

        seen = await until(answered, "the dashboard's answer")
        await self._browser.picture("box", self._shots / "dashboard-box.png", height=1100)
        return " ".join(seen.split())

    async def _scanner(self) -> str:
        await self._hands(BOX_A, '[data-device="scanner"] [data-fault="unplugged"]')
        await self._device(BOX_A, "scanner", "fault")
        await self._hands(BOX_A, '[data-device="scanner"] [data-fault="unplugged"]')
        await self._device(BOX_A, "scanner", "ready")
        return "fault, then ready"

    async def _line_cut(self) -> str:
        stored = await self._stored()
        await self._hands(BOX_A, "[data-cut]")
        await self._at[BOX_A].goes_home()
        seen = await self._number(BOX_A)
        if await self._stored() != stored:
            raise MissedError("an event went over a line that is cut")
        return seen

    async def _line_mended(self) -> str:
        number = self._numbers[BOX_A]
        await self._hands(BOX_A, "[data-cut]")

        async def arrived() -> str:
            events = await _json(f"{self._links['dashboard']}api/events?box={BOX_A}&limit=1000")
            of_it = [one for one in events["events"] if f'"{number}"' in one["body"]]
            return f"{number}: {len(of_it)} events" if of_it else ""

        return await until(arrived, f"{number} at the province", within_s=30)

    async def _killed(self) -> str:
        last = self._numbers[BOX_A]
        await self._browser.opens("demo", self._page)
        await self._browser.reads("demo", "#parts", f"{BOX_A}.counter")
        await self._browser.picture("demo", self._shots / "demo.png", height=1250)
        counter = self._province.children[f"{BOX_A}.counter"]
        await self._browser.clicks("demo", f'[data-part="{counter.name}"] button')

        async def died() -> str:
            return "died" if counter.deaths else ""

        await until(died, "the counter server ended")
        async with asyncio.timeout(30):
            await counter.wait_ready()
        await self._at[BOX_A].goes_home()
        await self._number(BOX_A)
        number = self._numbers[BOX_A]
        if int(number[1:]) != int(last[1:]) + 1:
            raise MissedError(f"{number} after {last}")
        return f"{number} after {last}"

    # -- hands and eyes

    @property
    def _links(self) -> dict[str, str]:
        return dict(self._province.plan.links)

    @property
    def _counter(self) -> str:
        return self._links["console"].removesuffix("/officer")

    def _pieces(self, box: str) -> int:
        return len(list(self._province.plan.boxes[box].paper.glob("[0-9]*.png")))

    def _more_pieces(self, box: str, than: int) -> Callable[[], Awaitable[str]]:
        async def come() -> str:
            return "come" if self._pieces(box) > than else ""

        return come

    async def _hands(self, box: str, css: str) -> None:
        """Use the technician's hands on the demo's own page."""
        await self._browser.opens("demo", self._page)
        await self._browser.reads("demo", "#link", "live")
        await self._browser.clicks("demo", f'[data-box="{box}"] {css}')

    async def _device(self, box: str, name: str, health: str) -> None:
        """Wait until the dashboard shows the device so."""
        look = f"#box-{box} .device.{health} use[href$='#{name}']"

        async def shown() -> str:
            return await self._browser.has("dashboard", look)

        await until(shown, f"{box}'s {name} {health} on the dashboard", within_s=15)

    async def _stored(self) -> int:
        events = await _json(f"{self._links['dashboard']}api/events?box={BOX_A}&limit=1000")
        return len(events["events"])


async def _json(url: str) -> Any:
    """Return what an API answers; raises MissedError."""
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            answer = await client.get(url)
            answer.raise_for_status()
            return answer.json()
    except httpx.HTTPError as error:
        raise MissedError(f"{url}: {error}") from error


def _framed(piece: Path, shot: Path) -> None:
    """Keep a picture of a paper with some desk around it."""
    paper = Image.open(piece).convert("RGB")
    desk = Image.new("RGB", (paper.width + 80, paper.height + 80), "#d9d4c8")
    desk.paste(paper, (40, 40))
    desk.save(shot, optimize=True)
