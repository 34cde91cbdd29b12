"""The conference's sound, tick by tick, without sockets and clocks."""

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vc.engine.sound_sites import TICK_US, Site, by_slot, sound_datagram
from vc.engine.focus.audio_floor import AudioConfig, AudioFloor
from vc.engine.focus.wire import EVERYONE, HEADER, Kind
from vc.media.levels import SILENCE_DBFS, dbfs
from vc.media.speech import speech, tone

Pcm = NDArray[np.int16]
HZ = {1: 440.0, 2: 660.0, 3: 1_000.0, 4: 1_500.0}


def power_db(sound: Pcm, hz: float) -> float:
    wave = np.exp(-2j * np.pi * hz * np.arange(len(sound)) / 48_000)
    return float(20 * np.log10(abs(np.dot(sound.astype(float), wave)) / len(sound) / 16_384 + 1e-9))


def tones() -> dict[int, Site]:
    return {slot: Site(slot, tone(hz, 2.0, peak_dbfs=-20)) for slot, hz in HZ.items()}


def run(floor: AudioFloor, sites: dict[int, Site], ticks: range) -> list[dict[int, bytes]]:
    told = []
    for number in ticks:
        now = number * TICK_US
        for site in sites.values():
            floor.take(site.datagram(number, now - 5_000))
        datagrams = floor.tick(now)
        assert HEADER.unpack_from(datagrams[0])[2] == EVERYONE
        assert HEADER.unpack_from(datagrams[0])[4] == len(datagrams) - 1
        assert {HEADER.unpack_from(one)[3] for one in datagrams} == {now}
        told.append(by_slot(datagrams))
        for site in sites.values():
            site.hear(told[-1])
    return told


def test_each_hears_the_others_and_never_himself() -> None:
    floor, sites = AudioFloor(), tones()
    floor.hear([1, 2, 3])
    run(floor, sites, range(150))
    for slot, site in sites.items():
        for other in (1, 2, 3):
            strength = power_db(site.sound(), HZ[other])
            if other == slot:
                assert strength < -55, f"{slot} hears himself"
            else:
                assert strength > -30, f"{slot} does not hear {other}"
        assert power_db(site.sound(), HZ[4]) < -55


def test_only_the_heard_are_mixed_and_listeners_share_one_packet() -> None:
    floor, sites = AudioFloor(), tones()
    floor.hear([1])
    told = run(floor, sites, range(50))
    assert set(told[-1]) == {EVERYONE, 1}
    assert set(floor.levels()) == {1}
    assert floor.levels()[1] == pytest.approx(-23, abs=1.5)


def test_nobody_heard_is_silence_for_all() -> None:
    floor, sites = AudioFloor(), tones()
    told = run(floor, sites, range(50))
    assert set(told[-1]) == {EVERYONE}
    assert dbfs(sites[1].sound(20)) < -100
    assert floor.levels() == {}


def test_the_floor_changes_hands_within_a_moment_and_without_a_click() -> None:
    floor, sites = AudioFloor(), tones()
    floor.hear([1])
    run(floor, sites, range(100))
    floor.hear([2])
    run(floor, sites, range(100, 200))
    listener = sites[4].sound(95)
    assert power_db(listener, HZ[2]) > -25
    assert power_db(listener, HZ[1]) < -50
    whole = np.concatenate(sites[4].heard).astype(int)
    steepest = int(np.abs(np.diff(tone(HZ[2], 0.1, peak_dbfs=-20).astype(int))).max())
    assert int(np.abs(np.diff(whole)).max()) < 2.5 * steepest
    assert power_db(sites[2].sound(95), HZ[2]) < -50


def test_a_source_that_is_gone_is_forgotten_and_comes_back_as_a_new_one() -> None:
    floor, sites = AudioFloor(), tones()
    floor.hear([1])
    run(floor, {1: sites[1], 4: sites[4]}, range(50))
    floor.take(HEADER.pack(Kind.GONE, 0, 1, 0, 0))
    run(floor, {4: sites[4]}, range(50, 100))
    assert floor.levels() == {}
    assert power_db(sites[4].sound(40), HZ[1]) < -55
    sites[1].heard.clear()
    run(floor, {1: sites[1], 4: sites[4]}, range(100, 150))
    assert power_db(sites[4].sound(40), HZ[1]) > -25


def test_a_source_that_falls_silent_needs_no_mix_of_its_own() -> None:
    floor, sites = AudioFloor(), tones()
    floor.hear([1, 2])
    run(floor, sites, range(50))
    told = run(floor, {2: sites[2], 4: sites[4]}, range(50, 200))
    assert set(told[-1]) == {EVERYONE, 2}
    assert floor.levels()[1] < -100


def test_the_holder_of_the_floor_is_heard_beside_louder_ones() -> None:
    sites = {slot: Site(slot, speech(slot, 2.0, rms_dbfs=-15)) for slot in range(1, 6)}
    sites[9] = Site(9, tone(800, 2.0, peak_dbfs=-45))
    floor = AudioFloor()
    floor.hear(sites, always=[9])
    told = run(floor, sites, range(150))
    assert all(9 in sent for sent in told[10:])
    assert max(len(sent) for sent in told) <= 6


def test_garbage_on_the_wire_kills_nothing_and_every_tick_speaks() -> None:
    draw = random.Random(11)
    floor, sites = AudioFloor(), tones()
    floor.hear(range(20))
    for number in range(300):
        now = number * TICK_US
        for _ in range(20):
            datagram = bytearray(sites[draw.randint(1, 4)].datagram(number, now))
            for _ in range(draw.randint(0, 6)):
                datagram[draw.randrange(len(datagram))] = draw.randrange(256)
            floor.take(bytes(datagram[: draw.randint(0, len(datagram))]))
        told = by_slot(floor.tick(now))
        assert EVERYONE in told
    sites[1].heard.clear()
    floor.hear([1])
    run(floor, {1: sites[1], 4: sites[4]}, range(300, 400))
    assert power_db(sites[4].sound(30), HZ[1]) > -30


def test_the_number_of_decoders_is_bounded() -> None:
    floor = AudioFloor(AudioConfig(most_sources=5))
    floor.hear(range(50))
    for slot in range(50):
        floor.take(sound_datagram(slot, 0, 0, b"\x78abc"))
    assert len(floor.levels()) == 5
    assert set(floor.levels().values()) == {SILENCE_DBFS}


def test_figures_count_what_was_lost_and_restored() -> None:
    site, floor = Site(1, speech(1, 10.0)), AudioFloor()
    floor.hear([1])
    draw = random.Random(1)
    for number in range(500):
        if draw.random() > 0.05:
            floor.take(site.datagram(number, number * TICK_US))
        floor.tick(number * TICK_US)
    figures = floor.figures(500 * TICK_US)
    assert 10 < figures["audio_lost"] < 45
    assert figures["audio_recovered"] > 0
    assert 0 < figures["audio_concealed_percent"] < 5
    assert 0 <= figures["audio_delay_ms"] < 60
