"""The agent's table `remote`: what the province may ask of this box, and with what it is done."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from provisioning.agent.remote.logs.drivers import AnyLogs
from provisioning.agent.remote.logs.journald import JournaldConfig
from provisioning.agent.remote.machine import AnyMachine, SystemdMachineConfig


class ShellConfig(Config, frozen=True, kw_only=True):
    """Whether the province may open a terminal here, as whom, and for how long at most.

    An empty `user` is the agent's own, which must not be root.
    """

    allowed: bool = False
    user: Annotated[str, msgspec.Meta(pattern=r"^[a-z_][a-z0-9_-]{0,31}$|^$")] = ""
    most_minutes: Annotated[int, msgspec.Meta(ge=1, le=60)] = 30


class NetworkConfig(Config, frozen=True, kw_only=True):
    """How often a diagnosis asks the gate."""

    tries: Annotated[int, msgspec.Meta(ge=3, le=100)] = 20


class RemoteConfig(Config, frozen=True, kw_only=True):
    """What the province may ask of this box."""

    logs: AnyLogs = JournaldConfig()
    machine: AnyMachine = SystemdMachineConfig()
    network: NetworkConfig = NetworkConfig()
    shell: ShellConfig = ShellConfig()
