"""The board as the device process sees it: one conversation, which others on the board share."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar, Protocol

from devices.board.config import BoardDriverConfig
from devices.board.errors import (
    ForeignTableError,
    RescueError,
    RestartedError,
    UpdatingError,
    as_device_error,
    opening,
    translated,
)
from devices.board.facts import (
    Watch,
    identity_facts,
    name_of,
    reading_facts,
    updating_state,
    watch_facts,
)
from devices.board.fresh import FreshPresses
from devices.board.messages import BoardUpdated
from devices.board.telling import Told
from devices.contract.errors import BusyError, DeviceError, UnpluggedError
from devices.contract.message import Health
from devices.device import Device, DeviceState, SelfTest
from devices.messages import ButtonPressed, Kind, LampState
from firmware_bridge import frames
from firmware_bridge.board import Board, Identity
from firmware_bridge.errors import BoardError
from firmware_bridge.update.manifest import Release
from firmware_bridge.update.updater import Progress, Stage, update

_FIRST_S = 2.0
_PATIENT_S = 10.5  # a port that comes back is seen at once: less than the host's own deadline
_BACK_S = 15.0
_TEST_S = 1.0
_EMPTIED_S = 2.0
_STORED_S, _STORED_UPDATING_S = 1.0, 20.0  # a board that checks an image hears nothing for seconds
_LAMPS = {
    LampState.OFF: frames.DARK,
    LampState.ON: frames.BURNS,
    LampState.BLINKING: frames.BLINKS,
}


class Socket(Protocol):
    """Where a board is plugged in."""

    path: str
    baud: int

    async def ready(self) -> None:
        """Do what must be done before the path is opened; raises DeviceError."""
        ...


class ControlBoard(Device):
    """A board. Its owner opens, checks and closes it; what it can do, others may ask beside that.

    They raise UnpluggedError while it is not open, UpdatingError while it is updated. A `session`
    that is another one says that the board was opened anew, and shows nothing any more.
    """

    kind: ClassVar[str] = Kind.BOARD
    check_every_s: ClassVar[float] = 2.0

    def __init__(self, config: BoardDriverConfig, socket: Socket) -> None:
        self.config = config
        self.session = 0
        self.waits_for: tuple[str, ...] = ()
        """The parts that do not prove that they live, for whoever reads the state."""
        self.rests_for: tuple[str, ...] = ()
        """Those that said goodbye, which nobody waits for."""
        self._socket = socket
        self._board: Board | None = None
        self._identity: Identity | None = None
        self._updating: Progress | None = None
        self._within_s = _FIRST_S
        self._moved = asyncio.Event()
        self._fresh = FreshPresses()

    @property
    def lamps(self) -> tuple[str, ...]:
        """The names of those lamps that have one."""
        return self.config.lamps

    @property
    def port(self) -> tuple[str, int]:
        """Where it is plugged in: path and baud."""
        return self._socket.path, self._socket.baud

    # One owner's

    async def open(self) -> None:
        """Meet the board: at its port, or as soon as it is there."""
        await self.close()
        await self._socket.ready()
        within_s, self._within_s = self._within_s, _PATIENT_S
        with opening():
            board = Board(self._socket.path, baud=self._socket.baud, within_s=within_s)
            await board.__aenter__()
        self._board, self._identity = board, board.identity
        self.session += 1
        self._move()

    async def close(self) -> None:
        """End the conversation; the board goes on with what it does."""
        board, self._board = self._board, None
        if board is not None:
            await board.__aexit__(None)
            self._move()

    async def check(self) -> DeviceState:
        """Ask it for all it says of itself; while it is updated, say how far that is."""
        if self._updating:
            return updating_state(self._updating, self._identity)
        await self._socket.ready()
        who, facts = self.identity, identity_facts(self.identity, self._there().counts)
        if who.slot == frames.RESCUE or not who.same_table:
            await self.ask("echo", b"")
            kind = RescueError if who.slot == frames.RESCUE else ForeignTableError
            error = kind()
            return DeviceState(
                health=Health.FAULT, code=error.code, text=error.sentence, facts=facts
            )
        facts |= reading_facts(await self.ask("read"), self.config.switches)
        facts |= watch_facts(await self.watch(), self.waits_for, self.rests_for)
        return DeviceState(facts=facts)

    async def self_test(self) -> SelfTest:
        """Let every lamp blink for a second, and read every sensor."""
        lines, buttons, lamps, switches = await self.ask("fitted")
        for lamp in range(lamps):
            await self.ask("lamp", lamp, frames.BLINKS)
        await asyncio.sleep(_TEST_S)
        for lamp in range(lamps):
            await self.ask("lamp", lamp, frames.DARK)
        await self.ask("read")
        fitted = f"{lines} lines, {buttons} buttons, {lamps} lamps, {switches} switches"
        return SelfTest(passed=True, text=fitted)

    async def events(self) -> AsyncIterator[Told]:
        """Yield what it tells, in order, during an update too; for one reader, who stores it.

        Raises what ends the conversation.
        """
        board: Board | None = None
        while True:
            board = await self._conversation(after=board)
            try:
                if not board.identity.same_table:
                    raise await board.ended()
                async for event in board.events():
                    told = Told(board.identity, event)
                    self._note_press(told)
                    yield told
            except BoardError as error:
                if not self._updating:
                    raise as_device_error(error) from error

    async def stored(self, told: Told) -> None:
        """Tell it that this event and all before are on disk here.

        What it does not hear while it is updated, it tells again.
        """
        board = self._board if self._updating else self._there()
        if board is None:
            return
        within_s = _STORED_UPDATING_S if self._updating else _STORED_S
        try:
            await board.stored(told.event.boot, told.event.id, within_s=within_s)
        except BoardError as error:
            if not self._updating:
                raise as_device_error(error) from error

    # Everybody's

    @property
    def identity(self) -> Identity:
        """Who it is; raises UnpluggedError, UpdatingError."""
        return self._there().identity

    async def ask(self, name: str, *values: Any, within_s: float = 1.0) -> tuple[Any, ...]:
        """Ask a row of `firmware_bridge.frames`; raises DeviceError."""
        board = self._there()
        with translated():
            return await board.ask(name, *values, within_s=within_s)

    async def show(self, line: int, text: str, *, flash_s: int = 0) -> None:
        """Show a text on a line of the panel, flashing for a while; raises DeviceError."""
        await self.ask("show", line, flash_s, text.encode())

    async def set_lamp(self, lamp: str, state: LampState) -> None:
        """Let a lamp of `lamps` be dark, burn or blink; raises DeviceError."""
        await self.ask("lamp", self.lamps.index(lamp), _LAMPS[state])

    async def feed(self, limit_s: int) -> None:
        """Let the watchdog count anew from this limit on; 0 lets it sleep; raises DeviceError."""
        await self.ask("feed", limit_s)

    async def hold(self, for_s: int) -> int:
        """Let the watchdog hold still from now on; returns how long it will; raises DeviceError."""
        return int((await self.ask("hold", for_s))[0])

    async def watch(self) -> Watch:
        """Return how the watchdog stands; raises DeviceError."""
        return Watch(*await self.ask("watch"))

    async def log(self, offset: int, most_bytes: int) -> tuple[str, int]:
        """Return the log from an offset on, and where it goes on; raises DeviceError."""
        text = b""
        while len(text) < most_bytes:
            offset, piece = await self.ask("log", offset)
            if not piece:
                break
            text += piece
        return text.decode(errors="replace"), offset

    async def restart(self) -> None:
        """Let it begin anew, and wait until its owner has met it again; raises DeviceError."""
        before = self.session
        with translated():
            await self._there().emptied(within_s=_EMPTIED_S)
        await self.ask("restart")
        await self.attached(after=before, within_s=_BACK_S)

    async def attached(self, *, after: int = 0, within_s: float) -> int:
        """Wait until it is open, in a session later than `after`; returns which.

        Raises UnpluggedError.
        """
        try:
            async with asyncio.timeout(within_s):
                while self._board is None or self._updating or self.session <= after:
                    await self._until_moved()
        except TimeoutError as error:
            raise UnpluggedError("The board is not there.") from error
        return self.session

    def held(self, session: int) -> None:
        """Raise what is wrong unless it is still open in this session."""
        self._there()
        if session != self.session:
            raise RestartedError("The board was opened anew.")

    async def presses(self, session: int) -> AsyncIterator[ButtonPressed]:
        """Yield each press that is fresh, while the session lasts; then raises DeviceError."""
        loop = asyncio.get_running_loop()
        while True:
            self.held(session)
            while press := self._fresh.next(loop.time()):
                yield press
            await self._until_moved()

    async def update(self, release: Release) -> BoardUpdated:
        """Bring it to a release, in conversations of the update's own; returns what runs then.

        Nothing else can be asked of it meanwhile; what it tells, `events` yields. Raises
        DeviceError, also when it does not come back.
        """
        if self._updating:
            raise BusyError("The board is being updated already.")
        self._there()
        self._updating = Progress(Stage.CONNECTING, 0, release.manifest.size)
        failure: DeviceError | None = None
        try:
            await self.close()
            try:
                with translated():
                    who = await update(
                        self._socket.path,
                        release,
                        baud=self._socket.baud,
                        progress=self._note,
                        meet=self._meet,
                        prove_s=self.config.prove_s,
                    )
            except DeviceError as error:
                failure = error
            self._board = None  # the update has ended its own conversation
            try:
                await self.open()
            except DeviceError as error:
                raise failure or error from None
            if failure:
                raise failure
        finally:
            self._updating = None
            self._move()
        return BoardUpdated(version=who.version, slot=who.slot, confirmed=who.confirmed)

    # Within

    def _there(self) -> Board:
        if self._updating:
            raise UpdatingError
        if self._board is None:
            raise UnpluggedError("The board is not there.")
        return self._board

    async def _conversation(self, *, after: Board | None) -> Board:
        """Return who is to be heard; during an update wait until it is another one."""
        while self._updating and (self._board is None or self._board is after):
            await self._until_moved()
        return self._board or self._there()

    def _meet(self, board: Board) -> None:
        self._board = board
        self._move()

    def _move(self) -> None:
        """Wake all who wait for something to change."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def _until_moved(self) -> None:
        await self._moved.wait()

    def _note(self, progress: Progress) -> None:
        self._updating = progress

    def _note_press(self, told: Told) -> None:
        event = told.event
        if event.name != "pressed":
            return
        button = name_of(self.config.buttons, "button", event.values[0])
        now_s = asyncio.get_running_loop().time()
        if self._fresh.told(told.by.uid, event, button, now_s):
            self._move()
