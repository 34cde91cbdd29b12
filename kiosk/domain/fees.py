"""What a procedure costs (domain PAY-1, PAY-2): rules are data with their days, amounts whole VND.

A fee set by the provincial council has no number here, and neither has one that nobody has told
us: then there is no amount, and a sum with it has none either. A group that is exempt pays
nothing, whatever the rule. Of discounts that hold on a day the largest counts, alone; what is left
is rounded down to a whole VND.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

import msgspec

from devices.contract.config import Config
from devices.contract.errors import MotcuaError
from kiosk.domain.dated import Dated, on

MOST_VND = 1_000_000_000_000
MOST_COUNTED = 100_000
Vnd = Annotated[int, msgspec.Meta(ge=0, le=MOST_VND)]
MaybeId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]{1,64}\Z|^\Z")]


class Channel(StrEnum):
    """Where the dossier is handed in."""

    COUNTER = "counter"
    ONLINE = "online"


class Group(StrEnum):
    """Who may be exempt: poor household, merit, disability, old age, child."""

    POOR = "ho_ngheo"
    MERIT = "nguoi_co_cong"
    DISABLED = "nguoi_khuyet_tat"
    OLD = "nguoi_cao_tuoi"
    CHILD = "tre_em"


class Price(Config, frozen=True, kw_only=True):
    """One unit's price at the counter, and online where that differs."""

    counter: Vnd
    online: Vnd | None = None

    def through(self, channel: Channel) -> int:
        """Return the price in VND of the channel."""
        if channel is Channel.ONLINE and self.online is not None:
            return self.online
        return self.counter


class Free(Config, frozen=True, kw_only=True, tag_field="kind", tag="free"):
    """Nothing is paid."""


class SetByCouncil(Config, frozen=True, kw_only=True, tag_field="kind", tag="council"):
    """Theo quy định của HĐND tỉnh: a number that is not ours to say."""


class Unknown(Config, frozen=True, kw_only=True, tag_field="kind", tag="unknown"):
    """Nobody has told the catalogue."""


class PerCase(Config, frozen=True, kw_only=True, tag_field="kind", tag="per_case"):
    """A price for each case."""

    price: Price


class PerCopy(Config, frozen=True, kw_only=True, tag_field="kind", tag="per_copy"):
    """A price for each copy."""

    price: Price


class PerPerson(Config, frozen=True, kw_only=True, tag_field="kind", tag="per_person"):
    """A price for each person; `by_list` for each who is registered in one list."""

    price: Price
    by_list: Price | None = None


class Tier(Config, frozen=True, kw_only=True):
    """What each page costs from this one on."""

    from_page: Annotated[int, msgspec.Meta(ge=1, le=MOST_COUNTED)]
    price: Price


class PerPage(Config, frozen=True, kw_only=True, tag_field="kind", tag="per_page"):
    """A price for each page of the original, in tiers, with the most one copy may cost."""

    tiers: Annotated[tuple[Tier, ...], msgspec.Meta(min_length=1)]
    cap: Vnd | None = None

    def __post_init__(self) -> None:
        """Refuse tiers that do not begin at page 1 or do not rise (ValueError)."""
        pages = [tier.from_page for tier in self.tiers]
        if pages[0] != 1 or any(one >= other for one, other in pairwise(pages)):
            raise ValueError("tiers: from_page begins at 1 and rises")


FeeRule = Free | SetByCouncil | Unknown | PerCase | PerCopy | PerPerson | PerPage


class Discount(Dated, frozen=True, kw_only=True):
    """A part that is not asked for during its days. `basis` is the act it rests on."""

    percent: Annotated[int, msgspec.Meta(ge=1, le=100)]
    channels: Annotated[tuple[Channel, ...], msgspec.Meta(min_length=1)] = tuple(Channel)
    basis: str = ""


