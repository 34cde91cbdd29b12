"""Both ways of a room's sound: from the microphone to packets, from packets to the loudspeaker."""

import asyncio
import itertools
import time
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from vc.endpoint.sound.acoustics import Acoustics
from vc.endpoint.sound.duplex import Duplex, DuplexConfig
from vc.endpoint.sound.port import Captured
from vc.endpoint.sound.simulated import SimulatedSound, SimulatedSoundConfig
from vc.media.levels import dbfs
from vc.media.opus import OpusDecoder, OpusEncoder
from vc.media.speech import frames_of, speech

Pcm = NDArray[np.int16]
STEP_US = 10_000


@dataclass
class Room:
    """A room on a counted clock: its twin is played to and recorded from step by step."""

    config: DuplexConfig = field(default_factory=DuplexConfig)
    near: Pcm = field(default_factory=lambda: np.zeros(480, np.int16))

    def __post_init__(self) -> None:
        self.sent: list[tuple[bytes, int]] = []
        self.played: list[Pcm] = []
        self.times: list[int] = []
        self.duplex = Duplex(
            SimulatedSound(SimulatedSoundConfig()),
            lambda payload, time_us: self.sent.append((payload, time_us)),
            self.config,
        )
        self.duplex.played = self._note
        self._acoustics = Acoustics()
        self._now = 0
        self._near = frames_of(self.near, 480)

    def _note(self, frame: Pcm, at_us: int, rtp_time: int | None) -> None:
        self.played.append(frame)
        if rtp_time is not None:
            self.times.append(rtp_time)
        del at_us

    def run(self, seconds: float, coming: list[bytes]) -> None:
        for _ in range(round(seconds * 100)):
            number, rest = divmod(self._now, 2)
            if rest == 0 and coming:
                payload = coming[number % len(coming)]
                self.duplex.put(number % 65_536, number * 960, self._now * STEP_US, payload)
            before = self.played[-1] if self.played else np.zeros(480, np.int16)
            heard = self._acoustics.echo(before) + self._near[self._now % len(self._near)]
            microphone = np.clip(heard, -32_768, 32_767).astype(np.int16)
            self.duplex.turn(Captured(microphone, (self._now - 1) * STEP_US))
            self._now += 1

    def heard_far_away(self) -> Pcm:
        decoder = OpusDecoder()
        return np.concatenate([decoder.decode(payload) for payload, _ in self.sent])


def coming(seed: int = 1) -> list[bytes]:
    encoder = OpusEncoder()
    return [encoder.encode(frame) for frame in frames_of(speech(seed, 8.0), 960)]


def test_the_conference_is_played_and_does_not_come_back_to_it() -> None:
    room = Room()
    room.duplex.muted = False
    room.run(10.0, coming())
    assert dbfs(np.concatenate(room.played)[-240_000:]) > -30
    assert dbfs(room.heard_far_away()[-240_000:]) < -50
    figures = room.duplex.figures()
    assert figures.erle_db is not None
    assert figures.erle_db >= 25
    assert figures.concealed_percent == 0
    assert 0 <= figures.delay_ms < 40
    assert len(room.times) > 900
    assert room.times == sorted(room.times)


def test_who_speaks_in_the_room_is_sent_in_packets_of_twenty_milliseconds() -> None:
    room = Room(near=speech(2, 4.0))
    room.duplex.muted = False
    room.run(4.0, [])
    assert len(room.sent) == 200
    times = [time_us for _, time_us in room.sent]
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {20_000}
    assert abs(dbfs(room.heard_far_away()) - dbfs(speech(2, 4.0))) < 12
    assert room.duplex.figures().microphone_dbfs > -60


def test_nothing_of_a_muted_room_leaves_it_and_it_is_told_that_somebody_speaks() -> None:
    room = Room(near=speech(2, 4.0, rms_dbfs=-15))
    assert room.duplex.muted, "a room begins muted"
    said = []
    for _ in range(40):
        room.run(0.1, [])
        said.append(room.duplex.figures().speaks_while_muted)
    assert len(room.sent) == 200, "packets of silence go on"
    assert dbfs(room.heard_far_away()) < -95
    assert any(said)
    room.duplex.muted = False
    room.run(0.1, [])
    assert not room.duplex.figures().speaks_while_muted


def test_the_volume_is_turned_down_and_the_echo_canceller_sees_it() -> None:
    loud, soft = Room(), Room(config=DuplexConfig(volume_db=-20))
    for room in (loud, soft):
        room.run(3.0, coming())
    first, second = (np.concatenate(room.played) for room in (loud, soft))
    assert dbfs(second) == pytest.approx(dbfs(first) - 20, abs=1)
    soft.duplex.set_volume(0.0)
    soft.run(0.02, coming())


def test_another_session_is_played_anew() -> None:
    room = Room()
    room.run(2.0, coming())
    assert room.duplex.jitter.played > 90
    room.duplex.begin_anew()
    assert room.duplex.jitter.played == 0


async def test_it_runs_on_a_sound_until_it_is_cancelled() -> None:
    sent: list[bytes] = []
    packets = coming()
    async with SimulatedSoundConfig(seed=2).build() as sound:
        duplex = Duplex(sound, lambda payload, _: sent.append(payload))
        duplex.muted = False
        running = asyncio.create_task(duplex.run())
        for number, packet in enumerate(packets[:60]):
            duplex.put(number, number * 960, time.monotonic_ns() // 1_000, packet)
            await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.wait((running,))
    assert running.cancelled()
    assert len(sent) > 40
    played = np.concatenate([one.pcm for one in sound.played])
    assert dbfs(played) > -40
