"""A chip reader's twin: a chip in software lies on it, and really does BAC, PACE and messaging."""

import dataclasses
import itertools
import sys
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Literal

from devices.chip.apdu import Transmit
from devices.chip.applet import Card, SoftwareChip
from devices.chip.attending import Attendant
from devices.chip.errors import CardGoneError, NoCardError
from devices.chip.messages import ChipRead, ChipSignal, Opened, ReadChip
from devices.chip.port import READ_WITHIN_S, ChipReader
from devices.chip.specimen import BINH, HOA, Issuer, card_of, tampered, with_signature_of
from devices.contract.afar import CscaFolder
from devices.device import DeviceState, DriverConfig
from devices.faults import Faults


class ChipFault(StrEnum):
    """What this twin can suffer beyond the words of `Fault`.

    The card is taken away half-way; its answers are altered on their way; its data after it was
    signed; its signature is another card's; it offers PACE and refuses it.
    """

    REMOVED = "removed"
    WRONG_MAC = "wrong_mac"
    TAMPERED = "tampered"
    CLONED = "cloned"
    PACE_REFUSED = "pace_refused"


_HALF_WAY, _NEVER = 12, sys.maxsize  # exchanges
_PEOPLE = {"hoa": HOA, "binh": BINH}


class SimulatedChipReaderConfig(DriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """A chip reader's twin.

    `card_file` holds `hoa` or `binh` while that specimen lies there. `faults_file` may hold a word
    of `Fault` or of `ChipFault`.
    """

    for_trials: ClassVar[bool] = True
    card_file: str = ""
    faults_file: str = ""
    access: Literal["bac", "pace"] = "bac"
    csca_folder: CscaFolder = "/etc/motcua/csca"

    def build(self) -> "SimulatedChipReader":
        """Return the reader."""
        return SimulatedChipReader(self)


class SimulatedChipReader(ChipReader):
    """The twin."""

    def __init__(self, config: SimulatedChipReaderConfig) -> None:
        self._faults = Faults(config.faults_file)
        self._slot = _Slot(config.card_file, self._faults)
        self._attendant = Attendant(
            self._slot, csca_folder=config.csca_folder, first=Opened(config.access)
        )

    def lay(self, chip: Transmit) -> None:
        """Put a chip on the reader. One that raises ConnectionError has left the field."""
        self._slot.chip = chip

    def take(self) -> None:
        """Take it away."""
        self._slot.chip = None

    async def open(self) -> None:
        """Be there, unless unplugged."""
        await self._suffer()
        await self._attendant.open()

    async def close(self) -> None:
        """Let go."""
        await self._attendant.close()

    async def check(self) -> DeviceState:
        """Be well, unless ordered otherwise."""
        await self._suffer()
        return await self._attendant.state()

    async def happenings(self) -> AsyncIterator[ChipSignal]:
        """Yield comings, goings and progress."""
        async for signal in self._attendant.happenings():
            await self._suffer()
            yield signal

    async def read(self, command: ReadChip, *, within_s: float = READ_WITHIN_S) -> ChipRead:
        """Read the card that lies there."""
        await self._suffer()
        return await self._attendant.read(command, within_s)

    def stop(self) -> None:
        """End a reading under way."""
        self._attendant.stop()

    async def _suffer(self) -> None:
        if self._faults.word() not in list(ChipFault):
            await self._faults.strike()


class _Slot:
    """Where a chip of software lies: the one laid there, or the specimen that a file names."""

    name = "twin"

    def __init__(self, card_file: str, faults: Faults) -> None:
        self._file = Path(card_file) if card_file else None
        self._faults = faults
        self._issuer: Issuer | None = None
        self.chip: Transmit | None = None

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def is_card_there(self) -> bool:
        return self.chip is not None or self._named() in _PEOPLE

    def connect(self) -> Transmit:
        word = self._faults.word()
        chip = self.chip or self._specimen(word)
        if chip is None:
            raise NoCardError
        if isinstance(chip, SoftwareChip):
            chip.power_on()
        left = itertools.count(_HALF_WAY if word == ChipFault.REMOVED else _NEVER, -1)

        def transmit(raw: bytes) -> bytes:
            if next(left) <= 0:
                raise CardGoneError
            try:
                return chip(raw)
            except ConnectionError as error:
                raise CardGoneError from error

        return transmit

    def disconnect(self) -> None:
        pass

    def _named(self) -> str:
        try:
            return self._file.read_text(encoding="utf-8").strip() if self._file else ""
        except OSError:
            return ""

    def _specimen(self, word: str) -> SoftwareChip | None:
        person = _PEOPLE.get(self._named())
        if person is None:
            return None
        self._issuer = self._issuer or Issuer()
        return SoftwareChip(_suffering(card_of(person, self._issuer), word))


def _suffering(card: Card, word: str) -> Card:
    if word == ChipFault.WRONG_MAC:
        return dataclasses.replace(card, garbles_macs=True)
    if word == ChipFault.TAMPERED:
        return tampered(card)
    if word == ChipFault.CLONED:
        return with_signature_of(card, card_of(BINH, Issuer()))
    if word == ChipFault.PACE_REFUSED:
        return dataclasses.replace(card, refuses_pace=True)
    return card
