"""The camera's twin: somebody at a desk, encoded beforehand, each picture with its number."""

import asyncio
import dataclasses
import time
from pathlib import Path
from typing import Annotated, ClassVar

import av
import msgspec

from devices.device import DriverConfig
from devices.faults import Faults
from vc.endpoint.camera.encode import EncodingConfig, LiveEncoder
from vc.endpoint.camera.eye import picture_of
from vc.endpoint.camera.port import Camera, VideoUnit
from vc.media.clip import AccessUnit, Clip, ClipPlayer, Footage
from vc.media.yuv import blank

FROZEN, DARK = "frozen", "dark"
"""What this twin can suffer beyond the words of `Fault`."""

_LATE_FRAMES = 3
_STILL_FRAMES = 25


class SimulatedCameraConfig(DriverConfig, frozen=True, kw_only=True, tag="simulated"):
    """A clip played in a loop. It is made once and kept in `clip_dir`.

    `faults_file` may hold a word of `Fault`, `frozen` or `dark`.
    """

    for_trials: ClassVar[bool] = True
    clip_dir: str
    seed: Annotated[int, msgspec.Meta(ge=0, lt=4096)] = 0
    width_px: Annotated[int, msgspec.Meta(ge=160, le=1920, multiple_of=2)] = 1280
    height_px: Annotated[int, msgspec.Meta(ge=90, le=1088, multiple_of=2)] = 720
    fps: Annotated[int, msgspec.Meta(ge=5, le=60)] = 25
    bitrate_kbps: Annotated[int, msgspec.Meta(ge=100, le=8_000)] = 1500
    seconds: Annotated[int, msgspec.Meta(ge=1, le=60)] = 8
    label: str = ""
    faults_file: str = ""

    @property
    def footage(self) -> Footage:
        """What is recorded."""
        return Footage(
            seed=self.seed,
            width=self.width_px,
            height=self.height_px,
            fps=self.fps,
            kbps=self.bitrate_kbps,
            seconds=self.seconds,
            label=self.label,
        )

    def build(self) -> "SimulatedCamera":
        """Return the camera."""
        return SimulatedCamera(self)


class SimulatedCamera(Camera):
    """The twin."""

    def __init__(self, config: SimulatedCameraConfig) -> None:
        super().__init__()
        self._config = config
        self._faults = Faults(config.faults_file)
        self._word = ""
        self._player: ClipPlayer | None = None
        self._live: ClipPlayer | None = None
        self._wants_keyframe = False
        self._due_s = 0.0

    async def _start(self) -> None:
        if self._faults.word() not in (FROZEN, DARK):
            await self._faults.strike()
        clip = await asyncio.to_thread(Clip.make, Path(self._config.clip_dir), self._config.footage)
        self._live = self._player = ClipPlayer(clip)
        self._word = ""
        self._due_s = time.monotonic()

    async def _stop(self) -> None:
        self._player = self._live = None

    async def _next(self) -> VideoUnit:
        await self._wait()
        if (word := self._faults.word()) != self._word:
            await self._suffer(word)
        assert self._player is not None  # noqa: S101 - open, or nobody would ask
        unit = self._player.next(keyframe=self._wants_keyframe)
        self._wants_keyframe = False
        return VideoUnit(
            data=unit.data,
            captured_us=round(self._due_s * 1e6),
            keyframe=unit.keyframe,
            number=None if self._word else unit.number,
        )

    def want_keyframe(self) -> None:
        """Let the next picture be an IDR."""
        self._wants_keyframe = True

    async def _wait(self) -> None:
        """Keep the beat; pictures that nobody fetched in time are not taken."""
        step = 1 / self._config.fps
        self._due_s = max(self._due_s + step, time.monotonic() - _LATE_FRAMES * step)
        await asyncio.sleep(max(0.0, self._due_s - time.monotonic()))

    async def _suffer(self, word: str) -> None:
        self._word = word
        if word == DARK:
            self._player = await asyncio.to_thread(self._still, None)
        elif word == FROZEN and self._live:
            shown = self._live.next(keyframe=True)
            self._player = await asyncio.to_thread(self._still, shown.data)
        else:
            await self._faults.strike()
            self._player = self._live
        self._wants_keyframe = True

    def _still(self, keyframe: bytes | None) -> ClipPlayer:
        """Return a loop of one picture; None is the dark."""
        config = self._config
        picture = picture_of(keyframe) if keyframe else None
        frame = picture or blank(config.width_px, config.height_px)
        encoder = LiveEncoder(
            EncodingConfig(
                width_px=config.width_px,
                height_px=config.height_px,
                fps=config.fps,
                bitrate_kbps=config.bitrate_kbps,
                hardware=False,
            )
        )
        units = tuple(_repeated(encoder, frame))
        return ClipPlayer(Clip(dataclasses.replace(config.footage, seconds=1), units))


def _repeated(encoder: LiveEncoder, frame: av.VideoFrame) -> list[AccessUnit]:
    units = []
    for index in range(_STILL_FRAMES):
        coded = encoder.encode(frame, keyframe=index == 0)
        units.append(AccessUnit(coded.data, coded.keyframe, 0))
    return units
