"""Sound of many, mixed for each: the loudest few, nobody hears himself, one mix for listeners."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from devices.contract.config import Config
from vc.media.levels import FRAME_S, dbfs

Pcm = NDArray[np.int16]
Wide = NDArray[np.float32]

_CEILING = 30_000.0  # -0.8 dBFS: where the limiter holds the peaks
_FULL = 32_767.0
_ATTACK_SAMPLES = 48  # 1 ms
_RELEASE_DB_PER_S = 12.0


class MixConfig(Config, frozen=True, kw_only=True):
    """Who is mixed: at most `voices`, those above `audible_dbfs`.

    A voice stays `hold_s` after it fell silent; a newcomer takes a place only when `louder_db`
    above the weakest for `for_s`.
    """

    voices: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    audible_dbfs: Annotated[float, msgspec.Meta(ge=-90, le=-20)] = -55.0
    hold_s: Annotated[float, msgspec.Meta(ge=0, le=10)] = 1.5
    louder_db: Annotated[float, msgspec.Meta(ge=0, le=30)] = 6.0
    for_s: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.1


@dataclass(slots=True)
class _Place:
    smooth_dbfs: float
    quiet_s: float = 0.0


class Voices:
    """Which sources are in the mix: the loudest, without flapping."""

    def __init__(self, config: MixConfig | None = None) -> None:
        self._config = config or MixConfig()
        self._places: dict[int, _Place] = {}
        self._louder_s: dict[int, float] = {}

    def choose(
        self,
        levels: Mapping[int, float],
        always: AbstractSet[int] = frozenset(),
        lasts_s: float = FRAME_S,
    ) -> frozenset[int]:
        """Take each heard source's level in dBFS, return who is in.

        Those of `always` that are heard are in whatever their level, before all others.
        """
        self._leave(levels, always, lasts_s)
        for slot in always:
            if slot in levels and slot not in self._places:
                self._enter(slot, levels[slot])
        while len(self._places) > self._config.voices and (weakest := self._weakest(always)):
            del self._places[weakest[0]]
        outside = [slot for slot in levels if slot not in self._places]
        for slot in sorted(outside, key=lambda slot: -levels[slot]):
            self._challenge(slot, levels[slot], always, lasts_s)
        self._louder_s = {
            slot: lasted
            for slot, lasted in self._louder_s.items()
            if slot in levels and slot not in self._places
        }
        return frozenset(self._places)

    def _leave(self, levels: Mapping[int, float], always: AbstractSet[int], lasts_s: float) -> None:
        for slot, place in list(self._places.items()):
            if slot not in levels:
                del self._places[slot]
                continue
            level = levels[slot]
            place.smooth_dbfs += (level - place.smooth_dbfs) * (
                0.5 if level > place.smooth_dbfs else 0.05
            )
            place.quiet_s = 0.0 if level > self._config.audible_dbfs else place.quiet_s + lasts_s
            if place.quiet_s > self._config.hold_s and slot not in always:
                del self._places[slot]

    def _weakest(self, always: AbstractSet[int]) -> tuple[int, _Place] | None:
        open_to_all = [item for item in self._places.items() if item[0] not in always]
        return min(open_to_all, key=lambda item: item[1].smooth_dbfs, default=None)

    def _challenge(self, slot: int, level: float, always: AbstractSet[int], lasts_s: float) -> None:
        config = self._config
        if level <= config.audible_dbfs:
            self._louder_s.pop(slot, None)
            return
        if len(self._places) < config.voices:
            self._enter(slot, level)
            return
        weakest = self._weakest(always)
        if weakest is None or level < weakest[1].smooth_dbfs + config.louder_db:
            self._louder_s.pop(slot, None)
            return
        self._louder_s[slot] = self._louder_s.get(slot, 0.0) + lasts_s
        if self._louder_s[slot] > config.for_s:
            del self._places[weakest[0]]
            self._enter(slot, level)

    def _enter(self, slot: int, level: float) -> None:
        self._places[slot] = _Place(level)
        self._louder_s.pop(slot, None)


def mix_minus(sources: Mapping[int, Wide]) -> tuple[Wide | None, dict[int, Wide]]:
    """Return the sum of all, and for each source the sum of the others; None for nobody."""
    total: Wide | None = None
    for wide in sources.values():
        total = wide.copy() if total is None else np.add(total, wide, out=total)
    if total is None:
        return None, {}
    return total, {slot: total - wide for slot, wide in sources.items()}


class Limiter:
    """Holds peaks below full scale by turning down, softly: 1 ms down, 12 dB a second up."""

    def __init__(self) -> None:
        self._gain = 1.0

    def limit(self, wide: Wide) -> Pcm:
        """Return the samples as int16 without wrapping or hard edges. `wide` may be changed."""
        peak = float(max(wide.max(), -wide.min()))
        if self._gain >= 1.0 and peak <= _CEILING:
            return wide.astype(np.int16)
        needed = min(1.0, _CEILING / peak) if peak else 1.0
        rise = 10 ** (_RELEASE_DB_PER_S * FRAME_S / 20)
        target = min(needed, self._gain * rise)
        ramp = np.full(len(wide), target, np.float32)
        edge = _ATTACK_SAMPLES if target < self._gain else len(wide)
        ramp[:edge] = np.linspace(self._gain, target, edge, dtype=np.float32)
        self._gain = target
        wide *= ramp
        over = np.abs(wide) > _CEILING
        if over.any():
            wide[over] = _bent(wide[over])
        return wide.astype(np.int16)


def _bent(wide: Wide) -> Wide:
    """Bend what is above the ceiling so that it stays below full scale, without an edge."""
    room = _FULL - _CEILING
    above = np.abs(wide) - _CEILING
    return np.asarray(np.sign(wide) * (_CEILING + room * np.tanh(above / room)), np.float32)


@dataclass(frozen=True, slots=True)
class Mixed:
    """A frame for everyone, and frames without himself for each who is in the mix.

    `entered` and `left` are those who change over from the shared mix to their own, and back.
    """

    everyone: Pcm
    own: dict[int, Pcm]
    levels: dict[int, float]
    entered: frozenset[int]
    left: frozenset[int]


@dataclass(slots=True)
class _Channel:
    gain: float = 0.0
    limiter: Limiter = field(default_factory=Limiter)


class Mixer:
    """Mixes frame by frame. A source comes and goes within one frame, without a click."""

    def __init__(self, samples: int, config: MixConfig | None = None) -> None:
        self._silence: Pcm = np.zeros(samples, np.int16)
        self._up: Wide = np.linspace(0, 1, samples, endpoint=False, dtype=np.float32)
        self._down: Wide = np.ascontiguousarray(self._up[::-1])
        self._voices = Voices(config)
        self._limiter = Limiter()
        self._channels: dict[int, _Channel] = {}
        self._had_own: frozenset[int] = frozenset()

    def mix(
        self,
        frames: Mapping[int, Pcm],
        fading: AbstractSet[int] = frozenset(),
        always: AbstractSet[int] = frozenset(),
    ) -> Mixed:
        """Mix the frames of the heard sources, by slot.

        A slot of `fading` has its last frame here: it goes down to silence within it.
        """
        wide = {slot: frame.astype(np.float32) for slot, frame in frames.items()}
        levels = {slot: dbfs(samples) for slot, samples in wide.items()}
        heard = {slot: level for slot, level in levels.items() if slot not in fading}
        chosen = self._voices.choose(heard, always)
        parts = self._ramped(wide, chosen)
        total, minus = mix_minus(parts)
        everyone = self._silence if total is None else self._limiter.limit(total)
        own = {slot: self._channels[slot].limiter.limit(rest) for slot, rest in minus.items()}
        for slot in [slot for slot, channel in self._channels.items() if channel.gain == 0.0]:
            del self._channels[slot]
        before, self._had_own = self._had_own, frozenset(own)
        return Mixed(everyone, own, levels, self._had_own - before, before - self._had_own)

    def _ramped(self, wide: dict[int, Wide], chosen: frozenset[int]) -> dict[int, Wide]:
        parts: dict[int, Wide] = {}
        for slot in [slot for slot in self._channels if slot not in wide]:
            del self._channels[slot]
        for slot in chosen | frozenset(self._channels):
            channel = self._channels.setdefault(slot, _Channel())
            if slot not in chosen:
                parts[slot] = wide[slot] * self._down
                channel.gain = 0.0
            elif channel.gain == 0.0:
                parts[slot] = wide[slot] * self._up
                channel.gain = 1.0
            else:
                parts[slot] = wide[slot]
        return parts
