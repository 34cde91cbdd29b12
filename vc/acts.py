"""What people do in a conference: one frozen struct an act, told apart by `type`.

The same words come from the chair's console (HTTP), from rooms (bus) and from guests. Every act is
idempotent: doing it twice changes nothing more. Who may do what is the rules' business
(`vc.server.conference`), not the words'.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from vc.state import Layout, Seconds, Slug, Title, Words


class Role(StrEnum):
    """What somebody may do, least first."""

    VIEWER = "viewer"
    HELPER = "helper"
    """An officer at the help desk, who answers citizens' calls and is nobody in a conference."""
    GUEST = "guest"
    SITE = "site"
    """A room, or an official at a site: asks, votes, checks in for the site's own delegates."""
    OPERATOR = "operator"
    """Runs the technique: everything but the floor's decisions and votes (VC-5)."""
    CHAIR = "chair"
    """The chair and the secretary at his side."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. `member` is the site or guest acted from; empty at the console."""

    name: Title
    role: Role
    member: str = ""


class Act(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Anything done in a conference."""


class OpenLobby(Act, frozen=True, kw_only=True, tag="open_lobby"):
    """Let the sites in."""


class StartMeeting(Act, frozen=True, kw_only=True, tag="start_meeting"):
    """The meeting begins; minutes begin."""


class EndMeeting(Act, frozen=True, kw_only=True, tag="end_meeting"):
    """The meeting ends, for good: ballots close, recording stops, everybody leaves."""


class OpenRollCall(Act, frozen=True, kw_only=True, tag="open_roll_call"):
    """Begin điểm danh."""


class CloseRollCall(Act, frozen=True, kw_only=True, tag="close_roll_call"):
    """End điểm danh. Late delegates can still be marked by the chair's side."""


class CheckIn(Act, frozen=True, kw_only=True, tag="check_in"):
    """A delegate is there, or is not.

    Said by the site while the roll-call is open, or by the chair's side at any time.
    """

    delegate: Slug
    present: bool = True


class RequestSpeech(Act, frozen=True, kw_only=True, tag="request_speech"):
    """Xin phát biểu. `request` is the asker's own id: asked twice, it stays one request."""

    request: Slug
    delegate: Slug
    item: str = ""
    content: Words = ""


class WithdrawSpeech(Act, frozen=True, kw_only=True, tag="withdraw_speech"):
    """Take a request back."""

    request: Slug


class ApproveSpeech(Act, frozen=True, kw_only=True, tag="approve_speech"):
    """Put a request on the speakers' list; `limit_s` 0 takes the policy's limit."""

    request: Slug
    limit_s: Seconds = 0


class RefuseSpeech(Act, frozen=True, kw_only=True, tag="refuse_speech"):
    """Refuse a request; the reason is told to the asker."""

    request: Slug
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class MoveSpeech(Act, frozen=True, kw_only=True, tag="move_speech"):
    """Put an approved or pending request at this place of the list (0 is next)."""

    request: Slug
    place: Annotated[int, msgspec.Meta(ge=0, le=1_000)]


class GiveFloor(Act, frozen=True, kw_only=True, tag="give_floor"):
    """Mời phát biểu: the member's sound opens, its picture becomes large.

    The holder before loses the floor and its sound. With `request`, that request begins to be
    spoken. `limit_s` 0 takes the request's limit, else the policy's.
    """

    member: Slug
    request: str = ""
    limit_s: Seconds = 0


class ExtendFloor(Act, frozen=True, kw_only=True, tag="extend_floor"):
    """Set when the present speech shall end (Unix ms): a moment, so that twice is once."""

    until_ms: Annotated[int, msgspec.Meta(ge=0)]


class TakeFloor(Act, frozen=True, kw_only=True, tag="take_floor"):
    """End the present speech: by the chair's side, or by the holder itself."""


class SetMuted(Act, frozen=True, kw_only=True, tag="set_muted"):
    """Close or open one member's sound at the centre."""

    member: Slug
    muted: bool


class MuteAll(Act, frozen=True, kw_only=True, tag="mute_all"):
    """Close every sound but the centre's and the floor's."""


class SetVideoOff(Act, frozen=True, kw_only=True, tag="set_video_off"):
    """Take a member's picture off the wall, or let it back."""

    member: Slug
    off: bool


class SetLayout(Act, frozen=True, kw_only=True, tag="set_layout"):
    """Arrange the picture; `lecture` is a layout."""

    layout: Layout


class Pin(Act, frozen=True, kw_only=True, tag="pin"):
    """Make a member large whoever speaks; empty lets go."""

    member: str = ""


class StartContent(Act, frozen=True, kw_only=True, tag="start_content"):
    """Show a member's shared screen to everybody."""

    member: Slug


class StopContent(Act, frozen=True, kw_only=True, tag="stop_content"):
    """Show it no more."""


class ShowPaper(Act, frozen=True, kw_only=True, tag="show_paper"):
    """Open a paper at a page for everybody, in step."""

    paper: Slug
    page: Annotated[int, msgspec.Meta(ge=1)] = 1


class ClosePaper(Act, frozen=True, kw_only=True, tag="close_paper"):
    """Close the paper that is on show."""


class SetItem(Act, frozen=True, kw_only=True, tag="set_item"):
    """The agenda has come to this item; empty: to none."""

    item: str = ""


class OpenBallot(Act, frozen=True, kw_only=True, tag="open_ballot"):
    """Put a question to the vote. One ballot is open at a time."""

    ballot: Slug
    question: Title
    options: Annotated[tuple[Title, ...], msgspec.Meta(min_length=2, max_length=10)] = (
        "Tán thành",
        "Không tán thành",
        "Không biểu quyết",
    )


class CastVote(Act, frozen=True, kw_only=True, tag="cast_vote"):
    """A delegate votes; `option` counts from 0."""

    ballot: Slug
    delegate: Slug
    option: Annotated[int, msgspec.Meta(ge=0, le=9)]


class CloseBallot(Act, frozen=True, kw_only=True, tag="close_ballot"):
    """Close the vote; the counts are final."""

    ballot: Slug


class SetLocked(Act, frozen=True, kw_only=True, tag="set_locked"):
    """Nobody new gets in while locked; who was in may come back."""

    locked: bool


class Expel(Act, frozen=True, kw_only=True, tag="expel"):
    """Put a member out, until it is let in again."""

    member: Slug


class LetIn(Act, frozen=True, kw_only=True, tag="let_in"):
    """Admit from the waiting room, or let an expelled member back."""

    member: Slug


class TurnAway(Act, frozen=True, kw_only=True, tag="turn_away"):
    """Refuse somebody in the waiting room."""

    member: Slug


class SetRecording(Act, frozen=True, kw_only=True, tag="set_recording"):
    """Record, or stop."""

    on: bool


AnyAct = (
    OpenLobby
    | StartMeeting
    | EndMeeting
    | OpenRollCall
    | CloseRollCall
    | CheckIn
    | RequestSpeech
    | WithdrawSpeech
    | ApproveSpeech
    | RefuseSpeech
    | MoveSpeech
    | GiveFloor
    | ExtendFloor
    | TakeFloor
    | SetMuted
    | MuteAll
    | SetVideoOff
    | SetLayout
    | Pin
    | StartContent
    | StopContent
    | ShowPaper
    | ClosePaper
    | SetItem
    | OpenBallot
    | CastVote
    | CloseBallot
    | SetLocked
    | Expel
    | LetIn
    | TurnAway
    | SetRecording
)
