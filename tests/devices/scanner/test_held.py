"""A symbol before the camera is told once."""

from devices.scanner.held import HeldSymbols


def test_a_symbol_held_is_told_once() -> None:
    held = HeldSymbols()
    assert held.newly(["a"], 0.0) == ["a"]
    assert [held.newly(["a"], at / 4) for at in range(1, 12)] == [[]] * 11


def test_pictures_that_miss_it_do_not_make_it_new() -> None:
    held = HeldSymbols()
    held.newly(["a"], 0.0)
    assert held.newly([], 0.3) == []
    assert held.newly(["a"], 0.6) == []


def test_it_is_told_again_when_it_was_gone_or_three_seconds_have_passed() -> None:
    held = HeldSymbols()
    held.newly(["a"], 0.0)
    assert held.newly([], 0.5) == []
    assert held.newly(["a"], 1.0) == ["a"]
    for at in (1.5, 2.0, 2.5, 3.0, 3.5):
        assert held.newly(["a"], at) == []
    assert held.newly(["a"], 4.0) == ["a"]


def test_two_symbols_are_told_apart() -> None:
    held = HeldSymbols()
    assert held.newly(["a"], 0.0) == ["a"]
    assert held.newly(["a", "b"], 0.2) == ["b"]
