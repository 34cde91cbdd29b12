"""What the loader hands over to the application that it starts."""

from firmware_bridge import frames

try:
    from collections.abc import Callable
except ImportError:  # MicroPython reads no annotation
    pass

_NO_LOADER = "started without a loader"


class Refused(Exception):  # noqa: N818 - it is an answer of the board, no fault of it
    """A request is answered with a status other than OK, and one sentence."""

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Updates:
    """The update rows of frames.CORE; this one refuses, as a board that has no loader.

    Each returns the reply's values, or raises Refused.
    """

    def begin(self, size: int, digest: bytes) -> tuple[int]:  # noqa: ARG002 - a port
        """Open the other slot for an image; returns the offset it already has of this very one."""
        raise Refused(frames.FAILED, _NO_LOADER)

    def write(self, offset: int, data: bytes) -> tuple[int]:  # noqa: ARG002 - a port
        """Take a piece of the image; returns the offset it wants next."""
        raise Refused(frames.FAILED, _NO_LOADER)

    def end(self) -> tuple[()]:
        """Check the image's hash, and start it at the next restart."""
        raise Refused(frames.FAILED, _NO_LOADER)

    def confirm(self) -> tuple[()]:
        """Let the running image stay."""
        raise Refused(frames.FAILED, _NO_LOADER)


def _nothing() -> None:
    """Have nothing to do."""


class Boot:
    """How this start came about, and where the application keeps its small files.

    `leave` is the application's own: what is to be done before somebody else restarts the board.
    """

    def __init__(
        self,
        *,
        number: int = 0,
        cause: int = frames.RESET_UNKNOWN,
        slot: int = 0,
        confirmed: bool = True,
        version: str = "source",
        root: str = "",
        updates: Updates | None = None,
    ) -> None:
        """`root` ends with a slash, or is empty for the working directory; see frames.CORE."""
        self.number = number
        self.cause = cause
        self.slot = slot
        self.confirmed = confirmed
        self.version = version
        self.root = root
        self.updates = updates or Updates()
        self.leave: Callable[[], None] = _nothing
