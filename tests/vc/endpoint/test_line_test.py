"""The line test's judgement, and the room's report (VC-3)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from devices.contract.message import DeviceReport, Health
from devices.runtime.alongside import alongside
from tests.vc.endpoint.screen.darkroom import AT, inside
from tests.waiting import until
from vc.endpoint.line_test import LineLostError, judged, line_test
from vc.endpoint.room import Call, CallState
from vc.endpoint.sound.duplex import Duplex, SoundFigures
from vc.endpoint.sound.simulated import SimulatedSoundConfig
from vc.endpoint.status import room_report, temperature_c
from vc.media.speech import speech
from vc.rtp.figures import PeerFigures, StreamFigures

WELL = StreamFigures(
    bitrate_kbps=1400, loss_percent=0.1, jitter_ms=3, round_trip_ms=30, fps=25,
    width=1280, height=720,
)  # fmt: skip
LINE = PeerFigures(video_in=WELL, video_out=WELL)
CAMERA = DeviceReport(
    name="camera", kind="camera", driver="v4l2", health=Health.READY, since=datetime.now(UTC)
)
SOUND = SoundFigures(
    microphone_dbfs=-30, loudspeaker_dbfs=-25, speaks_while_muted=False, clipped_percent=0,
    echo_db=35.0, erle_db=None, gain_db=0, delay_ms=40, concealed_percent=0, dropped_frames=0,
)  # fmt: skip


def problems(
    line: PeerFigures = LINE,
    camera: DeviceReport | None = CAMERA,
    sound: SoundFigures | None = SOUND,
) -> set[str]:
    return set(judged((LINE, line), camera, took_s=5.0, sounding=sound).problems)


def test_a_good_line_has_no_problem() -> None:
    assert problems() == set()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"loss_percent": 4.0}, "line.loss"),
        ({"jitter_ms": 90.0}, "line.jitter"),
        ({"round_trip_ms": 700.0}, "line.slow"),
        ({"freezes": 2}, "line.frozen"),
        ({"fps": 8.0}, "line.frozen"),
    ],
)
def test_a_bad_line_says_what_is_bad(changed: dict[str, float], code: str) -> None:
    assert problems(replace(LINE, video_in=replace(WELL, **changed))) == {code}


def test_camera_and_sound_are_judged_too() -> None:
    assert problems(camera=None) == {"camera.missing"}
    assert problems(camera=replace(CAMERA, health=Health.FAULT)) == {"camera.missing"}
    assert problems(camera=replace(CAMERA, code="camera.dark")) == {"camera.dark"}
    assert problems(sound=replace(SOUND, microphone_dbfs=-90)) == {"microphone.silent"}
    assert problems(sound=replace(SOUND, echo_db=8.0)) == {"echo.strong"}
    assert problems(sound=replace(SOUND, echo_db=None)) == set(), "not measured is not bad"


async def test_a_line_that_is_lost_during_the_test_is_told() -> None:
    class Gone:
        is_up = False

        def figures(self) -> PeerFigures:
            return LINE

    with pytest.raises(LineLostError):
        await line_test(Gone(), CAMERA, 1.0, lambda: None)


def test_the_rooms_health_is_the_worst_of_its_parts_and_its_line() -> None:
    assert room_report(inside(), AT, (CAMERA,), LINE, {}).health is Health.READY
    broken = replace(CAMERA, health=Health.FAULT)
    assert room_report(inside(), AT, (broken,), LINE, {}).health is Health.FAULT
    lossy = replace(LINE, video_out=replace(WELL, loss_percent=9.0))
    assert room_report(inside(), AT, (CAMERA,), lossy, {}).health is Health.WARNING
    lost = Call(state=CallState.REJOINING)
    assert room_report(lost, AT, (CAMERA,), None, {}).health is Health.WARNING
    assert room_report(Call(), AT, (CAMERA,), None, {"x": 1.0}).figures["x"] == 1.0


def test_the_hottest_zone_is_told_and_none_where_there_is_none(tmp_path: Path) -> None:
    assert temperature_c(tmp_path) is None
    for at, milli in enumerate(("41000", "63500", "nonsense")):
        zone = tmp_path / f"thermal_zone{at}"
        zone.mkdir()
        (zone / "temp").write_text(milli)
    assert temperature_c(tmp_path) == 63.5


async def test_a_test_sound_is_heard_in_the_room_and_measures_its_echo() -> None:
    """Nobody is in a conference yet: without it the loudspeaker would be silent (VC-3)."""
    sound = SimulatedSoundConfig(said="silence").build()
    duplex = Duplex(sound, lambda _packet, _at_us: None)
    duplex.muted = False
    async with sound, alongside(duplex.run(), name="sound"):
        assert duplex.figures().echo_db is None
        duplex.say(speech(444, 6.0))
        await until(lambda: duplex.figures().loudspeaker_dbfs > -40, "it is loud")
        await until(lambda: duplex.figures().echo_db is not None, "the echo is measured")
        assert (duplex.figures().echo_db or 0) > 0
