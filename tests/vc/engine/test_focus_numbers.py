"""Names and numbers on the media wires."""

from vc.engine.focus.numbers import Numbers


def test_a_name_keeps_its_number() -> None:
    numbers = Numbers()
    first = numbers.of("a", frozenset())
    assert numbers.of("b", frozenset()) != first
    assert numbers.of("a", frozenset()) == first
    assert numbers.name(first) == "a"
    assert numbers.name(77) == ""


def test_when_all_are_dealt_only_a_name_that_is_not_in_use_loses_its_number() -> None:
    numbers = Numbers(most=2)
    a, b = numbers.of("a", frozenset()), numbers.of("b", frozenset())
    assert numbers.of("c", frozenset({"a"})) == b
    assert (numbers.name(a), numbers.name(b)) == ("a", "c")
    assert numbers.of("d", frozenset({"a"})) == b
    assert numbers.of("a", frozenset()) == a
