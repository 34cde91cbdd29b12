"""What can be wrong with a board: one family, whatever library found it first."""


class BoardError(Exception):
    """The board did not do what was asked. `retry`: opening it anew may help."""

    code = "board.error"
    retry = True


class BoardGoneError(BoardError):
    """Its port is not there, cannot be opened, or was hung up."""

    code = "board.gone"


class BoardMuteError(BoardError):
    """The port is there, and nothing that can be understood comes from it."""

    code = "board.mute"


class BoardRestartedError(BoardError):
    """It started anew: what was asked of it before is forgotten."""

    code = "board.restarted"


class BoardBusyError(BoardError):
    """Another program holds the port, or more is under way than can be."""

    code = "board.busy"


class TooLongError(BoardError):
    """What was to be asked is longer than a message to this board may be."""

    code = "board.too_long"
    retry = False


class TableDiffersError(BoardError):
    """Its firmware speaks another table of messages: it takes an update and little else."""

    code = "board.table_differs"
    retry = False


class RefusedError(BoardError):
    """The board understood, and said no; `status` is its word for it (frames.STATUS_NAMES)."""

    code = "board.refused"
    retry = False

    def __init__(self, status: str, reason: str = "") -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.status}: {self.reason}" if self.reason else self.status
