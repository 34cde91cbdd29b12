"""The call of a room: when it joins, what it tries again, when it stays out."""

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.vc.example import STARTS_AT, example_plan
from vc.endpoint.happenings import (
    AnyEffect,
    AnyHappening,
    AskForKeyframe,
    AskForOrder,
    Began,
    Closed,
    CloseSession,
    Failure,
    Moment,
    NotExpected,
    Noticed,
    NotOpened,
    Opened,
    OpenSession,
    Ordered,
    Seen,
    Ticked,
    ToldToLeave,
)
from vc.endpoint.room import MOST_S, REFUSED_S, Call, CallState, step
from vc.messages import JoinConference, RoomNotice
from vc.state import Phase

PLAN = example_plan()
LONG_BEFORE = STARTS_AT - timedelta(hours=5)
PLANNED = RoomNotice(
    revision=1,
    conference=PLAN.id,
    member="dong-ha",
    title=PLAN.title,
    starts_at=PLAN.starts_at,
    join_before_s=PLAN.join_before_s,
)
LIVE = msgspec.structs.replace(PLANNED, phase=Phase.LIVE)


def order(token: int = 1, conference: str = PLAN.id, valid_s: float = 60) -> JoinConference:
    return JoinConference(
        conference=conference,
        member="dong-ha",
        url="http://127.0.0.1:1/room/x",
        token=f"token-of-sixteen-{token}",
        valid_until=STARTS_AT + timedelta(seconds=valid_s),
    )


class Play:
    """A call being played, with a clock that is moved by hand."""

    def __init__(self, wall_s: float = 0.0) -> None:
        self.call = Call()
        self.at = Moment(now=STARTS_AT + timedelta(seconds=wall_s), monotonic=100.0)
        self.done: list[AnyEffect] = []

    def happens(self, happening: AnyHappening) -> tuple[AnyEffect, ...]:
        self.call, effects = step(self.call, happening, self.at)
        self.done.extend(effects)
        return effects

    def passes(self, seconds: float) -> tuple[AnyEffect, ...]:
        self.at = Moment(
            now=self.at.now + timedelta(seconds=seconds), monotonic=self.at.monotonic + seconds
        )
        return self.happens(Ticked())

    def is_in(self) -> "Play":
        self.happens(Ordered(order=order()))
        self.happens(Opened(session=self.call.session))
        assert self.state() is CallState.IN
        return self

    def state(self) -> CallState:
        return self.call.state


def test_a_room_that_is_told_to_join_offers_a_session_at_once() -> None:
    play = Play()
    (effect,) = play.happens(Ordered(order=order()))
    assert effect == OpenSession(session=1, order=order())
    assert play.state() is CallState.JOINING
    play.happens(Opened(session=1))
    assert play.state() is CallState.IN


def test_an_order_that_comes_twice_is_one_order() -> None:
    play = Play()
    play.happens(Ordered(order=order()))
    assert play.happens(Ordered(order=order())) == ()
    play.happens(Opened(session=1))
    assert play.happens(Ordered(order=order())) == ()


def test_a_room_waits_for_its_time_and_then_asks_to_be_let_in() -> None:
    play = Play(wall_s=(LONG_BEFORE - STARTS_AT).total_seconds())
    assert play.happens(Noticed(notice=PLANNED)) == ()
    assert play.state() is CallState.EXPECTED
    due_s = (STARTS_AT - LONG_BEFORE).total_seconds() - PLAN.join_before_s
    assert play.passes(due_s - 1) == ()
    assert play.passes(1) == (AskForOrder(),)
    assert play.state() is CallState.JOINING
    assert play.happens(Ordered(order=order()))[0] == OpenSession(session=1, order=order())


def test_a_room_that_starts_late_goes_about_joining_at_once() -> None:
    play = Play()
    assert play.happens(Began()) == (AskForOrder(),)
    assert play.happens(Noticed(notice=LIVE)) == (AskForOrder(),)


