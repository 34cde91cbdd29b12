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
from provisioning.controller.accounts.standing import Standing
from provisioning.controller.database import Database
from provisioning.controller.rights import UnitPaths


@dataclass(frozen=True, slots=True)
class Accounts:
    """People, the door they come in by, the gate before every route, and who stands past it."""

    people: People
    door: Door
    gate: Gate
    standing: Standing


@dataclass(frozen=True, slots=True)
class Outside:
    """How the dashboard is reached: its names, over TLS or not, and Prometheus' token.

    Who watches a stream is looked at again every `recheck_s`.
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
    standing = Standing(door, store, outside.recheck_s)
    audit.listen(standing.heard)
    gate = Gate(
        door,
        standing,
        outside.hosts,
        secure=outside.secure,
        metrics_token=outside.metrics_token,
    )
    return Accounts(People(database, audit, clock, units), door, gate, standing)
