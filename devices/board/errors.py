"""What is wrong with a board, in the words of the house: the one edge where they are translated."""

from collections.abc import Iterator
from contextlib import contextmanager

from devices.contract.errors import DeviceError, MuteError, TakenError, UnpluggedError
from firmware_bridge import errors as bridge
from firmware_bridge.update import errors as update


class RestartedError(DeviceError):
    """The board began anew; what was asked of it is forgotten."""

    code = "board.restarted"


class ForeignTableError(DeviceError):
    """The board's firmware is not of the box's version: it takes an update, and little else."""

    code = "board.table_differs"
    retry = False


class RefusedError(DeviceError):
    """The board said no."""

    code = "board.refused"
    retry = False


class OverloadedError(DeviceError):
    """More is asked of the board than it can do at once."""

    code = "board.busy"


class UpdatingError(DeviceError):
    """The board is being updated."""

    code = "board.updating"


class ReleaseRefusedError(DeviceError):
    """The release is not to be installed on this board; nothing of it was sent."""

    code = "board.release_refused"
    retry = False


class WrongKindError(ReleaseRefusedError):
    """The release is for another kind of board."""

    code = "board.wrong_kind"


class NoRevertError(ReleaseRefusedError):
    """The board's bootloader never goes back, and the box was not told to take that risk."""

    code = "board.no_revert"


class UpdateFailedError(DeviceError):
    """The update did not come about; it may be asked for again."""

    code = "board.update_failed"


class RolledBackError(DeviceError):
    """The new firmware did not prove itself: the board runs what it ran before."""

    code = "board.rolled_back"
    retry = False


class RescueError(DeviceError):
    """No firmware of the board runs: it waits for an update."""

    code = "board.rescue"
    retry = False


_KINDS: tuple[tuple[type[bridge.BoardError], type[DeviceError]], ...] = (
    (bridge.BoardGoneError, UnpluggedError),
    (bridge.BoardMuteError, MuteError),
    (bridge.BoardRestartedError, RestartedError),
    (bridge.BoardBusyError, OverloadedError),
    (bridge.TooLongError, RefusedError),
    (bridge.TableDiffersError, ForeignTableError),
    (bridge.RefusedError, RefusedError),
    (update.RolledBackError, RolledBackError),
    (update.UpdateTimedOutError, UpdateFailedError),
    (update.WrongKindError, WrongKindError),
    (update.NoRevertError, NoRevertError),
    (update.UpdateError, ReleaseRefusedError),
)


def as_device_error(error: bridge.BoardError) -> DeviceError:
    """Return the same fact as a DeviceError."""
    for theirs, ours in _KINDS:
        if isinstance(error, theirs):
            return ours(str(error))
    return DeviceError(str(error))


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the bridge raises into DeviceError."""
    try:
        yield
    except bridge.BoardError as error:
        raise as_device_error(error) from error


@contextmanager
def opening() -> Iterator[None]:
    """Do the same for a port that is opened: whoever is busy then is another program."""
    try:
        with translated():
            yield
    except OverloadedError as error:
        raise TakenError(error.sentence) from error
