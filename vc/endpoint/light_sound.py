"""Sound without a card and nearly without work, for shows of many rooms on one machine.

What is said is encoded once and sent in a loop; what comes is put in order and decoded as ever, and
heard by nobody but the probe.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Annotated, ClassVar, Literal

import msgspec
import numpy as np

from devices.device import Device, DeviceState, DriverConfig, SelfTest
from vc.endpoint.sound.duplex import SoundFigures
from vc.media.levels import dbfs
from vc.media.opus import FRAME_SAMPLES, RATE_HZ, OpusEncoder, Pcm
from vc.media.playout import Playout
from vc.media.speech import frames_of, speech
from vc.media.timetone import bursts

FRAME_US = 20_000
_LATE_FRAMES = 10
_METERED_EVERY = 5


class LightSoundConfig(DriverConfig, frozen=True, kw_only=True, tag="light"):
    """What is said: `speech` of a seed, or `bursts` of a tone at whole seconds."""

    for_trials: ClassVar[bool] = True
    said: Literal["speech", "bursts", "silence"] = "speech"
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    burst_hz: Annotated[float, msgspec.Meta(ge=100, le=8_000)] = 1_000.0
    seconds: Annotated[int, msgspec.Meta(ge=1, le=30)] = 6

    def build(self) -> "LightSound":
        """Return the sound."""
        return LightSound(self)


class LightSound(Device):
    """Packets of something said. `packets` is one round of them, from a whole second on."""

    kind: ClassVar[str] = "sound"

    def __init__(self, config: LightSoundConfig) -> None:
        self._config = config
        self.packets: tuple[bytes, ...] = ()
        self.silence = b""

    async def open(self) -> None:
        """Encode what is said."""
        self.packets = await asyncio.to_thread(self._encoded)

    async def close(self) -> None:
        """Hold nothing."""

    async def check(self) -> DeviceState:
        """Be well."""
        return DeviceState()

    async def self_test(self) -> SelfTest:
        """Have something to say."""
        return SelfTest(passed=bool(self.packets), text=f"{len(self.packets)} packets")

    def _encoded(self) -> tuple[bytes, ...]:
        config, encoder = self._config, OpusEncoder()
        count = config.seconds * RATE_HZ
        said: Pcm = np.zeros(count, np.int16)
        if config.said == "speech":
            said = speech(config.seed, config.seconds)
        elif config.said == "bursts":
            said = bursts(0, count, config.burst_hz)
        packets = tuple(map(encoder.encode, frames_of(said, FRAME_SAMPLES)))
        self.silence = OpusEncoder().encode(np.zeros(FRAME_SAMPLES, np.int16))
        return packets


class LightDuplex:
    """The sound of a session, as `sound.duplex.Duplex` is for a card."""

    def __init__(self, sound: LightSound, send: Callable[[bytes, int], None]) -> None:
        self._sound = sound
        self._send = send
        self._playout = Playout()
        self._at_us = 0
        self._level = -120.0
        self.muted = True
        self.played: Callable[[Pcm, int, int | None], None] = _nobody_listens

    async def run(self) -> None:
        """Send and play a packet every 20 ms until cancelled."""
        self._at_us = time.monotonic_ns() // 1000 // FRAME_US * FRAME_US
        turn = 0
        while True:
            self._at_us += FRAME_US
            behind_us = time.monotonic_ns() // 1000 - self._at_us
            if behind_us > _LATE_FRAMES * FRAME_US:
                self._at_us += behind_us // FRAME_US * FRAME_US
            await asyncio.sleep(max(0.0, -behind_us / 1e6))
            turn += 1
            self._turn(is_metered=turn % _METERED_EVERY == 0)

    def put(self, sequence: int, rtp_time: int, arrival_us: int, payload: bytes) -> None:
        """Take an RTP packet of the conference's sound."""
        self._playout.push(sequence, rtp_time, arrival_us, payload)

    def begin_anew(self) -> None:
        """Forget the conference's sound."""
        self._playout = Playout()

    def hold(self, extra_ms: float) -> None:
        """Play so much later."""
        self._playout.hold(extra_ms)

    def say(self, sound: Pcm) -> None:
        """Drop it: nobody is in the room."""

    def figures(self) -> SoundFigures:
        """Return the figures of now; nothing of a microphone is known."""
        return SoundFigures(
            microphone_dbfs=-120.0 if self.muted else -20.0,
            loudspeaker_dbfs=round(self._level, 1),
            speaks_while_muted=False,
            clipped_percent=0.0,
            echo_db=None,
            erle_db=None,
            gain_db=0.0,
            delay_ms=round(self._playout.delay_ms(self._at_us), 1),
            concealed_percent=round(100 * self._playout.figures.concealed_share, 2),
            dropped_frames=0,
        )

    def _turn(self, *, is_metered: bool) -> None:
        rtp_time = self._playout.rtp_time
        coming = self._playout.pull(self._at_us, FRAME_SAMPLES)
        if is_metered:
            self._level = dbfs(coming)
        self.played(coming, self._at_us, rtp_time)
        begun_us = self._at_us - FRAME_US
        packets = self._sound.packets
        said = packets[begun_us // FRAME_US % len(packets)]
        self._send(self._sound.silence if self.muted else said, begun_us)


def _nobody_listens(frame: Pcm, at_us: int, rtp_time: int | None) -> None:
    del frame, at_us, rtp_time
