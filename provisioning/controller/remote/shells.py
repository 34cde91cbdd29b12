"""Terminals that are open on boxes: what stands on them, what is typed, when they end."""

import asyncio
import contextlib
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Annotated

import msgspec
import structlog
from litestar.response import ServerSentEvent
from sqlalchemy import insert, select, update

from devices.contract.clock import Clock
from devices.contract.config import Config
from devices.contract.errors import BusyError, MotcuaError, StorageError
from devices.runtime.worker import Worker
from devices.web.serve import as_json
from devices.web.sse import Hub
from provisioning.commands import OpenShell
from provisioning.controller.database import Database
from provisioning.controller.remote.ledger import Ledger
from provisioning.controller.remote.recordings import NoSuchShellError, Recordings, ShellRecord
from provisioning.controller.remote.records import OrderRecord, State
from provisioning.controller.remote.tables import SHELL
from provisioning.controller.remote.terminal import Recording, Shown, Terminal, decoder

_ALIVE_EVERY_S = 15.0
_DRAW_EVERY_S = 0.1
_LOOK_EVERY_S = 1.0
_TOGETHER_S = 10.0  # a box's two requests come in the same moment
_MOST_WAITING = 64
_AT_ONCE_BYTES = 4096  # some 40 ms to draw
_log = structlog.get_logger()


class ShellsConfig(Config, frozen=True, kw_only=True):
    """How long a terminal may be open, whatever was asked, and how much of it is recorded."""

    longest_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 3600.0
    left_after_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 60.0
    most_recorded_bytes: Annotated[int, msgspec.Meta(ge=4096)] = 32 * 2**20


Still = Callable[[str, str], Awaitable[bool]]
"""Whether the person with this login, signed in, may still have a terminal on this box."""


class Session:
    """A terminal that is open."""

    def __init__(self, record: ShellRecord, order: OpenShell, recording: Recording) -> None:
        self.record = record
        self.minutes = order.minutes
        self.hub = Hub()
        self.recording = recording
        self.terminal = Terminal(order.columns, order.lines)  # of the thread of files
        self.shown = self.terminal.shown()
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
        self._stop_drawing()
        self.hub.tell(*self._event)

    def close(self) -> None:
        """Show browsers the last screen, and why there will be no other."""
        self._stop_drawing()
        self.hub.close(self._event)

    def watch(self) -> ServerSentEvent:
        """Return a stream of the screen."""
        return self.hub.stream(self._event)

    @property
    def _event(self) -> tuple[str, str]:
        shown = msgspec.structs.replace(self.shown, ended=self.why)
        return "screen", as_json(shown)

    def _stop_drawing(self) -> None:
        if self._drawing:
            self._drawing.cancel()
            self._drawing = None


