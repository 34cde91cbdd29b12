"""Messages on the bus: frozen msgspec structs, JSON, told apart by `type`.

A message tolerates fields it does not know (a fleet is never on one version). A command is a
generic of the reply it is answered with; `reply_type()` reads it back.
"""

import types
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Generic, TypeVar, get_args

import msgspec

from devices.contract.errors import BadPayloadError, MotcuaError, TooLargeError

MAX_PAYLOAD_BYTES = 262_144

Boot = Annotated[int, msgspec.Meta(ge=0, le=2**41)]
KnownBoot = Annotated[int, msgspec.Meta(ge=0, le=2**40)]
"""A boot number the province names: an answer to it may be higher, and still be a `Boot`."""
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]

M = TypeVar("M")
R = TypeVar("R", bound="Message")


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", gc=False):
    """Anything said on the bus: plain values, so that it is in no ring with anything.

    `personal`: it says something of a citizen, and nobody keeps it longer than it takes to tell.
    """

    personal: ClassVar[bool] = False


class Command(Message, Generic[R], frozen=True, kw_only=True):
    """Something to do, answered with an `R` or refused."""


class Event(Message, frozen=True, kw_only=True):
    """Something that happened, in the past tense; kept in a journal until the province has it."""


class Signal(Message, frozen=True, kw_only=True):
    """Something a part tells its neighbours at once; lost when nobody listens."""


class Done(Message, frozen=True, kw_only=True, tag="done"):
    """The reply that says no more than that it was done."""


class Refused(Message, frozen=True, kw_only=True, tag="refused"):
    """The reply of a command that was not carried out, whole."""

    code: str
    text: str
    retry: bool = False


class RefusedError(MotcuaError):
    """The other side refused the command."""

    code = "refused"

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.text)
        self.refused = refused


def refused(error: MotcuaError) -> Refused:
    """Return an error as the reply that goes over the wire."""
    if isinstance(error, RefusedError):
        return error.refused
    return Refused(code=error.code, text=error.sentence, retry=error.retry)


class LinkState(StrEnum):
    """Whether a part can be talked to."""

    READY = "ready"
    SLEEPING = "sleeping"
    LOST = "lost"


class Connection(Message, frozen=True, kw_only=True, tag="connection"):
    """A part's birth, its planned rest, and its will.

    A will of an older boot than the one known is ignored.
    """

    state: LinkState
    boot: Boot


class Health(StrEnum):
    """How well a part or a device does, worst last."""

    READY = "ready"
    WARNING = "warning"
    FAULT = "fault"


class DeviceReport(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One device's state.

    `code` is empty when ready; `facts` are driver figures with units in their names.
    """

    name: str
    kind: str
    driver: str
    health: Health
    code: str = ""
    text: str = ""
    since: datetime
    facts: dict[str, str | float | bool] = {}


class PartStatus(Message, frozen=True, kw_only=True, tag="status"):
    """The latest of a part.

    `(boot, seq)` orders two of them; `figures` have units in their names.
    """

    boot: Boot
    seq: Seq
    at: datetime
    health: Health
    devices: tuple[DeviceReport, ...] = ()
    figures: dict[str, float] = {}


class Description(Message, frozen=True, kw_only=True, tag="description"):
    """What a part is: its software's version, its drivers by device name, the commands it takes."""

    boot: Boot
    version: str
    site: str = ""
    drivers: dict[str, str] = {}
    commands: tuple[str, ...] = ()


class JournalEntry(Message, frozen=True, kw_only=True, tag="entry"):
    """One event on its way to the province, keyed by `(box, part, boot, seq)`.

    `boot` is the incarnation of the journal's store, `seq` counts from 1 without gaps within it,
    and `oldest` is the first `seq` the box still holds: everything before it was acknowledged or
    dropped.
    """

    boot: Boot
    seq: Seq
    oldest: Seq
    at: datetime
    event: msgspec.Raw


class JournalAck(Message, frozen=True, kw_only=True, tag="ack"):
    """The province has stored every entry of this journal up to and including `seq`."""

    boot: KnownBoot
    seq: Seq


def encode(message: msgspec.Struct) -> bytes:
    """Return the message as JSON."""
    return msgspec.json.encode(message)


def decode(payload: bytes, kind: type[M]) -> M:
    """Return the payload as a `kind` (or one of a union); raises BadPayloadError with the key."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise TooLargeError(f"{len(payload)} bytes; {MAX_PAYLOAD_BYTES} are allowed")
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadPayloadError(str(error)) from error


def tag_of(kind: type[Message]) -> str:
    """Return the word that names this kind of message on the wire."""
    return str(kind.__struct_config__.tag)


def reply_type(command: type[Command[R]]) -> type[R]:
    """Return the type of the reply that `class X(Command[Reply])` promised."""
    for base in (
        types.get_original_bases(command)
        if hasattr(types, "get_original_bases")
        else (command.__dict__["__orig_bases__"])
    ):
        if args := get_args(base):
            reply: type[R] = args[0]
            return reply
    raise TypeError(f"{command.__name__} does not say its reply")
