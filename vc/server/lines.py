"""What is measured of each member: line, level, the room's own figures. Nobody's decision."""

from itertools import islice

import msgspec

from devices.contract.clock import Clock
from vc.engine.port import EngineFigures, LegFigures
from vc.media.quality import Alarms, LineJudge, Sample
from vc.messages import LineFigures
from vc.server.api import LiveFigures, MemberLive
from vc.state import ConferenceState, Line, Member

_SILENT_DBFS = -120.0
_OLD_S = 10.0
_MOST_FIGURES = 64
_FPS_WANTED = 15.0
"""What every camera of a room gives; more is welcome, less is an alarm."""


class _Measured(msgspec.Struct, frozen=True):
    up: LineFigures
    down: LineFigures
    at: float


class _Judged:
    """A member's line from figures to figures."""

    def __init__(self) -> None:
        self.line = LineJudge()
        self.alarms = Alarms()


class Lines:
    """The newest figures of every member, and of the engine. What is 10 s old is forgotten.

    `fps` is what the composed picture shows: nobody is blamed for not sending more.
    """

    def __init__(self, clock: Clock, *, fps: float = _FPS_WANTED) -> None:
        self._clock = clock
        self._fps_wanted = min(fps, _FPS_WANTED)
        self._judged: dict[str, _Judged] = {}
        self._measured: dict[str, _Measured] = {}
        self._levels: dict[str, float] = {}
        self._rooms: dict[str, dict[str, float]] = {}
        self._server: dict[str, float] = {}

    def measured(self, member: Member, box: str, figures: LegFigures) -> Line:
        """Take a session's figures and return how good the member's line is."""
        self._measured[member.id] = _Measured(figures.up, figures.down, self._clock.monotonic())
        room = self._rooms.get(box, {})
        sample = Sample(
            line=worst(figures.up, figures.down, figures.audio_up),
            fps_wanted=0.0 if member.video_off else self._fps_wanted,
            echo_db=room.get("echo_db"),
            microphone_dbfs=None if member.muted else self._levels.get(member.id),
            temperature_c=room.get("temperature_c"),
        )
        judged = self._judged.setdefault(member.id, _Judged())
        judged.alarms.feed(sample)
        return judged.line.feed(sample)

    def levels(self, dbfs: dict[str, float]) -> None:
        """Take how loud everybody is."""
        self._levels = dbfs

    def room(self, box: str, figures: dict[str, float]) -> None:
        """Take what a room says of itself."""
        self._rooms[box] = dict(islice(figures.items(), _MOST_FIGURES))

    def engine(self, figures: EngineFigures) -> None:
        """Take what the engine says of itself."""
        self._server |= figures.figures

    def gone(self, member: str) -> None:
        """Forget a member's figures."""
        self._measured.pop(member, None)
        self._judged.pop(member, None)
        self._levels.pop(member, None)

    def lost(self) -> None:
        """Forget everybody's figures: the engine begins anew."""
        self._measured.clear()
        self._judged.clear()
        self._levels.clear()
        self._server.clear()

    def live(self, state: ConferenceState | None) -> LiveFigures:
        """Return everybody's figures now."""
        if state is None:
            return LiveFigures(server=dict(self._server))
        boxes = {site.id: site.box for site in state.plan.sites}
        since = self._clock.monotonic() - _OLD_S
        members: dict[str, MemberLive] = {}
        for member in state.members:
            known = self._measured.get(member.id)
            known = known if known and known.at >= since else None
            members[member.id] = MemberLive(
                line=member.line,
                up=known.up if known else LineFigures(),
                down=known.down if known else LineFigures(),
                level_dbfs=self._levels.get(member.id, _SILENT_DBFS),
                alarms=self._judged[member.id].alarms.raised if known else (),
                room=self._rooms.get(boxes.get(member.id, ""), {}),
            )
        return LiveFigures(members=members, server=dict(self._server))


def worst(up: LineFigures, *others: LineFigures) -> LineFigures:
    """Return the picture up with the worst of all directions' loss, jitter and round trip."""
    every = (up, *others)
    return msgspec.structs.replace(
        up,
        loss_percent=max(one.loss_percent for one in every),
        jitter_ms=max(one.jitter_ms for one in every),
        round_trip_ms=max(one.round_trip_ms for one in every),
    )
