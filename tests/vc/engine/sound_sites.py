"""Sites that send tones or speech to an AudioFloor, and hear what comes back."""

import numpy as np
from numpy.typing import NDArray

from vc.engine.focus.wire import EVERYONE, HEADER, SOUND_HEADER, Kind
from vc.media.opus import FRAME_SAMPLES, OpusDecoder, OpusEncoder
from vc.media.speech import frames_of

Pcm = NDArray[np.int16]
TICK_US = 20_000


def sound_datagram(slot: int, number: int, time_us: int, payload: bytes) -> bytes:
    header = HEADER.pack(Kind.SOUND, 0, slot, time_us, 0)
    return header + SOUND_HEADER.pack(number % 65_536, number * 960 % 2**32) + payload


class Site:
    """Sends its sound again and again; decodes what it is given."""

    def __init__(self, slot: int, sound: Pcm) -> None:
        encoder = OpusEncoder()
        self.slot = slot
        self._packets = [encoder.encode(frame) for frame in frames_of(sound, FRAME_SAMPLES)]
        self._decoder = OpusDecoder()
        self.heard: list[Pcm] = []

    def datagram(self, number: int, time_us: int) -> bytes:
        return sound_datagram(
            self.slot, number, time_us, self._packets[number % len(self._packets)]
        )

    def hear(self, sent: dict[int, bytes]) -> None:
        self.heard.append(self._decoder.decode(sent.get(self.slot, sent[EVERYONE])))

    def sound(self, last: int = 100) -> Pcm:
        return np.concatenate(self.heard[-last:])


def by_slot(datagrams: list[bytes]) -> dict[int, bytes]:
    return {HEADER.unpack_from(one)[2]: one[HEADER.size :] for one in datagrams}
