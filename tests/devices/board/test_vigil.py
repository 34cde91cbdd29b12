"""Which parts live, moment by moment."""

import itertools

import pytest

from devices.board.config import WatchdogConfig
from devices.board.vigil import Vigil, shares
from devices.contract.config import BadConfigError, from_document
from devices.runtime.settings import MOST_STATUS_S, ProcessConfig

SILENCE, STEADY = 180.0, 45.0


_seqs = itertools.count()


def seq() -> int:
    return next(_seqs)


def vigil(*parts: str) -> Vigil:
    return Vigil(parts, SILENCE)


def test_a_part_that_was_never_there_is_silent() -> None:
    watched = vigil("kiosk", "counter")
    assert watched.silent(0) == ("kiosk", "counter")
    assert watched.silent(10_000) == ("kiosk", "counter")


def test_a_part_proves_itself_by_telling_for_a_while() -> None:
    watched = vigil("kiosk")
    watched.told("kiosk", 7, seq(), 10)
    assert watched.silent(10) == ("kiosk",), "it has only just been born"
    watched.told("kiosk", 7, seq(), 10 + STEADY)
    assert watched.silent(10 + STEADY) == ()


def test_a_silent_part_is_missed_after_its_time_and_not_before() -> None:
    watched = vigil("kiosk", "counter")
    for second in range(0, 601, 60):
        watched.told("counter", 1, seq(), second)
    for second in range(0, 301, 60):
        watched.told("kiosk", 1, seq(), second)
    assert watched.silent(300 + SILENCE) == ()
    assert watched.silent(300 + SILENCE + 1) == ("kiosk",)


def test_a_part_that_tells_as_rarely_as_it_may_be_told_to_is_never_missed() -> None:
    silence_s, _ = shares(WatchdogConfig(parts=("kiosk",)).limit_s)
    watched, rarest_s = Vigil(("kiosk",), silence_s), round(MOST_STATUS_S * 7 / 6)  # and its jitter
    for told_s in range(0, 5000, rarest_s):
        watched.told("kiosk", 1, seq(), told_s)
        if told_s:
            assert watched.silent(told_s + rarest_s) == ()
    with pytest.raises(BadConfigError, match="status_every_s"):
        from_document({"box": "b", "status_every_s": MOST_STATUS_S + 1}, ProcessConfig)


def test_a_part_that_said_goodbye_is_not_waited_for_until_it_is_there_again() -> None:
    watched = vigil("kiosk", "counter")
    for second in range(0, 601, 60):
        watched.told("counter", 1, seq(), second)
    watched.told("kiosk", 4, seq(), 0)
    watched.rested("kiosk", 4)
    watched.told("kiosk", 4, seq(), 1)  # what the broker kept of that life
    assert (watched.silent(600), watched.resting()) == ((), ("kiosk",))
    watched.began("kiosk", 5)
    assert (watched.silent(600), watched.resting()) == (("kiosk",), ()), "it has to prove itself"


def test_a_status_of_a_later_life_ends_a_rest_and_an_older_word_does_not() -> None:
    watched = vigil("kiosk")
    watched.rested("kiosk", 4)
    watched.began("kiosk", 3)
    assert watched.resting() == ("kiosk",)
    watched.told("kiosk", 5, seq(), 0)
    assert watched.silent(0) == ("kiosk",)
    watched.rested("kiosk", 4)
    assert watched.silent(0) == ("kiosk",)


def test_a_part_that_dies_over_and_over_proves_nothing() -> None:
    watched = vigil("kiosk")
    for boot in range(100):
        watched.told("kiosk", boot, seq(), boot * 40)
        watched.told("kiosk", boot, seq(), boot * 40 + 30)
    assert watched.silent(4000) == ("kiosk",)


def test_one_restart_is_never_a_reason() -> None:
    watched = vigil("kiosk")
    watched.told("kiosk", 1, seq(), 0)
    watched.told("kiosk", 1, seq(), 70)
    down_s, first_s = 70 + 60, 70 + 60 + 30  # killed just before it would have told, started slowly
    watched.told("kiosk", 2, seq(), first_s)
    for second in range(70, first_s + 70):
        assert watched.silent(second) == (), f"{second} s, it was down until {down_s} s"
    watched.told("kiosk", 2, seq(), first_s + 70)
    assert watched.silent(first_s + 70) == ()


def test_what_the_broker_kept_proves_nothing() -> None:
    watched = vigil("kiosk")
    for second in range(0, 1000, 100):  # the same again at each new line
        watched.told("kiosk", 1, 5, second)
        assert watched.silent(second) == ("kiosk",)
    watched.told("kiosk", 1, 6, 1000)
    assert watched.silent(1000) == ()


def test_strangers_are_no_business_of_the_vigil() -> None:
    watched = vigil("kiosk")
    watched.told("room", 1, seq(), 0)
    watched.told("room", 1, seq(), 100)
    assert watched.silent(100) == ("kiosk",)


def test_the_parts_share_of_a_limit_and_the_boards_are_the_limit() -> None:
    for limit_s in (300, 301, 3600):
        silence_s, counts_s = shares(limit_s)
        assert silence_s + counts_s <= limit_s
        assert silence_s >= SILENCE
        assert counts_s >= 120
