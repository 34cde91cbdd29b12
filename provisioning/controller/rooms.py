"""What the pages and the API stand on: the controller's rooms, put together once by its root."""

from dataclasses import dataclass

from devices.contract.clock import Clock
from devices.runtime.worker import Worker
from provisioning.controller.access import Reach
from provisioning.controller.accounts.audit import Audit
from provisioning.controller.accounts.make import Accounts
from provisioning.controller.alerts.alerts import Alerts
from provisioning.controller.board import Board
from provisioning.controller.boards.shelf import Shelf
from provisioning.controller.database import Database
from provisioning.controller.history.history import History
from provisioning.controller.metrics import Metrics
from provisioning.controller.organisation.organisation import Organisation
from provisioning.controller.overview import Overview
from provisioning.controller.registry.registrar import Registrar
from provisioning.controller.remote.remote import Remote
from provisioning.controller.reports.config import ReportsConfig
from provisioning.controller.rights import Named
from provisioning.controller.settings.room import SettingsRoom
from provisioning.controller.store import Store


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms; `queries` is the thread that the database is read on.

    What takes seconds (reports, exports, the audit log's chain) is read and written on `papers`.
    """

    overview: Overview
    board: Board
    metrics: Metrics
    history: History
    store: Store
    queries: Worker
    papers: Worker
    clock: Clock
    database: Database
    reach: Reach
    audit: Audit
    accounts: Accounts
    organisation: Organisation
    registrar: Registrar
    named: Named
    alerts: Alerts
    reports: ReportsConfig
    settings: SettingsRoom
    remote: Remote
    shelf: Shelf
