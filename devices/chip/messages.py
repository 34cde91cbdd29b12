"""What the device process is told and tells about a card's chip.

The command is taken inside the box only. What a chip says of a citizen is in the reply alone: it is
never logged or kept, and shows itself in no `repr`.
"""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from devices.contract.message import Command, Done, Message, Signal

ACCESS = "access"
"""The fact of a reader's report that says which way is tried first, by the words of `Opened`."""

_Day = Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9]{6})?\Z")]


class Opened(StrEnum):
    """How a chip was opened (ICAO 9303-11 §4.3, §4.4)."""

    BAC = "bac"
    PACE = "pace"


class Proof(StrEnum):
    """What the signature over a chip's data shows (passive authentication, ICAO 9303-11 §5.1).

    None of them shows that the chip is the one that was issued, nor that its bearer is its owner.
    """

    SIGNED_BY_KNOWN_ISSUER = "signed_by_known_issuer"
    UNKNOWN_ISSUER = "unknown_issuer"
    ISSUER_EXPIRED = "issuer_expired"
    SIGNATURE_WRONG = "signature_wrong"
    HASHES_WRONG = "hashes_wrong"
    NOT_SIGNED = "not_signed"
    UNREADABLE = "unreadable"
    UNSUPPORTED = "unsupported"


class _Private(msgspec.Struct, frozen=True, kw_only=True):
    """Of a citizen: shows only what kind of thing it is."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class Zone(_Private, frozen=True, kw_only=True):
    """The machine-readable zone in the chip (DG1). Dates are YYMMDD; names have no accents."""

    document_number: str
    personal_number: str
    surname: str
    given_names: str
    birth: str
    sex: str
    expiry: str
    nationality: str


class ChipFields(_Private, frozen=True, kw_only=True):
    """What a Vietnamese card's chip says in letters with accents (DG13, domain 1.5), as written.

    Dates are dd/MM/yyyy. What it says of parents and spouse is dropped where it is read (ID-8).
    """

    number: str = ""
    name: str = ""
    birth: str = ""
    sex: str = ""
    nationality: str = ""
    ethnicity: str = ""
    religion: str = ""
    origin: str = ""
    residence: str = ""
    marks: str = ""
    issued: str = ""
    expires: str = ""
    old_number: str = ""


class Face(_Private, frozen=True, kw_only=True):
    """The picture in the chip (DG2): a file of `kind` `jpeg` or `jpeg2000`."""

    kind: str
    picture: bytes


class ChipRead(Message, frozen=True, kw_only=True, tag="chip.was_read"):
    """What a chip said, and what that proves, in words for the officer.

    `warnings` are codes for the officer and never a reason to refuse (ID-10).
    """

    personal: ClassVar[bool] = True

    opened: Opened
    zone: Zone
    fields: ChipFields | None = None
    face: Face | None = None
    proof: Proof
    proves: str
    proves_en: str
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"ChipRead(opened={self.opened}, proof={self.proof}, ...)"


class ReadChip(Command[ChipRead], frozen=True, kw_only=True, tag="chip.read"):
    """Read the chip of the card that lies on the reader.

    It opens with what is printed on the card: `number` (document number, or the 12 digits), `birth`
    and `expiry` as YYMMDD; or with its access number `can`, which nothing derives. `with_face` also
    reads the picture, which takes seconds. `ask` is the asker's own number for this reading.
    """

    number: Annotated[str, msgspec.Meta(pattern=r"^(?:[A-Z0-9]{1,9}|[0-9]{12})?\Z")] = ""
    birth: _Day = ""
    expiry: _Day = ""
    can: Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9]{6})?\Z")] = ""
    with_face: bool = False
    ask: Annotated[int, msgspec.Meta(ge=0)] = 0

    def __repr__(self) -> str:
        return "ReadChip(...)"


class ForgetChip(Command[Done], frozen=True, kw_only=True, tag="chip.forget"):
    """Nobody waits for a chip any more: a reading under way ends, and no reply of one is kept."""


class CardPlaced(Signal, frozen=True, kw_only=True, tag="chip.card_placed"):
    """A card was put on the chip reader."""


class CardTaken(Signal, frozen=True, kw_only=True, tag="chip.card_taken"):
    """The card was taken away from the chip reader."""


class ChipProgress(Signal, frozen=True, kw_only=True, tag="chip.progress"):
    """How far the reading of a chip has come, in hundredths; `ask` is the command's."""

    percent: Annotated[int, msgspec.Meta(ge=0, le=100)]
    ask: Annotated[int, msgspec.Meta(ge=0)] = 0


ChipSignal = CardPlaced | CardTaken | ChipProgress
