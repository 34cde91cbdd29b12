"""The outbox: whatever fails, each thing is in the other system once, in order, or told of."""

import asyncio
import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from devices.contract.clock import SimulatedClock
from devices.contract.errors import BusyError, MotcuaError, StorageError
from devices.runtime.backoff import Backoff
from devices.runtime.database import opened, transaction
from kiosk.backoffice.errors import BackOfficeDownError, RequestRefusedError, TokenRefusedError
from kiosk.backoffice.outbox import Item, Outbox
from kiosk.backoffice.outbox_sender import NoCarrierError, OutboxSender
from kiosk.backoffice.sealing import Seal, UnreadableError, seal_of

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NO_WAIT = Backoff(least_s=0, most_s=0)
SECRET = "Nguyễn Văn Mẫu 045190001234".encode()


class Behind:
    """The outbox as its sender sees it. `dies_at` is how many more steps the process lives."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.dies_at = -1

    def step(self) -> None:
        self.dies_at -= 1
        if self.dies_at == 0:
            raise KilledError

    async def ready(self) -> dict[str, str]:
        return self._outbox.ready()

    async def item(self, item: str) -> Item | None:
        self.step()
        return self._outbox.item(item)

    async def sent(self, item: Item, named: str) -> None:
        self.step()
        self._outbox.sent(item, named)

    async def failed(self, item: str, error: MotcuaError) -> None:
        self.step()
        self._outbox.failed(item, error)


class KilledError(Exception):
    """The process died here."""


class System:
    """Takes items under their key, once; loses requests and answers as it is told."""

    honours_keys = True

    def __init__(self) -> None:
        self.held: dict[str, list[bytes]] = {}
        self._keys: set[str] = set()
        self.plan: list[str] = []

    async def carry(self, item: Item) -> str:
        fate = self.plan.pop() if self.plan else "well"
        if fate == "lost":
            raise BackOfficeDownError
        if fate == "refused":
            raise RequestRefusedError(status=422)
        if fate == "token":
            raise TokenRefusedError
        if item.id not in self._keys or not self.honours_keys:
            self._keys.add(item.id)
            self.held.setdefault(item.subject, []).append(item.content)
        if fate == "answer lost":
            raise BackOfficeDownError
        return f"H-{len(self._keys)}"


@contextlib.contextmanager
def outbox_in(
    folder: Path, clock: SimulatedClock | None = None, **how: object
) -> Iterator[tuple[Outbox, sqlite3.Connection]]:
    database = opened(folder / "x.sqlite", limit_mb=64)
    seal = seal_of(folder / "outbox.key")
    try:
        yield Outbox(database, seal, clock or SimulatedClock(START), **how), database  # type: ignore[arg-type]
    finally:
        database.close()


def send(outbox: Outbox, system: System, *, dies_at: int = -1) -> None:
    """Let a process that has just started send until nothing is ready, or it dies."""
    behind = Behind(outbox)
    behind.dies_at = dies_at

    async def run() -> None:
        sender = OutboxSender(behind, {"draft": system.carry}, waits=NO_WAIT)
        for _ in range(100):
            if not outbox.ready():
                return
            await sender.round()

    with contextlib.suppress(ExceptionGroup):
        asyncio.run(run())


class Outboxes(RuleBasedStateMachine):
    """A site and a system that fail in any order."""

    kind = System

    @initialize()
    def begin(self) -> None:
        self.stack = contextlib.ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.clock = SimulatedClock(START)
        self.system = self.kind()
        self.told: dict[str, list[bytes]] = {}
        self.count = 0
        self._open()

    def _open(self) -> None:
        self.database = opened(self.folder / "x.sqlite", limit_mb=64)
        self.outbox = Outbox(self.database, seal_of(self.folder / "key"), self.clock)

    @rule(subject=some.sampled_from("abc"), kept=some.booleans())
    def put(self, subject: str, kept: bool) -> None:  # noqa: FBT001 - Hypothesis gives it by name
        """Store a fact and what is to be told of it; sometimes the transaction fails."""
        content = f"{subject}{self.count}".encode()
        self.count += 1
        with contextlib.suppress(KilledError), transaction(self.database):
            self.outbox.put("draft", subject, content)
            if not kept:
                raise KilledError
            self.told.setdefault(subject, []).append(content)

    @rule(
        fates=some.lists(
            some.sampled_from(["well", "lost", "answer lost", "token", "refused"]), max_size=8
        ),
        dies_at=some.integers(-1, 6),
    )
    def send(self, fates: list[str], dies_at: int) -> None:
        """Send while the system does what it wants, and the process may die at any step."""
        self.system.plan = fates
        send(self.outbox, self.system, dies_at=dies_at)
        if dies_at > 0:
            self.database.close()
            self._open()

    @rule()
    def try_again(self) -> None:
        """Let an officer send again what was given up."""
        for one in self.outbox.outstanding():
            self.outbox.again(one.id)

    @rule(days=some.integers(0, 5))
    def pass_time(self, days: int) -> None:
        """Let days go by."""
        self.clock.move(timedelta(days=days))

    @invariant()
    def nothing_is_doubled_or_out_of_order(self) -> None:
        """Hold each subject's items there to be the first ones told, in order."""
        for subject, held in self.system.held.items():
            assert held == self.told[subject][: len(held)]

    def teardown(self) -> None:
        """In the end everything is there."""
        with self.stack, contextlib.closing(self.database):
            self.try_again()
            self.system.plan = []
            send(self.outbox, self.system)
            assert self.system.held == self.told
            assert self.outbox.waiting() == 0


