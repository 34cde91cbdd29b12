"""A sound card through `arecord` and `aplay`: raw PCM on pipes that hold little.

The two programs take the card's surprises in a process of their own; USB conference units name
themselves `plughw:CARD=...`. What waits in pipes is bounded, so nothing becomes latency for good.
"""

import asyncio
import contextlib
import fcntl
import os
import time
from typing import Annotated, Self

import msgspec
import numpy as np

from devices.contract.afar import SoundName
from devices.contract.errors import UnpluggedError
from devices.device import DriverConfig
from devices.speaker import program
from vc.endpoint.sound.port import FRAME_SAMPLES, FRAME_US, RATE_HZ, Captured, Sound
from vc.media.opus import Pcm

_FRAME_BYTES = 2 * FRAME_SAMPLES
_PIPE_BYTES = 4_096  # 42 ms: the least a pipe can hold
_COMPLAINT_BYTES = 400
_END_S = 1.0
_ARECORD, _APLAY = "arecord", "aplay"
_FORMAT = (
    *("-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(RATE_HZ)),
    *("--period-size", str(FRAME_SAMPLES), "--buffer-size", str(4 * FRAME_SAMPLES), "-"),
)


class AlsaSoundConfig(DriverConfig, frozen=True, kw_only=True, tag="alsa"):
    """ALSA names of the two: `default`, `plughw:CARD=Device`; one card, or two.

    `latency_ms` is from giving a frame to hearing it: the card's buffer and half the pipe, unless
    a display or an amplifier adds its own.
    """

    microphone: SoundName = "default"
    loudspeaker: SoundName = "default"
    latency_ms: Annotated[int, msgspec.Meta(ge=0, le=500)] = 60

    def build(self) -> "AlsaSound":
        """Return the driver."""
        return AlsaSound(self)


class AlsaSound(Sound):
    """The driver."""

    def __init__(self, config: AlsaSoundConfig) -> None:
        super().__init__()
        self._config = config
        self._recorder: _Recorder | None = None
        self._player: _Player | None = None

    @property
    def latency_us(self) -> int:
        """How long after `play` a frame is heard, as configured."""
        return self._config.latency_ms * 1_000

    async def _start(self) -> None:
        program.require(_ARECORD)
        program.require(_APLAY)
        try:
            self._recorder = await _Recorder.started(self._config.microphone)
            self._player = await _Player.started(self._config.loudspeaker)
        except BaseException:
            await self._stop()
            raise

    async def _stop(self) -> None:
        for one in (self._recorder, self._player):
            if one is not None:
                await one.end()
        self._recorder = self._player = None

    async def _record(self) -> Captured:
        if self._recorder is None or self._player is None:
            raise UnpluggedError("The sound is not open.")
        if self._player.has_ended:
            raise UnpluggedError(await self._player.complaint())
        data = await self._recorder.read()
        captured_us = time.monotonic_ns() // 1_000 - FRAME_US
        return Captured(np.frombuffer(data, "<i2").astype(np.int16), captured_us)

    def play(self, frame: Pcm) -> None:
        """Give the loudspeaker its next frame; it is dropped while the pipe is full."""
        if self._player is not None and not self._player.wrote(frame.astype("<i2").tobytes()):
            self.dropped += 1


class _Program:
    """One of the two, and the last it complained of."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self._name = name
        self._process = process
        self._said = b""
        self._listening = asyncio.create_task(self._listen(), name=f"{name} complains")

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None

    async def complaint(self) -> str:
        """Return what it said before it ended."""
        await asyncio.wait((self._listening,), timeout=_END_S)
        words = self._said.decode(errors="replace").strip()
        return f"{self._name}: {words or 'ended without a word'}"

    async def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await asyncio.wait((self._listening,), timeout=_END_S)
        self._listening.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await self._process.wait()

    async def _listen(self) -> None:
        """Read its complaints as they come: a full pipe would hold it up."""
        assert self._process.stderr is not None  # noqa: S101 - asked for
        while said := await self._process.stderr.read(_COMPLAINT_BYTES):
            self._said = (self._said + said)[-_COMPLAINT_BYTES:]


class _Recorder(_Program):
    def __init__(self, process: asyncio.subprocess.Process, sound: asyncio.StreamReader) -> None:
        super().__init__(_ARECORD, process)
        self._sound = sound
        self._pipe: asyncio.ReadTransport | None = None

    @classmethod
    async def started(cls, device: str) -> Self:
        reading, writing = os.pipe()
        file = os.fdopen(reading, "rb", 0)
        try:
            _narrow(reading)
            process = await _started(_ARECORD, device, given=asyncio.subprocess.DEVNULL, to=writing)
        except BaseException:
            file.close()
            raise
        finally:
            os.close(writing)
        loop = asyncio.get_running_loop()
        sound = asyncio.StreamReader(limit=_PIPE_BYTES)
        recorder = cls(process, sound)
        pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(sound), file)
        recorder._pipe = pipe
        return recorder

    async def read(self) -> bytes:
        try:
            return await self._sound.readexactly(_FRAME_BYTES)
        except asyncio.IncompleteReadError:
            raise UnpluggedError(await self.complaint()) from None

    async def end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        await super().end()


class _Player(_Program):
    @classmethod
    async def started(cls, device: str) -> Self:
        process = await _started(
            _APLAY, device, given=asyncio.subprocess.PIPE, to=asyncio.subprocess.DEVNULL
        )
        assert process.stdin is not None  # noqa: S101 - asked for
        _narrow(process.stdin.transport.get_extra_info("pipe").fileno())
        return cls(_APLAY, process)

    def wrote(self, data: bytes) -> bool:
        """Write, unless something waits still; return whether it did."""
        pipe = self._process.stdin
        if pipe is None or pipe.is_closing() or pipe.transport.get_write_buffer_size() > 0:
            return False
        pipe.write(data)
        return True

    async def end(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        await super().end()


async def _started(name: str, device: str, *, given: int, to: int) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *(name, "-D", device, *_FORMAT),
            stdin=given,
            stdout=to,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise UnpluggedError(f"{name}: {error.strerror}") from error


def _narrow(pipe: int) -> None:
    """Let a pipe hold little: what waits in it is heard late."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
