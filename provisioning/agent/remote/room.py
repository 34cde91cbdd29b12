"""The room of the commands."""

import asyncio

from devices.runtime.requests import Desk
from provisioning.agent.standing import Standing


class RemoteRoom:
    """Carries out what a technician asks of the box."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def register(self, desk: Desk) -> None:
        """Register the commands of the province that are taken here."""

    async def run(self) -> None:
        """Do its work until cancelled."""
        await asyncio.Event().wait()
