"""New firmware onto a board with two slots: sent, started on trial, and kept when it proved itself.

Whatever breaks the conversation (the power, the plug, this process) is met by beginning again: each
conversation looks at what the board says it runs, and goes on from there. The board keeps what it
was sent; and until the new image is confirmed, it goes back to the old one by itself.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from firmware_bridge import frames
from firmware_bridge.board import Board, Identity
from firmware_bridge.errors import BoardError, BoardMuteError, RefusedError, TableDiffersError
from firmware_bridge.link import MAX_PAYLOAD
from firmware_bridge.update.errors import (
    ForeignTableError,
    OlderVersionError,
    RolledBackError,
    WrongKindError,
)
from firmware_bridge.update.manifest import Release, version_key
from firmware_bridge.update.through import Patience, carried_through

PIECE = MAX_PAYLOAD - 6  # op, tag, offset
_LEAST_PIECE = 64
_BEGIN_S, _WRITE_S, _END_S = 10.0, 5.0, 20.0
_ANSWER_S = 2.0
_RESTART_S = 5.0
_LOOK_S = 0.25  # how often a board on trial is asked
_HOLD_S = 300  # the box's watchdog holds still
_MOST_VAIN = 3  # pieces that did not bring it further
_EMPTIED_S = 5.0  # for its events to be stored, before it restarts
_BESIDE_S = 900.0  # erasing, restarts, the trial, and a board that is away for a while
_WIRE_TIMES = 8  # on a bad line an image may take so many times what the wire needs for it
LONGEST_S = 6 * 3600.0
"""No update is given more, however large the image and slow the wire."""


class Stage(Enum):
    """What is being done."""

    CONNECTING = "connecting"
    SENDING = "sending"
    CHECKING = "checking"
    RESTARTING = "restarting"
    PROVING = "proving"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is; bytes of the image."""

    stage: Stage
    sent: int
    size: int


def _unwatched(_: Progress) -> None:
    """Look away."""


Meet = Callable[[Board], None]


def allowed_s(size: int, baud: int) -> float:
    """Return the seconds that an update with an image of so many bytes may take in all."""
    return min(LONGEST_S, _BESIDE_S + _WIRE_TIMES * 10 * size / baud)


async def update(
    path: str,
    release: Release,
    *,
    baud: int = 115_200,
    progress: Callable[[Progress], None] = _unwatched,
    meet: Meet | None = None,
    prove_s: float = 5.0,
    meet_s: float = 10.0,
    back_s: float = 180.0,
    within_s: float | None = None,
) -> Identity:
    """Bring the board at a port, which nobody else holds, to a release; returns who it is then.

    A board that runs the release already is left as it is; one that speaks another table, or runs
    its rescue, is updated like any other. A new image is confirmed after it answered for `prove_s`.
    `meet` is called with each conversation: for who takes the board's events meanwhile. A board
    restarts when all that it told is stored, or after 5 s; what it had to leave it counts as lost.
    `meet_s` bounds the wait for the board at the beginning, `back_s` the wait for one that went
    away (a board on trial that is not confirmed goes back after 120 s), `within_s` it all: what
    `allowed_s` says unless it is given.

    Raises before the first byte WrongKindError, OlderVersionError or ForeignTableError; later
    RolledBackError, UpdateTimedOutError, RefusedError, or what keeps the board away.
    """
    run = _Update(path, baud, release, progress=progress, meet=meet, prove_s=prove_s)
    limit_s = allowed_s(len(release.image), baud) if within_s is None else within_s
    patience = Patience(meet_s=meet_s, back_s=back_s, within_s=limit_s)
    return await carried_through(path, run.conversation, run.go_on, patience)


def said(identity: Identity) -> tuple[str, str]:
    """Return a board's kind and its version, which it says in one text."""
    kind, _, version = identity.version.partition(" ")
    return kind, version


def _order(version: str) -> tuple[int, ...]:
    """Return what a board's version is ordered by; what has no number, a rescue, is older."""
    try:
        return version_key(version)
    except ValueError:
        return ()


