from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.contract.config import BadConfigError, from_document
from kiosk.domain.fees import (
    Amount,
    Channel,
    Discount,
    Fee,
    FeeNotInForceError,
    FeeRule,
    Free,
    Group,
    Order,
    PerCase,
    PerCopy,
    PerPage,
    PerPerson,
    Price,
    SetByCouncil,
    Standing,
    Tier,
    Unknown,
    amount,
    total,
)

DAY = date(2026, 11, 23)
COPIES = PerPage(
    tiers=(
        Tier(from_page=1, price=Price(counter=2000)),
        Tier(from_page=3, price=Price(counter=1000)),
    ),
    cap=200_000,
)
TEMPORARY = PerPerson(
    price=Price(counter=15_000, online=7_000), by_list=Price(counter=10_000, online=5_000)
)
ONLINE = Channel.ONLINE


def fee(rule: FeeRule, **more: object) -> Fee:
    return Fee(names={"vi": "Phí"}, rule=rule, **more)  # type: ignore[arg-type]  # any of its keys


def vnd(rule: FeeRule, order: Order) -> int | None:
    return amount(fee(rule), order, DAY).vnd


@pytest.mark.parametrize(
    ("pages", "copies", "expected"),
    [
        (5, 3, 21_000),
        (1, 1, 2_000),
        (2, 1, 4_000),
        (3, 1, 5_000),
        (197, 1, 199_000),
        (198, 1, 200_000),
        (199, 1, 200_000),
        (199, 2, 400_000),
    ],
)
def test_a_certified_copy_costs_by_the_originals_pages_up_to_the_cap(
    pages: int, copies: int, expected: int
) -> None:
    assert vnd(COPIES, Order(pages=pages, copies=copies)) == expected


def test_four_persons_by_list_online_pay_twenty_thousand() -> None:
    assert vnd(TEMPORARY, Order(channel=ONLINE, by_list=True, persons=4)) == 20_000
    assert vnd(TEMPORARY, Order(by_list=True, persons=4)) == 40_000
    assert vnd(TEMPORARY, Order(channel=ONLINE)) == 7_000
    assert vnd(TEMPORARY, Order()) == 15_000


@pytest.mark.parametrize(
    ("rule", "order", "expected"),
    [
        (PerCopy(price=Price(counter=8_000)), Order(copies=3), 24_000),
        (PerCase(price=Price(counter=10_000)), Order(copies=9), 10_000),
        (PerCase(price=Price(counter=50_000)), Order(cases=2), 100_000),
        (PerCase(price=Price(counter=20_000, online=10_000)), Order(channel=ONLINE), 10_000),
        (PerCase(price=Price(counter=10_000, online=0)), Order(channel=ONLINE), 0),
        (Free(), Order(copies=7), 0),
    ],
)
def test_copies_cases_and_channels_have_their_price(
    rule: FeeRule, order: Order, expected: int
) -> None:
    assert vnd(rule, order) == expected


def test_what_the_council_sets_or_nobody_knows_has_no_number() -> None:
    assert amount(fee(SetByCouncil()), Order(), DAY) == Amount(standing=Standing.COUNCIL)
    assert amount(fee(Unknown()), Order(), DAY) == Amount(standing=Standing.UNKNOWN)
    assert amount(fee(Free()), Order(), DAY).standing is Standing.FREE


def test_a_group_that_is_exempt_pays_nothing_and_the_others_do() -> None:
    by_case = fee(PerCase(price=Price(counter=10_000)), exempt=(Group.POOR, Group.CHILD))
    exempt = amount(by_case, Order(groups=frozenset({Group.CHILD, Group.OLD})), DAY)
    assert exempt == Amount(standing=Standing.EXEMPT, vnd=0, full_vnd=10_000, group=Group.CHILD)
    assert amount(by_case, Order(groups=frozenset({Group.OLD})), DAY).vnd == 10_000
    council = fee(SetByCouncil(), exempt=(Group.POOR,))
    assert amount(council, Order(groups=frozenset({Group.POOR})), DAY).vnd == 0


def test_a_discount_counts_on_its_days_and_the_largest_alone() -> None:
    half = Discount(percent=50, valid_to=date(2026, 12, 31), basis="TT 64/2025/TT-BTC")
    online = Discount(percent=90, channels=(ONLINE,), valid_to=date(2026, 12, 31))
    cut = fee(PerCase(price=Price(counter=9_999)), discounts=(half, online))
    told = amount(cut, Order(), DAY)
    assert (told.vnd, told.full_vnd, told.discount) == (4_999, 9_999, half)
    assert amount(cut, Order(channel=ONLINE), DAY).vnd == 999
    assert amount(cut, Order(), date(2027, 1, 1)) == Amount(
        standing=Standing.DUE, vnd=9_999, full_vnd=9_999
    )


