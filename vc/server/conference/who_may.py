"""Who may do what, as data (VC-5). What is one's own is the rule's business, act by act."""

from typing import Final

from vc.acts import (
    Act,
    Actor,
    ApproveSpeech,
    CastVote,
    CheckIn,
    CloseBallot,
    ClosePaper,
    CloseRollCall,
    EndMeeting,
    Expel,
    ExtendFloor,
    GiveFloor,
    LetIn,
    MoveSpeech,
    MuteAll,
    OpenBallot,
    OpenLobby,
    OpenRollCall,
    Pin,
    RefuseSpeech,
    RequestSpeech,
    Role,
    SetItem,
    SetLayout,
    SetLocked,
    SetMuted,
    SetRecording,
    SetVideoOff,
    ShowPaper,
    StartContent,
    StartMeeting,
    StopContent,
    TakeFloor,
    TurnAway,
    WithdrawSpeech,
)
from vc.server.conference.errors import ExpelledError, MayNotError
from vc.server.conference.roster import known
from vc.state import ConferenceState, MemberKind

CHAIR: Final = frozenset({Role.CHAIR})
DESK: Final = frozenset({Role.CHAIR, Role.OPERATOR})
"""The chair's side: the chair, the secretary, and who runs the technique."""
ROOMS: Final = frozenset({Role.SITE, Role.GUEST})
SITES: Final = frozenset({Role.SITE})

WHO_MAY: Final[dict[type[Act], frozenset[Role]]] = {
    OpenLobby: DESK,
    StartMeeting: DESK,
    EndMeeting: DESK,
    OpenRollCall: DESK,
    CloseRollCall: DESK,
    CheckIn: DESK | SITES,
    RequestSpeech: ROOMS,
    WithdrawSpeech: ROOMS,
    ApproveSpeech: CHAIR,
    RefuseSpeech: CHAIR,
    MoveSpeech: CHAIR,
    GiveFloor: CHAIR,
    ExtendFloor: CHAIR,
    TakeFloor: CHAIR | ROOMS,
    SetMuted: DESK | ROOMS,
    MuteAll: DESK,
    SetVideoOff: DESK,
    SetLayout: DESK,
    Pin: DESK,
    StartContent: DESK | ROOMS,
    StopContent: DESK | ROOMS,
    ShowPaper: DESK | SITES,
    ClosePaper: DESK | SITES,
    SetItem: DESK,
    OpenBallot: CHAIR,
    CastVote: CHAIR | SITES,
    CloseBallot: CHAIR,
    SetLocked: DESK,
    Expel: DESK,
    LetIn: DESK,
    TurnAway: DESK,
    SetRecording: DESK,
}
_KIND: Final = {Role.SITE: MemberKind.SITE, Role.GUEST: MemberKind.GUEST}


def check(state: ConferenceState, act: Act, actor: Actor) -> None:
    """Raise MayNotError or ExpelledError unless this actor may do such an act at all."""
    if actor.role not in WHO_MAY[type(act)]:
        raise MayNotError(f"{actor.role} may not {act.__struct_config__.tag}")
    if actor.role in DESK:
        return
    member = known(state, actor.member)
    if member.kind is not _KIND[actor.role]:
        raise MayNotError(f"{actor.member} is a {member.kind}, not a {actor.role}")
    if member.expelled:
        raise ExpelledError


def at_desk(actor: Actor) -> bool:
    """Return whether the actor sits at the chair's side."""
    return actor.role in DESK


def owns_or_desk(actor: Actor, member: str, what: str) -> None:
    """Raise MayNotError unless it is the actor's own, or the actor sits at the chair's side."""
    if not at_desk(actor) and actor.member != member:
        raise MayNotError(f"{what} is not {actor.member}'s")


def holds_or_desk(state: ConferenceState, actor: Actor) -> None:
    """Raise MayNotError unless the actor has the floor, or sits at the chair's side."""
    if not at_desk(actor) and (state.floor is None or state.floor.holder != actor.member):
        raise MayNotError("only who has the floor, or the chair's side, may do that")
