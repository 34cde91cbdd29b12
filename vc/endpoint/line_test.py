"""The line test before the meeting (VC-3): what the line, the camera and the sound really did."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from devices.contract.errors import MotcuaError
from devices.contract.message import DeviceReport, Health
from vc.endpoint.camera.port import DARK, FROZEN
from vc.messages import LineFigures, LineTested
from vc.rtp.figures import PeerFigures

_STEP_S = 0.5
_LOSS_PERCENT = 2.0
_JITTER_MS = 50.0
_ROUND_TRIP_MS = 400.0
_FPS_SHARE = 0.8
_FPS = 25.0
_SILENT_DBFS = -70.0
_ECHO_DB = 20.0


class NotJoinedError(MotcuaError):
    """The room is in no conference: there is no line to test."""

    code = "room.not_joined"
    retry = True


class LineLostError(MotcuaError):
    """The line was lost during the test."""

    code = "room.line_lost"
    retry = True


class Tested(Protocol):
    """A session, as the test sees it."""

    @property
    def is_up(self) -> bool:
        """Whether media can flow."""

    def figures(self) -> PeerFigures:
        """Return the figures of now."""


class Sounding(Protocol):
    """What the sound did: level of the microphone, and echo return loss (None: not measured)."""

    @property
    def microphone_dbfs(self) -> float:
        """Level."""

    @property
    def echo_db(self) -> float | None:
        """Echo return loss."""


async def line_test(
    session: Tested,
    camera: DeviceReport | None,
    for_s: float,
    sound: Callable[[], Sounding | None],
) -> LineTested:
    """Measure for so long; raises LineLostError."""
    samples: list[PeerFigures] = []
    loudest: Sounding | None = None
    loop = asyncio.get_running_loop()
    began = loop.time()
    while (took_s := loop.time() - began) < for_s:
        await asyncio.sleep(min(_STEP_S, for_s - took_s))
        if not session.is_up:
            raise LineLostError
        samples.append(session.figures())
        heard = sound()
        if heard and (loudest is None or heard.microphone_dbfs > loudest.microphone_dbfs):
            loudest = heard
    return judged(tuple(samples), camera, took_s=loop.time() - began, sounding=loudest)


def judged(
    samples: tuple[PeerFigures, ...],
    camera: DeviceReport | None,
    *,
    took_s: float,
    sounding: Sounding | None = None,
) -> LineTested:
    """Return the test's result from samples of the line; pure."""
    up = _whole(tuple(one.video_out.line for one in samples))
    down = _whole(tuple(one.video_in.line for one in samples))
    code = camera.code if camera else ""
    return LineTested(
        took_s=round(took_s, 1),
        up=up,
        down=down,
        microphone_dbfs=sounding.microphone_dbfs if sounding else -120.0,
        echo_db=(sounding.echo_db or 0.0) if sounding else 0.0,
        picture_moves=camera is not None and not code,
        problems=_problems(up, down, camera, sounding),
    )


def _whole(samples: tuple[LineFigures, ...]) -> LineFigures:
    """Return the worst of loss, jitter and round trip, and the mean of the rates."""
    if not samples:
        return LineFigures()
    count = len(samples)
    return LineFigures(
        bitrate_kbps=round(sum(one.bitrate_kbps for one in samples) / count, 1),
        loss_percent=max(one.loss_percent for one in samples),
        jitter_ms=max(one.jitter_ms for one in samples),
        round_trip_ms=max(one.round_trip_ms for one in samples),
        fps=round(sum(one.fps for one in samples) / count, 1),
        freezes=samples[-1].freezes - samples[0].freezes,
        width=samples[-1].width,
        height=samples[-1].height,
    )


def _problems(
    up: LineFigures, down: LineFigures, camera: DeviceReport | None, sounding: Sounding | None
) -> tuple[str, ...]:
    found = {
        "line.loss": max(up.loss_percent, down.loss_percent) > _LOSS_PERCENT,
        "line.jitter": max(up.jitter_ms, down.jitter_ms) > _JITTER_MS,
        "line.slow": max(up.round_trip_ms, down.round_trip_ms) > _ROUND_TRIP_MS,
        "line.frozen": down.freezes > 0 or down.fps < _FPS * _FPS_SHARE,
        "camera.missing": camera is None or camera.health is Health.FAULT,
        DARK: camera is not None and camera.code == DARK,
        FROZEN: camera is not None and camera.code == FROZEN,
        "microphone.silent": sounding is not None and sounding.microphone_dbfs < _SILENT_DBFS,
        "echo.strong": sounding is not None
        and sounding.echo_db is not None
        and sounding.echo_db < _ECHO_DB,
    }
    return tuple(code for code, holds in found.items() if holds)
