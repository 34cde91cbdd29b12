"""What happened in a meeting, each with its time: what the minutes are made of.

The store keeps them in order; `vc.server.minutes` reads them back. A secret ballot has no names
here (VC-5).
"""

from datetime import datetime

import msgspec

from vc.state import Ballot, Phase, RequestStatus


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Something that happened at a moment."""

    at: datetime


class PhaseReached(Fact, frozen=True, kw_only=True, tag="phase"):
    """The lobby opened, the meeting began or ended."""

    phase: Phase


class CameIn(Fact, frozen=True, kw_only=True, tag="came_in"):
    """A site or guest came, or came back."""

    member: str
    name: str


class WentOut(Fact, frozen=True, kw_only=True, tag="went_out"):
    """A site or guest went; `expelled` when it was put out."""

    member: str
    name: str
    expelled: bool = False


class RollCalled(Fact, frozen=True, kw_only=True, tag="roll_called"):
    """The roll-call began or ended."""

    open: bool


class CheckedIn(Fact, frozen=True, kw_only=True, tag="checked_in"):
    """A delegate was marked present, or absent."""

    delegate: str
    site: str
    present: bool
    by: str


class SpeechAsked(Fact, frozen=True, kw_only=True, tag="speech_asked"):
    """Somebody asked to speak."""

    request: str
    delegate: str
    site: str
    item: str = ""
    content: str = ""


class SpeechDecided(Fact, frozen=True, kw_only=True, tag="speech_decided"):
    """A request was approved, refused or withdrawn."""

    request: str
    delegate: str
    site: str
    status: RequestStatus
    by: str
    reason: str = ""


class FloorTaken(Fact, frozen=True, kw_only=True, tag="floor_taken"):
    """A member got the floor."""

    member: str
    delegate: str
    name: str
    item: str = ""


class Spoke(Fact, frozen=True, kw_only=True, tag="spoke"):
    """A speech ended at `at`; it had begun at `since`."""

    member: str
    delegate: str
    name: str
    since: datetime
    request: str = ""
    item: str = ""

    @property
    def lasted_s(self) -> float:
        """How long, in seconds."""
        return max((self.at - self.since).total_seconds(), 0.0)


class ItemReached(Fact, frozen=True, kw_only=True, tag="item_reached"):
    """The agenda came to an item; empty: to none."""

    item: str


class PaperShown(Fact, frozen=True, kw_only=True, tag="paper_shown"):
    """A paper was opened for everybody."""

    paper: str


class ContentShown(Fact, frozen=True, kw_only=True, tag="content_shown"):
    """A member's screen was shown to everybody."""

    member: str


class BallotOpened(Fact, frozen=True, kw_only=True, tag="ballot_opened"):
    """A question was put to the vote."""

    ballot: str
    question: str


class BallotDecided(Fact, frozen=True, kw_only=True, tag="ballot_decided"):
    """A vote closed, as it stays."""

    ballot: Ballot


class Recorded(Fact, frozen=True, kw_only=True, tag="recorded"):
    """Recording began or ended."""

    on: bool


AnyFact = (
    PhaseReached
    | CameIn
    | WentOut
    | RollCalled
    | CheckedIn
    | SpeechAsked
    | SpeechDecided
    | FloorTaken
    | Spoke
    | ItemReached
    | PaperShown
    | ContentShown
    | BallotOpened
    | BallotDecided
    | Recorded
)
