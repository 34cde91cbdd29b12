"""What can go wrong between a reader and a card's chip. No sentence says anything of the card."""

from devices.contract.errors import DeviceError, MotcuaError, UnpluggedError


class ChipError(MotcuaError):
    """The chip could not be read."""

    code = "chip.failed"


class NoCardError(ChipError):
    """No card lies on the reader."""

    code = "chip.no_card"
    retry = True


class CardGoneError(ChipError):
    """The card was taken away, or held badly, before it was read: lay it flat and leave it."""

    code = "chip.card_gone"
    retry = True


class TooSlowError(ChipError):
    """The chip did not answer in time."""

    code = "chip.too_slow"
    retry = True


class NoDocumentError(ChipError):
    """The card has no chip application of ICAO 9303: it is no CCCD, căn cước card or passport."""

    code = "chip.no_document"


class WrongKeyError(ChipError):
    """The chip does not open with this number, birth date and expiry date."""

    code = "chip.wrong_key"


class KeyMissingError(ChipError):
    """This chip wants number, birth date and expiry date, or only its access number."""

    code = "chip.key_missing"


class BadAnswerError(ChipError):
    """The chip's answer does not follow ICAO 9303. Nothing of it was used."""

    code = "chip.bad_answer"


class WrongMacError(BadAnswerError):
    """The chip's answer was altered on its way. Nothing of it was used."""

    code = "chip.wrong_mac"


class RefusedByChipError(ChipError):
    """The chip refused a command."""

    code = "chip.refused"

    def __init__(self, what: str, status: int) -> None:
        super().__init__(f"The chip refused {what} ({status:04X}).")
        self.status = status


class NoServiceError(UnpluggedError):
    """The smart card service pcscd does not run, or this user may not use it."""

    code = "chip.no_service"


class BadIssuersError(DeviceError):
    """A configured CSCA certificate cannot be used."""

    code = "chip.bad_csca"
