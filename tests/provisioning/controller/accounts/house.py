"""A dashboard with a door, people and units, and little behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
from litestar import Litestar, get, post
from litestar.params import FromQuery
from litestar.response import ServerSentEvent
from litestar.static_files import create_static_files_router

import provisioning.controller
from devices.contract.clock import SimulatedClock
from devices.runtime.worker import Worker
from devices.web.serve import common_routes, problem, served
from devices.web.sse import Hub
from provisioning.controller.access import Reach, needs
from provisioning.controller.accounts import routes as accounts
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.door import AccountsConfig
from provisioning.controller.accounts.make import Outside, accounts_of
from provisioning.controller.accounts.passwords import Passwords
from provisioning.controller.answers import AnyRequest
from provisioning.controller.database import Database
from provisioning.controller.organisation import routes as organisation
from provisioning.controller.organisation.organisation import Organisation
from provisioning.controller.pages import Pages
from provisioning.controller.rights import EVERYWHERE, Grant, Person, Right, Role
from provisioning.controller.rooms import Rooms
from tests.provisioning.controller.signing_in import PASSWORD, QUICK, QUICK_ACCOUNTS

T0 = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
_STATIC = Path(provisioning.controller.__file__).parent / "static"


class PlacesOfBoxes:
    """Where the house's boxes stand, as a test says."""

    def __init__(self) -> None:
        self.paths: dict[str, tuple[str, ...]] = {}

    def path(self, box: str) -> tuple[str, ...]:
        return self.paths.get(box, ())


class House:
    """What a test does inside, without the door."""

    def __init__(self, rooms: Rooms, clock: SimulatedClock, url: str, hub: Hub) -> None:
        self.rooms = rooms
        self.people = rooms.accounts.people
        self.audit = rooms.audit
        self.clock = clock
        self.url = url
        self.hub = hub
        self.asked: list[str] = []
        self.places = PlacesOfBoxes()

    def add(self, login: str, *roles: Role, unit: str = EVERYWHERE, fresh: bool = False) -> Person:
        """Add somebody with the tests' password."""
        grants = tuple(Grant(unit=unit, role=role) for role in roles or (Role.ADMINISTRATOR,))
        hashed = Passwords(QUICK).hash(PASSWORD)
        name = f"Người {login}"
        return self.people.add("test", login, name, grants, hashed, fresh=fresh).person

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        """Yield somebody outside, whose requests say where they come from."""
        async with httpx.AsyncClient(
            base_url=self.url, headers={"Origin": self.url}, timeout=20
        ) as client:
            yield client

    def deeds(self) -> list[str]:
        """Return what is in the audit log, the oldest first."""
        return [record.action for record in reversed(self.audit.records(limit=1000))]


@asynccontextmanager
async def house(
    database: Database,
    config: AccountsConfig = QUICK_ACCOUNTS,
    *,
    secure: bool = False,
    metrics_token: str = "",
    recheck_s: float = 0.05,
) -> AsyncIterator[House]:
    """Serve it on a free port."""
    clock, hub = SimulatedClock(T0), Hub()
    async with Worker("queries") as queries, Worker("hashing") as hashing:
        audit = Audit(database, clock)
        kept = Organisation(database, clock, audit)
        hosts = ("127.0.0.1", "localhost")
        room = accounts_of(
            config,
            database,
            audit=audit,
            units=kept,
            outside=Outside(hosts, secure, metrics_token, recheck_s=recheck_s),
            store=queries,
            hashing=hashing,
            clock=clock,
        )
        rooms = cast(
            "Rooms",
            SimpleNamespace(
                queries=queries,
                papers=queries,
                clock=clock,
                audit=audit,
                accounts=room,
                organisation=kept,
                database=database,
            ),
        )
        built = House(rooms, clock, "", hub)
        async with served(_app(rooms, built), "127.0.0.1", 0) as port:
            built.url = f"http://127.0.0.1:{port}"
            try:
                yield built
            finally:
                hub.close()


def _app(rooms: Rooms, built: House) -> Litestar:
    @get("/")
    async def first() -> str:
        return "the first page"

    @get("/api/boxes", guards=[needs(Right.SEE)])
    async def boxes() -> list[str]:
        return ["gio-linh-1"]

    @post("/api/boxes/test", guards=[needs(Right.OPERATE)])
    async def ask() -> str:
        built.asked.append("test")
        return "done"

    @get("/metrics")
    async def metrics() -> str:
        return "# EOF"

    @get("/api/stream", guards=[needs(Right.SEE)])
    async def stream(request: AnyRequest, box: FromQuery[str] = "") -> ServerSentEvent:
        if box:
            Reach(built.places).check(request, Right.SEE, box)
        return built.hub.stream(("changed", "{}"))

    pages = Pages()
    handlers: list[Any] = [first, boxes, ask, metrics, stream, *common_routes()]
    handlers.append(create_static_files_router(path="/dashboard", directories=[_STATIC]))
    return Litestar(
        [*handlers, *accounts.routes(rooms, pages), *organisation.routes(rooms, pages)],
        middleware=[rooms.accounts.gate],
        exception_handlers={Exception: problem},
        logging_config=None,
        openapi_config=None,
    )
