"""The link over a wire that loses, hurts and delays: each message once, in order."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.link import MAX_PAYLOAD, Link, NoSessionError, QueueFullError
from tests.firmware_bridge.pair import Chance, Pair

SEEDS = st.integers(1, 2**30)


def messages(mark: str, count: int, size: int = 16) -> list[bytes]:
    return [f"{mark}{number}".encode().ljust(size, b"\0") for number in range(count)]


def joined(seed: int = 1, **wire: int) -> Pair:
    """Two ends that know each other, over a wire that is good until then."""
    pair = Pair(seed, **wire)
    hurt = [(way.flips, way.drops) for way in (pair.there, pair.back)]
    for way in (pair.there, pair.back):
        way.flips = way.drops = 0
    assert pair.until_quiet(500)
    for way, (way.flips, way.drops) in zip((pair.there, pair.back), hurt, strict=True):
        way.record = b""
    return pair


def frames_in(data: bytes) -> int:
    return len([packet for packet in data.split(b"\0") if packet])


@settings(max_examples=60, deadline=None)
@given(
    seed=SEEDS,
    byte_us=st.sampled_from([0, 40, 87]),
    noise=st.tuples(st.integers(0, 60), st.integers(0, 60)),
    window=st.integers(1, 20),
    size=st.integers(1, 60),
)
def test_every_message_arrives_once_and_in_order_whatever_the_noise(
    seed: int, byte_us: int, noise: tuple[int, int], window: int, size: int
) -> None:
    pair = Pair(seed, byte_us=byte_us, flips=noise[0], drops=noise[1], window=window)
    out, back = messages("a", 60, size), messages("b", 60, size)
    pair.a.to_say, pair.b.to_say = list(out), list(back)
    assert pair.until_quiet(120_000)
    assert pair.b.heard == out
    assert pair.a.heard == back


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, size=st.integers(200, MAX_PAYLOAD))
def test_long_messages_get_through_noise_too(seed: int, size: int) -> None:
    pair = Pair(seed, byte_us=40, drops=10)
    out = messages("a", 20, size)
    pair.a.to_say = list(out)
    assert pair.until_quiet(120_000)
    assert pair.b.heard == out


def test_without_the_link_the_same_noise_loses_messages() -> None:
    pair = joined(drops=20)
    pair.a.to_say = messages("a", 300)
    assert pair.until_quiet(60_000)
    assert pair.b.link.damaged > 0
    assert pair.a.link.repeated > 0


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_lost_delimiters_join_frames_and_cost_none_of_them(seed: int) -> None:
    pair = joined(seed)
    pair.there.zeros_dropped = pair.back.zeros_dropped = 1500
    out, back = messages("a", 60), messages("b", 60)
    pair.a.to_say, pair.b.to_say = list(out), list(back)
    assert pair.until_quiet(60_000)
    assert (pair.b.heard, pair.a.heard) == (out, back)


def test_sequence_numbers_begin_anew_and_nothing_is_taken_for_an_old_one() -> None:
    pair = joined(flips=20, drops=20)
    out = messages("a", 1500)
    pair.a.to_say = list(out)
    assert pair.until_quiet(240_000)
    assert pair.b.heard == out


def in_order(heard: list[bytes], said: list[bytes]) -> bool:
    """Whether what was heard is a piece of what was said, without a hole."""
    return not heard or heard == said[said.index(heard[0]) :][: len(heard)]


@settings(max_examples=60, deadline=None)
@given(
    seed=SEEDS,
    restarts=st.lists(st.tuples(st.booleans(), st.integers(0, 300)), max_size=5),
    drops=st.integers(0, 40),
)
def test_after_any_restarts_the_newest_session_has_its_messages_once_and_in_order(
    seed: int, restarts: list[tuple[bool, int]], drops: int
) -> None:
    pair = Pair(seed, drops=drops)
    out, back = messages("a", 80), messages("b", 80)
    pair.a.to_say, pair.b.to_say = list(out), list(back)
    for a_does, after_ms in restarts:
        pair.run(after_ms)
        assert in_order(pair.b.heard, out)
        assert in_order(pair.a.heard, back)
        (pair.a if a_does else pair.b).start()
    pair.run(500)
    last = messages("c", 40)
    assert pair.until_quiet(60_000)
    pair.a.to_say, pair.b.to_say = list(last), list(last)
    assert pair.until_quiet(60_000)
    assert pair.b.heard[-40:] == last
    assert pair.a.heard[-40:] == last
    assert in_order(pair.b.heard, out + last)
    assert in_order(pair.a.heard, back + last)


def test_each_end_sees_the_other_start_anew() -> None:
    pair = joined()
    pair.b.start()
    assert pair.until_quiet(500)
    assert pair.a.link.session == 2
    pair.a.start()
    assert pair.until_quiet(500)
    assert (pair.a.link.session, pair.b.link.session) == (1, 2)
    assert pair.a.link.peer_greeting == b"who I am"


def test_frames_of_another_session_are_noise() -> None:
    pair = joined()
    pair.a.to_say = messages("old", 5)
    assert pair.until_quiet(500)
    stale = pair.there.record
    pair.a.start()
    assert pair.until_quiet(500)
    pair.b.heard = []
    assert pair.b.link.feed(stale, pair.now_ms) == []
    assert pair.b.link.damaged >= 5
    pair.a.to_say = messages("new", 5)
    assert pair.until_quiet(500)
    assert pair.b.heard == messages("new", 5)


def test_frames_that_come_twice_are_taken_once() -> None:
    pair = joined()
    pair.a.to_say = messages("a", 3)
    assert pair.until_quiet(500)
    assert pair.b.link.feed(pair.there.record, pair.now_ms) == []
    assert pair.b.link.doubled == 3


def test_a_gap_is_complained_of_once() -> None:
    pair = joined()
    pair.a.to_say = messages("a", 8)
    pair.there.drop_next = [4]
    written = pair.back.written
    assert pair.until_quiet(1000)
    assert pair.b.heard == messages("a", 8)
    assert pair.a.link.repeated == 8
    assert pair.back.written - written < 50


def test_what_is_sent_again_and_damaged_again_does_not_wait_for_a_timer() -> None:
    pair = joined()
    pair.a.to_say = messages("first", 1)  # a round trip is known now
    assert pair.until_quiet(500)
    pair.a.to_say = messages("a", 1)
    begun = pair.now_ms
    for _ in range(4):
        written = pair.there.written
        pair.there.drop_next = [6]
        while pair.there.written == written:
            pair.step()
    assert pair.until_quiet(500)
    assert pair.b.heard[-1:] == messages("a", 1)
    assert pair.now_ms - begun < 25, "one timer is 12 ms, and there were 4 losses"


def test_a_lost_nak_is_noticed_by_what_the_other_end_says_next() -> None:
    pair = joined()
    pair.a.to_say = messages("first", 1)
    assert pair.until_quiet(500)
    pair.a.to_say = messages("a", 1)
    begun = pair.now_ms
    pair.there.drop_next, pair.back.drop_next = [6], [2]
    assert pair.until_quiet(500)
    assert pair.now_ms - begun < 12


def test_one_lost_zero_at_the_end_costs_nothing() -> None:
    pair = joined()
    pair.a.to_say = messages("a", 1)
    pair.there.drop_next = [len(messages("a", 1)[0]) + 8]
    assert pair.until_quiet(500)
    assert (pair.a.link.repeated, pair.b.link.damaged) == (0, 0)


@pytest.mark.parametrize("byte_us", [0, 40, 87])
def test_a_long_way_for_many_bytes_is_no_loss(byte_us: int) -> None:
    pair = joined(byte_us=byte_us)
    pair.a.to_say = messages("a", 40, MAX_PAYLOAD)
    assert pair.until_quiet(10_000)
    assert pair.a.link.repeated == 0


def test_a_window_of_one_has_one_frame_on_its_way() -> None:
    pair = joined()
    pair.a.link.window = 1
    for message in messages("a", 5):
        pair.a.link.send(message)
    now = pair.now_ms
    assert frames_in(pair.a.link.poll(now)) == 1
    assert frames_in(pair.a.link.poll(now + 1)) == 0
    assert pair.a.link.room == 32 - 4


def test_the_smaller_window_of_both_ends_holds() -> None:
    pair = Pair(1)
    pair.b.link.window = 3
    assert pair.until_quiet(500)
    for message in messages("a", 8):
        pair.a.link.send(message)
    assert frames_in(pair.a.link.poll(pair.now_ms)) == 3


def test_an_end_that_stands_still_for_twenty_seconds_gets_everything_and_is_not_flooded() -> None:
    pair = joined()
    pair.b.stalled = True
    out = messages("a", 40, MAX_PAYLOAD)
    pair.a.to_say = list(out)
    pair.run(20_000)
    assert pair.there.written < 8 * 530 + 60 * 530, "the window, then its oldest frame by a timer"
    pair.b.stalled = False
    assert pair.until_quiet(10_000)
    assert pair.b.heard == out


def test_a_sign_of_life_is_answered_without_data() -> None:
    pair = joined()
    pair.run(1000)
    before = pair.a.link.heard_ms
    pair.run(500)
    assert pair.a.link.heard_ms == before, "an idle wire is silent"
    pair.a.link.ping()
    pair.run(5)
    assert pair.a.link.heard_ms > before


def test_an_acknowledgement_rides_on_the_answer() -> None:
    pair = joined()
    pair.a.to_say = messages("a", 1)
    pair.b.to_say = messages("b", 1)
    written = pair.there.written
    assert pair.until_quiet(500)
    assert pair.there.written - written < 60


def test_nothing_is_sent_to_nobody() -> None:
    link = Link(1)
    with pytest.raises(NoSessionError):
        link.send(b"hello")
    assert link.due_ms() == 0
    assert frames_in(link.poll(0)) == 1
    assert link.poll(1) == b""
    assert link.due_ms() == 50


@pytest.mark.parametrize("message", [b"", bytes(MAX_PAYLOAD + 1)])
def test_a_message_of_a_wrong_size_is_refused(message: bytes) -> None:
    pair = joined()
    with pytest.raises(ValueError, match="1 to 512 bytes"):
        pair.a.link.send(message)


def test_more_than_the_queue_holds_is_refused() -> None:
    pair = joined()
    for message in messages("a", pair.a.link.room):
        pair.a.link.send(message)
    with pytest.raises(QueueFullError):
        pair.a.link.send(b"one more")


def test_a_greeting_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 96"):
        Link(1, bytes(97))


def test_a_megabyte_of_anything_takes_no_memory_and_harms_nothing() -> None:
    pair = joined()
    chance = Chance(5)
    noise = chance.bytes(4096)
    endless = bytes([7]) * 4096
    tracemalloc.start()
    try:
        for piece in (noise, endless) * 128:
            assert pair.b.link.feed(piece, pair.now_ms) == []
            pair.b.link.poll(pair.now_ms)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
    pair.a.to_say = messages("a", 5)
    assert pair.until_quiet(1000)
    assert pair.b.heard == messages("a", 5)


def test_a_thousand_greetings_are_answered_once() -> None:
    pair = joined()
    greeting = Link(77).poll(0)
    pair.b.link.feed(greeting * 1000, pair.now_ms)
    assert frames_in(pair.b.link.poll(pair.now_ms)) == 1


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, positions=st.lists(st.integers(0, 4000), max_size=8), cut=st.integers(0, 4000))
def test_mutated_frames_never_become_messages(seed: int, positions: list[int], cut: int) -> None:
    pair = joined(seed)
    pair.a.to_say = messages("a", 10, 40)
    assert pair.until_quiet(1000)
    chance = Chance(seed)
    hurt = bytearray(pair.there.record)
    for position in positions:
        hurt[position % len(hurt)] ^= 1 + chance.below(255)
    assert pair.b.link.feed(bytes(hurt[cut % len(hurt) :]), pair.now_ms) == []
    pair.a.to_say = messages("after", 3)
    assert pair.until_quiet(5000)
    assert pair.b.heard[-3:] == messages("after", 3)
