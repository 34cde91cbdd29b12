"""Who watches is looked at again: a stream ends with what it was let in by, and not before."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import pytest
from litestar.connection import ASGIConnection
from sqlalchemy import text

from provisioning.controller.access import AnyConnection
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.people import People
from provisioning.controller.database import Database
from provisioning.controller.rights import Grant, Right, Role
from tests.provisioning.controller.accounts.house import House, house
from tests.provisioning.controller.signing_in import LOGIN, signed_in

WITHIN_S = 20
NEVER_S = 3600.0
MANY_THAT_WATCH = 500  # as many as there may be
BOX = "gio-linh-1"
QUANG_TRI, GIO_LINH, HA_NOI = "44", "19495", "01"
STREAM = f"/api/stream?box={BOX}"


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def built(database: Database) -> AsyncIterator[House]:
    """Run a house in which nobody is looked at again but for a reason."""
    async with house(database, recheck_s=NEVER_S) as one:
        one.places.paths[BOX] = (QUANG_TRI, GIO_LINH)
        yield one


class Watcher:
    """A stream that is open; `ended` is set when the server has ended it."""

    def __init__(self) -> None:
        self.told = 0
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    async def watch(self, client: httpx.AsyncClient, path: str) -> None:
        async with client.stream("GET", path) as stream:
            assert stream.status_code == 200
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    self.told += 1
                    self.begun.set()
        self.ended.set()

    async def hears(self, built: House) -> None:
        """Check that it is still told what happens."""
        before = self.told
        built.hub.tell("changed", "{}")
        async with asyncio.timeout(WITHIN_S):
            while self.told == before:
                assert not self.ended.is_set()
                await asyncio.sleep(0.01)


@asynccontextmanager
async def watched(built: House, path: str = STREAM) -> AsyncIterator[tuple[Watcher, int]]:
    """Have a viewer of the province watch a box; yields the account's number, too."""
    person = built.add(LOGIN, Role.VIEWER, unit=QUANG_TRI)
    async with built.browser() as client, asyncio.TaskGroup() as group:
        await signed_in(client)
        watcher = Watcher()
        task = group.create_task(watcher.watch(client, path))
        async with asyncio.timeout(WITHIN_S):
            await watcher.begun.wait()
        try:
            yield watcher, person.id
        finally:
            task.cancel()


async def ends(watcher: Watcher) -> None:
    async with asyncio.timeout(WITHIN_S):
        await watcher.ended.wait()


@pytest.mark.parametrize(
    "deed",
    [
        lambda built, number: built.people.disable("test", number),
        lambda built, number: built.people.reset("test", number, "x"),
        lambda built, number: built.people.change(
            "test", number, "Tên", [Grant(unit=HA_NOI, role=Role.VIEWER)]
        ),
    ],
    ids=["closed", "a new password", "another branch"],
)
async def test_who_loses_the_account_or_the_branch_is_told_nothing_more(
    built: House, deed: Callable[[House, int], object]
) -> None:
    async with watched(built) as (watcher, number):
        await asyncio.to_thread(deed, built, number)
        await ends(watcher)


async def test_who_signs_out_in_one_window_is_told_nothing_more_in_the_others(
    built: House,
) -> None:
    person = built.add(LOGIN, Role.VIEWER, unit=QUANG_TRI)
    async with built.browser() as client, asyncio.TaskGroup() as group:
        await signed_in(client)
        watcher = Watcher()
        group.create_task(watcher.watch(client, STREAM))
        await watcher.begun.wait()
        answer = await client.post("/sign-out")
        assert answer.status_code == 303
        await ends(watcher)
    assert person.login == LOGIN


async def test_a_box_that_is_moved_to_another_branch_is_watched_no_more(built: House) -> None:
    async with watched(built) as (watcher, _):
        built.places.paths[BOX] = (HA_NOI,)
        await asyncio.to_thread(built.audit.write, "quan-tri", "box.placed", BOX)
        await ends(watcher)


async def test_what_others_do_and_a_new_name_end_nothing(built: House) -> None:
    other = built.add("nguoi-khac", Role.VIEWER)
    async with watched(built) as (watcher, number):
        grants = [Grant(unit=QUANG_TRI, role=Role.VIEWER)]
        await asyncio.to_thread(built.people.change, "test", number, "Tên khác", grants)
        await asyncio.to_thread(built.people.disable, "test", other.id)
        await asyncio.to_thread(built.audit.write, "quan-tri", "box.placed", "hop-khac")
        await asyncio.to_thread(built.audit.write, LOGIN, "agent.test", BOX)
        await watcher.hears(built)
        await built.rooms.queries.do(lambda: None)  # whoever was looked at has been
        await watcher.hears(built)


async def test_what_another_process_does_is_seen_at_the_next_look(database: Database) -> None:
    async with house(database, recheck_s=0.05) as built:
        built.places.paths[BOX] = (QUANG_TRI,)
        audit = Audit(database, built.clock)  # of a process that tells us nothing
        people = People(database, audit, built.clock, built.rooms.organisation)
        async with watched(built) as (watcher, number):
            await watcher.hears(built)
            await asyncio.to_thread(people.disable, "motcua person", number)
            await ends(watcher)


@contextmanager
def store_refuses(database: Database) -> Iterator[None]:
    """Have the store know of no sessions: whoever asks for one is refused."""
    with database.writing() as db:
        db.execute(text("ALTER TABLE account_session RENAME TO away"))
    try:
        yield
    finally:
        with database.writing() as db:
            db.execute(text("ALTER TABLE away RENAME TO account_session"))


async def test_while_nobody_can_tell_a_stream_ends_in_order(database: Database) -> None:
    """The browser asks anew by itself, and is told why it is not answered."""
    async with house(database, recheck_s=0.05) as built:
        built.places.paths[BOX] = (QUANG_TRI,)
        async with watched(built) as (watcher, _):
            with store_refuses(database):
                await ends(watcher)
                assert not await built.rooms.accounts.standing.still(Right.SEE, built.places)(
                    LOGIN, BOX
                )


async def test_when_all_are_looked_at_at_once_nobody_is_lost_and_pages_are_answered(
    built: House,
) -> None:
    door, standing = built.rooms.accounts.door, built.rooms.accounts.standing
    built.add(LOGIN, Role.VIEWER)
    async with built.browser() as client:
        await signed_in(client)
        token = client.cookies["session"]
        known = await door.known(token, used=False)
        assert known
        scope: Any = {"type": "http"}
        connection: AnyConnection = ASGIConnection(scope)
        looks = [
            asyncio.create_task(standing.is_lost(connection, known, token))
            for _ in range(MANY_THAT_WATCH)
        ]
        await asyncio.sleep(0)
        assert await built.rooms.queries.do(lambda: "a page")
        assert not any(await asyncio.gather(*looks))


async def test_somebody_who_signed_in_holds_a_right_where_it_is_given(built: House) -> None:
    still = built.rooms.accounts.standing.still(Right.PROVISION, built.places)
    built.add(LOGIN, Role.TECHNICIAN, unit=GIO_LINH)
    assert not await still(LOGIN, BOX), "not signed in"
    async with built.browser() as client:
        await signed_in(client)
        assert await still(LOGIN, BOX)
        assert not await still("ai-do", BOX)
        built.places.paths[BOX] = (HA_NOI,)
        assert not await still(LOGIN, BOX), "the box stands elsewhere"
        built.places.paths[BOX] = (GIO_LINH,)
        await client.post("/sign-out")
        assert not await still(LOGIN, BOX), "signed out"