class _Update:
    """One update, over as many conversations as it takes."""

    def __init__(
        self,
        path: str,
        baud: int,
        release: Release,
        *,
        progress: Callable[[Progress], None],
        meet: Meet | None,
        prove_s: float,
    ) -> None:
        self._path = path
        self._baud = baud
        self._wanted = release.manifest
        self._image = release.image
        self._progress = progress
        self._meet = meet
        self._prove_s = prove_s
        self._loop = asyncio.get_running_loop()
        self._sent = 0
        self._ended_in = -1  # the board's start in which it took the whole image
        self._unwell = ""  # why the new image is not to stay
        self._held_until_s = -1.0  # by someone else; -1: not asked yet

    def conversation(self, within_s: float) -> Board:
        self._tell(Stage.CONNECTING)
        return Board(self._path, baud=self._baud, within_s=within_s)

    async def go_on(self, board: Board) -> Identity | None:
        """Do what is next by what the board runs; returns who it is when nothing is left to do."""
        if self._meet:
            self._meet(board)
        if not await self._is_done(board):
            return None
        self._tell(Stage.DONE)
        return replace(board.identity, confirmed=True)

    async def _is_done(self, board: Board) -> bool:
        kind, version = said(board.identity)
        if kind != self._wanted.kind:
            raise WrongKindError(f"for {self._wanted.kind}; the board says {kind!r}")
        there = _order(version)
        wanted = version_key(self._wanted.version)
        if there == wanted:
            return board.identity.confirmed or await self._try_out(board)
        if self._ended_in not in (-1, board.identity.boot):
            why = self._unwell or f"it started {board.identity.boot - self._ended_in} times"
            raise RolledBackError(f"{self._wanted.version} did not stay, {version} runs: {why}")
        if there > wanted:
            raise OlderVersionError(f"{self._wanted.version}: the board runs {version}")
        if self._wanted.table != frames.TABLE_HASH:
            raise ForeignTableError(f"{self._wanted.version} speaks another table than this box")
        await self._hold(board)
        with board.flashing():
            if self._ended_in < 0:
                await self._send(board)
                self._ended_in = board.identity.boot
            await self._restart(board)
        return False

    async def _send(self, board: Board) -> None:
        for tries_left in (1, 0):
            await self._send_pieces(board)
            self._tell(Stage.CHECKING)
            try:
                await board.ask("update_end", within_s=_END_S)
            except RefusedError as error:  # it has thrown all of it away
                if error.status != frames.STATUS_NAMES[frames.FAILED] or not tries_left:
                    raise
            else:
                return

    async def _send_pieces(self, board: Board) -> None:
        """Send from where the board has it, piece by piece: while it writes, it hears nothing."""
        size, piece_size, vain = self._wanted.size, PIECE, 0
        (offset,) = await board.ask("update_begin", size, self._wanted.sha256, within_s=_BEGIN_S)
        while True:
            self._sent = offset
            self._tell(Stage.SENDING)
            if offset == size:
                return
            piece = self._image[offset : offset + piece_size]
            repeated = board.counts.repeated
            (next_,) = await board.ask("update_write", offset, piece, within_s=_WRITE_S)
            vain = 0 if next_ == offset + len(piece) else vain + 1
            if vain > _MOST_VAIN or next_ > size:
                raise BoardMuteError(f"{self._path}: the board does not take the image's bytes")
            offset = next_
            again = board.counts.repeated > repeated  # noise: what is short comes through
            piece_size = (
                max(_LEAST_PIECE, piece_size // 2) if again else min(PIECE, piece_size + 16)
            )

    async def _restart(self, board: Board) -> None:
        if self._meet:
            await board.emptied(within_s=_EMPTIED_S)
        self._tell(Stage.RESTARTING)
        await board.ask("restart", within_s=_WRITE_S)
        try:
            async with asyncio.timeout(_RESTART_S):
                await board.ended()
        except TimeoutError as error:
            raise BoardMuteError(f"{self._path}: the board does not restart") from error

    async def _try_out(self, board: Board) -> bool:
        """Let the new image stay if it is well; else restart it, until it goes back."""
        self._tell(Stage.PROVING)
        await self._hold(board)
        self._unwell = self._unwell or await self._complaint(board)
        with board.flashing():
            if self._unwell:
                await self._restart(board)
                return False
            await board.ask("update_confirm", within_s=_END_S)
        await self._let_go(board)
        return True

    async def _complaint(self, board: Board) -> str:
        """Return what is wrong with the image that runs; raises what ends the conversation."""
        if board.identity.table_hash != self._wanted.table:
            return "it speaks another table than its manifest says"
        end = self._loop.time() + self._prove_s
        try:
            while self._loop.time() < end:
                await board.ask("read", within_s=_ANSWER_S)
                await asyncio.sleep(min(_LOOK_S, self._prove_s))
        except (RefusedError, TableDiffersError) as error:
            return f"it does not say how it is: {error}"
        return ""

    # The watchdog over the box holds still meanwhile

    async def _hold(self, board: Board) -> None:
        with contextlib.suppress(RefusedError, TableDiffersError):  # it knows no such row
            held_s = (await board.ask("watch", within_s=_ANSWER_S))[2]
            if self._held_until_s < 0:
                self._held_until_s = self._loop.time() + held_s
            await board.ask("hold", max(held_s, _HOLD_S), within_s=_ANSWER_S)

    async def _let_go(self, board: Board) -> None:
        left_s = max(0, round(self._held_until_s - self._loop.time()))
        with contextlib.suppress(BoardError):  # it stays held a little longer, and is confirmed
            await board.ask("hold", left_s, within_s=_ANSWER_S)

    def _tell(self, stage: Stage) -> None:
        self._progress(Progress(stage, self._sent, self._wanted.size))
