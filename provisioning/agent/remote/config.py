"""The agent's table `remote`: what the province may ask of this box, and with what it is done."""

from typing import Annotated

import msgspec

from devices.contract.config import Config
from provisioning.agent.remote.logs.drivers import AnyLogs
from provisioning.agent.remote.logs.journald import JournaldConfig
from provisioning.agent.remote.machine import AnyMachine, SystemdMachineConfig


class ShellConfig(Config, frozen=True, kw_only=True):
    """Whether the province may open a terminal here, where, and for how long at most.

    Whose terminal it is, is up to whoever listens at `socket`: systemd, with `motcua terminal` as a
    user who owns nothing (`provisioning/image`).
    """

    allowed: bool = False
    socket: str = "/run/motcua-shell.sock"
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
    firmware_dir: str = "/var/lib/motcua-firmware"
    """Where a board's new firmware lies while the device process, another user, installs it."""
