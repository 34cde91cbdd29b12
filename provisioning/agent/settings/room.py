"""The room of the settings."""

import asyncio

from devices.runtime.requests import Desk
from provisioning.agent.standing import Standing


class SettingsRoom:
    """Takes `dn/agent/desired`, answers on `up/agent/reported`."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def register(self, desk: Desk) -> None:
        """Register the commands of the province that are taken here."""

    async def run(self) -> None:
        """Do its work until cancelled."""
        await asyncio.Event().wait()
