from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vc.media.keyframes import KeyframeGate, KeyframeWish

MOMENTS = st.lists(st.tuples(st.floats(0, 0.3), st.booleans()), max_size=300)


def test_the_first_who_asks_is_served_at_once() -> None:
    gate = KeyframeGate()
    assert not gate.due(10.0)
    gate.ask()
    assert gate.due(10.0)


def test_ten_who_ask_together_are_served_by_one_keyframe() -> None:
    gate = KeyframeGate()
    for _ in range(10):
        gate.ask()
    gate.made(10.0)
    assert not gate.due(20.0)


def test_who_asks_soon_after_waits_but_is_not_forgotten() -> None:
    gate = KeyframeGate()
    gate.ask()
    gate.made(10.0)
    gate.ask()
    assert not gate.due(10.9)
    assert gate.due(11.0)


@given(MOMENTS)
def test_keyframes_are_a_second_apart_and_nobody_waits_longer(
    steps: list[tuple[float, bool]],
) -> None:
    gate, now, made, asked = KeyframeGate(), 100.0, [], None
    for step, asks in steps:
        now += step
        if asks:
            gate.ask()
            asked = now if asked is None else asked
        if gate.due(now):
            gate.made(now)
            made.append(now)
            asked = None
        assert asked is None or now - asked < 1.0
    assert all(later - earlier >= 1.0 for earlier, later in pairwise(made))


def test_a_decoder_asks_again_twice_a_second_until_it_has_a_keyframe() -> None:
    wish = KeyframeWish()
    wish.met()
    assert not wish.due(5.0)
    wish.lack()
    moments = [now / 100 for now in range(500, 700) if wish.due(now / 100)]
    assert moments == [5.0, 5.5, 6.0, 6.5]
    wish.met()
    assert not wish.due(9.0)