class Fee(Dated, frozen=True, kw_only=True):
    """One fee of a procedure. `case` names the case it is for; none is every case."""

    names: dict[str, str]
    rule: FeeRule
    case: MaybeId = ""
    exempt: tuple[Group, ...] = ()
    discounts: tuple[Discount, ...] = ()
    basis: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. `pages` are those of one original; `by_list` is persons in one list."""

    channel: Channel = Channel.COUNTER
    case: str = ""
    pages: int = 1
    copies: int = 1
    cases: int = 1
    persons: int = 1
    by_list: bool = False
    groups: frozenset[Group] = frozenset()

    def __post_init__(self) -> None:
        """Refuse counts below one or beyond all sense (ValueError)."""
        counts = (self.pages, self.copies, self.cases, self.persons)
        if not all(1 <= count <= MOST_COUNTED for count in counts):
            raise ValueError(f"an order counts from 1 to {MOST_COUNTED}")


class Standing(StrEnum):
    """What is known of an amount."""

    DUE = "due"
    FREE = "free"
    EXEMPT = "exempt"
    COUNCIL = "council"
    UNKNOWN = "unknown"


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be paid. `vnd` is None when the council sets it, or nobody knows.

    `full_vnd` is what it would be without exemption and discount.
    """

    standing: Standing
    vnd: int | None = None
    full_vnd: int | None = None
    group: Group | None = None
    discount: Discount | None = None


class FeeNotInForceError(MotcuaError):
    """The fee does not hold on that day."""

    code = "fee.not_in_force"


def amount(fee: Fee, order: Order, day: date) -> Amount:
    """Return what one fee comes to on the day of receipt; raises FeeNotInForceError."""
    if not fee.holds_on(day):
        raise FeeNotInForceError(f"{fee.names.get('vi', '')}: not on {day}")
    full = _full_vnd(fee.rule, order)
    if group := next((one for one in fee.exempt if one in order.groups), None):
        return Amount(standing=Standing.EXEMPT, vnd=0, full_vnd=full, group=group)
    if full is None:
        by_council = isinstance(fee.rule, SetByCouncil)
        return Amount(standing=Standing.COUNCIL if by_council else Standing.UNKNOWN)
    best = max(
        (one for one in on(day, fee.discounts) if order.channel in one.channels),
        key=lambda one: one.percent,
        default=None,
    )
    vnd = full * (100 - best.percent) // 100 if best else full
    standing = Standing.DUE if vnd else Standing.FREE
    return Amount(standing=standing, vnd=vnd, full_vnd=full, discount=best)


def total(fees: Iterable[Fee], order: Order, day: date) -> Amount:
    """Return what those fees come to that hold on the day and are for the order's case.

    One without a number leaves the sum without one. No fee at all is unknown, never free.
    """
    due = [
        amount(fee, order, day) for fee in on(day, fees) if not fee.case or fee.case == order.case
    ]
    for missing in (Standing.UNKNOWN, Standing.COUNCIL):
        if not due or any(one.standing is missing for one in due):
            return Amount(standing=missing)
    if len(due) == 1:
        return due[0]
    vnd = sum(one.vnd or 0 for one in due)
    full = [one.full_vnd for one in due]
    whole = None if None in full else sum(one or 0 for one in full)
    return Amount(standing=Standing.DUE if vnd else Standing.FREE, vnd=vnd, full_vnd=whole)


def _full_vnd(rule: FeeRule, order: Order) -> int | None:
    match rule:
        case Free():
            return 0
        case PerCase(price=price):
            return order.cases * price.through(order.channel)
        case PerCopy(price=price):
            return order.copies * price.through(order.channel)
        case PerPerson(price=price, by_list=by_list):
            chosen = by_list if order.by_list and by_list else price
            return order.persons * chosen.through(order.channel)
        case PerPage():
            return order.copies * _copy_vnd(rule, order)
        case SetByCouncil() | Unknown():
            return None


def _copy_vnd(rule: PerPage, order: Order) -> int:
    """Return the price of one copy: each tier's pages at its price, up to the cap."""
    ends = [tier.from_page for tier in rule.tiers[1:]] + [MOST_COUNTED + 1]
    vnd = sum(
        max(0, min(order.pages + 1, end) - tier.from_page) * tier.price.through(order.channel)
        for tier, end in zip(rule.tiers, ends, strict=True)
    )
    return vnd if rule.cap is None else min(vnd, rule.cap)
