"""Who speaks, by levels alone."""

from collections.abc import Sequence

from vc.server.speaking import KEEPS_S, LOUD_DBFS, TAKES_S, Speaking

BOTH = frozenset({"a", "b"})
LOUD, QUIET = -20.0, -70.0


def heard(speaking: Speaking, steps: Sequence[tuple[float, dict[str, float]]]) -> list[str]:
    return [speaking.heard(dbfs, BOTH, at) for at, dbfs in steps]


def test_somebody_speaks_once_he_is_the_loudest_for_a_moment_and_draws_breath() -> None:
    speaking = Speaking()
    steps = [(at / 10, {"a": LOUD, "b": QUIET}) for at in range(11)]
    who = heard(speaking, steps)
    begins = int(TAKES_S * 10)
    assert who == [""] * begins + ["a"] * (11 - begins)
    assert speaking.heard({"a": QUIET}, BOTH, 1 + KEEPS_S / 2) == "a"
    assert speaking.heard({"a": QUIET}, BOTH, 1.2 + KEEPS_S) == ""


def test_a_cough_takes_nothing_and_who_is_louder_for_longer_does() -> None:
    speaking = Speaking()
    heard(speaking, [(0.0, {"a": LOUD}), (1.0, {"a": LOUD})])
    assert speaking.heard({"a": LOUD, "b": LOUD + 5}, BOTH, 1.1) == "a"
    assert speaking.heard({"a": LOUD, "b": QUIET}, BOTH, 1.3) == "a"
    assert speaking.heard({"a": LOUD, "b": LOUD + 5}, BOTH, 1.4) == "a"
    assert speaking.heard({"a": LOUD, "b": LOUD + 5}, BOTH, 1.5 + TAKES_S) == "b"


def test_who_is_muted_or_quiet_does_not_speak() -> None:
    speaking = Speaking()
    heard(speaking, [(0.0, {"a": LOUD}), (1.0, {"a": LOUD})])
    assert speaking.heard({"a": LOUD}, frozenset({"b"}), 1.1) == ""
    assert heard(Speaking(), [(0.0, {"a": LOUD_DBFS}), (1.0, {"a": LOUD_DBFS})]) == ["", ""]
