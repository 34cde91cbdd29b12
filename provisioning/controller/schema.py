"""All tables of the controller: importing this makes METADATA whole."""

from provisioning.controller.tables import METADATA

__all__ = ("METADATA",)
