"""What the supervisor is shown, made of the site's view. Pure."""

from kiosk.counter.chronicle.chronicle import HEAD
from kiosk.counter.config import DeskConfig
from kiosk.counter.head.bodies import CounterAtWork, HeadState
from kiosk.counter.rows import Tally
from kiosk.counter.views import View


def head_state(view: View) -> HeadState:
    """Return the state of all counters and of everybody who waits."""
    snapshot, site = view.snapshot, view.site
    return HeadState(
        now=snapshot.now,
        day=snapshot.day,
        site_names=site.names,
        open=site.open,
        counters=tuple(_at_work(view, desk) for desk in view.config.counters),
        services=view.services,
        waiting=tuple(map(view.queued, snapshot.waiting)),
        held=tuple(map(view.queued, snapshot.held)),
        missed=tuple(map(view.queued, snapshot.missed)),
        priority_classes=site.priority_classes,
        choices=view.choices,
        next_opening=view.config.hours.opens_at(snapshot.now),
        priority_rule=view.priority_rule,
        sample_data=site.sample_data,
    )


def _at_work(view: View, desk: DeskConfig) -> CounterAtWork:
    row, line = view.serves(desk.id), view.waiting(desk)
    tally = view.snapshot.tallies.get(desk.id, Tally())
    taken = view.snapshot.paused.get(desk.id)
    return CounterAtWork(
        info=view.counter(desk),
        current=view.queued(row) if row else None,
        line=len(line),
        next=line[0] if line else None,
        served=tally.served,
        missed=tally.missed,
        paused_by_head=taken is not None and taken.by == HEAD,
    )
