"""The room of alerts, put together."""

from collections.abc import Iterator, Mapping
from functools import partial

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from provisioning.controller.alerts.alerts import Alerts
from provisioning.controller.alerts.book import Book
from provisioning.controller.alerts.channels import Channel, MailChannel, WebhookChannel
from provisioning.controller.alerts.config import AlertsConfig
from provisioning.controller.alerts.readings import BoxFacts
from provisioning.controller.alerts.teller import Named, Teller
from provisioning.controller.database import Database
from provisioning.controller.overview import Overview

_MINUTE_S = 60.0
ALERTS = "alerts"
"""The event that tells browsers of a change."""


def alerts_of(
    config: AlertsConfig,
    *,
    overview: Overview,
    database: Database,
    named: Named,
    worker: Worker,
    clock: Clock,
) -> tuple[Alerts, Teller]:
    """Return the alerts of these boxes, and who tells of them: both are to be run."""
    book = Book(database)
    teller = Teller(book, channels_of(config, worker, clock), named, worker, clock)
    facts = _Facts(overview, named, clock)
    changed = partial(overview.news.tell, ALERTS)
    return Alerts(
        facts,
        book=book,
        teller=teller,
        worker=worker,
        clock=clock,
        rules=config.rules,
        changed=changed,
    ), teller


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

    def __init__(self, overview: Overview, named: Named, clock: Clock) -> None:
        self._overview = overview
        self._named = named
        self._clock = clock
        self._known: dict[str, BoxFacts] = {}

    def __call__(self) -> Iterator[BoxFacts]:
        now = self._clock.now()
        for state, figures in self._overview.states():
            known = self._known.get(state.box)
            wait_s = (figures.longest_wait_s(now) or 0.0) // _MINUTE_S * _MINUTE_S
            path = self._named.path(state.box)
            if known is None or (known.state, known.longest_wait_s, known.path) != (
                state,
                wait_s,
                path,
            ):
                known = BoxFacts(state=state, path=path, longest_wait_s=wait_s)
                self._known[state.box] = known
            yield known
