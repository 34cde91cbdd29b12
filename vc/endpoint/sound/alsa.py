"""A sound card through `arecord` and `aplay`: raw PCM on pipes that hold little.

The two programs outlive surprises of the card in a process of their own; USB conference units name
themselves `plughw:CARD=...`. What waits in pipes is bounded, so nothing becomes latency for good.
"""

import asyncio
import contextlib
import fcntl
import time

import numpy as np

from devices.contract.errors import UnpluggedError
from devices.device import DriverConfig
from devices.speaker import program
from vc.endpoint.sound.port import FRAME_SAMPLES, FRAME_US, RATE_HZ, Captured, Sound
from vc.media.opus import Pcm

_FRAME_BYTES = 2 * FRAME_SAMPLES
_PIPE_BYTES = 4_096  # 42 ms: the least a pipe can hold
_END_S = 1.0
_ARECORD, _APLAY = "arecord", "aplay"


class AlsaSoundConfig(DriverConfig, frozen=True, kw_only=True, tag="alsa"):
    """ALSA names of the two: `default`, `plughw:CARD=Device`; one card, or two."""

    microphone: str = "default"
    loudspeaker: str = "default"

    def build(self) -> "AlsaSound":
        """Return the driver."""
        return AlsaSound(self)


class AlsaSound(Sound):
    """The driver."""

    def __init__(self, config: AlsaSoundConfig) -> None:
        super().__init__()
        self._config = config
        self._recorder: asyncio.subprocess.Process | None = None
        self._player: asyncio.subprocess.Process | None = None

    async def _start(self) -> None:
        program.require(_ARECORD)
        program.require(_APLAY)
        try:
            self._recorder = await _started(
                *(_ARECORD, "-D", self._config.microphone, *_FORMAT), limit=_PIPE_BYTES
            )
            self._player = await _started(*(_APLAY, "-D", self._config.loudspeaker, *_FORMAT))
        except OSError as error:
            await self._stop()
            raise UnpluggedError(f"{error.filename}: {error.strerror}") from error
        except BaseException:
            await self._stop()
            raise
        assert self._recorder.stdout is not None  # noqa: S101 - asked for
        assert self._player.stdin is not None  # noqa: S101 - asked for
        _narrow(self._player.stdin.transport)

    async def _stop(self) -> None:
        for process in (self._recorder, self._player):
            if process is not None:
                await _ended(process)
        self._recorder = self._player = None

    async def _record(self) -> Captured:
        if self._recorder is None or self._recorder.stdout is None:
            raise UnpluggedError("The sound is not open.")
        if self._player is not None and self._player.returncode is not None:
            raise UnpluggedError(await _complaint(self._player, _APLAY))
        try:
            data = await self._recorder.stdout.readexactly(_FRAME_BYTES)
        except asyncio.IncompleteReadError:
            raise UnpluggedError(await _complaint(self._recorder, _ARECORD)) from None
        captured_us = time.monotonic_ns() // 1_000 - FRAME_US
        return Captured(np.frombuffer(data, "<i2").astype(np.int16), captured_us)

    def play(self, frame: Pcm) -> None:
        """Give the loudspeaker its next frame; it is dropped while the pipe is full."""
        if self._player is None or self._player.stdin is None:
            return
        pipe = self._player.stdin
        if pipe.is_closing() or pipe.transport.get_write_buffer_size() > 0:
            self.dropped += 1
            return
        pipe.write(frame.astype("<i2").tobytes())


_FORMAT = (
    *("-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(RATE_HZ)),
    *("--period-size", str(FRAME_SAMPLES), "--buffer-size", str(4 * FRAME_SAMPLES), "-"),
)


async def _started(*argv: str, limit: int = 2**16) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *argv, stdin=pipe, stdout=pipe, stderr=pipe, limit=limit
    )


def _narrow(transport: asyncio.WriteTransport) -> None:
    """Let the pipe hold little: what waits in it is heard late."""
    pipe = transport.get_extra_info("pipe")
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


async def _complaint(process: asyncio.subprocess.Process, name: str) -> str:
    """Return what a program that ended said of it."""
    said = b""
    if process.stderr is not None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                said = await process.stderr.read(400)
    return f"{name}: {said.decode(errors='replace').strip() or 'ended without a word'}"


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_END_S):
            await process.wait()
