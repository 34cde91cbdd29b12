"""Messages between the engine's processes: datagrams on SOCK_SEQPACKET pairs.

Media datagrams (rtp <-> video, rtp <-> audio, video and audio -> control while tapped) begin with
HEADER; orders and reports between control and a process are msgpack of one struct, tagged.
A source is a small number (`slot`) on these wires; control deals the numbers out.
"""

import struct
from enum import IntEnum

import msgspec

from vc.engine.port import (
    EngineFigures,
    Leg,
    LegChanged,
    LegFigures,
    View,
)

HEADER = struct.Struct("!BBHqI")
"""kind (Kind), flags, slot or view, time in µs of CLOCK_MONOTONIC, argument; payload follows."""

EVERYONE = 0xFFFF
"""The slot of the mix that all listeners hear."""
KEYFRAME = 1
"""Flag: the frame can be decoded by itself."""
VP8 = 2
"""Flag: the frame is VP8, not H.264."""


class Kind(IntEnum):
    """What a media datagram is."""

    FRAME = 1
    """rtp -> video: one whole encoded picture of a slot (Annex B or VP8). Time: of its arrival.
    video -> rtp: one whole encoded picture of a view (`slot` is the view's number)."""
    KEYFRAME_WANTED = 2
    """rtp -> video: somebody who looks at this view needs an IDR.
    video -> rtp: the decoder of this slot needs one."""
    SOUND = 3
    """rtp -> audio: one Opus packet of a slot, behind SOUND_HEADER.
    audio -> rtp: one Opus packet of 20 ms for a slot, or for EVERYONE who has none of his own.
    EVERYONE's comes first in each tick; its argument says how many of single slots follow."""
    GONE = 4
    """rtp -> video, audio: the slot's session ended; forget its decoder."""


SOUND_HEADER = struct.Struct("!HI")
"""After HEADER in a SOUND to audio: RTP sequence number, RTP time (48 kHz)."""


class Order(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """From control to a process. `id` is repeated in the Answer; 0 wants none."""

    id: int = 0


class OpenLeg(Order, frozen=True, kw_only=True, tag="open_leg"):
    """To rtp. Answer.text is the SDP answer; with an empty offer, our offer."""

    leg: Leg
    slot: int
    offer: str = ""


class AcceptAnswer(Order, frozen=True, kw_only=True, tag="accept_answer"):
    """To rtp."""

    leg: str
    answer: str


class AddCandidates(Order, frozen=True, kw_only=True, tag="add_candidates"):
    """To rtp."""

    leg: str
    fragment: str


class CloseLeg(Order, frozen=True, kw_only=True, tag="close_leg"):
    """To rtp."""

    leg: str


class Look(Order, frozen=True, kw_only=True, tag="look"):
    """To rtp."""

    leg: str
    view: str


class Arrange(Order, frozen=True, kw_only=True, tag="arrange"):
    """To rtp (numbers and codecs of views) and to video (all of it).

    `numbers` maps view and source names to their numbers on the media wires.
    """

    views: tuple[View, ...]
    numbers: dict[str, int]


class ShowStill(Order, frozen=True, kw_only=True, tag="show_still"):
    """To video: a PNG file is the picture of a slot; empty path ends it."""

    slot: int
    path: str


class Hear(Order, frozen=True, kw_only=True, tag="hear"):
    """To audio: whose sound may go into the mix; those of `always` are in however quiet they are.

    The loudest of the others follow, up to as many as the mix has voices.
    """

    slots: tuple[int, ...]
    always: tuple[int, ...] = ()


class Tap(Order, frozen=True, kw_only=True, tag="tap"):
    """To video and audio: send what is encoded for this view (or the mix) to control, too."""

    view: str = ""
    on: bool = True


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer", tag_field="type"):
    """To control. `code` is empty when it went well."""

    id: int
    text: str = ""
    code: str = ""


class SlotLevels(msgspec.Struct, frozen=True, kw_only=True, tag="slot_levels", tag_field="type"):
    """From audio: dBFS by slot."""

    dbfs: dict[int, float]


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag="ready", tag_field="type"):
    """From each process, once it serves."""


AnyOrder = (
    OpenLeg | AcceptAnswer | AddCandidates | CloseLeg | Look | Arrange | ShowStill | Hear | Tap
)
AnyReport = Answer | SlotLevels | Ready | LegChanged | LegFigures | EngineFigures
