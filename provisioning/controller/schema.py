"""All tables of the controller: importing this makes METADATA whole."""

from provisioning.controller.accounts import tables as accounts
from provisioning.controller.alerts import tables as alerts
from provisioning.controller.history import tables as history
from provisioning.controller.organisation import tables as organisation
from provisioning.controller.registry import tables as registry
from provisioning.controller.remote import tables as remote
from provisioning.controller.reports import tables as reports
from provisioning.controller.settings import tables as settings
from provisioning.controller.soc import tables as soc
from provisioning.controller.tables import METADATA

ROOMS = (accounts, organisation, registry, alerts, remote, reports, settings, history, soc)

__all__ = ("METADATA", "ROOMS")
