"""What happens to a room's call, and what is to be done about it: the words of `room`."""

from datetime import datetime
from enum import StrEnum

import msgspec

from vc.messages import JoinConference, RoomNotice


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """When something happens: people's time, the machine's seconds, and a chance of 0 to 1."""

    now: datetime
    monotonic: float
    chance: float = 1.0


class Failure(StrEnum):
    """Why a session did not come about."""

    UNREACHABLE = "unreachable"
    """Nobody took the offer: the same token may still be good."""
    TOKEN = "token"  # noqa: S105 - a word, no secret
    """The token is used up, expired or unknown: a fresh one is to be asked for."""
    REFUSED = "refused"
    """The room is not let in (locked, expelled): people are told why."""
    BROKEN = "broken"
    """The offer was taken, and no session came of it."""


class Happening(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Something that happened to the call."""


class Began(Happening, frozen=True, kw_only=True, tag="began"):
    """The process is up."""


class Ordered(Happening, frozen=True, kw_only=True, tag="ordered"):
    """The server told the room to join."""

    order: JoinConference


class ToldToLeave(Happening, frozen=True, kw_only=True, tag="told_to_leave"):
    """The server told the room to leave, and to stay out until it is ordered in again."""

    conference: str
    reason: str = ""


class Noticed(Happening, frozen=True, kw_only=True, tag="noticed"):
    """The retained notice came, new or again."""

    notice: RoomNotice


class NotExpected(Happening, frozen=True, kw_only=True, tag="not_expected"):
    """The server refused to order the room in."""

    text: str
    retry: bool


class Opened(Happening, frozen=True, kw_only=True, tag="opened"):
    """Sound and picture can flow."""

    session: int


class NotOpened(Happening, frozen=True, kw_only=True, tag="not_opened"):
    """The session did not come about."""

    session: int
    failure: Failure
    text: str = ""


class Closed(Happening, frozen=True, kw_only=True, tag="closed"):
    """The session ended from without."""

    session: int
    text: str = ""


class Seen(Happening, frozen=True, kw_only=True, tag="seen"):
    """A new picture of the conference was decoded."""

    session: int


class Ticked(Happening, frozen=True, kw_only=True, tag="ticked"):
    """Time passed."""


AnyHappening = (
    Began
    | Ordered
    | ToldToLeave
    | Noticed
    | NotExpected
    | Opened
    | NotOpened
    | Closed
    | Seen
    | Ticked
)


class Effect(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Something to be done."""


class OpenSession(Effect, frozen=True, kw_only=True, tag="open_session"):
    """Offer a session; the answer is Opened or NotOpened with this number."""

    session: int
    order: JoinConference


class CloseSession(Effect, frozen=True, kw_only=True, tag="close_session"):
    """End the session; nothing of it is told any more."""

    session: int


class AskForOrder(Effect, frozen=True, kw_only=True, tag="ask_for_order"):
    """Ask the server for an order to join, unless that is being asked already."""


class AskForKeyframe(Effect, frozen=True, kw_only=True, tag="ask_for_keyframe"):
    """The picture stands still: ask the server for one that can be decoded by itself."""

    session: int


AnyEffect = OpenSession | CloseSession | AskForOrder | AskForKeyframe
