"""Reports and feedback, written and read."""

import random

from vc.rtp import rtcp

BLOCK = rtcp.Block(7, 12, -3, 0x10005, 99, 0xAABBCCDD, 65_536)


def test_a_compound_packet_says_what_was_written() -> None:
    report = rtcp.SenderReport(1, 0x1122334455667788, 90_000, 5, 500)
    data = b"".join(
        (
            rtcp.sender_report(report, [BLOCK]),
            rtcp.receiver_report(2, [BLOCK]),
            rtcp.description(1, "a-name"),
            rtcp.nack(1, 7, [65_534, 65_535, 0, 20, 5]),
            rtcp.picture_loss(1, 7),
            rtcp.full_intra_request(1, 8, 1),
            rtcp.remb(1, 7, 2_500_000),
            rtcp.bye(1),
        )
    )
    said = list(rtcp.parse(data))
    assert said[:3] == [report, BLOCK, BLOCK]
    asked = said[3]
    assert isinstance(asked, rtcp.Nack)
    assert sorted(asked.seqs) == [0, 5, 20, 65_534, 65_535]
    assert said[4:] == [rtcp.KeyframeWanted(7), rtcp.KeyframeWanted(8), rtcp.Bye((1,))]


def test_every_part_is_whole_words() -> None:
    for name in ("", "a", "ab", "abc", "abcd"):
        data = rtcp.description(1, name)
        assert len(data) % 4 == 0
        assert int.from_bytes(data[2:4], "big") == len(data) // 4 - 1
        assert data[-1] == 0


def test_spoilt_packets_raise_nothing() -> None:
    chance = random.Random(1)
    good = rtcp.receiver_report(2, [BLOCK]) + rtcp.nack(1, 7, list(range(0, 200, 17)))
    for _ in range(10_000):
        data = bytearray(good[: chance.randrange(len(good) + 1)])
        for _ in range(chance.randrange(4)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        list(rtcp.parse(bytes(data)))
