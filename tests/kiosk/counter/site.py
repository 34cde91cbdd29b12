"""A site under test: the sample commune, open all day, on a free port, without a broker."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from devices.contract.clock import LOCAL, Clock, SimulatedClock
from devices.contract.config import parse_toml
from devices.runtime.alongside import alongside
from devices.runtime.ports import free_port
from devices.runtime.settings import BusConfig
from kiosk.api.queue import TakeTicket
from kiosk.counter import main
from kiosk.counter.config import CounterConfig, HttpConfig, VoiceConfig
from kiosk.counter.day import Day
from kiosk.counter.desks import Desks
from kiosk.counter.lived import LivedDays
from kiosk.counter.store import Store
from kiosk.counter.tickets import Tickets
from kiosk.domain.hours import Hours, Week

SAMPLE = Path(main.__file__).parent / "sample.toml"
PIN = "2468"
ALL_DAY = ("00:00-24:00",)
ALWAYS = Hours(
    week=Week(
        mon=ALL_DAY, tue=ALL_DAY, wed=ALL_DAY, thu=ALL_DAY, fri=ALL_DAY, sat=ALL_DAY, sun=ALL_DAY
    )
)
MONDAY = datetime(2026, 7, 13, 8, 0, tzinfo=LOCAL)


def sample_config(state_dir: Path, **changes: Any) -> CounterConfig:
    """Return the sample site's configuration, always open, with a speaker's pace fit for tests."""
    sample = parse_toml(SAMPLE.read_text(encoding="utf-8"), CounterConfig)
    changed = {
        "state_dir": str(state_dir),
        "http": HttpConfig(port=free_port()),
        "bus": BusConfig(port=free_port()),
        "hours": ALWAYS,
        "voice": VoiceConfig(show_s=0.2, within_s=0.5),
        **changes,
    }
    return msgspec.structs.replace(sample, **changed)


@asynccontextmanager
async def running(
    config: CounterConfig, clock: Clock | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Run the whole counter server in this loop; yields a client of it."""
    ready = asyncio.Event()
    url = f"http://127.0.0.1:{config.http.port}"
    serve = main.build(config, clock)
    async with (
        alongside(serve(ready.set), name="counter"),
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):
        await asyncio.wait_for(ready.wait(), 20)
        yield client


@asynccontextmanager
async def officer(client: httpx.AsyncClient, counter: str) -> AsyncIterator[httpx.AsyncClient]:
    """Sign in at a counter; yields a client with the session and a browser's origin."""
    url = str(client.base_url)
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=20) as signed_in:
        answer = await signed_in.post("/api/officer/sign-in", json={"counter": counter, "pin": PIN})
        assert answer.status_code == 201, answer.text
        yield signed_in


def live_through(state_dir: Path, clock: SimulatedClock, days: int) -> None:
    """Let days pass at a site that is up once a week: closed days count as well."""
    with Store(state_dir / main.DATABASE) as store, store.transaction():
        lived = LivedDays(store, clock)
        lived.note()
        for passed in range(0, days, 7):
            clock.move(timedelta(days=min(7, days - passed)))
            lived.note()


def wish(request: str, service: str = "ho-tich", **more: Any) -> dict[str, Any]:
    return {"request": request, "kiosk": "kiosk-1", "service": service, **more}


class Desk:
    """The queue itself, for tests of its rules."""

    def __init__(self, config: CounterConfig, store: Store, clock: SimulatedClock) -> None:
        self.config, self.store, self.clock = config, store, clock
        self.tickets = Tickets(config, store, clock)
        self.desks = Desks(config, store, clock)
        self.day = Day(config, store, clock)
        self._requests = 0

    def take(self, service: str = "ho-tich", priority_class: str = "thuong") -> str:
        """Take a ticket and return its id."""
        self._requests += 1
        return self.tickets.take(
            TakeTicket(
                request=f"r{self._requests}",
                kiosk="kiosk-1",
                service=service,
                priority_class=priority_class,
            )
        ).id

    def next(self, counter: str, current: str = "") -> str:
        """Call the next at a counter and return its ticket's id, "" for nobody."""
        call = self.desks.next(counter, current)
        return call.ticket if call else ""

    def number(self, ticket: str) -> str:
        row = self.store.ticket(ticket)
        assert row is not None
        return row.number

    def state(self, ticket: str) -> str:
        row = self.store.ticket(ticket)
        assert row is not None
        return row.state

    def told(self) -> list[str]:
        """Return the types of the events in the journal, in order."""
        entries = self.store.journal.pending(0, 10_000)
        return [str(msgspec.json.decode(entry.event)["type"]) for entry in entries]


@contextmanager
def opened(state_dir: Path, **changes: Any) -> Iterator[Desk]:
    """Open a queue on a clock at Monday, 8:00."""
    config = sample_config(state_dir, **changes)
    with Store(state_dir / main.DATABASE, limit_mb=config.disk_limit_mb) as store:
        yield Desk(config, store, SimulatedClock(MONDAY))
