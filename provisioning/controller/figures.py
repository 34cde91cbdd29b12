"""Tickets and waiting times of a day, pure: raw counts, never a score (domain QUE-13)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from devices.contract.clock import LOCAL
from kiosk.api import TicketState
from provisioning.controller.tickets import TicketRow

HOURS = 24


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Of some tickets: how many were issued and wait, and how long until the first call.

    `longest_wait_s` is of those called and those still waiting; `by_hour` counts issues by the hour
    in Viet Nam.
    """

    issued: int = 0
    waiting: int = 0
    served: int = 0
    called: int = 0
    waited_s: float = 0.0
    longest_called_s: float = 0.0
    oldest_waiting: datetime | None = None
    by_hour: tuple[int, ...] = (0,) * HOURS

    @property
    def mean_wait_s(self) -> float | None:
        """The mean wait of those called, None when nobody was."""
        return self.waited_s / self.called if self.called else None

    def longest_wait_s(self, now: datetime) -> float | None:
        """Return the longest wait, None when nobody ever waited."""
        still = (now - self.oldest_waiting).total_seconds() if self.oldest_waiting else 0.0
        longest = max(self.longest_called_s, still)
        return longest if self.called or self.oldest_waiting else None


def of(tickets: Iterable[TicketRow]) -> Figures:
    """Return the figures of these tickets."""
    rows = list(tickets)
    waits = [row.waited_s for row in rows if row.waited_s is not None]
    waiting = [row for row in rows if row.state is TicketState.WAITING]
    hours = Counter(row.issued_at.astimezone(LOCAL).hour for row in rows if row.issued_at)
    return Figures(
        issued=len(rows),
        waiting=len(waiting),
        served=sum(row.state is TicketState.SERVED for row in rows),
        called=len(waits),
        waited_s=sum(waits),
        longest_called_s=max(waits, default=0.0),
        oldest_waiting=min((row.issued_at for row in waiting if row.issued_at), default=None),
        by_hour=tuple(hours[hour] for hour in range(HOURS)),
    )


def together(parts: Iterable[Figures]) -> Figures:
    """Return the figures of several boxes as one."""
    known = list(parts)
    waiting = [figures.oldest_waiting for figures in known if figures.oldest_waiting]
    return Figures(
        issued=sum(f.issued for f in known),
        waiting=sum(f.waiting for f in known),
        served=sum(f.served for f in known),
        called=sum(f.called for f in known),
        waited_s=sum(f.waited_s for f in known),
        longest_called_s=max((f.longest_called_s for f in known), default=0.0),
        oldest_waiting=min(waiting, default=None),
        by_hour=tuple(sum(f.by_hour[hour] for f in known) for hour in range(HOURS)),
    )


def by_service(tickets: Iterable[TicketRow]) -> dict[str, Figures]:
    """Return the figures of each service, in its alphabetical order."""
    rows: dict[str, list[TicketRow]] = {}
    for row in tickets:
        rows.setdefault(row.service, []).append(row)
    return {service: of(rows[service]) for service in sorted(rows)}
