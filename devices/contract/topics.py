"""The one place where topics are spelled (docs/architecture.md, "The bus").

`mc1/{box}/up/{part}/...` box to province, `mc1/{box}/dn/{part}/...` province to box,
`mc1/{box}/in/{part}/...` inside the box and never bridged.
"""

from dataclasses import dataclass
from enum import StrEnum

from devices.contract.errors import BadTopicError, MotcuaError
from devices.contract.identity import BoxId, Part, box_id, part

VERSION = "mc1"
_LEVELS = 5


class Way(StrEnum):
    """Which way a topic's messages travel."""

    UP = "up"
    DOWN = "dn"
    INSIDE = "in"


class Leaf(StrEnum):
    """What a topic's messages are."""

    CONN = "conn"
    DESC = "desc"
    STATUS = "status"
    LINE = "line"
    EVENT = "event"
    ACK = "ack"
    CMD = "cmd"
    REPLY = "reply"
    SIGNAL = "signal"
    ASK = "ask"
    STATE = "state"
    DESIRED = "desired"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic, taken apart."""

    box: BoxId
    way: Way
    part: Part
    leaf: Leaf

    def __str__(self) -> str:
        return f"{VERSION}/{self.box}/{self.way}/{self.part}/{self.leaf}"


def parse(text: str) -> Topic:
    """Take a topic apart; raises BadTopicError."""
    levels = text.split("/")
    if len(levels) != _LEVELS or levels[0] != VERSION:
        raise BadTopicError(f"{text!r} is not {VERSION}/box/way/part/leaf")
    try:
        return Topic(box_id(levels[1]), Way(levels[2]), part(levels[3]), Leaf(levels[4]))
    except (MotcuaError, ValueError) as error:
        raise BadTopicError(f"{text!r}: {error}") from error


@dataclass(frozen=True, slots=True)
class PartTopics:
    """The topics of one part of one box."""

    box: BoxId
    part: Part

    def _is(self, way: Way, leaf: Leaf) -> str:
        return str(Topic(self.box, way, self.part, leaf))

    @property
    def conn(self) -> str:
        """Retained, QoS 1, and the will: `Connection`."""
        return self._is(Way.UP, Leaf.CONN)

    @property
    def desc(self) -> str:
        """Retained: `Description`."""
        return self._is(Way.UP, Leaf.DESC)

    @property
    def status(self) -> str:
        """Retained, the latest: `PartStatus`."""
        return self._is(Way.UP, Leaf.STATUS)

    @property
    def line(self) -> str:
        """Retained, the bridge's alone and its will at the province: `1` up, `0` down."""
        return self._is(Way.UP, Leaf.LINE)

    @property
    def event(self) -> str:
        """Entries of the part's journal: `JournalEntry`."""
        return self._is(Way.UP, Leaf.EVENT)

    @property
    def ack(self) -> str:
        """Retained: `JournalAck`, the province has stored up to here."""
        return self._is(Way.DOWN, Leaf.ACK)

    @property
    def province_cmd(self) -> str:
        """Commands from the province."""
        return self._is(Way.DOWN, Leaf.CMD)

    @property
    def province_reply(self) -> str:
        """Replies to the province."""
        return self._is(Way.UP, Leaf.REPLY)

    @property
    def ask(self) -> str:
        """Commands of a part to the province."""
        return self._is(Way.UP, Leaf.ASK)

    @property
    def ask_reply(self) -> str:
        """Where this part wants the province's replies."""
        return self._is(Way.DOWN, Leaf.REPLY)

    @property
    def state(self) -> str:
        """Retained, revisioned: the part's whole state, for whoever comes late."""
        return self._is(Way.UP, Leaf.STATE)

    @property
    def given_state(self) -> str:
        """Retained, revisioned: what the province wants the part to show."""
        return self._is(Way.DOWN, Leaf.STATE)

    @property
    def desired(self) -> str:
        """Retained: the settings the province wants of the box."""
        return self._is(Way.DOWN, Leaf.DESIRED)

    @property
    def reported(self) -> str:
        """Retained: what the box made of them, property by property."""
        return self._is(Way.UP, Leaf.REPORTED)

    @property
    def cmd(self) -> str:
        """Commands from parts of the same box."""
        return self._is(Way.INSIDE, Leaf.CMD)

    @property
    def reply(self) -> str:
        """Where this part wants its replies, inside the box."""
        return self._is(Way.INSIDE, Leaf.REPLY)

    @property
    def signal(self) -> str:
        """What this part tells its neighbours at once, unretained: `Signal`."""
        return self._is(Way.INSIDE, Leaf.SIGNAL)


def all_up(leaf: Leaf) -> str:
    """Return the filter for one kind of message of every part of every box."""
    return f"{VERSION}/+/{Way.UP}/+/{leaf}"


def of_every_box(part: Part, leaf: Leaf) -> str:
    """Return the filter for one kind of message of the same part of every box."""
    return f"{VERSION}/+/{Way.UP}/{part}/{leaf}"
