"""Where a room of the agent stands, and what it owes: the port between `main` and the rooms."""

from dataclasses import dataclass
from typing import Protocol

from devices.contract.clock import Clock
from devices.contract.message import DeviceReport
from devices.contract.topics import PartTopics
from devices.runtime.bus import Bus
from devices.runtime.requests import Desk
from provisioning.agent.config import AgentConfig
from provisioning.agent.parts import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What every room is given. `config.box` is the box's real name here."""

    bus: Bus
    topics: PartTopics
    boot: int
    parts: Parts
    config: AgentConfig
    clock: Clock


class Room(Protocol):
    """One business of the agent: `settings`, `remote`."""

    def register(self, desk: Desk) -> None:
        """Register the commands of the province that are taken here."""
        ...

    async def run(self) -> None:
        """Do its work until cancelled."""
        ...

    async def reports(self) -> tuple[DeviceReport, ...]:
        """Return what somebody at the province should know of it, like a device's state."""
        ...
