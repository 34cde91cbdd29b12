"""What people press in a room, on the glass or on the table, and the act it is. Pure."""

from datetime import datetime
from enum import StrEnum

import msgspec

from vc.acts import AnyAct, CastVote, CheckIn, RequestSpeech, TakeFloor, WithdrawSpeech
from vc.messages import RoomNotice
from vc.state import Delegate, PaperOnShow, RequestStatus, SpeechRequest

SPEAK_BUTTON = "speak"
"""The name of the button and of the lamp on the table."""
OPEN_REQUESTS = (RequestStatus.PENDING, RequestStatus.APPROVED)


class Lamp(StrEnum):
    """What the lamp on the table says."""

    OFF = "off"
    ASKED = "asked"
    ON_AIR = "on_air"


class Panel(StrEnum):
    """What is open over the picture."""

    NONE = "none"
    SPEAKERS = "speakers"
    """Who asks to speak."""
    ROLL_CALL = "roll_call"
    VOTE = "vote"
    PAPERS = "papers"


class Press(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Something pressed."""


class PressSpeak(Press, frozen=True, kw_only=True, tag="speak"):
    """The one button: ask, withdraw, or end the speech, whichever it stands for now.

    With several delegates and no `delegate`, the glass asks who; the button on the table asks for
    the first who is present.
    """

    delegate: str = ""
    by_hand: bool = False


class PressMicrophone(Press, frozen=True, kw_only=True, tag="microphone"):
    """The room's own microphone off, or on again."""


class PressPanel(Press, frozen=True, kw_only=True, tag="panel"):
    """Open a panel, or close it when it is open."""

    panel: Panel


class PressPresent(Press, frozen=True, kw_only=True, tag="present"):
    """A delegate is there, or is not."""

    delegate: str
    present: bool


class PressVoter(Press, frozen=True, kw_only=True, tag="voter"):
    """This delegate votes next."""

    delegate: str


class PressVote(Press, frozen=True, kw_only=True, tag="vote"):
    """The chosen delegate votes so."""

    delegate: str
    option: int


class PressPage(Press, frozen=True, kw_only=True, tag="page"):
    """Leaf to a page of a paper by oneself."""

    paper: str
    page: int


class PressInStep(Press, frozen=True, kw_only=True, tag="in_step"):
    """Go back to the page that everybody sees."""


class PressLanguage(Press, frozen=True, kw_only=True, tag="language"):
    """The other language."""


AnyPress = (
    PressSpeak
    | PressMicrophone
    | PressPanel
    | PressPresent
    | PressVoter
    | PressVote
    | PressPage
    | PressInStep
    | PressLanguage
)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """What was set in this room, and is nobody else's business."""

    microphone_off: bool = False
    panel: Panel = Panel.NONE
    voter: str = ""
    page: PaperOnShow | None = None
    """A page that is leafed to by oneself; None is in step."""
    language: str = "vi"
    sending: bool = False
    """An act is on its way to the server."""
    refused: str = ""
    """What the server refused last, in its words."""
    refused_at: float = 0.0
    """When it did (monotonic)."""


def pressed(  # noqa: PLR0911 - one a word
    table: Table, notice: RoomNotice, press: AnyPress, now: datetime
) -> tuple[Table, AnyAct | None]:
    """Return the table after a press, and the act to ask the server for."""
    match press:
        case PressSpeak():
            return _speak(table, notice, press, now)
        case PressMicrophone():
            return msgspec.structs.replace(table, microphone_off=not table.microphone_off), None
        case PressPanel():
            panel = Panel.NONE if table.panel is press.panel else press.panel
            return msgspec.structs.replace(table, panel=panel, refused=""), None
        case PressPresent():
            return table, CheckIn(delegate=press.delegate, present=press.present)
        case PressVoter():
            return msgspec.structs.replace(table, voter=press.delegate), None
        case PressVote():
            return _vote(table, notice, press)
        case PressPage():
            shown = PaperOnShow(paper=press.paper, page=max(1, press.page))
            return msgspec.structs.replace(table, page=shown, panel=Panel.PAPERS), None
        case PressInStep():
            return msgspec.structs.replace(table, page=None), None
        case PressLanguage():
            other = "en" if table.language == "vi" else "vi"
            return msgspec.structs.replace(table, language=other), None


def noticed(table: Table, before: RoomNotice, notice: RoomNotice) -> Table:
    """Return the table after a new notice: a ballot opens its panel, and closes it at its end."""
    if notice.conference != before.conference:
        return Table(microphone_off=table.microphone_off, language=table.language)
    panel = table.panel
    was, ballot = before.ballot.id if before.ballot else "", notice.ballot
    if ballot and ballot.id != was and voters(notice):
        table, panel = msgspec.structs.replace(table, voter=""), Panel.VOTE
    elif (not ballot and panel is Panel.VOTE) or (
        panel is Panel.ROLL_CALL and before.roll_call_open and not notice.roll_call_open
    ):
        panel = Panel.NONE
    return msgspec.structs.replace(table, panel=panel)


def lamp(notice: RoomNotice) -> Lamp:
    """Return what the lamp says: steady is on air, blinking is asked."""
    if has_floor(notice):
        return Lamp.ON_AIR
    return Lamp.ASKED if open_request(notice) else Lamp.OFF


def has_floor(notice: RoomNotice) -> bool:
    """Return whether this room is heard and large."""
    return notice.floor is not None and bool(notice.member) and notice.floor.holder == notice.member


def open_request(notice: RoomNotice) -> SpeechRequest | None:
    """Return the room's request that waits, an approved one first."""
    waiting = [one for one in notice.requests if one.status in OPEN_REQUESTS]
    approved = [one for one in waiting if one.status is RequestStatus.APPROVED]
    return next(iter((*approved, *waiting)), None)


def voters(notice: RoomNotice) -> tuple[Delegate, ...]:
    """Return the room's delegates who may vote in the open ballot (VC-5)."""
    eligible = notice.ballot.eligible if notice.ballot else ()
    return tuple(one for one in notice.delegates if one.id in eligible)


def _speak(
    table: Table, notice: RoomNotice, press: PressSpeak, now: datetime
) -> tuple[Table, AnyAct | None]:
    if has_floor(notice):
        return table, TakeFloor()
    if request := open_request(notice):
        return table, WithdrawSpeech(request=request.id)
    there = [one for one in notice.delegates if one.id in notice.present]
    asking = there or list(notice.delegates)
    if not asking:
        return table, None
    if not press.delegate and not press.by_hand and len(asking) > 1:
        panel = Panel.NONE if table.panel is Panel.SPEAKERS else Panel.SPEAKERS
        return msgspec.structs.replace(table, panel=panel, refused=""), None
    delegate = press.delegate or asking[0].id
    name = f"{notice.member[:40]}-{round(now.timestamp() * 1000):x}"
    closed = msgspec.structs.replace(table, panel=Panel.NONE)
    return closed, RequestSpeech(request=name, delegate=delegate, item=notice.item)


def _vote(table: Table, notice: RoomNotice, press: PressVote) -> tuple[Table, AnyAct | None]:
    ballot = notice.ballot
    if ballot is None or not 0 <= press.option < len(ballot.options):
        return table, None
    left = [one.id for one in voters(notice) if one.id not in (*ballot.voted, press.delegate)]
    voter = left[0] if left else press.delegate
    vote = CastVote(ballot=ballot.id, delegate=press.delegate, option=press.option)
    return msgspec.structs.replace(table, voter=voter), vote
