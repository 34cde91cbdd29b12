"""The supervisor's HTTP bodies."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from kiosk.api.queue import CounterInfo, PriorityClass, Service
from kiosk.api.words import Answer, Id, Names, Request
from kiosk.counter.bodies import Choosable, Pause, QueuedTicket, WaitingTicket


class HeadSignIn(Request, frozen=True, kw_only=True):
    """The supervisor begins."""

    pin: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class PauseCounter(Pause, frozen=True, kw_only=True):
    """Stop the calls of a counter."""

    counter: Id


class OpenCounter(Request, frozen=True, kw_only=True):
    """Let a counter call again."""

    counter: Id


class CounterAtWork(Answer, frozen=True, kw_only=True):
    """A counter as the supervisor sees it. `line` is how many it may call; `next` its next one.

    `paused_by_head`: the supervisor paused it.
    """

    info: CounterInfo
    current: QueuedTicket | None
    line: int
    next: WaitingTicket | None
    served: int
    missed: int
    paused_by_head: bool


class HeadState(Answer, frozen=True, kw_only=True):
    """Everything the supervisor's page shows. `waiting` is in the order of issue."""

    now: datetime
    day: date
    site_names: Names
    open: bool
    counters: tuple[CounterAtWork, ...]
    services: tuple[Service, ...]
    waiting: tuple[QueuedTicket, ...]
    held: tuple[QueuedTicket, ...]
    missed: tuple[QueuedTicket, ...]
    priority_classes: tuple[PriorityClass, ...]
    choices: Choosable
    next_opening: datetime | None
    priority_rule: Names
    sample_data: bool
