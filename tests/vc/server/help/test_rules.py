"""The help desk's rules: first come, first served, one call each, and an end to every wait."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.errors import MotcuaError
from vc.helping import Ended, HelpStage, Hidden
from vc.server.help import rules
from vc.server.help.rules import (
    Desk,
    DeskFullError,
    HelpCall,
    HelpRules,
    InCallError,
    NobodyThereError,
    NoCallError,
    TakenError,
)

RULES = HelpRules(most_waiting=2)


def call(name: str, *, kiosk: str = "", at: float = 0.0) -> HelpCall:
    return HelpCall(
        id=name, kiosk=kiosk or f"kiosk-{name}", site="Gio Linh", language="vi", since=at, heard=at
    )


def asked(*names: str) -> Desk:
    desk = Desk()
    for name in names:
        desk = rules.ask(desk, call(name), RULES, officers=1)
    return desk


def test_who_came_first_is_first() -> None:
    desk = asked("a", "b")
    assert [desk.ahead(one) for one in ("a", "b")] == [0, 1]
    assert rules.take(desk, "a", "s1", "Bình", 5).ahead("b") == 0


def test_nobody_waits_at_an_empty_desk() -> None:
    with pytest.raises(NobodyThereError):
        rules.ask(Desk(), call("a"), RULES, officers=0)


def test_the_queue_has_an_end_and_a_call_that_was_taken_makes_room() -> None:
    desk = asked("a", "b")
    with pytest.raises(DeskFullError):
        rules.ask(desk, call("c"), RULES, officers=1)
    desk = rules.take(desk, "a", "s1", "Bình", 5)
    assert rules.ask(desk, call("c"), RULES, officers=1).ahead("c") == 1


def test_a_kiosk_that_calls_again_has_the_new_call_alone() -> None:
    desk = rules.ask(asked("a"), call("b", kiosk="kiosk-a"), RULES, officers=1)
    assert [one.id for one in desk.calls] == ["b"]


def test_the_first_officer_gets_the_call_and_twice_is_once() -> None:
    desk = rules.take(asked("a"), "a", "s1", "Bình", 5)
    assert rules.take(desk, "a", "s1", "Bình", 9) == desk
    with pytest.raises(TakenError):
        rules.take(desk, "a", "s2", "An", 5)


def test_an_officer_has_one_call_at_a_time() -> None:
    desk = rules.take(asked("a", "b"), "a", "s1", "Bình", 5)
    with pytest.raises(InCallError):
        rules.take(desk, "b", "s1", "Bình", 6)
    assert rules.take(rules.end(desk, "a"), "b", "s1", "Bình", 7).of("b").officer == "Bình"


@pytest.mark.parametrize(
    "deed",
    [
        lambda: rules.take(Desk(), "a", "s1", "Bình", 0),
        lambda: rules.heard(Desk(), "a", 0),
        lambda: rules.hide(Desk(), "a", None),
    ],
)
def test_a_call_that_is_over_is_unknown(deed: Callable[[], Desk]) -> None:
    with pytest.raises(NoCallError):
        deed()


def test_no_answer_for_a_minute_ends_the_wait() -> None:
    desk = rules.heard(asked("a"), "a", 59)
    assert rules.overdue(desk, RULES, 59.9) == ()
    assert rules.overdue(rules.heard(desk, "a", 60), RULES, 60) == (("a", Ended.NO_ANSWER),)


def test_a_kiosk_that_falls_silent_is_gone_and_no_call_lasts_for_ever() -> None:
    desk = rules.take(asked("a", "b"), "a", "s1", "Bình", 5)
    assert rules.overdue(desk, RULES, 15) == (("a", Ended.LOST), ("b", Ended.LOST))
    long = rules.heard(rules.end(desk, "b"), "a", 1804)
    assert rules.overdue(long, RULES, 1804.9) == ()
    assert rules.overdue(long, RULES, 1805) == (("a", Ended.TOO_LONG),)


def test_the_form_is_hidden_until_it_is_shown() -> None:
    desk = asked("a")
    assert desk.of("a").hidden is Hidden.UNASKED
    assert rules.hide(desk, "a", None).of("a").hidden is None


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "take", "end"]),
        st.sampled_from("abcd"),
        st.sampled_from(["k1", "k2", "k3"]),
    ),
    max_size=30,
)


@given(deeds=DEEDS)
def test_whatever_happens_a_kiosk_and_an_officer_have_one_call_each(
    deeds: list[tuple[str, str, str]],
) -> None:
    desk = Desk()
    for at, (deed, name, who) in enumerate(deeds):
        try:
            match deed:
                case "ask":
                    desk = rules.ask(
                        rules.end(desk, name), call(name, kiosk=who, at=at), RULES, officers=1
                    )
                case "take":
                    desk = rules.take(desk, name, who, "Bình", at)
                case _:
                    desk = rules.end(desk, name)
        except MotcuaError:
            continue
        kiosks = [one.kiosk for one in desk.calls]
        seats = [one.seat for one in desk.calls if one.seat]
        waiting = [one for one in desk.calls if one.stage is HelpStage.WAITING]
        assert len(kiosks) == len({*kiosks})
        assert len(seats) == len({*seats})
        assert len(waiting) <= RULES.most_waiting
