"""What a receiver makes of packets that are lost, doubled, late and in disorder."""

import itertools
import random

import pytest

from tests.vc.rtp.pictures import h264_number, h264_picture
from vc.rtp.egress import packetise_h264
from vc.rtp.losses import MAX_MISSING, REORDER_US, RETRY_US, TRIES
from vc.rtp.packet import RtpPacket, parse
from vc.rtp.receive import AudioPacket, AudioReceiver, VideoFrameData, VideoReceiver

MS = 1_000


def packets_of(
    numbers: range, *, first_seq: int = 65_500, keyframes: frozenset[int] = frozenset({0})
) -> list[RtpPacket]:
    """Return the packets of these pictures, 40 ms apart."""
    found: list[RtpPacket] = []
    for number in numbers:
        payloads = packetise_h264(h264_picture(number, 3_000, keyframe=number in keyframes), 0)
        for at, payload in enumerate(payloads.payloads):
            seq = (first_seq + len(found)) & 0xFFFF
            marker = at == len(payloads.payloads) - 1
            time = (number * 3_600 + 0xFFFFFF00) & 0xFFFFFFFF
            found.append(RtpPacket(102, marker, seq, time, 7, payload, number * 40 * MS))
    return found


class Receiver:
    """A receiver and what it handed over."""

    def __init__(self) -> None:
        self.frames: list[VideoFrameData] = []
        self.video = VideoReceiver("h264", self.frames.append)

    @property
    def numbers(self) -> list[int]:
        return [h264_number(frame.data) for frame in self.frames]


def test_pictures_are_handed_over_with_their_last_packet_across_every_wrap() -> None:
    one = Receiver()
    for packet in packets_of(range(50)):
        before = len(one.frames)
        one.video.add(packet)
        assert len(one.frames) - before == packet.marker
    assert one.numbers == list(range(50))
    assert one.frames[3].data == h264_picture(3, 3_000)


@pytest.mark.parametrize("seed", range(30))
def test_disorder_and_doubles_change_nothing(seed: int) -> None:
    chance = random.Random(seed)
    packets = packets_of(range(40))
    doubled = packets[:1] + sorted(
        packets[1:] + chance.sample(packets[1:], 20),
        key=lambda one: packets.index(one) + chance.random() * 5,
    )
    one = Receiver()
    for packet in doubled:
        one.video.add(packet)
    assert one.numbers == list(range(40))
    assert one.video.arrivals.duplicates == 20
    assert one.video.arrivals.lost == 0
    assert one.video.due(10**12, 0) == []


