"""What a box's board tells the province, and what it is told.

Events go into the device process's journal; `(board, boot, event)` names one for ever. Commands
arrive on `in/devices/cmd`.
"""

from typing import Annotated

import msgspec

from devices.contract.message import Command, Done, Event, Message

Number = Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFF)]
Path = Annotated[str, msgspec.Meta(min_length=1, max_length=4096, pattern=r"^/[^\x00]*\Z")]
MOST_HOLD_S = 3600


class BoardEvent(Event, frozen=True, kw_only=True):
    """Something that happened at a board.

    `board` is its chip's number in hex, `boot` the number of its start, `event` counts from 1 in
    each of them.
    """

    board: str
    boot: Number
    event: Number


class BoardButtonPressed(BoardEvent, frozen=True, kw_only=True, tag="board.button_pressed"):
    """A button was pressed, once."""

    button: str


class SwitchChanged(BoardEvent, frozen=True, kw_only=True, tag="board.switch_changed"):
    """A switch was closed or opened: the door's, the tamper switch."""

    switch: str
    closed: bool


class BoardRestarted(BoardEvent, frozen=True, kw_only=True, tag="board.restarted"):
    """The board began anew.

    `cause` is power, watchdog, asked, update, rollback or unknown; `version` is what runs since.
    """

    cause: str
    version: str


class BoxPowerCycled(BoardEvent, frozen=True, kw_only=True, tag="board.box_power_cycled"):
    """The board's watchdog took the box's power for a moment.

    Its processes had not proved for `silent_s` that they live; `times` counts since they last did.
    """

    silent_s: int
    times: int


class BoardEventsLost(BoardEvent, frozen=True, kw_only=True, tag="board.events_lost"):
    """So many events are missing at this place.

    They found no room on the board, or were only in its memory when it restarted.
    """

    count: int


class BoardPaperChanged(BoardEvent, frozen=True, kw_only=True, tag="board.paper_changed"):
    """Paper came before the board's sensor, or ended."""

    there: bool


AnyBoardEvent = (
    BoardButtonPressed
    | SwitchChanged
    | BoardRestarted
    | BoxPowerCycled
    | BoardEventsLost
    | BoardPaperChanged
)


class BoardLog(Message, frozen=True, kw_only=True, tag="board.log"):
    """A board's log, oldest line first; `next_offset` is where a later reading goes on."""

    text: str
    next_offset: Number


class ReadBoardLog(Command[BoardLog], frozen=True, kw_only=True, tag="board.read_log"):
    """Read the board's log from an offset on; what it has forgotten is left out."""

    offset: Number = 0


class WatchdogHeld(Message, frozen=True, kw_only=True, tag="board.watchdog_held"):
    """The watchdog holds still for so long from now on."""

    seconds: int


class HoldWatchdog(Command[WatchdogHeld], frozen=True, kw_only=True, tag="board.hold_watchdog"):
    """Let the watchdog over the box hold still, from now on; 0 ends it."""

    seconds: Annotated[int, msgspec.Meta(ge=0, le=MOST_HOLD_S)]


class RestartBoard(Command[Done], frozen=True, kw_only=True, tag="board.restart"):
    """Let the board begin anew; answered when it is back."""


class BoardUpdated(Message, frozen=True, kw_only=True, tag="board.updated"):
    """The board runs this version, which stays."""

    version: str
    slot: int
    confirmed: bool


class UpdateBoard(Command[BoardUpdated], frozen=True, kw_only=True, tag="board.update"):
    """Bring the board to the release of two files on the box: a signed manifest, and its image.

    Takes minutes; how far it is stands in the device's state. Asked again after a failure, it goes
    on where it stopped.
    """

    manifest: Path
    image: Path
