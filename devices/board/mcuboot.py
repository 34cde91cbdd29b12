"""A board with MCUboot, and what a box does with it: it knows what runs there, and updates it.

The board itself is imported when there is one: MCUmgr's library is 15 MB that other boxes spare.
"""

from abc import abstractmethod
from typing import Annotated, ClassVar

import msgspec

from devices.board.messages import BoardUpdated
from devices.contract.afar import DevicePath, FirmwareKeys
from devices.device import Device, DriverConfig
from devices.messages import Kind
from firmware_bridge.update.manifest import Release


class McubootBoardConfig(DriverConfig, frozen=True, kw_only=True, tag="mcuboot"):
    """A path in `/dev/serial/by-id/` is the same in whatever socket.

    Such a board does not say what it is: `board_kind` does, and it takes only firmware of that
    kind. `firmware_keys` is a folder of PEM files: the public keys (Ed25519) of who may sign it.
    New firmware must answer for `prove_s` before it stays. `one_way` lets a board be updated whose
    bootloader never goes back: firmware that does not run stays until somebody comes with a cable.
    """

    path: DevicePath
    board_kind: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,30}\Z")]
    baud: Annotated[int, msgspec.Meta(ge=9600, le=4_000_000)] = 115_200
    firmware_keys: FirmwareKeys = "/etc/motcua/firmware-keys"
    prove_s: Annotated[float, msgspec.Meta(ge=0.5, le=60)] = 5.0
    one_way: bool = False

    def build(self) -> "FirmwareBoard":
        """Return the board."""
        from devices.board.mcuboot_board import McubootBoard  # noqa: PLC0415 - 15 MB

        return McubootBoard(self)


class FirmwareBoard(Device):
    """A board that has firmware, and nothing else that a box would ask.

    Its owner opens, checks and closes it, and restarts it in a turn; `update` goes beside that.
    """

    kind: ClassVar[str] = Kind.BOARD
    check_every_s: ClassVar[float] = 2.0

    def __init__(self, config: McubootBoardConfig) -> None:
        self.config = config

    @abstractmethod
    def held(self) -> None:
        """Raise what is wrong unless it is open: UnpluggedError, UpdatingError."""

    @abstractmethod
    async def restart(self) -> None:
        """Let it begin anew, and meet it again, within a minute; raises DeviceError."""

    @abstractmethod
    async def update(self, release: Release) -> BoardUpdated:
        """Bring it to a release; returns what runs then.

        Nothing else can be asked of it meanwhile. Raises DeviceError: WrongKindError and
        NoRevertError before the first byte.
        """
