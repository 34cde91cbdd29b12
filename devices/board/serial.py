"""A board at a serial port, or with USB of its own."""

from typing import Annotated

import msgspec

from devices.board.config import BoardDriverConfig
from devices.board.port import ControlBoard
from devices.contract.afar import DevicePath


class SerialBoardConfig(BoardDriverConfig, frozen=True, kw_only=True, tag="serial"):
    """A path in `/dev/serial/by-id/` is the same in whatever socket."""

    path: DevicePath
    baud: Annotated[int, msgspec.Meta(ge=9600, le=4_000_000)] = 115_200

    def build(self) -> ControlBoard:
        """Return the board."""
        return ControlBoard(self, SerialSocket(self.path, self.baud))


class SerialSocket:
    """The port itself: it is there, or it is not."""

    def __init__(self, path: str, baud: int) -> None:
        self.path = path
        self.baud = baud

    async def ready(self) -> None:
        """Do nothing: the kernel has done it."""
