"""A fee's rule in words, and who is exempt, as shown and printed (domain PAY-1, §12)."""

from collections.abc import Iterator, Sequence

from kiosk.domain.fees import (
    Channel,
    FeeRule,
    Free,
    Group,
    PerCase,
    PerCopy,
    PerPage,
    PerPerson,
    Price,
    SetByCouncil,
    Unknown,
)
from kiosk.papers.sheet import EN, VI, Head, Phrases, money, say

_PHRASES: Phrases = {
    "free": {VI: "không thu", EN: "free"},
    "council": {VI: "theo quy định của HĐND tỉnh", EN: "as set by the provincial council"},
    "unknown": {VI: "hỏi cán bộ tại quầy", EN: "ask at the counter"},
    "case": {VI: "{price}/trường hợp", EN: "{price} a case"},
    "copy": {VI: "{price}/bản", EN: "{price} a copy"},
    "person": {VI: "{price}/người", EN: "{price} a person"},
    "by_list": {VI: "theo danh sách {price}/người", EN: "by list {price} a person"},
    "page": {VI: "{price}/trang", EN: "{price} a page"},
    "page_from": {VI: "từ trang {page}: {price}/trang", EN: "from page {page}: {price} a page"},
    "cap": {VI: "tối đa {price}/bản", EN: "at most {price} a copy"},
    "online": {VI: "{price} (trực tuyến {online})", EN: "{price} (online {online})"},
    "exempt": {VI: "Miễn: {groups}", EN: "Exempt: {groups}"},
    Group.POOR: {VI: "hộ nghèo", EN: "poor households"},
    Group.MERIT: {VI: "người có công", EN: "persons of merit"},
    Group.DISABLED: {VI: "người khuyết tật", EN: "disabled persons"},
    Group.OLD: {VI: "người cao tuổi", EN: "elderly persons"},
    Group.CHILD: {VI: "trẻ em", EN: "children"},
}


def fee_words(rule: FeeRule, head: Head) -> str:
    """Return the rule in words; where no number is known, none is said."""
    return "; ".join(_words(rule, head))


def exempt_words(groups: Sequence[Group], head: Head) -> str:
    """Return who pays nothing; there is at least one group."""
    return say(
        _PHRASES, "exempt", head, groups=", ".join(say(_PHRASES, one, head) for one in groups)
    )


def _words(rule: FeeRule, head: Head) -> Iterator[str]:
    match rule:
        case Free():
            yield say(_PHRASES, "free", head)
        case SetByCouncil():
            yield say(_PHRASES, "council", head)
        case Unknown():
            yield say(_PHRASES, "unknown", head)
        case PerCase():
            yield say(_PHRASES, "case", head, price=_price(rule.price, head))
        case PerCopy():
            yield say(_PHRASES, "copy", head, price=_price(rule.price, head))
        case PerPerson():
            yield say(_PHRASES, "person", head, price=_price(rule.price, head))
            if rule.by_list:
                yield say(_PHRASES, "by_list", head, price=_price(rule.by_list, head))
        case PerPage():
            yield from _pages(rule, head)


def _pages(rule: PerPage, head: Head) -> Iterator[str]:
    for tier in rule.tiers:
        key = "page" if tier.from_page == 1 else "page_from"
        yield say(_PHRASES, key, head, page=tier.from_page, price=_price(tier.price, head))
    if rule.cap is not None:
        yield say(_PHRASES, "cap", head, price=money(rule.cap, head))


def _price(price: Price, head: Head) -> str:
    counter, online = (price.through(channel) for channel in (Channel.COUNTER, Channel.ONLINE))
    said = money(counter, head)
    if online == counter:
        return said
    return say(_PHRASES, "online", head, price=said, online=money(online, head))
