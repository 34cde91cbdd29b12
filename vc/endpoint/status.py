"""How the room is, in figures and reports: what the province sees before people complain."""

from pathlib import Path

from devices.contract.message import DeviceReport, Health
from devices.runtime.part import Report
from vc.endpoint.happenings import Moment
from vc.endpoint.room import Call, CallState
from vc.endpoint.sound.duplex import SoundFigures
from vc.rtp.figures import PeerFigures

_THERMAL = Path("/sys/class/thermal")
_LOSS_PERCENT = 3.0


def room_report(
    call: Call,
    at: Moment,
    devices: tuple[DeviceReport, ...],
    peer: PeerFigures | None,
    own: dict[str, float],
) -> Report:
    """Return the part's report. `own` are figures of sound and machine."""
    figures = {"in_conference": float(call.state is CallState.IN), **own}
    if peer:
        figures |= line_figures(peer)
        figures["picture_age_s"] = round(call.picture_age_s(at), 1)
    ranks = list(Health)
    worst = max((device.health for device in devices), key=ranks.index, default=Health.READY)
    if call.state in (CallState.LOST, CallState.REJOINING) or _is_poor(peer):
        worst = max(worst, Health.WARNING, key=ranks.index)
    return Report(health=worst, devices=devices, figures=figures)


def line_figures(peer: PeerFigures) -> dict[str, float]:
    """Return the line's figures; `up` is from the room to the conference."""
    up, down = peer.video_out, peer.video_in
    return {
        "loss_up_percent": round(up.loss_percent, 2),
        "loss_down_percent": round(down.loss_percent, 2),
        "audio_loss_down_percent": round(peer.audio_in.loss_percent, 2),
        "jitter_up_ms": round(up.jitter_ms, 1),
        "jitter_down_ms": round(down.jitter_ms, 1),
        "round_trip_ms": round(up.round_trip_ms, 1),
        "kbps_up": round(up.bitrate_kbps),
        "kbps_down": round(down.bitrate_kbps),
        "fps_out": round(up.fps, 1),
        "fps_in": round(down.fps, 1),
        "freezes": float(down.freezes),
        "width": float(down.width),
        "height": float(down.height),
    }


def sound_figures(sound: SoundFigures) -> dict[str, float]:
    """Return the sound's figures; echo only once it was measured."""
    figures = {
        "microphone_dbfs": sound.microphone_dbfs,
        "audio_delay_ms": sound.delay_ms,
        "audio_concealed_percent": sound.concealed_percent,
        "microphone_clipped_percent": sound.clipped_percent,
    }
    if sound.echo_db is not None:
        figures["echo_db"] = round(sound.echo_db, 1)
    return figures


def temperature_c(thermal: Path = _THERMAL) -> float | None:
    """Return the hottest zone of the machine; None when it does not tell."""
    found = []
    for path in thermal.glob("thermal_zone*/temp"):
        try:
            found.append(int(path.read_text()) / 1000)
        except (OSError, ValueError):
            continue
    return max(found, default=None)


def _is_poor(peer: PeerFigures | None) -> bool:
    if peer is None:
        return False
    return max(peer.video_out.loss_percent, peer.video_in.loss_percent) > _LOSS_PERCENT
