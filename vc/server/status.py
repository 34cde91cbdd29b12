"""What the province's overview shows of a conference: figures, and each site that has trouble."""

import asyncio
from datetime import datetime

from devices.contract.clock import Clock
from devices.contract.errors import MotcuaError
from devices.contract.message import DeviceReport, Health
from devices.runtime.part import PartLink, Report
from vc.media import quality
from vc.server.api import MemberLive
from vc.server.control import Live, in_session
from vc.server.lines import Lines
from vc.server.recording import Recording
from vc.state import ConferenceState, Line, Member, MemberKind, Phase

_EVERY_S = 2.0
_POOR = {Line.BAD: "Đường truyền kém.", Line.LOST: "Mất kết nối."}
_ALARMS = {
    quality.LOSS: "Mất gói tin.",
    quality.JITTER: "Tín hiệu đến không đều.",
    quality.ROUND_TRIP: "Trễ lớn.",
    quality.FRAMES: "Hình giật.",
    quality.FREEZES: "Hình bị đứng.",
    quality.ECHO: "Có tiếng vọng.",
    quality.SILENT: "Micrô không có tiếng.",
    quality.CLIPPED: "Micrô quá to.",
    quality.HOT: "Máy quá nóng.",
}


class Status:
    """Tells the province how the conference goes: an alarm before people complain."""

    def __init__(
        self, link: PartLink, *, live: Live, lines: Lines, recording: Recording, clock: Clock
    ) -> None:
        self._link = link
        self._live = live
        self._lines = lines
        self._recording = recording
        self._clock = clock
        self._trouble_since: datetime | None = None

    async def run(self) -> None:
        """Report, for ever."""
        while True:
            self._link.tell(self._report())
            await asyncio.sleep(_EVERY_S)

    def _report(self) -> Report:
        state = self._live.state
        live = self._lines.live(state)
        devices: list[DeviceReport] = []
        figures = {name: value for name, value in live.server.items() if name.endswith("_cores")}
        if state is not None and in_session(state):
            sites = [one for one in state.members if one.kind is MemberKind.SITE]
            inside = [one for one in sites if one.connected]
            figures |= {
                "sites": len(sites),
                "sites_connected": len(inside),
                "guests_connected": sum(
                    one.connected for one in state.members if one.kind is MemberKind.GUEST
                ),
                "worst_loss_percent": max(
                    (live.members[one.id].up.loss_percent for one in inside), default=0.0
                ),
                "worst_round_trip_ms": max(
                    (live.members[one.id].up.round_trip_ms for one in inside), default=0.0
                ),
            }
            devices += [
                _site_report(state, one, live.members[one.id])
                for one in sites
                if live.members[one.id].alarms or _is_missed(state, one)
            ]
        if (trouble := self._recording.trouble) is not None:
            self._trouble_since = self._trouble_since or self._clock.now()
            devices.append(_recorder_report(trouble, self._trouble_since))
        else:
            self._trouble_since = None
        health = Health.WARNING if devices else Health.READY
        return Report(health=health, devices=tuple(devices), figures=figures)


def _is_missed(state: ConferenceState, member: Member) -> bool:
    """Whether a site's line is poor; before the meeting one that never came is not missed."""
    away = not member.connected and not member.expelled
    late = away and (member.since is not None or state.phase is Phase.LIVE)
    return late or (member.connected and member.line in _POOR)


def _site_report(state: ConferenceState, member: Member, live: MemberLive) -> DeviceReport:
    line = member.line if member.connected else Line.LOST
    words = [_ALARMS.get(code, code) for code in live.alarms] or [_POOR.get(line, "")]
    return DeviceReport(
        name=member.id,
        kind="line",
        driver="webrtc",
        health=Health.WARNING,
        code=live.alarms[0] if live.alarms else f"line.{line}",
        text=f"{member.name}: {' '.join(words)}",
        since=member.since or state.plan.starts_at,
        facts={
            "site": member.name,
            "alarms": " ".join(live.alarms),
            "loss_percent": live.up.loss_percent,
            "jitter_ms": live.up.jitter_ms,
            "round_trip_ms": live.up.round_trip_ms,
        },
    )


def _recorder_report(trouble: MotcuaError, since: datetime) -> DeviceReport:
    return DeviceReport(
        name="recorder",
        kind="recorder",
        driver="disk",
        health=Health.WARNING,
        code=trouble.code,
        text=trouble.sentence,
        since=since,
    )
