"""Who may look at the demo's dashboard."""

import contextlib

from provisioning.controller.accounts.command import add, opened
from provisioning.controller.accounts.records import LoginTakenError
from provisioning.controller.config import ControllerConfig
from provisioning.controller.rights import Grant, Role
from provisioning.demo import sample


def seed(config: ControllerConfig) -> None:
    """Put an administrator who audits himself into the store, as `motcua person add` does."""
    grants = (Grant(role=Role.ADMINISTRATOR), Grant(role=Role.AUDITOR))
    with opened(config) as people, contextlib.suppress(LoginTakenError):
        add(
            people,
            config.accounts.password,
            sample.LOGIN,
            sample.PASSWORD,
            name=sample.ADMINISTRATOR,
            grants=grants,
        )
