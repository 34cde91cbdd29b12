"""Who gets a media session: tokens out, tokens in, and which session is whose."""

import hashlib
import secrets
from collections import OrderedDict

from devices.contract.errors import MotcuaError
from vc.engine.port import Direction, Leg, VideoCodec
from vc.server.conference import doors
from vc.server.conference.layouts import content_of, lecturer, view_of
from vc.server.control import Live
from vc.signaling.errors import OtherConferenceError
from vc.signaling.legs import new_leg_id
from vc.signaling.tokens import Claims, Tokens
from vc.state import ConferenceState

_MOST = 1024
_WATCH = "watch-"


class SeatTakenError(MotcuaError):
    """The site is in by its room; beside it a laptop can share its screen, and ask."""

    code = "conference.seat_taken"


class Session:
    """A session that was let in. `member` is empty for a console that only watches."""

    def __init__(self, leg: Leg, member: str) -> None:
        self.leg = leg
        self.member = member
        self.stands = False
        self.view = leg.view
        self.codec = VideoCodec.H264

    @property
    def brings(self) -> bool:
        """Whether the member is in the conference by this session."""
        return self.leg.direction is not Direction.PLAY and not self.leg.content

    @property
    def shows(self) -> bool:
        """Whether the member sees a view in this session."""
        return self.leg.direction is not Direction.PUBLISH


class Doorway:
    """`vc.signaling.door.Door` by the rules of the open conference."""

    def __init__(self, live: Live, tokens: Tokens) -> None:
        self._live = live
        self._tokens = tokens
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._by_token: dict[bytes, str] = {}

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Every session that was let in and has not ended."""
        return tuple(self._sessions.values())

    def session(self, leg_id: str) -> Session | None:
        """Return a session that was let in and has not ended."""
        return self._sessions.get(leg_id)

    def token(
        self,
        member: str,
        direction: Direction,
        *,
        valid_for_s: float,
        box: str = "",
        content: bool = False,
    ) -> str:
        """Return a token that opens one session of a member; raises NothingOpenError."""
        claims = Claims(
            conference=self._live.session.plan.id,
            member=member,
            direction=direction,
            box=box,
            content=content,
        )
        return self._tokens.issue(claims, valid_for_s=valid_for_s)

    def watch_token(self, *, valid_for_s: float) -> str:
        """Return a token for a console that sees and hears, and is nobody in the conference."""
        watcher = f"{_WATCH}{secrets.token_hex(6)}"
        return self.token(watcher, Direction.PLAY, valid_for_s=valid_for_s)

    async def admit(
        self, token: str, conference: str, direction: Direction, *, box: str | None
    ) -> Leg:
        """Take the token and return its session; raises what tokens and the rules refuse."""
        claims = self._tokens.redeem(token, conference, direction, box=box)
        state = self._live.session
        if state.plan.id != conference:
            raise OtherConferenceError
        member = "" if _watches(state, claims) else doors.admits(state, claims.member).id
        if direction is not Direction.BOTH and not claims.content and self._has_room(member):
            raise SeatTakenError
        leg = Leg(
            id=new_leg_id(),
            source=content_of(member) if claims.content else claims.member,
            direction=direction,
            view=view_for(state, member),
            content=claims.content,
        )
        self._keep(Session(leg, member), token)
        return leg

    def ended(self, leg_id: str) -> None:
        """Forget a session; nothing happens when it is gone."""
        self._sessions.pop(leg_id, None)
        self._by_token = {
            token: leg for token, leg in self._by_token.items() if leg in self._sessions
        }

    def member_of(self, token: str) -> str:
        """Return who opened a session with this token that still stands; empty for nobody."""
        session = self._sessions.get(self._by_token.get(_hash(token), ""))
        return session.member if session else ""

    def _has_room(self, member: str) -> bool:
        """Whether the member is inside by its room: a laptop beside it would take its place."""
        return any(
            one.stands and one.member == member and one.leg.direction is Direction.BOTH
            for one in self._sessions.values()
            if member
        )

    def _keep(self, session: Session, token: str) -> None:
        self._sessions[session.leg.id] = session
        self._by_token[_hash(token)] = session.leg.id
        while len(self._sessions) > _MOST:
            self._forget_one()

    def _forget_one(self) -> None:
        """Forget the oldest session that never stood, else the oldest."""
        waiting = (leg for leg, one in self._sessions.items() if not one.stands)
        self.ended(next(waiting, next(iter(self._sessions))))


def view_for(state: ConferenceState, member: str) -> str:
    """Return the view a member looks at; a console (empty) sees what the chair sees."""
    return view_of(state, member or lecturer(state))


def _watches(state: ConferenceState, claims: Claims) -> bool:
    return (
        claims.direction is Direction.PLAY
        and claims.member.startswith(_WATCH)
        and state.member(claims.member) is None
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