def test_a_room_that_is_expected_nowhere_asks_for_nothing() -> None:
    play = Play()
    play.happens(Began())
    play.done.clear()
    play.happens(Noticed(notice=RoomNotice()))
    for _ in range(100):
        play.passes(60)
    assert play.done == []
    assert play.state() is CallState.IDLE


def test_an_order_nobody_took_is_tried_again_while_it_is_valid() -> None:
    play = Play()
    play.happens(Ordered(order=order(valid_s=60)))
    for session in range(1, 8):
        play.happens(NotOpened(session=session, failure=Failure.UNREACHABLE))
        assert play.passes(MOST_S) == (OpenSession(session=session + 1, order=order()),)
    play.happens(NotOpened(session=8, failure=Failure.UNREACHABLE))
    assert play.passes(60) == (AskForOrder(),)


def test_a_token_that_was_taken_is_never_offered_twice() -> None:
    play = Play().is_in()
    play.happens(Closed(session=1, text="gone"))
    assert play.state() is CallState.LOST
    assert play.passes(MOST_S) == (AskForOrder(),)
    assert play.state() is CallState.REJOINING
    assert play.happens(Ordered(order=order(2))) == (OpenSession(session=2, order=order(2)),)


def test_a_refused_token_is_replaced_by_a_fresh_one() -> None:
    play = Play()
    play.happens(Ordered(order=order()))
    play.happens(NotOpened(session=1, failure=Failure.TOKEN))
    assert play.passes(MOST_S) == (AskForOrder(),)


def test_a_room_that_is_not_let_in_says_so_and_asks_again_rarely() -> None:
    play = Play()
    play.happens(Noticed(notice=LIVE))
    play.happens(Ordered(order=order()))
    play.happens(NotOpened(session=1, failure=Failure.REFUSED, text="Hội nghị đã khóa."))
    assert (play.state(), play.call.text) == (CallState.REFUSED, "Hội nghị đã khóa.")
    assert play.passes(REFUSED_S - 1) == ()
    assert play.passes(1) == (AskForOrder(),)


def test_a_room_that_was_told_to_leave_stays_out_until_it_is_ordered_in() -> None:
    play = Play().is_in()
    play.happens(Noticed(notice=LIVE))
    left = play.happens(ToldToLeave(conference=PLAN.id, reason="Mời ra"))
    assert left == (CloseSession(session=1),)
    play.done.clear()
    play.happens(Noticed(notice=msgspec.structs.replace(LIVE, revision=9)))
    for _ in range(100):
        play.passes(10)
    assert play.done == []
    assert play.state() is CallState.LEFT
    assert play.happens(Ordered(order=order(2, valid_s=9_000)))[0].session == 2  # type: ignore[union-attr]


def test_a_room_told_to_leave_another_conference_stays() -> None:
    play = Play().is_in()
    assert play.happens(ToldToLeave(conference="hop-khac")) == ()
    assert play.state() is CallState.IN


def test_a_room_leaves_when_the_meeting_ends() -> None:
    play = Play().is_in()
    play.happens(Noticed(notice=LIVE))
    ended = msgspec.structs.replace(LIVE, phase=Phase.ENDED)
    assert play.happens(Noticed(notice=ended)) == (CloseSession(session=1),)
    assert play.state() is CallState.LEFT


def test_an_order_for_another_conference_ends_the_session_first() -> None:
    play = Play().is_in()
    other = order(2, conference="hop-khac")
    effects = play.happens(Ordered(order=other))
    assert effects == (CloseSession(session=1), OpenSession(session=2, order=other))


def test_an_old_picture_is_called_old_then_asked_for_and_then_the_session_ends() -> None:
    play = Play().is_in()
    play.passes(0.9)
    assert not play.call.is_frozen(play.at)
    assert play.passes(0.3) == (AskForKeyframe(session=1),)
    assert play.call.is_frozen(play.at)
    assert play.state() is CallState.IN
    play.happens(Seen(session=1))
    assert not play.call.is_frozen(play.at), "a new picture must heal it"
    assert CloseSession(session=1) in play.passes(5.1)
    assert play.state() is CallState.LOST


