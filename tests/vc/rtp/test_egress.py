"""What leaves, and what leaves again."""

import msgspec

from tests.vc.rtp.effort import calls_of
from tests.vc.rtp.pictures import h264_picture
from vc.rtp.egress import (
    MAX_AGAIN_PER_S,
    MAX_HISTORY,
    AudioEgress,
    PacketisedFrame,
    VideoEgress,
    packetise_h264,
)
from vc.rtp.negotiation import Agreed
from vc.rtp.packet import RtpPacket, parse
from vc.rtp.sdp import ABS_SEND_TIME, MID

VIDEO = Agreed(
    kind="video",
    mid="1",
    mask=3,
    codec="h264",
    payload_type=102,
    rtx=103,
    extensions={MID: 4, ABS_SEND_TIME: 2},
)


def sent_by(egress: VideoEgress, count: int, *, first: int = 0) -> list[RtpPacket]:
    out: list[bytes] = []
    for number in range(first, first + count):
        data = h264_picture(number, 3_000, keyframe=number == 0)
        egress.send(packetise_h264(data, number * 40_000), 5_000_000, out.append)
    return [packet for data in out if (packet := parse(data, 0))]


def test_each_picture_has_one_time_a_marker_at_its_end_and_numbers_without_a_gap() -> None:
    packets = sent_by(VideoEgress(VIDEO, 11, 12), 10)
    seqs = [one.seq for one in packets]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    times = sorted({(one.rtp_time - packets[0].rtp_time) & 0xFFFFFFFF for one in packets})
    assert times == [number * 3_600 for number in range(10)]
    assert sum(one.marker for one in packets) == 10
    assert {(one.ssrc, one.payload_type) for one in packets} == {(11, 102)}


def test_the_agreed_header_extensions_are_there() -> None:
    out: list[bytes] = []
    frame = packetise_h264(h264_picture(0, 10, keyframe=True), 0)
    VideoEgress(VIDEO, 1, 2).send(frame, 64_000_000 + 500_000, out.append)
    assert out[0][12:16] == bytes.fromhex("bede0002")
    assert out[0][16:18] == b"\x401"
    assert out[0][18:22] == b"\x22" + (1 << 17).to_bytes(3, "big")  # 0.5 s of 64
    plain = msgspec.structs.replace(VIDEO, extensions={})
    VideoEgress(plain, 1, 2).send(frame, 0, out.append)
    assert out[1][0] == 0x80
    assert out[1][12:] == frame.payloads[0]


def test_what_is_missed_is_sent_again_on_its_own_stream() -> None:
    egress = VideoEgress(VIDEO, 11, 12)
    packets = sent_by(egress, 10)
    again: list[bytes] = []
    missed = packets[7]
    egress.again((missed.seq,), 1_000_000, again.append)
    found = parse(again[0], 0)
    assert found
    assert (found.ssrc, found.payload_type, found.marker) == (12, 103, missed.marker)
    assert found.rtp_time == missed.rtp_time
    assert found.payload == missed.seq.to_bytes(2, "big") + missed.payload


def test_without_rtx_the_same_packet_is_sent_again() -> None:
    egress = VideoEgress(msgspec.structs.replace(VIDEO, rtx=None), 11, 12)
    packets = sent_by(egress, 3)
    again: list[bytes] = []
    egress.again((packets[2].seq,), 1_000_000, again.append)
    assert parse(again[0], 0) == packets[2]


def test_sending_again_has_a_bound_and_old_packets_are_gone() -> None:
    egress = VideoEgress(VIDEO, 11, 12)
    packets = sent_by(egress, MAX_HISTORY)
    again: list[bytes] = []
    egress.again(tuple(one.seq for one in packets[:100]), 1_000_000, again.append)
    assert again == []
    newest = tuple(one.seq for one in packets[-100:])
    for _ in range(20):
        egress.again(newest, 1_000_000, again.append)
    assert len(again) == MAX_AGAIN_PER_S
    egress.again(newest, 2_000_000, again.append)
    assert len(again) == MAX_AGAIN_PER_S + 100


def test_a_datagram_full_of_wishes_costs_no_more_than_it_can_get() -> None:
    egress = VideoEgress(VIDEO, 11, 12)
    frames = [PacketisedFrame("h264", (b"x",), at, at == 0, 1) for at in range(MAX_HISTORY)]
    for frame in frames:
        egress.send(frame, 1_000_000, lambda _: None)
    again: list[bytes] = []
    kept = tuple((egress.seq - 1 - at) & 0xFFFF for at in range(512))
    never_sent = tuple((egress.seq + at) & 0xFFFF for at in range(512))
    assert calls_of(lambda: egress.again(never_sent * 12, 1_000_000, again.append)) < 1_000
    assert again == []
    egress.again(kept, 1_000_000, again.append)
    assert len(again) == MAX_AGAIN_PER_S
    assert calls_of(lambda: egress.again(kept * 12, 1_000_000, again.append)) < 1_000
    assert calls_of(lambda: egress.again(kept * 12, 2_000_000, again.append)) > MAX_AGAIN_PER_S


def test_sound_moves_by_960_a_packet() -> None:
    audio = Agreed(kind="audio", mid="0", mask=3, codec="opus", payload_type=111)
    egress = AudioEgress(audio, 5)
    out: list[bytes] = []
    for number in range(5):
        egress.send(b"abc", 7 + number * 20_000, 0, out.append)
    packets = [one for data in out if (one := parse(data, 0))]
    first = packets[0].rtp_time
    assert [(one.rtp_time - first) & 0xFFFFFFFF for one in packets] == [0, 960, 1920, 2880, 3840]
    assert {one.payload for one in packets} == {b"abc"}
