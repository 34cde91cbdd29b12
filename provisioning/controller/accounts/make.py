"""The room put together: what the root hands the dashboard."""

from dataclasses import dataclass
from datetime import timedelta

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.door import AccountsConfig, Door
from provisioning.controller.accounts.gate import Gate
from provisioning.controller.accounts.keys import Keys
from provisioning.controller.accounts.people import People
from provisioning.controller.accounts.records import Lifetimes
from provisioning.controller.accounts.sessions import Sessions
from provisioning.controller.database import Database
from provisioning.controller.rights import UnitPaths


@dataclass(frozen=True, slots=True)
class Accounts:
    """People, the door they come in by, and the gate before every route."""

    people: People
    door: Door
    gate: Gate


@dataclass(frozen=True, slots=True)
class Outside:
    """How the dashboard is reached: its names, over TLS or not, and Prometheus' token.

    A stream ends within `recheck_s` of its session.
    """

    hosts: tuple[str, ...]
    secure: bool = False
    metrics_token: str = ""
    recheck_s: float = 10.0


def accounts_of(
    config: AccountsConfig,
    database: Database,
    *,
    audit: Audit,
    units: UnitPaths,
    outside: Outside,
    store: Worker,
    hashing: Worker,
    clock: Clock,
) -> Accounts:
    """Return the room. `store` is the thread for its database, `hashing` the one for passwords."""
    lifetimes = Lifetimes(timedelta(minutes=config.idle_min), timedelta(hours=config.whole_h))
    sessions = Sessions(database, clock, lifetimes)
    keys = Keys(database, audit, sessions, clock)
    door = Door(config, keys, sessions, audit, store=store, hashing=hashing, clock=clock)
    gate = Gate(
        door,
        outside.hosts,
        secure=outside.secure,
        metrics_token=outside.metrics_token,
        recheck_s=outside.recheck_s,
    )
    return Accounts(People(database, audit, clock, units), door, gate)
