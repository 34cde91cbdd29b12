"""Who is called next (domain QUE-3). The rule in words, and why it holds, is in docs/queue.md.

A counter looks at the waiting tickets of its services and at its own latest calls:

1. When none of its last `normal_per_priority` calls was a priority ticket, it is a priority
   ticket's turn: the oldest priority ticket is called, unless the oldest of all is a normal ticket
   that has waited longer than `max_wait_min`.
2. Otherwise the oldest of all is called, of whichever kind.

So nobody who came later is called before a priority ticket; and a normal ticket is overtaken at
priority turns only, of which there are few (`calls_bound`).
"""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from devices.contract.config import Config


class Rule(Config, frozen=True, kw_only=True):
    """The site's setting: one priority call to so many others, and when nobody is overtaken."""

    normal_per_priority: Annotated[int, msgspec.Meta(ge=1, le=20)] = 2
    max_wait_min: Annotated[int, msgspec.Meta(ge=1, le=600)] = 60


class Reason(StrEnum):
    """Why a ticket is called when it is."""

    ORDER = "order"
    PRIORITY = "priority"
    OVERDUE = "overdue"


class Waiting(msgspec.Struct, frozen=True):
    """A waiting ticket. `turn` orders tickets by issue and stays with the ticket for ever."""

    id: str
    turn: int
    issued_at: datetime
    priority: bool


class Upcoming(msgspec.Struct, frozen=True):
    """A place in the order of calls."""

    ticket: Waiting
    reason: Reason


def order(
    waiting: Sequence[Waiting], recent: Sequence[bool], rule: Rule, now: datetime
) -> list[Upcoming]:
    """Return everybody in the order of their calls, were nobody to come and time to stand still.

    `recent` are the latest calls of this counter, newest last: whether each was a priority ticket.
    """
    return list(_order(waiting, recent, rule, now))


def next_up(
    waiting: Sequence[Waiting], recent: Sequence[bool], rule: Rule, now: datetime
) -> Upcoming | None:
    """Return who is to be called now, and why; None when nobody waits."""
    return next(_order(waiting, recent, rule, now), None)


def calls_bound(rule: Rule, *, older: int, older_normal: int, priority: bool, counters: int) -> int:
    """Return after how many calls of its counters, at the latest, a ticket has been called.

    `older` tickets of the counters' services waited when it was issued, `older_normal` of them
    normal; `counters` serve it. A normal ticket is overtaken at priority turns only, and between
    two of a counter's priority turns lie `normal_per_priority` calls of older normal tickets.
    """
    overtaken = 0 if priority else older_normal // rule.normal_per_priority + counters
    return older + overtaken + 1


def _order(
    waiting: Sequence[Waiting], recent: Sequence[bool], rule: Rule, now: datetime
) -> Iterator[Upcoming]:
    in_order = sorted(waiting, key=lambda ticket: ticket.turn)
    priority = deque(ticket for ticket in in_order if ticket.priority)
    normal = deque(ticket for ticket in in_order if not ticket.priority)
    latest = deque(recent, maxlen=rule.normal_per_priority)
    overdue_since = now - timedelta(minutes=rule.max_wait_min)
    while priority or normal:
        reason = _reason(priority, normal, rule_turn=not any(latest), overdue_since=overdue_since)
        take_priority = reason is Reason.PRIORITY or _older(priority, normal)
        ticket = (priority if take_priority else normal).popleft()
        latest.append(ticket.priority)
        yield Upcoming(ticket, reason)


def _reason(
    priority: deque[Waiting], normal: deque[Waiting], *, rule_turn: bool, overdue_since: datetime
) -> Reason:
    if not (priority and normal and rule_turn) or _older(priority, normal):
        return Reason.ORDER
    return Reason.OVERDUE if normal[0].issued_at < overdue_since else Reason.PRIORITY


def _older(priority: deque[Waiting], normal: deque[Waiting]) -> bool:
    return bool(priority) and (not normal or priority[0].turn < normal[0].turn)
