"""Chip readers to put cards on: the twin, and a real pcscd with our chip at the end of its wire."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from devices.chip.apdu import Transmit
from devices.chip.applet import Card, SoftwareChip
from devices.chip.pcsc import PcscChipReaderConfig
from devices.chip.port import ChipReader
from devices.chip.simulated import SimulatedChipReaderConfig
from devices.chip.specimen import HOA, Issuer, card_of
from tests.counterparts.smartcard import Wire, pcscd
from tests.counterparts.users import needs_root

Access = Literal["bac", "pace"]
ISSUER = Issuer()
CARD = card_of(HOA, ISSUER)


class Rig:
    """A reader and its slot. `csca` is its folder of issuers, empty at first."""

    def __init__(self, folder: Path) -> None:
        self.csca = folder / "csca"
        self.csca.mkdir()

    def knows(self, issuer: Issuer) -> None:
        (self.csca / "csca.pem").write_bytes(issuer.pem)

    def reader(self, access: Access = "bac") -> ChipReader:
        raise NotImplementedError

    def lay(self, card: Card) -> None:
        self.lay_chip(SoftwareChip(card))

    def lay_chip(self, chip: Transmit) -> None:
        raise NotImplementedError

    def take(self) -> None:
        raise NotImplementedError


class TwinRig(Rig):
    """The twin."""

    @classmethod
    @contextmanager
    def made(cls, folder: Path, _pcsc_folder: Path) -> Iterator["TwinRig"]:
        yield cls(folder)

    def reader(self, access: Access = "bac") -> ChipReader:
        config = SimulatedChipReaderConfig(access=access, csca_folder=str(self.csca))
        self._reader = config.build()
        return self._reader

    def lay_chip(self, chip: Transmit) -> None:
        self._reader.lay(chip)

    def take(self) -> None:
        self._reader.take()


class PcscRig(Rig):
    """pyscard, pcscd, vpcd, and our chip behind TCP."""

    wire: Wire

    @classmethod
    @contextmanager
    def made(cls, folder: Path, pcsc_folder: Path) -> Iterator["PcscRig"]:
        needs_root()
        rig = cls(folder)
        rig.wire = Wire()
        with pcscd(pcsc_folder, rig.wire):
            yield rig

    def reader(self, access: Access = "bac") -> ChipReader:
        config = PcscChipReaderConfig(access=access, csca_folder=str(self.csca))
        return config.build()

    def lay_chip(self, chip: Transmit) -> None:
        self.wire.lay(chip)

    def take(self) -> None:
        self.wire.take()


class Torn:
    """A chip that leaves the field after so many answers."""

    def __init__(self, chip: Transmit, answers: int) -> None:
        self._chip = chip
        self._left = answers

    def __call__(self, command: bytes) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise ConnectionError
        return self._chip(command)


class Slow:
    """A chip that thinks long over every answer."""

    def __init__(self, chip: Transmit, seconds: float) -> None:
        self._chip = chip
        self._seconds = seconds

    def __call__(self, command: bytes) -> bytes:
        time.sleep(self._seconds)
        return self._chip(command)


class Other:
    """A card of something else: it knows no instruction."""

    def __call__(self, _command: bytes) -> bytes:
        return b"\x6d\x00"
