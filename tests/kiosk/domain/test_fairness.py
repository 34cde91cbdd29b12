"""QUE-3: ratio, bounded wait, no starvation."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.fairness import Reason, Rule, Upcoming, Waiting, calls_bound, next_up, order

MORNING = datetime(2026, 7, 13, 1, 0, tzinfo=UTC)


def line(kinds: str, apart_s: float = 60) -> list[Waiting]:
    """Return a line from its kinds: `P` priority, `n` normal, in the order of issue."""
    return [
        Waiting(f"{kind}{turn}", turn, MORNING + timedelta(seconds=apart_s * turn), kind == "P")
        for turn, kind in enumerate(kinds)
    ]


def called(kinds: str, rule: Rule, recent: tuple[bool, ...] = (), now: datetime = MORNING) -> str:
    return " ".join(up.ticket.id for up in order(line(kinds), recent, rule, now))


def test_one_priority_ticket_is_called_to_n_others() -> None:
    assert called("nnnnnnPPP", Rule(normal_per_priority=2)) == "P6 n0 n1 P7 n2 n3 P8 n4 n5"
    assert called("nnnPPP", Rule(normal_per_priority=1)) == "P3 n0 P4 n1 P5 n2"


def test_a_priority_ticket_never_waits_for_one_who_came_later() -> None:
    assert called("PPPnnn", Rule(normal_per_priority=2)) == "P0 P1 P2 n3 n4 n5"


def test_the_counters_own_latest_calls_decide_whose_turn_it_is() -> None:
    rule = Rule(normal_per_priority=2)
    assert called("nnnP", rule, (True,)) == "n0 n1 P3 n2"
    assert called("nnnP", rule, (True, False)) == "n0 P3 n1 n2"
    assert called("nnnP", rule, (True, False, False)) == "P3 n0 n1 n2"


def test_who_waited_beyond_the_limit_is_not_overtaken_any_more() -> None:
    rule = Rule(normal_per_priority=2, max_wait_min=30)
    later = MORNING + timedelta(minutes=31)
    up = next_up(line("nnnP"), (), rule, later)
    assert up is not None
    assert (up.ticket.id, up.reason) == ("n0", Reason.OVERDUE)
    assert called("nnnP", rule, now=later) == "n0 P3 n1 n2"


def test_each_place_in_the_line_has_its_reason() -> None:
    ups = order(line("nnP"), (), Rule(normal_per_priority=1), MORNING)
    assert [up.reason for up in ups] == [Reason.PRIORITY, Reason.ORDER, Reason.ORDER]


def test_nobody_is_called_when_nobody_waits() -> None:
    assert next_up([], (), Rule(), MORNING) is None


@given(st.text("Pn", max_size=60), st.integers(1, 5), st.lists(st.booleans(), max_size=8))
def test_everybody_who_waits_is_in_the_order_once(
    kinds: str, ratio: int, recent: list[bool]
) -> None:
    rule = Rule(normal_per_priority=ratio)
    ups = order(line(kinds), recent, rule, MORNING + timedelta(hours=1))
    assert sorted(up.ticket.turn for up in ups) == list(range(len(kinds)))


Choose = Callable[[Sequence[Waiting], Sequence[bool], Rule, datetime], Upcoming | None]


def priority_first(waiting: Sequence[Waiting], *_: object) -> Upcoming:
    return Upcoming(
        min(waiting, key=lambda ticket: (not ticket.priority, ticket.turn)), Reason.ORDER
    )


class EndlessDay:
    """A site where somebody new comes before every call, for ever; counters call in any order."""

    def __init__(self, rule: Rule, counters: int, choose: Choose = next_up) -> None:
        self.rule = rule
        self.choose = choose
        self.waiting: list[Waiting] = []
        self.recent: list[list[bool]] = [[] for _ in range(counters)]
        self.bounds: dict[str, int] = {}
        self.calls = 0
        self.came = 0
        self.worst: list[tuple[int, int]] = []

    def arrive(self, *, priority: bool) -> None:
        ticket = Waiting(str(self.came), self.came, MORNING + self.elapsed, priority)
        older_normal = sum(not other.priority for other in self.waiting)
        self.bounds[ticket.id] = self.calls + calls_bound(
            self.rule,
            older=len(self.waiting),
            older_normal=older_normal,
            priority=priority,
            counters=len(self.recent),
        )
        self.waiting.append(ticket)
        self.came += 1

    @property
    def elapsed(self) -> timedelta:
        return timedelta(minutes=2 * self.calls)

    def call(self, counter: int) -> None:
        up = self.choose(self.waiting, self.recent[counter], self.rule, MORNING + self.elapsed)
        self.calls += 1
        assert up is not None
        self.waiting.remove(up.ticket)
        self.recent[counter].append(up.ticket.priority)
        self.worst.append((self.calls, self.bounds[up.ticket.id]))

    def late(self) -> list[str]:
        """Return who should have been called by now and was not."""
        return [one.id for one in self.waiting if self.bounds[one.id] <= self.calls]


DAYS = st.lists(
    st.tuples(st.lists(st.booleans(), max_size=3), st.integers(0, 2)), min_size=1, max_size=120
)


@given(DAYS, st.integers(1, 4), st.integers(1, 3), st.integers(0, 12), st.sampled_from([5, 600]))
def test_with_endless_arrivals_of_both_kinds_every_ticket_is_called_within_the_bound(
    day: list[tuple[list[bool], int]], ratio: int, counters: int, crowd: int, limit: int
) -> None:
    site = EndlessDay(Rule(normal_per_priority=ratio, max_wait_min=limit), counters)
    for at in range(crowd):
        site.arrive(priority=at % 3 == 0)
    for arrivals, counter in day:
        site.arrive(priority=True)  # a flood of priority tickets: the hardest for the others
        for priority in arrivals:
            site.arrive(priority=priority)
        site.call(counter % counters)
    assert all(call <= bound for call, bound in site.worst)
    assert site.late() == []


def test_the_bound_is_reached() -> None:
    site = EndlessDay(Rule(normal_per_priority=1), 1)
    site.arrive(priority=False)
    site.arrive(priority=True)
    site.call(0)
    site.call(0)
    assert site.worst[-1] == (2, 2)


def test_a_rule_by_which_priority_always_goes_first_breaks_the_bound() -> None:
    """A negative control of the property above: such a rule starves a normal ticket."""
    site = EndlessDay(Rule(normal_per_priority=1), 1, priority_first)
    site.arrive(priority=False)
    for _ in range(5):
        site.arrive(priority=True)
        site.call(0)
    assert site.late() == ["0"]