def test_a_missing_packet_is_asked_for_three_times_and_no_more() -> None:
    packets = packets_of(range(3))
    one = Receiver()
    for packet in packets[:4] + packets[5:]:
        one.video.add(packet)
    missing = packets[4].seq
    now = packets[5].at_us
    assert one.video.due(now, 0) == [], "it may only be late"
    asked = []
    for step in range(100):
        wanted = one.video.due(now + REORDER_US + step * 10 * MS, 0)
        asked += [(step, seq) for seq in wanted]
    assert [seq for _, seq in asked] == [missing] * TRIES
    steps = [step for step, _ in asked]
    assert all(b - a >= RETRY_US // (10 * MS) for a, b in itertools.pairwise(steps))
    assert one.video.wants_keyframe
    assert one.numbers == [0]


def test_a_long_way_is_given_its_round_trip_before_asking_again() -> None:
    packets = packets_of(range(3))
    one = Receiver()
    for packet in packets[:4] + packets[5:]:
        one.video.add(packet)
    now = packets[-1].at_us + REORDER_US
    assert one.video.due(now, 400 * MS)
    assert one.video.due(now + 300 * MS, 400 * MS) == []
    assert one.video.due(now + 400 * MS, 400 * MS)


def test_a_packet_sent_again_heals_the_picture_but_stays_lost_on_the_line() -> None:
    packets = packets_of(range(3))
    one = Receiver()
    for packet in packets[:4] + packets[5:]:
        one.video.add(packet)
    assert one.numbers == [0]
    one.video.add_again(packets[4])
    assert one.numbers == [0, 1, 2]
    one.video.add_again(packets[4])
    assert (one.video.recovered, one.video.arrivals.lost) == (1, 1)


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_shown_that_was_made_from_what_was_not(seed: int) -> None:
    """After a loss that is not healed, the next picture shown is a keyframe; always in order."""
    chance = random.Random(seed)
    keyframes = frozenset(range(0, 200, 20))
    one = Receiver()
    for packet in packets_of(range(200), keyframes=keyframes):
        if chance.random() < 0.02:
            continue
        one.video.add(packet)
        one.video.due(packet.at_us, 0)
    shown = one.numbers
    assert shown == sorted(set(shown))
    assert 20 < len(shown) < 200
    for before, number in itertools.pairwise(shown):
        assert number == before + 1 or number in keyframes
    for frame, number in zip(one.frames, shown, strict=True):
        assert frame.data == h264_picture(number, 3_000, keyframe=number in keyframes)


def test_an_outage_is_not_asked_for_packet_by_packet() -> None:
    packets = packets_of(range(200), keyframes=frozenset({0, 190}))
    one = Receiver()
    for packet in packets[:10] + packets[10 + MAX_MISSING + 50 :]:
        one.video.add(packet)
    assert one.video.losses.asked == 0
    assert one.numbers[:2] == [0, 1]
    assert one.numbers[-10:] == list(range(190, 200))


def test_a_keyframe_is_asked_for_at_most_twice_a_second() -> None:
    one = Receiver()
    asked = sum(one.video.keyframe_due(step * 10 * MS) for step in range(50, 550))
    assert asked == 10


def test_a_stream_that_begins_anew_elsewhere_is_taken() -> None:
    one = Receiver()
    for packet in packets_of(range(5)) + packets_of(range(5), first_seq=20_000):
        one.video.add(packet)
    assert one.numbers == [0, 1, 2, 3, 4] * 2


def test_jitter_is_that_of_the_standard() -> None:
    """RFC 3550 A.8: J += (|D| - J) / 16, here with D = 10 ms at every second packet."""
    one = AudioReceiver(lambda _: None)
    jitter = 0.0
    for number in range(100):
        late = 10 * MS * (number % 2)
        one.add(RtpPacket(111, False, number, number * 960, 1, b"x", number * 20 * MS + late))
        jitter += (480 - jitter) / 16 if number else 0
    assert one.arrivals.jitter == pytest.approx(jitter, abs=2)
    assert one.arrivals.jitter_ms == pytest.approx(jitter / 48, abs=0.1)


def test_doubles_of_sound_are_dropped_and_late_packets_kept() -> None:
    heard: list[AudioPacket] = []
    one = AudioReceiver(heard.append)
    for seq in (65_534, 65_535, 1, 1, 0, 0, 2, 65_534, 3):
        one.add(RtpPacket(111, False, seq, 0, 1, b"x", 0))
    assert [packet.seq for packet in heard] == [65_534, 65_535, 1, 0, 2, 3]
    assert one.arrivals.duplicates == 3
    assert one.arrivals.lost == 0


def test_loss_is_counted_in_256ths() -> None:
    one = AudioReceiver(lambda _: None)
    for seq in range(100):
        if seq % 4 != 3 or seq > 90:
            one.add(RtpPacket(111, False, seq, seq * 960, 1, b"x", seq * 20 * MS))
    lost = sum(1 for seq in range(91) if seq % 4 == 3)
    assert one.arrivals.lost == lost
    assert one.arrivals.fraction_lost() == lost * 256 // 100
    assert one.arrivals.fraction_lost() == 0


def test_spoilt_headers_are_no_packets_and_raise_nothing() -> None:
    chance = random.Random(1)
    good = bytes.fromhex("90 66 0001 00000002 00000003 bede0001 10300000".replace(" ", "")) + b"pay"
    packet = parse(good, 5)
    assert packet
    assert (packet.payload_type, packet.seq, packet.payload) == (0x66, 1, b"pay")
    for _ in range(20_000):
        data = bytearray(good[: chance.randrange(12, len(good) + 1)])
        data[chance.randrange(len(data))] = chance.randrange(256)
        parse(bytes(data), 0)
