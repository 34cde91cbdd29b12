"""The agent's table `remote`."""

from devices.contract.config import Config


class RemoteConfig(Config, frozen=True, kw_only=True):
    """What the province may ask of this box."""
