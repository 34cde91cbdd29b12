"""Terminals on boxes: who opened them and why, what stands on them, and their recordings."""

import asyncio
import contextlib
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from litestar.response import ServerSentEvent
from sqlalchemy import insert, select, update

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError, StorageError
from devices.runtime.worker import Worker
from devices.web.serve import as_json
from devices.web.sse import Hub
from provisioning.commands import OpenShell, OrderId
from provisioning.controller.database import Database
from provisioning.controller.remote.ledger import Ledger
from provisioning.controller.remote.records import OrderRecord, State
from provisioning.controller.remote.tables import SHELL
from provisioning.controller.remote.terminal import Recording, Terminal, decoder, replayed

_LEFT_AFTER_S = 60.0
_ALIVE_EVERY_S = 15.0
_DRAW_EVERY_S = 0.1
_MOST_WAITING = 64
_MOST_KEYS = 4096


class NoSuchShellError(MotcuaError):
    """There is no such terminal, or it has ended."""

    code = "not_found"


class ShellRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A terminal on record."""

    name: str
    box: str
    actor: str
    reason: str
    opened_at: datetime
    ended_at: datetime | None = None
    why: str = ""


class Session:
    """A terminal that is open."""

    def __init__(self, record: ShellRecord, order: OpenShell, recording: Recording) -> None:
        self.record = record
        self.minutes = order.minutes
        self.hub = Hub()
        self.recording = recording
        self.terminal = Terminal(order.columns, order.lines)
        self.keys: asyncio.Queue[bytes] = asyncio.Queue(_MOST_WAITING)
        self.ended = asyncio.Event()
        self.why = ""
        self._drawing: asyncio.TimerHandle | None = None

    def end(self, why: str) -> None:
        """End it; the first reason stands."""
        self.why = self.why or why
        self.ended.set()

    def draw_soon(self) -> None:
        """Show browsers the screen, at most ten times a second."""
        if self._drawing is None:
            self._drawing = asyncio.get_running_loop().call_later(_DRAW_EVERY_S, self.draw)

    def draw(self) -> None:
        """Show browsers the screen as it is."""
        if self._drawing:
            self._drawing.cancel()
            self._drawing = None
        self.hub.tell("screen", as_json(self.terminal.shown(self.why)))


class Shells:
    """All terminals. What is open lives in this process: with it they end."""

    def __init__(
        self, database: Database, ledger: Ledger, folder: Path, files: Worker, clock: Clock
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._folder = folder
        self._files = files
        self._clock = clock
        self._open: dict[str, Session] = {}
        self._beginning = asyncio.Lock()

    def session(self, name: str) -> Session:
        """Return an open terminal; raises NoSuchShellError."""
        if name not in self._open:
            raise NoSuchShellError
        return self._open[name]

    async def on_record(self, name: str) -> ShellRecord:
        """Return a terminal on record; raises NoSuchShellError."""
        return await self._files.do(self._read, name)

    async def replay(self, name: str) -> str:
        """Return what a terminal showed, as text; raises NoSuchShellError."""
        try:
            return await self._files.do(replayed, self.file(name))
        except (OSError, msgspec.DecodeError) as error:
            raise NoSuchShellError("The recording is not here any more.") from error

    def file(self, name: str) -> Path:
        """Return where a recording stands (asciicast v2)."""
        return self._folder / f"{msgspec.convert(name, OrderId)}.cast"

    def sweep(self, now: datetime, *, days: int) -> None:
        """Let go of old recordings; who opened what stays on record. Blocking."""
        old = (now - timedelta(days=days)).timestamp()
        try:
            for path in self._folder.glob("*.cast"):
                if path.stat().st_mtime < old:
                    path.unlink()
        except OSError as error:
            raise StorageError(f"the recordings: {error.strerror}") from error

    # The box's two requests

    async def output(self, box: str, name: str, chunks: AsyncIterator[bytes]) -> None:
        """Take what a box's terminal shows, until it or anybody ends it."""
        session = await self._begun(box, name)
        reading = asyncio.ensure_future(self._read_all(session, chunks))
        tending = asyncio.ensure_future(self._tend(session))
        try:
            await asyncio.wait((reading, tending), return_when=asyncio.FIRST_COMPLETED)
            session.end("box")
        finally:
            for task in (reading, tending):
                task.cancel()
            await asyncio.gather(reading, tending, return_exceptions=True)
            await self._end(session)

    async def input(self, box: str, name: str) -> AsyncIterator[bytes]:
        """Yield what is typed for a box's terminal, a line of JSON each, until it ends."""
        session = await self._begun(box, name)
        return self._typed(session)

    async def _typed(self, session: Session) -> AsyncIterator[bytes]:
        yield b"{}\n"
        while not session.ended.is_set():
            key = asyncio.ensure_future(session.keys.get())
            end = asyncio.ensure_future(session.ended.wait())
            try:
                await asyncio.wait(
                    (key, end), timeout=_ALIVE_EVERY_S, return_when=asyncio.FIRST_COMPLETED
                )
                keys = key.result() if key.done() else b""
            finally:
                key.cancel()
                end.cancel()
            yield msgspec.json.encode({"keys": b64encode(keys).decode()}) + b"\n"

    # The person's browser

    def watch(self, name: str) -> ServerSentEvent:
        """Return a stream of the screen; raises NoSuchShellError."""
        session = self.session(name)
        return session.hub.stream(("screen", as_json(session.terminal.shown(session.why))))

    async def type(self, name: str, keys: str) -> None:
        """Type into a terminal, and keep it in the recording; raises NoSuchShellError."""
        session = self.session(name)
        with contextlib.suppress(asyncio.QueueFull):  # a terminal that reads nothing
            session.keys.put_nowait(keys.encode()[:_MOST_KEYS])
        await self._files.do(session.recording.typed, self._clock.now(), keys[:_MOST_KEYS])

    async def _begun(self, box: str, name: str) -> Session:
        """Return the session, begun by the first of the box's two requests."""
        record = await self._files.do(self._ledger.order, name)
        order = record.order if record.kind.endswith("open_shell") else None
        late = record.state not in (State.IN_PROGRESS, State.SUCCEEDED)
        if not isinstance(order, OpenShell) or record.box != box or late:
            raise NoSuchShellError
        async with self._beginning:  # both requests come in the same moment
            if name not in self._open:
                self._open[name] = await self._files.do(self._make, record, order)
            return self._open[name]

    def _make(self, order: OrderRecord, shell: OpenShell) -> Session:
        """Put it on record, once: a name that was used is used for ever."""
        now = self._clock.now()
        if now > order.due_at:
            raise NoSuchShellError
        record = ShellRecord(
            name=order.name, box=order.box, actor=order.actor, reason=order.reason, opened_at=now
        )
        with self._database.writing() as db:
            known = select(SHELL.c.name).where(SHELL.c.name == order.name)
            if db.execute(known).first():
                raise NoSuchShellError
            db.execute(insert(SHELL).values(msgspec.structs.asdict(record)))
        title = f"{order.box} {order.actor}: {order.reason}"
        try:
            recording = Recording(self.file(order.name), shell.columns, shell.lines, now, title)
        except OSError as error:
            raise StorageError(f"the recording: {error.strerror}") from error
        return Session(record, shell, recording)

    async def _read_all(self, session: Session, chunks: AsyncIterator[bytes]) -> None:
        text = decoder()
        async for chunk in chunks:
            words = text.decode(chunk)
            session.terminal.feed(words)
            session.draw_soon()
            await self._files.do(session.recording.wrote, self._clock.now(), words)

    async def _tend(self, session: Session) -> None:
        """End it at its deadline, or when nobody has looked for a minute."""
        deadline = session.record.opened_at + timedelta(minutes=session.minutes)
        alone_s = 0.0
        while not session.ended.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await session.ended.wait()
            alone_s = 0.0 if session.hub.watchers else alone_s + 1.0
            if alone_s >= _LEFT_AFTER_S:
                session.end("left")
            if self._clock.now() >= deadline:
                session.end("deadline")

    async def _end(self, session: Session) -> None:
        session.draw()
        session.hub.close()
        if self._open.pop(session.record.name, None):
            await self._files.do(self._close, session)

    def _close(self, session: Session) -> None:
        session.recording.close()
        ended = {"ended_at": self._clock.now(), "why": session.why}
        with self._database.writing() as db:
            db.execute(update(SHELL).where(SHELL.c.name == session.record.name).values(ended))

    def _read(self, name: str) -> ShellRecord:
        columns = [SHELL.c[field] for field in ShellRecord.__struct_fields__]
        with self._database.reading() as db:
            row = db.execute(select(*columns).where(SHELL.c.name == name)).mappings().first()
        if row is None:
            raise NoSuchShellError
        return ShellRecord(**{str(key): value for key, value in row.items()})