Outboxes.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestOutboxes = Outboxes.TestCase


class Forgetful(System):
    """A system that takes a repeated item for a new one."""

    honours_keys = False


class DoublingOutboxes(Outboxes):
    """The same with that system."""

    kind = Forgetful


def test_the_check_would_notice_a_doubled_item() -> None:
    quickly = settings(
        Outboxes.TestCase.settings, phases=[Phase.generate], derandomize=True, database=None
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(DoublingOutboxes, settings=quickly)


def test_what_waits_is_unreadable_and_goes_without_a_trace(tmp_path: Path) -> None:
    with outbox_in(tmp_path) as (outbox, database):
        with transaction(database):
            outbox.put("draft", "TAM-1", SECRET)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        waiting = (tmp_path / "x.sqlite").read_bytes()
        sealed = bytes(database.execute("SELECT sealed FROM outbox").fetchone()[0])
        send(outbox, System())
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        after = b"".join(path.read_bytes() for path in tmp_path.glob("x.sqlite*"))
    assert sealed in waiting
    assert SECRET not in waiting
    assert sealed not in after
    assert sealed[40:60] not in after


def test_an_officer_sees_since_when_and_why(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with outbox_in(tmp_path, clock) as (outbox, database):
        with transaction(database):
            outbox.put("draft", "TAM-1", b"1")
            outbox.put("draft", "TAM-2", b"2")
            outbox.put("draft", "TAM-2", b"3")
        clock.move(timedelta(hours=1))
        system = System()
        system.plan = ["refused", "lost"]
        asyncio.run(OutboxSender(Behind(outbox), {"draft": system.carry}).round())
        second, first, third = outbox.outstanding()  # what needs an officer stands first
        assert [one.id for one in outbox.outstanding(1)] == [second.id]
        assert (first.since, first.tries, first.code) == (START, 1, "backoffice.down")
        assert not first.given_up
        assert (second.code, second.given_up) == ("backoffice.refused", True)
        assert "refused (422" in second.reason
        assert (third.tries, third.given_up) == (0, False)
        assert list(outbox.ready()) == [first.id]  # the third waits behind the second
        assert (outbox.stuck(), outbox.waiting()) == (1, 3)
        assert not outbox.drop(first.id)
        assert outbox.drop(second.id)
        assert list(outbox.ready()) == [first.id, third.id]
        assert b"refused (422" not in (tmp_path / "x.sqlite-wal").read_bytes()


def test_what_is_here_is_known_however_much_waits(tmp_path: Path) -> None:
    """A citizen's dossier is never called unknown because hundreds wait before it."""
    with outbox_in(tmp_path) as (outbox, database):
        with transaction(database):
            for number in range(210):
                last = outbox.put("draft", f"TAM-{number}", b"1")
        assert last not in {one.id for one in outbox.outstanding()}
        assert outbox.holds("draft", "TAM-209")
        assert not outbox.holds("fee", "TAM-209")
        assert (outbox.kind(last), outbox.kind("gone")) == ("draft", "")


def test_what_is_too_old_is_given_up_and_can_be_sent_again(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with outbox_in(tmp_path, clock, keep=timedelta(days=1)) as (outbox, database):
        with transaction(database):
            item = outbox.put("draft", "a", b"1")
        for days, given_up in ((0, False), (2, True)):
            clock.move(timedelta(days=days))
            outbox.failed(item, BackOfficeDownError())
            assert outbox.outstanding()[0].given_up is given_up
        assert outbox.again(item)
        outbox.failed(item, BackOfficeDownError())
        assert list(outbox.ready()) == [item]
        assert outbox.outstanding()[0].since == START


def test_the_owner_hears_the_official_code_in_the_same_transaction(tmp_path: Path) -> None:
    heard: list[tuple[str, str, bool]] = []

    def on_sent(item: Item, named: str) -> None:
        heard.append((item.subject, named, database.in_transaction))

    with outbox_in(tmp_path, on_sent=on_sent) as (outbox, database):
        with transaction(database):
            outbox.put("draft", "TAM-1", b"1")
        send(outbox, System())
    assert heard == [("TAM-1", "H-1", True)]


def test_a_full_outbox_takes_nothing_and_a_kind_without_a_system_waits(tmp_path: Path) -> None:
    with outbox_in(tmp_path, limit=1) as (outbox, database):
        with transaction(database):
            outbox.put("fee", "a", b"1")
        with pytest.raises(BusyError), transaction(database):
            outbox.put("fee", "b", b"2")
        asyncio.run(OutboxSender(Behind(outbox), {}).round())
        assert outbox.outstanding()[0].code == NoCarrierError.code
        assert len(outbox.ready()) == 1


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    with outbox_in(tmp_path) as (outbox, database), transaction(database):
        outbox.put("draft", "a", b"1")
    (tmp_path / "outbox.key").unlink()
    with outbox_in(tmp_path) as (outbox, _):
        send(outbox, System())
        told = outbox.outstanding()[0]
    assert (told.code, told.given_up) == (UnreadableError.code, True)
    assert (tmp_path / "outbox.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "outbox.key").write_bytes(b"short")
    with pytest.raises(StorageError):
        seal_of(tmp_path / "outbox.key")


def test_a_seal_holds_content_and_name() -> None:
    seal = Seal(bytes(32))
    sealed = seal.close(SECRET, "a")
    assert seal.open(sealed, "a") == SECRET
    assert sealed != seal.close(SECRET, "a")
    flipped = bytes([*sealed[:-1], sealed[-1] ^ 1])
    for bad, name in ((sealed, "b"), (flipped, "a"), (sealed[:20], "a"), (b"", "a")):
        with pytest.raises(UnreadableError):
            seal.open(bad, name)


async def test_the_sender_goes_on_by_itself(tmp_path: Path) -> None:
    system = System()
    system.plan = ["lost", "answer lost"]
    with outbox_in(tmp_path) as (outbox, database):
        behind = Behind(outbox)
        waits = Backoff(least_s=0.01, most_s=0.01)
        sender = OutboxSender(behind, {"draft": system.carry}, waits=waits)
        async with asyncio.timeout(10):
            running = asyncio.create_task(sender.run())
            await asyncio.sleep(0)
            with transaction(database):
                outbox.put("draft", "a", b"1")
                outbox.put("draft", "a", b"2")
            sender.nudge()
            while outbox.waiting():
                await asyncio.sleep(0.01)
            running.cancel()
    assert system.held == {"a": [b"1", b"2"]}


async def test_a_slow_upload_holds_up_neither_other_systems_nor_the_rest_of_its_own(
    tmp_path: Path,
) -> None:
    slow, quick, free = System(), System(), asyncio.Event()

    async def carry(item: Item) -> str:
        if item.subject == "long":
            await free.wait()
        return await slow.carry(item)

    with outbox_in(tmp_path) as (outbox, database):
        carriers = {"draft": carry, "fee": quick.carry, "check": quick.carry}
        sender = OutboxSender(Behind(outbox), carriers, waits=NO_WAIT)
        async with asyncio.timeout(10):
            running = asyncio.create_task(sender.run())
            with transaction(database):
                for subject in ("long", "long", *"abcdef"):
                    outbox.put("draft", subject, subject.encode())
            sender.nudge()
            while outbox.waiting() > 2:
                await asyncio.sleep(0.01)
            with transaction(database):  # while it is still on its way
                outbox.put("fee", "x", b"1")
                outbox.put("check", "x", b"2")
                outbox.put("fee", "x", b"3")
            sender.nudge()
            while outbox.waiting() > 2:
                await asyncio.sleep(0.01)
            assert quick.held == {"x": [b"1", b"2", b"3"]}
            assert "long" not in slow.held, "the second waits behind the first"
            free.set()
            while outbox.waiting():
                await asyncio.sleep(0.01)
            running.cancel()
    assert slow.held["long"] == [b"long"] * 2


async def test_a_store_that_fails_ends_no_upload_and_is_asked_again(tmp_path: Path) -> None:
    system, entered, free, failed = System(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def carry(item: Item) -> str:
        entered.set()
        await free.wait()
        return await system.carry(item)

    class Failing(Behind):
        async def ready(self) -> dict[str, str]:
            if entered.is_set() and not free.is_set():
                failed.set()
                raise StorageError("The disk is away.")
            return await super().ready()

    with outbox_in(tmp_path) as (outbox, database):
        with transaction(database):
            outbox.put("draft", "a", b"1")
        sender = OutboxSender(Failing(outbox), {"draft": carry, "fee": carry}, waits=NO_WAIT)
        async with asyncio.timeout(10):
            running = asyncio.create_task(sender.run())
            await entered.wait()
            sender.nudge()
            await failed.wait()
            free.set()
            while outbox.waiting():
                await asyncio.sleep(0.01)
            running.cancel()
    assert system.held == {"a": [b"1"]}