def test_a_fee_is_asked_for_on_its_days_only() -> None:
    old = fee(PerCopy(price=Price(counter=5_000)), valid_to=date(2026, 6, 30))
    new = fee(PerCopy(price=Price(counter=8_000)), valid_from=date(2026, 7, 1))
    with pytest.raises(FeeNotInForceError):
        amount(old, Order(), DAY)
    assert total((old, new), Order(), DAY).vnd == 8_000
    assert total((old, new), Order(), date(2026, 6, 30)).vnd == 5_000


def test_a_sum_takes_the_fees_of_its_case_and_has_no_number_when_one_has_none() -> None:
    on_time, late = fee(Free(), case="dung-han"), fee(SetByCouncil(), case="qua-han")
    copies = fee(PerCopy(price=Price(counter=8_000)))
    fees = (on_time, late, copies)
    assert total(fees, Order(case="dung-han", copies=2), DAY).vnd == 16_000
    assert total(fees, Order(case="qua-han"), DAY) == Amount(standing=Standing.COUNCIL)
    assert total((*fees, fee(Unknown())), Order(case="qua-han"), DAY).standing is Standing.UNKNOWN
    assert total((), Order(), DAY) == Amount(standing=Standing.UNKNOWN)


@pytest.mark.parametrize("count", [0, -1, 100_001])
@pytest.mark.parametrize("what", ["pages", "copies", "cases", "persons"])
def test_an_order_of_nothing_or_of_far_too_much_is_refused(what: str, count: int) -> None:
    with pytest.raises(ValueError, match="counts from 1"):
        Order(**{what: count})  # type: ignore[arg-type]  # all four are counts


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ({"kind": "per_case", "price": {"counter": 10_000.0}}, "rule.price.counter"),
        ({"kind": "per_case", "price": {"counter": -1}}, "rule.price.counter"),
        ({"kind": "per_case", "price": {"counter": 1, "post": 1}}, "rule.price.post"),
        ({"kind": "per_hour", "price": {"counter": 1}}, "rule.kind"),
        ({"kind": "per_page", "tiers": []}, "rule.tiers"),
        ({"kind": "per_page", "tiers": [{"from_page": 2, "price": {"counter": 1}}]}, "rule"),
    ],
)
def test_a_rule_that_is_none_is_refused_with_its_key(rule: object, key: str) -> None:
    with pytest.raises(BadConfigError) as refused:
        from_document({"names": {"vi": "Phí"}, "rule": rule}, Fee)
    assert [problem.key for problem in refused.value.problems] == [key]


PRICES = st.builds(Price, counter=st.integers(0, 10**6), online=st.none() | st.integers(0, 10**6))


@st.composite
def pages(draw: st.DrawFn) -> PerPage:
    starts = sorted(draw(st.sets(st.integers(2, 300), max_size=4)))
    tiers = tuple(Tier(from_page=start, price=draw(PRICES)) for start in (1, *starts))
    return PerPage(tiers=tiers, cap=draw(st.none() | st.integers(0, 10**6)))


RULES = st.one_of(
    st.builds(Free),
    st.builds(PerCase, price=PRICES),
    st.builds(PerCopy, price=PRICES),
    st.builds(PerPerson, price=PRICES, by_list=st.none() | PRICES),
    pages(),
)
COUNTS = st.integers(1, 400)
ORDERS = st.builds(
    Order,
    channel=st.sampled_from(Channel),
    pages=COUNTS,
    copies=COUNTS,
    cases=COUNTS,
    persons=COUNTS,
    by_list=st.booleans(),
)


@given(RULES, ORDERS, st.sampled_from(["pages", "copies", "cases", "persons"]), COUNTS)
def test_more_never_costs_less(rule: FeeRule, order: Order, what: str, more: int) -> None:
    fields = {name: getattr(order, name) for name in order.__struct_fields__}
    larger = Order(**fields | {what: fields[what] + more})
    assert (vnd(rule, larger) or 0) >= (vnd(rule, order) or 0) >= 0


@given(pages(), ORDERS)
def test_no_copy_costs_more_than_the_cap_and_tiers_are_pages_one_by_one(
    rule: PerPage, order: Order
) -> None:
    by_page = sum(
        [tier for tier in rule.tiers if tier.from_page <= page][-1].price.through(order.channel)
        for page in range(1, order.pages + 1)
    )
    one = by_page if rule.cap is None else min(by_page, rule.cap)
    assert vnd(rule, order) == one * order.copies


@given(RULES, ORDERS, st.lists(st.integers(1, 100), max_size=3), st.sets(st.sampled_from(Group)))
def test_no_exemption_or_discount_makes_it_dearer_or_less_than_nothing(
    rule: FeeRule, order: Order, percents: list[int], groups: set[Group]
) -> None:
    full = vnd(rule, order) or 0
    cut = fee(rule, discounts=tuple(Discount(percent=percent) for percent in percents))
    told = amount(cut, order, DAY)
    assert told.full_vnd == full
    assert 0 <= (told.vnd or 0) <= full
    fields = {name: getattr(order, name) for name in order.__struct_fields__}
    exempt = fee(rule, exempt=tuple(Group))
    paid = amount(exempt, Order(**fields | {"groups": frozenset(groups)}), DAY).vnd
    assert paid == (0 if groups else full)
