"""The sound of a conference, tick by tick: packets in, one packet for all and a few more out.

Only sources that are heard are decoded. A muted member's packets are dropped as they come: 'you
are muted' is told by his own room or browser, which knows his level without our decoding it, and
so 78 muted sites cost nothing.
"""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from devices.contract.config import Config
from vc.engine.focus.wire import EVERYONE, HEADER, SOUND_HEADER, Kind
from vc.media.audio_delay import JitterConfig
from vc.media.levels import SILENCE_DBFS, LevelMeter
from vc.media.mix import MixConfig, Mixed, Mixer
from vc.media.opus import FRAME_SAMPLES, OpusConfig, OpusEncoder
from vc.media.playout import Playout

TICK_US = 20_000
_SOUND_AT = HEADER.size + SOUND_HEADER.size
_MOST_LEAVING = 64


class AudioConfig(Config, frozen=True, kw_only=True):
    """How sound is received, mixed and encoded."""

    jitter: JitterConfig = JitterConfig()
    mix: MixConfig = MixConfig()
    opus: OpusConfig = OpusConfig()
    most_sources: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100
    """How many heard sources are decoded at most."""


class _Source:
    def __init__(self, config: JitterConfig) -> None:
        self.playout = Playout(config)
        self.meter = LevelMeter()


class AudioFloor:
    """Who is heard, and what everyone gets. It knows no clock and no socket."""

    def __init__(self, config: AudioConfig | None = None) -> None:
        self._config = config or AudioConfig()
        self._mixer = Mixer(FRAME_SAMPLES, self._config.mix)
        self._encoder = OpusEncoder(self._config.opus)
        self._own: dict[int, OpusEncoder] = {}
        self._heard: frozenset[int] = frozenset()
        self._always: frozenset[int] = frozenset()
        self._sources: dict[int, _Source] = {}
        self._leaving: dict[int, _Source] = {}
        self._voices = 0

    def hear(self, slots: Iterable[int], always: Iterable[int] = ()) -> None:
        """Say whose sound may be heard from the next tick on."""
        self._heard = frozenset(slots)
        self._always = frozenset(always)
        for slot in [slot for slot in self._sources if slot not in self._heard]:
            self._leave(slot)

    def take(self, datagram: bytes) -> None:
        """Take a SOUND or GONE of the rtp process; anything else is dropped."""
        if len(datagram) < HEADER.size:
            return
        kind, _, slot, time_us, _ = HEADER.unpack_from(datagram)
        if kind == Kind.GONE:
            self._leave(slot)
            return
        if kind != Kind.SOUND or slot not in self._heard or len(datagram) <= _SOUND_AT:
            return
        source = self._sources.get(slot)
        if source is None:
            if len(self._sources) >= self._config.most_sources:
                return
            source = self._sources[slot] = _Source(self._config.jitter)
        sequence, rtp_time = SOUND_HEADER.unpack_from(datagram, HEADER.size)
        source.playout.push(sequence, rtp_time, time_us, datagram[_SOUND_AT:])

    def tick(self, now_us: int) -> list[bytes]:
        """Return the datagrams of 20 ms: EVERYONE's, then those of single slots."""
        frames, fading = {}, frozenset(self._leaving)
        for slot, source in (self._sources | self._leaving).items():
            frame = source.playout.pull(now_us)
            if source.playout.is_silent:
                source.meter.feed(SILENCE_DBFS)
            else:
                frames[slot] = frame
        self._leaving.clear()
        mixed = self._mixer.mix(frames, fading, self._always)
        for slot, level in mixed.levels.items():
            if slot in self._sources:
                self._sources[slot].meter.feed(level)
        self._voices = len(mixed.own)
        return self._encoded(mixed, now_us)

    def levels(self) -> dict[int, float]:
        """Return how loud each heard source is now, in dBFS."""
        return {slot: round(source.meter.dbfs, 1) for slot, source in self._sources.items()}

    def figures(self, now_us: int) -> dict[str, float]:
        """Return what became of the packets since the sources came."""
        playouts = [source.playout for source in self._sources.values()]
        each = [playout.figures for playout in playouts]
        made_up = sum(one.concealed_samples for one in each)
        played = sum(one.played + one.recovered for one in each) * FRAME_SAMPLES
        return {
            "audio_sources": len(each),
            "audio_voices": self._voices,
            "audio_lost": sum(one.lost for one in each),
            "audio_recovered": sum(one.recovered for one in each),
            "audio_late": sum(one.late for one in each),
            "audio_spoilt": sum(playout.spoilt for playout in playouts),
            "audio_concealed_percent": round(100 * made_up / max(played + made_up, 1), 2),
            "audio_delay_ms": round(max((one.delay_ms(now_us) for one in playouts), default=0), 1),
        }

    def _leave(self, slot: int) -> None:
        """Let a source fade out in the next tick."""
        source = self._sources.pop(slot, None)
        if source is not None and len(self._leaving) < _MOST_LEAVING:
            self._leaving[slot] = source

    def _encoded(self, mixed: Mixed, now_us: int) -> list[bytes]:
        if mixed.left:  # they come over from a stream of their own
            self._encoder.stand_alone()
        for slot in mixed.left:
            self._own.pop(slot, None)
        header = HEADER.pack(Kind.SOUND, 0, EVERYONE, now_us, len(mixed.own))
        datagrams = [header + self._encoder.encode(mixed.everyone)]
        for slot, frame in mixed.own.items():
            encoder = self._own.get(slot)
            if encoder is None:
                encoder = self._own[slot] = OpusEncoder(self._config.opus)
            header = HEADER.pack(Kind.SOUND, 0, slot, now_us, 0)
            datagrams.append(header + encoder.encode(frame))
        return datagrams