def test_a_fresh_order_replaces_a_session_whose_picture_stands_still() -> None:
    play = Play().is_in()
    assert play.happens(Ordered(order=order(2))) == ()
    assert play.passes(0.5) == ()
    assert play.passes(0.7) == (CloseSession(session=1),)
    assert play.passes(MOST_S) == (OpenSession(session=2, order=order(2)),)


def test_what_an_older_session_tells_is_ignored() -> None:
    play = Play().is_in()
    play.happens(Closed(session=1))
    play.happens(Ordered(order=order(2)))
    before = play.call
    for stale in (Opened(session=1), Closed(session=1), Seen(session=1)):
        assert play.happens(stale) == ()
        assert play.call == before


HAPPENINGS = st.one_of(
    st.just(Began()),
    st.integers(1, 4).map(lambda n: Ordered(order=order(n, valid_s=20.0 * n))),
    st.just(Ordered(order=order(9, conference="hop-khac"))),
    st.sampled_from([PLAN.id, "hop-khac"]).map(lambda name: ToldToLeave(conference=name)),
    st.sampled_from([PLANNED, LIVE, RoomNotice()]).map(lambda notice: Noticed(notice=notice)),
    st.booleans().map(lambda retry: NotExpected(text="Chưa mở", retry=retry)),
    st.integers(1, 6).map(lambda n: Opened(session=n)),
    st.tuples(st.integers(1, 6), st.sampled_from(Failure)).map(
        lambda it: NotOpened(session=it[0], failure=it[1])
    ),
    st.integers(1, 6).map(lambda n: Closed(session=n)),
    st.integers(1, 6).map(lambda n: Seen(session=n)),
    st.floats(0.1, 40.0),
)


@given(st.lists(HAPPENINGS, max_size=60))
def test_whatever_happens_there_is_one_session_at_most_and_no_token_is_taken_twice(
    story: list[AnyHappening | float],
) -> None:
    play, open_now, offered = Play(), set[int](), list[str]()
    untaken = set[str]()
    for event in story:
        effects = play.passes(event) if isinstance(event, float) else play.happens(event)
        if isinstance(event, NotOpened | Closed) and event.session in open_now:
            open_now.discard(event.session)
            if isinstance(event, NotOpened) and event.failure is Failure.UNREACHABLE:
                untaken.add(offered[-1])
        for effect in effects:
            if isinstance(effect, CloseSession):
                assert effect.session in open_now
                open_now.discard(effect.session)
            if isinstance(effect, OpenSession):
                assert not open_now, "a second session beside the first"
                assert effect.order.token not in offered or effect.order.token in untaken
                assert play.at.monotonic < play.call.good_until
                untaken.discard(effect.order.token)
                offered.append(effect.order.token)
                open_now.add(effect.session)
        assert play.call.is_open == bool(open_now)


@given(st.lists(HAPPENINGS, max_size=60), st.floats(0, 1))
def test_whatever_happened_a_live_conference_is_joined_again_within_ten_seconds(
    story: list[AnyHappening | float], chance: float
) -> None:
    """The server is back: it answers every question with an order and takes every offer."""
    play = Play()
    for event in story:
        _ = play.passes(event) if isinstance(event, float) else play.happens(event)
    play.happens(Noticed(notice=LIVE))
    play.happens(Ordered(order=order(77, valid_s=1e6)))
    if play.call.is_open:
        play.happens(Closed(session=play.call.session))
    waited, token = 0.0, 100
    while play.state() is not CallState.IN and waited < 10:
        play.at = msgspec.structs.replace(play.at, chance=chance)
        effects = play.passes(0.25)
        waited += 0.25
        while effects:
            token += 1
            answer: AnyHappening = Opened(session=play.call.session)
            if isinstance(effects[-1], AskForOrder):
                answer = Ordered(order=order(token, valid_s=1e6))
            effects = play.happens(answer)
    assert play.state() is CallState.IN
