"""The room's sound in the conference, and the picture held back until its sound is heard."""

import asyncio
import contextlib
import threading
from collections.abc import Callable

from vc.endpoint.light_sound import LightDuplex, LightSound
from vc.endpoint.probe import Probe
from vc.endpoint.sound.duplex import Duplex, DuplexConfig, SoundFigures
from vc.endpoint.sound.port import Sound
from vc.endpoint.viewer import Picture
from vc.media.levels import dbfs
from vc.media.opus import Pcm
from vc.media.sync import LipSync
from vc.rtp.peer import now_us
from vc.rtp.receive import AudioPacket
from vc.rtp.streams import SenderClock

_COMPARE_EVERY_US = 100_000
_ADJUST_EVERY_US = 1_000_000  # so that one late packet does not move the picture
_LEAST_HOLD_MS = 2.0

AnySound = Sound | LightSound
ClockOf = Callable[[str], SenderClock | None]


class Hearing:
    """Sound both ways while the sound card is there, and lip sync. Methods belong to the loop."""

    def __init__(
        self,
        config: DuplexConfig,
        probe: Probe,
        *,
        send: Callable[[bytes, int], None],
        clock_of: ClockOf,
        show: Callable[[Picture], None],
    ) -> None:
        self._config = config
        self._probe = probe
        self._send = send
        self._clock_of = clock_of
        self._show = show
        self._loop = asyncio.get_running_loop()
        self._duplex: Duplex | LightDuplex | None = None
        self._sync = LipSync()
        self._lock = threading.Lock()
        self._hold_ms = 0.0
        self._newest_us = self._adjusted_us = 0
        self._apart_ms = 0.0
        self._compared_us = {"audio": 0, "video": 0}
        self.muted = False

    async def talk(self, sound: AnySound) -> None:
        """Carry sound both ways for as long as the card is open; raises DeviceError."""
        if isinstance(sound, LightSound):
            self._duplex = LightDuplex(sound, self._send)
        else:
            self._duplex = Duplex(sound, self._send, self._config)
        self._duplex.muted = self.muted
        self._duplex.played = self._played
        try:
            await self._duplex.run()
        finally:
            self._duplex = None

    def mute(self, *, muted: bool) -> None:
        """Let nothing of the microphone leave the room, or let it."""
        self.muted = muted
        if self._duplex:
            self._duplex.muted = muted

    def begin_anew(self) -> None:
        """Forget the conference's sound: another session begins."""
        self._sync = LipSync()
        self._adjusted_us = 0
        self._set_holds()
        if self._duplex:
            self._duplex.begin_anew()

    def hear(self, packet: AudioPacket) -> None:
        """Take a packet of the conference's sound."""
        if self._duplex:
            self._duplex.put(packet.seq, packet.rtp_time, packet.arrival_us, packet.payload)

    def picture(self, picture: Picture) -> None:
        """Show a picture when its sound is heard; called on the viewer's thread."""
        hold_ms = self._hold_ms
        if hold_ms < _LEAST_HOLD_MS:
            self._shown(picture)
        else:
            with contextlib.suppress(RuntimeError):  # the loop has ended before the viewer
                self._loop.call_soon_threadsafe(
                    self._loop.call_later, hold_ms / 1000, self._shown, picture
                )

    def say(self, sound: Pcm) -> None:
        """Let the loudspeaker give a test sound; nothing happens without one."""
        if self._duplex:
            self._duplex.say(sound)

    def figures(self) -> SoundFigures | None:
        """Return the sound's figures; None without a sound card."""
        return self._duplex.figures() if self._duplex else None

    @property
    def apart_ms(self) -> float:
        """How much later the picture came than its sound, when they were last compared."""
        return self._apart_ms

    def _shown(self, picture: Picture) -> None:
        if picture.arrival_us < self._newest_us:
            return  # it was held for longer than the one after it
        self._newest_us = picture.arrival_us
        self._show(picture)
        at_us = now_us()
        self._probe.shown(picture, at_us)
        if at_us - self._compared_us["video"] > _COMPARE_EVERY_US:
            self._compared_us["video"] = at_us
            if clock := self._clock_of("video"):
                with self._lock:
                    self._sync.video(clock.at(picture.rtp_time), at_us)

    def _played(self, frame: Pcm, at_us: int, rtp_time: int | None) -> None:
        if self._probe.is_on:
            self._probe.heard(at_us, dbfs(frame), rtp_time)
        if rtp_time is None or at_us - self._compared_us["audio"] <= _COMPARE_EVERY_US:
            return
        self._compared_us["audio"] = at_us
        if clock := self._clock_of("audio"):
            with self._lock:
                self._sync.audio(clock.at(rtp_time), at_us)
            self._adjusted_us = self._adjusted_us or at_us  # the first comparison waits too
            if at_us - self._adjusted_us > _ADJUST_EVERY_US:
                self._adjusted_us = at_us
                self._set_holds()

    def _set_holds(self) -> None:
        with self._lock:
            self._apart_ms = self._sync.apart_ms or self._apart_ms
            holds = self._sync.holds()
        self._hold_ms = holds.video_ms
        if self._duplex:
            self._duplex.hold(holds.audio_ms)
