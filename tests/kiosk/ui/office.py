"""A whole one-stop office: real broker, counter server and device process, twins for devices.

The kiosk is the world behind a surface that is only looked at.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec

from devices.config import DevicesConfig
from devices.main import build as build_devices
from devices.printer.simulated import SimulatedPrinterConfig
from devices.runtime.alongside import alongside
from devices.runtime.settings import BusConfig
from devices.scanner.simulated import SimulatedScannerConfig
from kiosk.api.queue import TakeTicket, Ticket
from kiosk.counter.config import CounterConfig
from kiosk.ui.asked import AskedStore
from kiosk.ui.bridge import Touches
from kiosk.ui.config import AgentLinkConfig, CounterLinkConfig, KioskConfig
from kiosk.ui.events import AnyAction
from kiosk.ui.main import build as build_kiosk
from kiosk.ui.screen import Body, Screen
from tests.counterparts.mosquitto import RealBroker
from tests.kiosk.counter.site import running, sample_config
from tests.waiting import until

B = TypeVar("B", bound=Body)
BOX = "gio-linh-1"


class LookedAt:
    """A surface that keeps the newest screen, and can be touched."""

    def __init__(self, *, stuck_s: float = 0.0) -> None:
        self.screen: Screen | None = None
        self.trail: deque[str] = deque(maxlen=12)
        self.drawn = 0
        self.stuck_s = stuck_s
        self.touches = Touches()

    def show(self, screen: Screen) -> None:
        """Keep it."""
        self.drawn += screen != self.screen
        self.screen = screen
        said = f"{screen.name} {type(screen.body).__name__} {screen.banner and screen.banner.text}"
        if not self.trail or not self.trail[-1].endswith(said):
            self.trail.append(f"{time.monotonic():.2f} {said}")

    def behind_s(self) -> float:
        """Return how long its drawing takes."""
        return self.stuck_s

    async def on(self, name: str, *, within_s: float = 15) -> Screen:
        """Wait for a page."""
        await self._until(lambda: self._is(name), f"the page {name}", within_s=within_s)
        assert self.screen is not None
        return self.screen

    async def with_body(self, kind: type[B], holds: Callable[[B], bool]) -> B:
        """Wait for a body that says so."""
        seen: list[B] = []

        def look() -> bool:
            body = self.screen.body if self.screen else None
            if isinstance(body, kind) and holds(body):
                seen.append(body)
            return bool(seen)

        await self._until(look, f"a {kind.__name__} that says so")
        return seen[0]

    async def touch(self, action: AnyAction) -> None:
        """Touch, once the page has settled under the finger."""
        await asyncio.sleep(0.35)  # a person's pace: sooner is taken for a bounce
        self.touches.put(action)

    async def says(self, sentence: str) -> None:
        """Wait for a passing note."""

        def said() -> bool:
            return bool(self.screen and self.screen.banner and self.screen.banner.text == sentence)

        await self._until(said, sentence)

    async def _until(self, holds: Callable[[], bool], what: str, *, within_s: float = 20) -> None:
        try:
            await until(holds, what, within_s=within_s)
        except AssertionError as error:
            trail = "\n".join(self.trail)
            raise AssertionError(f"{time.monotonic():.2f} {error}; it showed:\n{trail}") from None

    def _is(self, name: str) -> bool:
        return self.screen is not None and self.screen.name == name


class Office:
    """One site; everything can be put out of order."""

    def __init__(self, folder: Path, broker: RealBroker) -> None:
        self.folder = folder
        bus = BusConfig(port=broker.port)
        self.counter_config: CounterConfig = sample_config(folder / "counter", bus=bus)
        self.url = f"http://127.0.0.1:{self.counter_config.http.port}"
        self.kiosk_config = KioskConfig(
            box=BOX,
            state_dir=str(folder / "kiosk"),
            bus=bus,
            counter=CounterLinkConfig(url=self.url),
            agent=AgentLinkConfig(url=""),
        )
        self.devices_config = DevicesConfig(
            box=BOX,
            state_dir=str(folder / "devices"),
            bus=bus,
            printer=SimulatedPrinterConfig(
                folder=str(folder / "paper"), faults_file=str(folder / "printer.fault")
            ),
            scanner=SimulatedScannerConfig(inbox=str(folder / "scans")),
        )

    @asynccontextmanager
    async def counter(self) -> AsyncIterator[httpx.AsyncClient]:
        """Open the counter server."""
        async with running(self.counter_config) as client:
            yield client

    @asynccontextmanager
    async def devices(self) -> AsyncIterator[None]:
        """Start the device process."""
        ready = asyncio.Event()
        async with alongside(build_devices(self.devices_config)(ready.set), name="devices"):
            await asyncio.wait_for(ready.wait(), 20)
            yield

    @asynccontextmanager
    async def kiosk(self, surface: LookedAt | None = None) -> AsyncIterator[LookedAt]:
        """Start the world behind the glass."""
        seen, ready = surface or LookedAt(), asyncio.Event()
        serve = build_kiosk(self.kiosk_config, seen, seen.touches)
        async with alongside(serve(ready.set), name="kiosk"):
            await asyncio.wait_for(ready.wait(), 20)
            yield seen

    def leave_request(self, request: str, at: datetime) -> None:
        """Leave on the disk what a kiosk leaves that dies while asking for a number."""
        state_dir = Path(self.kiosk_config.state_dir)
        state_dir.mkdir()
        wish = TakeTicket(request=request, kiosk=self.kiosk_config.name, service="ho-tich")
        AskedStore(state_dir).keep(wish, at)

    def refuse_requests(self) -> None:
        """Put something in the way of the kiosk's request, which no file can replace."""
        (Path(self.kiosk_config.state_dir) / AskedStore.file / "in-the-way").mkdir(parents=True)

    def papers(self) -> list[Path]:
        """Return the pictures of everything printed."""
        return sorted((self.folder / "paper").glob("*.png"))

    def fault(self, word: str) -> None:
        """Put the printer out of order, or with no word in order."""
        (self.folder / "printer.fault").write_text(word, encoding="utf-8")

    def scan(self, text: str) -> None:
        """Hold something before the scanner."""
        with (self.folder / "scans").open("a", encoding="utf-8") as inbox:
            inbox.write(text + "\n")

    async def ticket(self, client: httpx.AsyncClient, number: str) -> Ticket:
        """Return today's ticket of a number."""
        answer = await client.get(f"/api/tickets/by-number/{number}")
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Ticket)


@asynccontextmanager
async def open_office(folder: Path) -> AsyncIterator[Office]:
    """Open a site whose parts are started one by one."""
    async with AsyncExitStack() as stack:
        (folder / "broker").mkdir()
        broker = await stack.enter_async_context(RealBroker(folder / "broker"))
        yield Office(folder, broker)
