"""A board with MCUboot, over MCUmgr's SMP server at its port."""

import asyncio

import msgspec

from devices.board.errors import UpdatingError, opening, translated
from devices.board.facts import Facts, updating_state
from devices.board.mcuboot import FirmwareBoard, McubootBoardConfig
from devices.board.messages import BoardUpdated
from devices.contract.errors import BusyError, DeviceError, UnpluggedError
from devices.device import DeviceState, SelfTest
from firmware_bridge.update.manifest import Release
from firmware_bridge.update.mcumgr import SlotImage, SmpBoard
from firmware_bridge.update.smp_updater import update
from firmware_bridge.update.updater import Progress, Stage

_ECHO = "motcua"
_BACK_S = 60.0
_GONE_S = 1.0  # it answers, and restarts a moment later
_PAUSE_S = 0.2


class McubootBoard(FirmwareBoard):
    """The board, in one conversation at a time."""

    def __init__(self, config: McubootBoardConfig) -> None:
        super().__init__(config)
        self._board: SmpBoard | None = None
        self._asking = asyncio.Lock()  # SMP answers one at a time
        self._updating: Progress | None = None
        self._facts: Facts = {}

    async def open(self) -> None:
        """Meet it; raises DeviceError."""
        if self._updating:
            raise UpdatingError
        await self._open()

    async def close(self) -> None:
        """End the conversation; the board goes on with what it does."""
        board, self._board = self._board, None
        if board is not None:
            await board.__aexit__()

    async def check(self) -> DeviceState:
        """Ask what runs; while it is updated, say how far that is."""
        if self._updating:
            going = updating_state(self._updating, None)
            return msgspec.structs.replace(going, facts=self._facts | going.facts)
        async with self._asking:
            with translated():
                runs = await self._there().running()
        self._facts = {
            "version": self._said(runs),
            "slot": str(runs.slot),
            "confirmed": runs.confirmed,
        }
        return DeviceState(facts=self._facts)

    async def self_test(self) -> SelfTest:
        """Have it say a word back."""
        async with self._asking:
            with translated():
                back = await self._there().echo(_ECHO)
        return SelfTest(passed=back == _ECHO, text=back)

    def held(self) -> None:
        """Raise what is wrong unless it is open: UnpluggedError, UpdatingError."""
        self._there()

    async def restart(self) -> None:
        """Tell it, and look for it."""
        async with self._asking:
            with translated():
                await self._there().restart()
            await asyncio.sleep(_GONE_S)
            await self._met_again()

    async def update(self, release: Release) -> BoardUpdated:
        """Close the conversation, update in others, and open one again."""
        if self._updating:
            raise BusyError("The board is being updated already.")
        self._there()
        self._updating = Progress(Stage.CONNECTING, 0, release.manifest.size)
        failure: DeviceError | None = None
        try:
            async with self._asking:  # what was just asked is answered first
                await self.close()
                try:
                    with translated():
                        runs = await update(
                            self.config.path,
                            release,
                            kind=self.config.board_kind,
                            baud=self.config.baud,
                            progress=self._note,
                            one_way=self.config.one_way,
                            prove_s=self.config.prove_s,
                        )
                except DeviceError as error:
                    failure = error
                try:
                    await self._open()
                except DeviceError as error:
                    raise failure or error from None
            if failure:
                raise failure
        finally:
            self._updating = None
        return BoardUpdated(version=self._said(runs), slot=runs.slot, confirmed=runs.confirmed)

    def _there(self) -> SmpBoard:
        if self._updating:
            raise UpdatingError
        if self._board is None:
            raise UnpluggedError("The board is not there.")
        return self._board

    async def _open(self) -> None:
        await self.close()
        with opening():
            board = SmpBoard(self.config.path, baud=self.config.baud)
            await board.__aenter__()
        self._board = board

    async def _met_again(self) -> None:
        """Open it as soon as it answers; raises what keeps it away."""
        end = asyncio.get_running_loop().time() + _BACK_S
        while True:
            try:
                await self._open()
            except DeviceError as error:
                if not error.retry or asyncio.get_running_loop().time() > end:
                    raise
                await asyncio.sleep(_PAUSE_S)
            else:
                return

    def _note(self, progress: Progress) -> None:
        self._updating = progress

    def _said(self, runs: SlotImage) -> str:
        return f"{self.config.board_kind} {runs.version}"
