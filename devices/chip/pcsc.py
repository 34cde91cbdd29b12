"""A chip reader of PC/SC: any that pcscd knows, through pyscard."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

from devices.chip.apdu import SHORTEST_ANSWER, Transmit
from devices.chip.attending import Attendant
from devices.chip.errors import CardGoneError, NoCardError, NoServiceError
from devices.chip.messages import ChipRead, ChipSignal, Opened, ReadChip
from devices.chip.port import READ_WITHIN_S, ChipReader
from devices.contract.afar import CscaFolder
from devices.contract.errors import DeviceError, TakenError, UnpluggedError
from devices.device import DeviceState, DriverConfig

_CONTACTLESS = ("picc", "contactless", " cl ", "nfc")


class PcscChipReaderConfig(DriverConfig, frozen=True, kw_only=True, tag="pcsc"):
    """A reader that pcscd knows; `reader` is a part of its name, empty takes a contactless one.

    `access`: `bac`, or `pace` first and BAC where the chip refuses it (domain 12 has BAC only).
    `csca_folder` holds the certificates of issuers (CSCA) as PEM or DER, set at the box alone.
    """

    reader: str = ""
    access: Literal["bac", "pace"] = "bac"
    csca_folder: CscaFolder = "/etc/motcua/csca"

    def build(self) -> "PcscChipReader":
        """Return the reader."""
        return PcscChipReader(self)


class PcscChipReader(ChipReader):
    """The reader. It owns a thread, on which every call of PC/SC is made."""

    def __init__(self, config: PcscChipReaderConfig) -> None:
        first = Opened(config.access)
        slot = _PcscSlot(config.reader)
        self._attendant = Attendant(slot, csca_folder=config.csca_folder, first=first)

    async def open(self) -> None:
        """Find the reader; raises NoServiceError, UnpluggedError, BadIssuersError."""
        await self._attendant.open()

    async def close(self) -> None:
        """Let go of it."""
        await self._attendant.close()

    async def check(self) -> DeviceState:
        """Ask pcscd for the reader."""
        return await self._attendant.state()

    def happenings(self) -> AsyncIterator[ChipSignal]:
        """Yield comings, goings and progress."""
        return self._attendant.happenings()

    async def read(self, command: ReadChip, *, within_s: float = READ_WITHIN_S) -> ChipRead:
        """Read the card that lies there."""
        return await self._attendant.read(command, within_s)

    def stop(self) -> None:
        """End a reading under way."""
        self._attendant.stop()


class _PcscSlot:
    """The reader's slot, by result codes: pyscard's own threads and exceptions are not used."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._scard: Any = None
        self._context: Any = None
        self._card: Any = None
        self._is_card_well = False
        self.name = ""

    def open(self) -> None:
        try:
            from smartcard import scard  # noqa: PLC0415 - a hardware library, where it opens
        except ImportError as error:
            raise NoServiceError("pyscard is not installed (extra `chip`).") from error
        self._scard = scard
        result, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        self._judge(result)
        result, names = scard.SCardListReaders(self._context, [])
        self._judge(result)
        self.name = self._chosen(names)

    def close(self) -> None:
        if self._context is not None:
            self.disconnect()
            self._scard.SCardReleaseContext(self._context)
            self._context = None

    def is_card_there(self) -> bool:
        scard = self._scard
        asked = [(self.name, scard.SCARD_STATE_UNAWARE)]
        result, states = scard.SCardGetStatusChange(self._context, 0, asked)
        self._judge(result)
        _, state, _ = states[0]
        if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
            raise UnpluggedError("The chip reader is gone.")
        return bool(state & scard.SCARD_STATE_PRESENT)

    def connect(self) -> Transmit:
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, card, protocol = scard.SCardConnect(
            self._context, self.name, scard.SCARD_SHARE_EXCLUSIVE, protocols
        )
        if result in (scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD):
            raise NoCardError
        self._judge(result)
        self._card = card
        pci = scard.SCARD_PCI_T1 if protocol == scard.SCARD_PROTOCOL_T1 else scard.SCARD_PCI_T0

        def transmit(raw: bytes) -> bytes:
            self._is_card_well = False
            result, answer = scard.SCardTransmit(card, pci, list(raw))
            self._judge(result)
            if len(answer) < SHORTEST_ANSWER:  # what some drivers say when the card has left
                raise CardGoneError
            self._is_card_well = True
            return bytes(answer)

        return transmit

    def disconnect(self) -> None:
        if self._card is not None:
            scard = self._scard
            # a reset that fails leaves pcscd blind for a card that is put there at once
            end = scard.SCARD_RESET_CARD if self._is_card_well else scard.SCARD_LEAVE_CARD
            scard.SCardDisconnect(self._card, end)
            self._card = None

    def _chosen(self, names: Sequence[str]) -> str:
        for name in names:
            if self._wanted and self._wanted in name:
                return name
        if self._wanted or not names:
            raise UnpluggedError("pcscd knows no such chip reader.")
        fitting = [name for name in names if any(w in f" {name.lower()} " for w in _CONTACTLESS)]
        return (fitting or list(names))[0]

    def _judge(self, result: int) -> None:
        scard = self._scard
        if result == scard.SCARD_S_SUCCESS:
            return
        sentence = f"PC/SC: {scard.SCardGetErrorMessage(result)}"
        if result in (scard.SCARD_E_NO_SERVICE, scard.SCARD_E_SERVICE_STOPPED):
            raise NoServiceError
        if result in (
            scard.SCARD_E_NO_READERS_AVAILABLE,
            scard.SCARD_E_READER_UNAVAILABLE,
            scard.SCARD_E_UNKNOWN_READER,
        ):
            raise UnpluggedError(sentence)
        if result == scard.SCARD_E_SHARING_VIOLATION:
            raise TakenError("Another program holds the chip reader.")
        if result in (
            scard.SCARD_W_REMOVED_CARD,
            scard.SCARD_W_RESET_CARD,
            scard.SCARD_W_UNPOWERED_CARD,
            scard.SCARD_W_UNRESPONSIVE_CARD,
            scard.SCARD_E_NO_SMARTCARD,
            scard.SCARD_E_NOT_TRANSACTED,
            scard.SCARD_E_PROTO_MISMATCH,
            scard.SCARD_F_COMM_ERROR,
        ):
            raise CardGoneError
        raise DeviceError(sentence)
