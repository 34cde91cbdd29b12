"""What arrived, judged: an entry, a part's message, or neither. Nothing that comes is trusted."""

from functools import lru_cache

import msgspec

from devices.board.messages import AnyBoardEvent
from devices.contract.errors import BadPayloadError, BadTopicError
from devices.contract.identity import BRIDGE
from devices.contract.message import (
    Connection,
    Description,
    JournalEntry,
    LinkState,
    PartStatus,
    decode,
)
from devices.contract.topics import Leaf, Topic, Way, parse
from kiosk.messages import AnyKioskEvent, TicketEvent, TicketRated, TicketTransferred
from provisioning.controller import marks
from provisioning.controller.fleet import PartMessage, checked, checked_number
from vc.messages import AnyConferenceEvent

UNKNOWN = "unknown"
_PART_MESSAGES: dict[Leaf, type[PartMessage]] = {
    Leaf.CONN: Connection,
    Leaf.DESC: Description,
    Leaf.STATUS: PartStatus,
}
_LONGEST_NAME = 64
_TOPICS = 16_384
_EVENTS: msgspec.json.Decoder[AnyKioskEvent | AnyConferenceEvent | AnyBoardEvent] = (
    msgspec.json.Decoder(AnyKioskEvent | AnyConferenceEvent | AnyBoardEvent)
)


class Arrived(msgspec.Struct, frozen=True, gc=False):
    """One message as it came; `receipt` is what the reader needs to acknowledge it."""

    topic: str
    payload: bytes
    retained: bool = False
    receipt: int = 0


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An entry of a part's journal. `kind` is `unknown` when the event is of a newer schema."""

    topic: Topic
    entry: JournalEntry
    kind: str
    ticket: TicketEvent | None


class Told(msgspec.Struct, frozen=True, gc=False):
    """What a part told of itself."""

    topic: Topic
    message: PartMessage
    retained: bool


def judged(arrived: Arrived) -> Entry | Told:
    """Return what the message is; raises BadTopicError, BadPayloadError."""
    topic = _topic(arrived.topic)
    if topic.way is not Way.UP:
        raise BadTopicError(f"{arrived.topic!r} is not for us")
    if topic.leaf is Leaf.EVENT:
        entry = marks.checked(decode(arrived.payload, JournalEntry))
        return read_event(topic, entry)
    if (topic.leaf is Leaf.LINE) is not (topic.part == BRIDGE):
        raise BadTopicError(f"{arrived.topic!r}: a bridge says `line`, and nobody else does")
    if topic.leaf is Leaf.LINE:
        return Told(topic, _read_line(arrived.payload), arrived.retained)
    if topic.leaf not in _PART_MESSAGES:
        raise BadTopicError(f"{arrived.topic!r} is not for us")
    message = checked(decode(arrived.payload, _PART_MESSAGES[topic.leaf]))
    return Told(topic, message, arrived.retained)


@lru_cache(_TOPICS)
def _topic(text: str) -> Topic:
    """Take a topic apart; a province says the same few thousand over and over."""
    return parse(text)


def read_event(topic: Topic, entry: JournalEntry) -> Entry:
    """Name the event. One of a newer schema is kept as it came: a journal never blocks."""
    try:
        event = _EVENTS.decode(entry.event)
        if isinstance(event, TicketEvent):
            _checked_names(event)
        if isinstance(event, TicketRated):
            checked_number(event.value, "rating")
            checked_number(event.scale, "scale")
    except (msgspec.DecodeError, BadPayloadError, UnicodeDecodeError, RecursionError):
        return Entry(topic, entry, UNKNOWN, None)
    kind = str(type(event).__struct_config__.tag)
    return Entry(topic, entry, kind, event if isinstance(event, TicketEvent) else None)


def _read_line(payload: bytes) -> Connection:
    """Return mosquitto's word for a bridge's line as the connection of a part without a boot."""
    if payload not in (b"0", b"1"):
        raise BadPayloadError("a line is `1` or `0`")
    return Connection(state=LinkState.READY if payload == b"1" else LinkState.LOST, boot=0)


def _checked_names(event: TicketEvent) -> None:
    """Let pass what every database holds as a key; raises BadPayloadError."""
    names = [event.ticket, event.number, event.service]
    if isinstance(event, TicketTransferred):
        names.append(event.to_service)
    for name in names:
        if len(name) > _LONGEST_NAME or "\0" in name:
            raise BadPayloadError(f"{name[:_LONGEST_NAME]!r} is no name of a ticket")
