"""The agent's table `settings`."""

from devices.contract.config import Config


class SettingsConfig(Config, frozen=True, kw_only=True):
    """How settings of the province are put into force."""
