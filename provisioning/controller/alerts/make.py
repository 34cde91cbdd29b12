"""The room of alerts, put together."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from provisioning.controller.alerts.alerts import Alerts
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.channels import Channel, MailChannel, WebhookChannel
from provisioning.controller.alerts.config import AlertsConfig
from provisioning.controller.alerts.cycles import PowerCycles
from provisioning.controller.alerts.readings import BoxFacts
from provisioning.controller.alerts.teller import Teller
from provisioning.controller.database import Database
from provisioning.controller.overview import Overview
from provisioning.controller.registry.records import BoxRecord, Standing
from provisioning.controller.rights import Named

_MINUTE_S = 60.0
_SOON = timedelta(days=60)
ALERTS = "alerts"
"""The event that tells browsers of a change."""


def alerts_of(
    config: AlertsConfig,
    *,
    overview: Overview,
    database: Database,
    named: Named,
    known: Callable[[str], BoxRecord | None],
    worker: Worker,
    mailing: Worker,
    clock: Clock,
) -> tuple[Alerts, Teller, PowerCycles]:
    """Return the alerts of these boxes, who tells of them, and who reads of power cut.

    All are to be run.

    A mail server may be slow: `mailing` waits for it, so that nobody else does.
    """
    book = Book(database)
    teller = Teller(book, channels_of(config, mailing, clock), named, worker, clock)
    cycles = PowerCycles(database, worker, clock)
    facts = _Facts(overview, named, known, cycles, clock)
    changed = partial(overview.news.tell, ALERTS)
    alerts = Alerts(
        facts,
        book=book,
        teller=teller,
        worker=worker,
        clock=clock,
        rules=config.rules,
        changed=changed,
    )
    return alerts, teller, cycles


def channels_of(config: AlertsConfig, worker: Worker, clock: Clock) -> Mapping[str, Channel]:
    """Return the ways out by name; a name stays the same while its address does."""
    channels: dict[str, Channel] = {
        f"webhook:{one.name}"[:64]: WebhookChannel(one) for one in config.webhooks
    }
    if mail := config.mail:
        for to in mail.to:
            channel = MailChannel(mail, to, worker, clock, config.dashboard)
            channels[f"mail:{to.address}"[:64]] = channel
    return channels


class _Facts:
    """What the overview knows, as the watch wants it: the same object while nothing changed."""

    def __init__(
        self,
        overview: Overview,
        named: Named,
        record: Callable[[str], BoxRecord | None],
        cycles: PowerCycles,
        clock: Clock,
    ) -> None:
        self._overview = overview
        self._named = named
        self._record = record
        self._cycles = cycles
        self._clock = clock
        self._known: dict[str, BoxFacts] = {}

    def __call__(self) -> Iterator[BoxFacts]:
        now = self._clock.now()
        for state, figures in self._overview.states():
            record = self._record(state.box)
            if record is not None and record.standing is Standing.RETIRED:
                continue
            fresh = BoxFacts(
                state=state,
                path=self._named.path(state.box),
                longest_wait_s=(figures.longest_wait_s(now) or 0.0) // _MINUTE_S * _MINUTE_S,
                power_cycles=self._cycles.of(state.box, now),
                certificate_ends=_ends(record),
            )
            known = self._known.get(state.box)
            if known is None or not _is_same(known, fresh, now):
                known = self._known[state.box] = fresh
            yield known


def _ends(record: BoxRecord | None) -> datetime | None:
    return record.certificate.not_after if record and record.certificate else None


def _is_same(known: BoxFacts, fresh: BoxFacts, now: datetime) -> bool:
    """Whether nothing is to be read anew; a certificate near its end is, it has fewer days."""
    ends = fresh.certificate_ends
    return (ends is None or ends - now > _SOON) and known == fresh
