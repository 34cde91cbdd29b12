"""What the device process is told and tells.

Commands arrive on `in/devices/cmd` (and the few of `FROM_PROVINCE` on `dn/devices/cmd`); signals
leave on `in/devices/signal`.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.message import Command, Done, Message, Signal
from devices.device import SelfTest
from devices.receipt import Receipt

JobId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]


class Kind(StrEnum):
    """Families of devices; also a device's name on its box, which has at most one of each."""

    PRINTER = "printer"
    SCANNER = "scanner"
    PANEL = "panel"
    SPEAKER = "speaker"
    HEADPHONES = "headphones"
    CAMERA = "camera"
    PANEL_IO = "panel_io"
    BOARD = "board"
    CHIP = "chip"


class ReceiptPrinted(Message, frozen=True, kw_only=True, tag="printer.receipt_printed"):
    """The receipt is on paper.

    `already` says that this job had been printed before and was not printed again.
    """

    job: str
    already: bool = False


class PrintReceipt(Command[ReceiptPrinted], frozen=True, kw_only=True, tag="printer.print_receipt"):
    """Put a receipt on paper, once for each `job`, however often it is asked."""

    job: JobId
    receipt: Receipt


class Said(Message, frozen=True, kw_only=True, tag="speaker.said"):
    """The words have been heard to their end."""

    seconds: float


class Say(Command[Said], frozen=True, kw_only=True, tag="speaker.say"):
    """Say a sentence aloud; several are said one after another, in the order they came."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}$")] = "vi"


class ShowOnPanel(Command[Done], frozen=True, kw_only=True, tag="panel.show"):
    """Show a called number and its counter on the LED panel; empty texts clear it."""

    number: Annotated[str, msgspec.Meta(max_length=8)] = ""
    counter: Annotated[str, msgspec.Meta(max_length=8)] = ""


PassingText = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


class RotateOnPanel(Command[Done], frozen=True, kw_only=True, tag="panel.rotate"):
    """Let these texts pass over a panel of dots, one after the other, where it shows no number.

    They stay until other ones are told; a panel that has only digits leaves them out.
    """

    texts: Annotated[tuple[PassingText, ...], msgspec.Meta(max_length=8)] = ()


class LampState(StrEnum):
    """What a lamp does."""

    OFF = "off"
    ON = "on"
    BLINKING = "blinking"


class SetLamp(Command[Done], frozen=True, kw_only=True, tag="panel_io.set_lamp"):
    """Let a lamp be dark, burn or blink, until it is told otherwise."""

    lamp: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    state: LampState


class ButtonPressed(Signal, frozen=True, kw_only=True, tag="panel_io.button_pressed"):
    """A button was pressed, once.

    A signal may come again after a failure: those with the same `press` are one press. It is empty
    where a press is never told twice.
    """

    button: str
    press: str = ""


class DeviceTested(Message, frozen=True, kw_only=True, tag="devices.tested"):
    """What the exercised device really did."""

    device: Kind
    result: SelfTest


class TestDevice(Command[DeviceTested], frozen=True, kw_only=True, tag="devices.test"):
    """Exercise one device: print a test ticket, take a picture, say a sentence."""

    __test__ = False

    device: Kind


class Identified(Message, frozen=True, kw_only=True, tag="devices.identified"):
    """What blinked, by the devices' names."""

    shown_by: tuple[str, ...]


class IdentifyBox(Command[Identified], frozen=True, kw_only=True, tag="devices.identify"):
    """Let every lamp blink and the panel show a pattern for a while, then what they showed before.

    Answered at once; asked again meanwhile, it begins anew.
    """

    seconds: Annotated[int, msgspec.Meta(ge=1, le=300)] = 30


class ScanKind(StrEnum):
    """What was scanned (domain ID-1). The citizen is always told which."""

    IDENTITY_CARD = "identity_card"
    HEALTH_INSURANCE = "health_insurance"
    DOSSIER = "dossier"
    LOCAL_DOSSIER = "local_dossier"
    PAYMENT = "payment"
    URL = "url"
    UNKNOWN = "unknown"


class IdentityCard(msgspec.Struct, frozen=True, kw_only=True):
    """The seven fields of a CCCD or Căn cước card's QR (domain 1.2), as written on the card.

    Unsigned and forgeable (ID-5): it fills forms and proves nothing. Never logged; lives in memory
    only.
    """

    number: str
    old_number: str
    name: str
    birth: str
    sex: str
    address: str
    issued: str
    warnings: tuple[str, ...] = ()


class Scanned(Signal, frozen=True, kw_only=True, tag="scanner.scanned"):
    """Something was scanned.

    A card comes as its fields; anything else as its text; neither is ever logged.
    """

    kind: ScanKind
    text: str = ""
    card: IdentityCard | None = None


FROM_PROVINCE: tuple[type[Command[Message]], ...] = (TestDevice,)  # type: ignore[assignment]
