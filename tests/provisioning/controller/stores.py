"""Stores as an older controller left them."""

import contextlib
from collections.abc import Iterator

import alembic.command
import alembic.config
from sqlalchemy import Connection

from provisioning.controller.database import Database


@contextlib.contextmanager
def stood_at(url: str, revision: str) -> Iterator[Connection]:
    """Give an empty database the tables of a revision, and a connection to fill them."""
    with Database.unmigrated(url) as db:
        config = alembic.config.Config()
        config.set_main_option("script_location", "provisioning.controller:migrations")
        config.attributes["connection"] = db
        alembic.command.upgrade(config, revision)
        yield db
