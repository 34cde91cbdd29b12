"""All tables of the controller: importing this makes METADATA whole."""

from provisioning.controller.accounts import tables as accounts
from provisioning.controller.tables import METADATA

ROOMS = (accounts,)

__all__ = ("METADATA", "ROOMS")