class Shells:
    """All that are open. They live in this process: with it they end."""

    def __init__(
        self,
        config: ShellsConfig,
        database: Database,
        ledger: Ledger,
        recordings: Recordings,
        *,
        files: Worker,
        clock: Clock,
        still: Still,
    ) -> None:
        self._config = config
        self._still = still
        self._database = database
        self._ledger = ledger
        self._recordings = recordings
        self._files = files
        self._clock = clock
        self._open: dict[str, Session] = {}
        self._begun = asyncio.Condition()

    def session(self, name: str) -> Session:
        """Return an open terminal; raises NoSuchShellError."""
        if name not in self._open:
            raise NoSuchShellError
        return self._open[name]

    def end_lost(self) -> int:
        """Put on record that a terminal ended with the process it was open in. Blocking."""
        lost = (SHELL.c.ended_at.is_(None), SHELL.c.name.not_in(list(self._open)))
        ended = {"ended_at": self._clock.now(), "why": "controller"}
        with self._database.writing() as db:
            return db.execute(update(SHELL).where(*lost).values(ended)).rowcount

    # The box's two requests

    async def output(self, box: str, name: str, chunks: AsyncIterator[bytes]) -> None:
        """Take what a box's terminal shows, until it or anybody ends it."""
        session = await self._files.do(self._make, *await self._ordered(box, name))
        reading = asyncio.ensure_future(self._read_all(session, chunks))
        tending = asyncio.ensure_future(self._tend(session))
        try:
            async with self._begun:
                self._begun.notify_all()
            await asyncio.wait((reading, tending), return_when=asyncio.FIRST_COMPLETED)
            error = reading.exception() if reading.done() else None
            if isinstance(error, MotcuaError):  # what is not recorded does not happen
                _log.error("shell.not_recorded", box=box, shell=name, why=error.sentence)
                session.end("recording")
            session.end("box")
        finally:
            session.end("controller")
            for task in (reading, tending):
                task.cancel()
            await asyncio.gather(reading, tending, return_exceptions=True)
            await self._end(session)

    async def input(self, box: str, name: str) -> AsyncIterator[bytes]:
        """Yield what is typed for a box's terminal, a line of JSON each, until it ends."""
        await self._ordered(box, name)
        if await self._files.do(self._is_known, name) and name not in self._open:
            raise NoSuchShellError  # it was used
        try:
            async with asyncio.timeout(_TOGETHER_S), self._begun:
                await self._begun.wait_for(lambda: name in self._open)
        except TimeoutError:
            raise NoSuchShellError from None
        return self._typed(self.session(name))

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
        return self.session(name).watch()

    async def type(self, name: str, keys: str) -> None:
        """Type into a terminal, and keep it in the recording.

        Raises NoSuchShellError, BusyError when the box takes nothing.
        """
        session = self.session(name)
        if session.keys.full():
            raise BusyError("The terminal does not read what is typed.")
        await self._files.do(self._note, session, keys)
        try:
            session.keys.put_nowait(keys.encode())
        except asyncio.QueueFull:
            raise BusyError("The terminal does not read what is typed.") from None

    async def _ordered(self, box: str, name: str) -> tuple[OrderRecord, OpenShell]:
        """Return the box's order to open this terminal; raises NoSuchShellError."""
        record = await self._files.do(self._ledger.order, name)
        order = record.order if record.kind.endswith("open_shell") else None
        late = record.state not in (State.IN_PROGRESS, State.SUCCEEDED)
        if not isinstance(order, OpenShell) or record.box != box or late:
            raise NoSuchShellError
        return record, order

    def _is_known(self, name: str) -> bool:
        with self._database.reading() as db:
            return db.execute(select(SHELL.c.name).where(SHELL.c.name == name)).first() is not None

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
        with _written():
            recording = Recording(
                self._recordings.file(order.name), shell.columns, shell.lines, now, title
            )
        session = self._open[order.name] = Session(record, shell, recording)
        return session

    async def _read_all(self, session: Session, chunks: AsyncIterator[bytes]) -> None:
        """Take what comes, a little at a time: to draw a flood is work for a thread."""
        text = decoder()
        async for chunk in chunks:
            for at in range(0, len(chunk), _AT_ONCE_BYTES):
                words = text.decode(chunk[at : at + _AT_ONCE_BYTES])
                session.shown = await self._files.do(self._take, session, words)
                session.draw_soon()
                if session.recording.size_bytes > self._config.most_recorded_bytes:
                    session.end("full")
                    return

    def _take(self, session: Session, words: str) -> Shown:
        """Record and draw what came; returns the screen. Blocking; raises StorageError."""
        with _written():
            session.recording.wrote(self._clock.now(), words)
        session.terminal.feed(words)
        return session.terminal.shown()

    def _note(self, session: Session, keys: str) -> None:
        """Record what was typed. Blocking; raises NoSuchShellError, StorageError."""
        if session.recording.closed:
            raise NoSuchShellError
        with _written():
            session.recording.typed(self._clock.now(), keys)

    async def _tend(self, session: Session) -> None:
        """End it at its deadline, when nobody has looked for a while, or who opened it may no more.

        By a clock nobody sets.
        """
        moment = asyncio.get_running_loop().time
        ends_at = moment() + min(session.minutes * 60.0, self._config.longest_s)
        looked_at = moment()
        while not session.ended.is_set():
            if not await self._still(session.record.actor, session.record.box):
                session.end("rights")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await session.ended.wait()
            if session.hub.watchers:
                looked_at = moment()
            if moment() - looked_at >= self._config.left_after_s:
                session.end("left")
            if moment() >= ends_at:
                session.end("deadline")

    async def _end(self, session: Session) -> None:
        session.close()
        if self._open.pop(session.record.name, None):
            await self._files.do(self._close, session)

    def _close(self, session: Session) -> None:
        with contextlib.suppress(OSError):  # a full disk: it is closed all the same
            session.recording.close()
        ended = {"ended_at": self._clock.now(), "why": session.why}
        with self._database.writing() as db:
            db.execute(update(SHELL).where(SHELL.c.name == session.record.name).values(ended))


@contextlib.contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"the recording: {error.strerror}") from error
