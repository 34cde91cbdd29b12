"""The room of the orders: what a technician asks of the box as a whole, each carried out once."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from devices.contract.errors import BusyError, StorageError
from devices.contract.identity import AGENT, BoxId
from devices.contract.message import DeviceReport, Done, Health
from devices.runtime.backoff import Backoff
from devices.runtime.requests import Desk, asking
from devices.runtime.supervisor import keep
from devices.runtime.worker import Worker
from provisioning.agent.broker import province_of
from provisioning.agent.config import BrokerConfig
from provisioning.agent.identity import IdentityStore
from provisioning.agent.remote import network
from provisioning.agent.remote.board import BoardOrders
from provisioning.agent.remote.book import Book, DamagedBookError, Written
from provisioning.agent.remote.door import Door
from provisioning.agent.remote.inside import Inside
from provisioning.agent.remote.logs.packing import pack
from provisioning.agent.remote.logs.port import Wanted
from provisioning.agent.remote.machine import Machine
from provisioning.agent.remote.once import Handler, Once, Through
from provisioning.agent.remote.shell import Shells
from provisioning.agent.restart import OwnRestart
from provisioning.agent.standing import Standing
from provisioning.commands import (
    BeginBoardAnew,
    BoxIdentified,
    BoxTested,
    Diagnose,
    Diagnosis,
    FetchBoardLog,
    FetchLogs,
    FileSent,
    Identify,
    InstallFirmware,
    OpenShell,
    Order,
    PauseWatchdog,
    Ping,
    Pong,
    PrintTestPage,
    Reboot,
    RestartPart,
    ShellOpened,
    TakeScreenshot,
    TestBox,
)

_OPEN_WITHIN_S = 10.0
_PACK_WITHIN_S = 300.0
_BOOK = "orders"
_TOLD_FOR = timedelta(days=1)
_AGAIN = Backoff(least_s=1.0, most_s=60.0)


class RemoteRoom:
    """Carries out what a technician asks of the box. `run` is its life."""

    def __init__(self, standing: Standing) -> None:
        config = standing.config
        self._standing = standing
        self._remote = config.remote
        self._machine: Machine = config.remote.machine.build()
        self._door = Door(
            config.gate.url if config.gate else "", IdentityStore(config.identity_dir)
        )
        self._shells = Shells(config.remote.shell, self._door)
        self._board = BoardOrders(self._door, Path(config.remote.firmware_dir), self._asked_inside)
        self._open: asyncio.Future[tuple[Once, Inside, Worker]] | None = None
        self._book: tuple[Book, Worker] | None = None

    def register(self, desk: Desk) -> None:
        """Register the commands of the province that are taken here."""
        desk.on(Ping, self._ping)
        self._take(desk, RestartPart, self._restart, self._restarted_itself)
        self._take(desk, Reboot, self._reboot, self._rebooted)
        self._take(desk, TestBox, self._test)
        self._take(desk, Identify, self._identify)
        self._take(desk, PrintTestPage, self._print)
        self._take(desk, FetchLogs, self._logs)
        self._take(desk, TakeScreenshot, self._picture)
        self._take(desk, Diagnose, self._diagnose)
        self._take(desk, OpenShell, self._shell)
        self._take(desk, InstallFirmware, self._board.install)
        self._take(desk, PauseWatchdog, self._board.pause)
        self._take(desk, FetchBoardLog, self._board.log)
        self._take(desk, BeginBoardAnew, self._board.restart)

    async def run(self) -> None:
        """Keep the book, and carry out what comes, until cancelled.

        A disk that refuses the book is no end of the agent: it is tried again. A damaged book is
        set aside.
        """
        await keep("remote", self._keep_book, backoff=_AGAIN)

    async def reports(self) -> tuple[DeviceReport, ...]:
        """Return that the book was set aside, for a day: what was under way may be done twice."""
        if self._book is None:
            return ()
        book, books = self._book
        at = await books.do(lambda: book.set_aside_at)
        if at is None or abs(self._standing.clock.now() - at) > _TOLD_FOR:
            return ()
        damaged = DeviceReport(
            name=_BOOK,
            kind=_BOOK,
            driver="sqlite",
            health=Health.FAULT,
            code=DamagedBookError.code,
            text="The book of orders was damaged; a new one is begun.",
            since=at,
        )
        return (damaged,)

    async def _keep_book(self) -> None:
        standing = self._standing
        opening = self._opening()
        path = Path(standing.config.state_dir) / "orders.sqlite"
        async with AsyncExitStack() as stack:
            books = await stack.enter_async_context(Worker("book of orders"))
            files = await stack.enter_async_context(Worker("files"))
            await files.do(shutil.rmtree, self._outgoing, ignore_errors=True)  # a power cut's
            book = await books.do(Book, path, standing.clock)
            stack.push_async_callback(books.do, book.close)
            self._book = book, books
            ask = await stack.enter_async_context(
                asking(standing.bus, standing.topics.reply, AGENT)
            )
            box = BoxId(standing.topics.box)
            inside = Inside(standing.bus, ask, box, standing.config.site, standing.clock)
            once = Once(book, books, self._machine, standing.clock)
            opening.set_result((once, inside, files))
            try:
                await self._shells.run()
            finally:
                self._open = self._book = None

    @property
    def _outgoing(self) -> Path:
        return Path(self._standing.config.state_dir) / "outgoing"

    def _opening(self) -> "asyncio.Future[tuple[Once, Inside, Worker]]":
        if self._open is None:
            self._open = asyncio.get_running_loop().create_future()
        return self._open

    async def _tools(self) -> tuple[Once, Inside, Worker]:
        """Return what the handlers work with, once it is there."""
        try:
            async with asyncio.timeout(_OPEN_WITHIN_S):
                return await asyncio.shield(self._opening())
        except TimeoutError:
            raise BusyError("The agent is just beginning.") from None

    async def _asked_inside(self) -> Inside:
        _, inside, _ = await self._tools()
        return inside

    def _take(
        self,
        desk: Desk,
        kind: type[Order[Any]],
        handler: Handler[Any],
        through: Through[Any] | None = None,
    ) -> None:
        async def carry_out(order: Order[Any]) -> Any:
            once, _, _ = await self._tools()
            return await once.carry_out(order, handler, through)

        desk.on(kind, carry_out)

    async def _ping(self, _: Ping) -> Pong:
        return Pong(at=self._standing.clock.now())

    async def _restart(self, order: RestartPart) -> Done:
        if order.part == AGENT:
            await OwnRestart().restart()
        await self._standing.parts.restart(order.part)
        return Done()

    def _restarted_itself(self, order: RestartPart, written: Written) -> bool:
        """Return whether this is the agent that began anew."""
        del written  # of an earlier run
        return order.part == AGENT

    async def _reboot(self, _: Reboot) -> Done:
        await self._machine.reboot()
        return Done()

    def _rebooted(self, _: Reboot, written: Written) -> bool:
        return written.boot != self._machine.boot()

    async def _test(self, order: TestBox) -> BoxTested:
        _, inside, _ = await self._tools()
        return await inside.test(order)

    async def _identify(self, order: Identify) -> BoxIdentified:
        _, inside, _ = await self._tools()
        return await inside.identify(order)

    async def _print(self, order: PrintTestPage) -> Any:
        _, inside, _ = await self._tools()
        found = await network.addresses()
        return await inside.print_page(order, tuple(one.address for one in found))

    async def _logs(self, order: FetchLogs) -> FileSent:
        _, _, files = await self._tools()
        logs = self._remote.logs.build()
        wanted = Wanted(
            parts=order.parts, since=order.since, until=order.until, severity=order.severity
        )

        def put(path: Path) -> str:
            packed = pack(logs.lines(wanted), path, order.most_bytes)
            lines = f"{packed.lines} lines"
            return f"{lines}; older ones did not fit" if packed.cut else lines

        return await self._send(order.order, files, put)

    async def _picture(self, order: TakeScreenshot) -> FileSent:
        _, inside, files = await self._tools()
        taken = await inside.picture()

        def put(path: Path) -> str:
            path.write_bytes(taken.png)
            return "private" if taken.private else ""

        return await self._send(order.order, files, put)

    async def _send(self, name: str, files: Worker, put: Callable[[Path], str]) -> FileSent:
        """Have a file made on the thread of files, put it to the gate, and forget it."""
        folder = self._outgoing

        def make() -> tuple[Path, str]:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                    path = Path(file.name)
                try:
                    return path, put(path)
                except BaseException:
                    path.unlink(missing_ok=True)
                    raise
            except OSError as error:
                raise StorageError(f"{folder}: {error.strerror}") from error

        path, note = await files.within(_PACK_WITHIN_S, make)
        try:
            sent = await self._door.send(name, path)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return msgspec.structs.replace(sent, note=note)

    async def _diagnose(self, _: Diagnose) -> Diagnosis:
        url, held = await asyncio.to_thread(self._door.where)
        gate = network.target_of(url)
        config = self._standing.config
        host, port = province_of(config, config.broker or BrokerConfig(), held.place)
        broker = network.Target(host=host, port=port)
        async with self._door.through() as client:
            context = await asyncio.to_thread(self._door.context)
            to_broker = await network.probe(broker, context)
            to_gate = await network.probe(gate, context)
            to_gate, offset = await network.questions(
                client, to_gate, self._remote.network.tries, self._standing.clock
            )
        return Diagnosis(
            addresses=await network.addresses(),
            gateways=await network.gateways(),
            name_servers=await asyncio.to_thread(network.name_servers),
            broker=to_broker,
            gate=to_gate,
            clock_offset_ms=offset,
        )

    async def _shell(self, order: OpenShell) -> ShellOpened:
        return await self._shells.open(order)
