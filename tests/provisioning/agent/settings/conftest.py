"""A database of the province, for the flow between both."""

from tests.provisioning.controller.conftest import database, migrated, sqlite_url

__all__ = ("database", "migrated", "sqlite_url")
