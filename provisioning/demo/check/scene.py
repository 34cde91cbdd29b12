"""Where the story plays: the running province, a browser, and what was given so far."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from devices.camera.picture import load_picture
from devices.runtime.worker import Worker
from devices.scanner.decode import read_symbols
from provisioning.demo.check.browser import Browser
from provisioning.demo.check.citizen import Citizen
from provisioning.demo.check.meeting.official import Official
from provisioning.demo.check.report import MissedError, until
from provisioning.demo.run import Province


@dataclass(frozen=True, slots=True)
class Scene:
    """Pictures are left in `shots`; `numbers` holds the newest number given at each box."""

    province: Province
    page: str
    browser: Browser
    worker: Worker
    shots: Path
    at: Mapping[str, Citizen]
    official: Official | None = None
    """Somebody in the conference's centre; None where its room has no screen."""
    numbers: dict[str, str] = field(default_factory=dict)

    def shot(self, name: str) -> Path:
        """Return where the picture of this name goes."""
        return self.shots / f"{name}.png"

    @property
    def links(self) -> Mapping[str, str]:
        """Addresses of the other pages by name."""
        return self.province.plan.links

    @property
    def counter(self) -> str:
        """The counter server's address."""
        return self.links["console"].removesuffix("/officer")

    def pieces(self, box: str) -> int:
        """Return how many pieces of paper a box has printed."""
        return len(list(self.province.plan.boxes[box].paper.glob("[0-9]*.png")))

    def more_pieces(self, box: str, than: int) -> Callable[[], Awaitable[str]]:
        """Return a question whether more pieces have come out by now."""

        async def come() -> str:
            return "come" if self.pieces(box) > than else ""

        return come

    async def came_out(self, box: str, since: int, pieces: int = 1) -> Path:
        """Wait for so many pieces of paper beyond those; returns the newest."""
        await until(self.more_pieces(box, since + pieces - 1), f"{pieces} papers", within_s=40)
        return max(self.province.plan.boxes[box].paper.glob("[0-9]*.png"))

    async def symbol(self, piece: Path) -> str:
        """Read the code on a piece of paper, as a phone does; raises MissedError."""
        texts = await self.worker.do(read_symbols, load_picture(str(piece)))
        if not texts:
            raise MissedError(f"{piece.name} has no code that can be read")
        return texts[0]

    def shows(self, box: str, text: str) -> None:
        """Hold a code to the scanner of a box."""
        with self.province.plan.boxes[box].cards.open("a", encoding="utf-8") as scans:
            scans.write(f"{text}\n")

    async def hands(self, box: str, css: str) -> None:
        """Use the technician's hands on the demo's own page."""
        await self.browser.opens("demo", self.page)
        await self.browser.reads("demo", "#parts", box)  # drawn last: the buttons know their state
        await self.browser.clicks("demo", f'[data-box="{box}"] {css}')

    async def paper(self, box: str) -> str:
        """Read the QR of the newest piece; it must be the newest number's."""
        newest = max(self.province.plan.boxes[box].paper.glob("[0-9]*.png"))
        await self.worker.do(framed, newest, self.shot("paper"))
        texts = await self.worker.do(read_symbols, load_picture(str(newest)))
        ticket = await answer(f"{self.counter}/api/tickets/by-code/{texts[0].rpartition('/')[2]}")
        if ticket["number"] != self.numbers[box]:
            raise MissedError(f"the paper says {ticket['number']}")
        return f"{texts[0]} is {ticket['number']}"


async def session(dashboard: str, login: str, password: str) -> dict[str, str]:
    """Sign in, and return the session's cookie; raises MissedError."""
    origin = {"Origin": dashboard.rstrip("/")}
    form = {"login": login, "password": password}
    try:
        async with httpx.AsyncClient(timeout=10, headers=origin) as client:
            response = await client.post(f"{dashboard}sign-in", data=form)
            cookies = dict(client.cookies)
    except httpx.HTTPError as error:
        raise MissedError(f"{dashboard}sign-in: {error}") from error
    if response.status_code != httpx.codes.SEE_OTHER:
        raise MissedError(f"{dashboard}sign-in: {response.status_code}")
    return cookies


async def answer(url: str, cookies: Mapping[str, str] | None = None) -> Any:
    """Return what an API answers; raises MissedError."""
    try:
        async with httpx.AsyncClient(timeout=5, cookies=dict(cookies or {})) as client:
            response = await client.get(url)
            response.raise_for_status()
            return response.json()
    except httpx.HTTPError as error:
        raise MissedError(f"{url}: {error}") from error


def framed(piece: Path, shot: Path) -> None:
    """Keep a picture of a paper with some desk around it."""
    paper = Image.open(piece).convert("RGB")
    desk = Image.new("RGB", (paper.width + 80, paper.height + 80), "#d9d4c8")
    desk.paste(paper, (40, 40))
    desk.save(shot, optimize=True)
